"""Charts: what is drawn, what may leave the renderer, and what happens when a renderer dies or hangs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.utils import translation

from dashboards import charts
from dashboards.charts import rendering
from dashboards.charts.cleaning import ATTRIBUTES, ELEMENTS, clean
from dashboards.charts.pool import Pool
from dashboards.style import CHART_ROWS

SVG = "{http://www.w3.org/2000/svg}"
ALL = [(name, size, theme) for name in charts.NAMES for size in ("wide", "medium", "narrow") for theme in ("light", "dark")]


@pytest.fixture(autouse=True, scope="module")
def _stop_renderers() -> Iterator[None]:
    """The tests of this file share one renderer and leave none."""
    yield
    rendering.stop()


def texts(svg: str) -> list[str]:
    """What is written in the picture, in drawing order."""
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def bars(svg: str, colour: str) -> list[float]:
    """Lengths in px of the bars of one colour, from their paths (`…h12.5v…`)."""
    found = []
    for path in ElementTree.fromstring(svg).iter(f"{SVG}path"):
        if path.get("fill") == colour and "h" in (path.get("d") or ""):
            found.append(float(path.get("d", "").split("h")[1].split("v")[0]))
    return found


def test_every_chart_has_sample_rows() -> None:
    """The style page and the tests below see all of them."""
    assert set(CHART_ROWS) == set(charts.NAMES)


@pytest.mark.parametrize(("name", "size", "theme"), ALL)
def test_only_drawing_leaves_the_renderer(name: str, size: str, theme: str) -> None:
    """Named for screen readers, of the size known beforehand, text from 12 px, and nothing but shapes and text."""
    svg = charts.render(name, CHART_ROWS[name], language="vi", theme=theme, size=size)
    root = ElementTree.fromstring(svg)
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title description")
    assert [(child.tag, child.get("id")) for child in root[:2]] == [(f"{SVG}title", "title"), (f"{SVG}desc", "description")]
    assert all(child.text for child in root[:2])
    assert (int(root.get("width", 0)), int(root.get("height", 0))) == charts.size(name, len(CHART_ROWS[name]), size)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ELEMENTS | {"title", "desc"}
        assert set(element.attrib) <= ATTRIBUTES | {"role", "aria-labelledby", "id"}
    written = list(root.iter(f"{SVG}text"))
    assert written
    assert all(float(element.get("font-size", "0px").removesuffix("px")) >= 12 for element in written)

    # Labels have their room reckoned by hand: with the longest names no text starts left of the picture.
    width, height = charts.size(name, len(CHART_ROWS[name]), size)
    for x, y, words, anchor in placed(root, 0, 0):
        length = len(words) * 7
        left = x - length if anchor == "end" else x - length / 2 if anchor == "middle" else x
        assert left >= -4, (words, left)
        assert left + length <= width + 12, (words, left + length)
        assert 0 <= y <= height, (words, y)


def placed(element: ElementTree.Element, x: float, y: float) -> Iterator[tuple[float, float, str, str]]:
    """The texts below an element with their absolute place."""
    move = element.get("transform", "")
    if move.startswith("translate("):
        dx, _comma, dy = move.removeprefix("translate(").split(")")[0].partition(",")
        x, y = x + float(dx), y + float(dy or 0)
    if element.tag == f"{SVG}text":
        yield x, y, "".join(element.itertext()), element.get("text-anchor", "start")
    for child in element:
        yield from placed(child, x, y)


def test_numbers_are_written_in_the_language() -> None:
    """The same rows, a comma in Vietnamese and a point in English; the unit is chosen by the greatest."""
    rows = [{"label": "Ba khía", "value": 12_345_678}, {"label": "Muối", "value": 1_500_000}]
    vi, en = (texts(charts.render("ranked", rows, language=language)) for language in ("vi", "en"))
    assert vi == ["Ba khía", "Muối", "12,3", "1,5", "triệu ₫"]
    assert en == ["Ba khía", "Muối", "12.3", "1.5", "million ₫"]


def test_axis_of_the_day_series() -> None:
    """Days as dd/mm, amounts on the axis in the unit that stands above."""
    rows = [{"day": f"2026-11-{n:02d}", "net": n * 1_250_000_000, "before": None} for n in range(1, 4)]
    written = texts(charts.render("daily_net", rows, language="vi"))
    assert written == ["01/11", "02/11", "03/11", "0", "1", "2", "3", "4", "tỷ ₫"]


def test_bars_are_as_long_as_their_values() -> None:
    """A half is half as long, nothing has no length, and an all-zero chart draws no full bar."""
    green = "#1f6b3b"
    whole, half, none = bars(charts.render("ranked", [{"label": "a", "value": v} for v in (400, 200, 0)], language="vi"), green)
    assert half == pytest.approx(whole / 2, abs=0.1)
    assert none == 0
    assert bars(charts.render("ranked", [{"label": "a", "value": 0}], language="vi"), green) == [0]


def test_two_products_of_one_name_are_two_bars() -> None:
    """The place is the key, not the label."""
    svg = charts.render("ranked", [{"label": "Mật ong", "value": 5}, {"label": "Mật ong", "value": 3}], language="vi")
    assert texts(svg) == ["Mật ong", "Mật ong", "5", "3", "₫"]


def test_stars_count_by_group_and_in_all() -> None:
    """343 = 266 + 75 + 2, the largest group first."""
    written = texts(charts.render("stars_by_group", CHART_ROWS["stars_by_group"], language="en"))
    assert written == [
        *("Thực phẩm", "Đồ uống", "Thủ công mỹ nghệ", "Dược liệu"),
        *("255", "45", "30", "13"),
        *("3 stars: 266", "4 stars: 75", "5 stars: 2"),
    ]


def test_what_is_placed_and_delivered() -> None:
    """One bar a state where there is no earlier period, and then no legend."""
    rows = [{"state": "placed", "value": 1_800_000_000, "before": None}, {"state": "delivered", "value": 0, "before": None}]
    assert texts(charts.render("placed_net_delivered", rows, language="en")) == ["Placed", "Delivered", "1.8", "0", "billion ₫"]


def test_little_is_not_nothing() -> None:
    rows = [{"label": name, "value": value, "before": None} for name, value in (("a", 1_680_000_000), ("b", 1_155_000), ("c", 0))]
    assert texts(charts.render("ranked_beside", rows, language="vi"))[3:6] == ["1,68", "< 0,01", "0"]


def test_slots_keep_the_order_of_the_run_of_show() -> None:
    """Not ranked; what fits no slot comes last under its own name."""
    rows = [
        {"slot": 1, "product": "Muối", "value": 1000},
        {"slot": 2, "product": "Trà", "value": 3000},
        {"slot": None, "product": "", "value": 5},
    ]
    assert texts(charts.render("slot_sales", rows, language="en"))[:3] == ["1. Muối", "2. Trà", "No slot"]


def test_a_gap_in_the_line_is_a_gap() -> None:
    """A day that is not known is not drawn as 0: the line is in two pieces."""
    rows = [{"day": f"2026-11-{n:02d}", "net": None if n == 3 else 10, "before": None} for n in range(1, 6)]
    line = [path.get("d", "") for path in ElementTree.fromstring(charts.render("daily_net", rows, language="vi")).iter(f"{SVG}path")]
    assert [d.count("M") for d in line if d.count("L") >= 2] == [2]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("daily_net", [{"day": f"2026-11-{n:02d}", "net": 0, "before": 0} for n in range(1, 4)]),
        ("daily_scans", [{"day": f"2026-11-{n:02d}", "scans": 0, "visits": 0} for n in range(1, 4)]),
        ("season_weeks", [{"week": n, "year": year, "net": 0} for year in (2026, 2025) for n in range(-1, 2)]),
    ],
)
def test_lines_of_nothing_lie_at_the_foot(name: str, rows: list[dict[str, Any]]) -> None:
    """At the height of the axis of days or weeks, and no amount but 0 is labelled."""
    svg = charts.render(name, rows, language="vi")
    (foot,) = re.findall(r"translate\(0\.5,([1-9]\d*)\.5\)", svg)
    lines = [re.findall(r",(\d+)", path) for path in re.findall(r'd="(M[\d.,]+(?:L[\d.,]+){2})"', svg)]
    assert lines == [[foot] * 3] * 2
    assert [words for words in texts(svg) if words.isdigit() and words not in {"2026", "2025"}] == ["0"]


def test_a_count_has_no_halves() -> None:
    rows = [{"day": f"2026-11-{n:02d}", "scans": n, "visits": 0} for n in range(3)]
    assert texts(charts.render("daily_scans", rows, language="vi"))[3:6] == ["0", "1", "2"]


@pytest.mark.parametrize("name", charts.NAMES)
def test_no_rows_draw_an_empty_chart(name: str) -> None:
    """A page with nothing to show does not fail for it."""
    assert charts.render(name, [], language="vi").startswith("<svg ")


def test_names_from_files_stay_text() -> None:
    """A product's name is data, whatever quotes, brackets and tags it holds."""
    name = "\"]; alert('1') <script>&"
    svg = charts.render("ranked", [{"label": name, "value": 1}], language="vi")
    assert texts(svg)[0] == name
    assert "<script" not in svg


def test_only_listed_elements_and_attributes_stay() -> None:
    """The cleaning itself, against an SVG that our renderer would never make."""
    bad = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9" onload="x()">'
        '<script>x()</script><image href="http://e/"/><a xlink:href="http://e/"><rect width="1" height="1" fill="red"/></a>'
        '<style>@import "http://e/"</style><g onclick="x()"><rect width="2" height="2" style="fill:url(http://e/)"/></g></svg>'
    )
    assert clean(bad, title="t", description="") == (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" role="img" aria-labelledby="title">'
        '<title id="title">t</title><g><rect width="2" height="2" /></g></svg>'
    )
    with pytest.raises(ValueError, match="document type"):
        clean('<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', title="t", description="")


@pytest.mark.parametrize(
    "change", [{"name": "pie"}, {"language": "fr"}, {"theme": "sepia"}, {"size": "huge"}], ids=lambda change: next(iter(change))
)
def test_what_there_is_not_is_named(change: dict[str, str]) -> None:
    """Names come out of addresses: an unknown one reaches no renderer."""
    wanted = {"name": "ranked", "rows": [], "language": "vi", "theme": "light", "size": "wide"} | change
    with pytest.raises(charts.UnknownChart):
        charts.render(wanted.pop("name"), wanted.pop("rows"), **wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "rows",
    [
        [{"label": "no value"}],
        [{"label": "a", "value": "much"}],
        [{"label": "a", "value": object()}],
        [{"label": "a", "value": float("nan")}],
    ],
)
def test_rows_that_make_no_chart_are_rejected(rows: list[dict[str, Any]]) -> None:
    """With a named error that a page can catch, and the renderer lives on."""
    with pytest.raises(charts.ChartRejected, match="ranked"):
        charts.render("ranked", rows, language="vi")
    assert charts.render("ranked", [{"label": "a", "value": 1}], language="vi").startswith("<svg ")


def test_days_and_decimals_may_come_as_python_has_them() -> None:
    """A row straight from the database draws what its plain form draws."""
    plain = [{"day": "2026-11-01", "net": 5, "before": 2}]
    python = [{"day": date(2026, 11, 1), "net": Decimal(5), "before": Decimal("2.0")}]
    assert charts.render("daily_net", python, language="vi") == charts.render("daily_net", plain, language="vi")


def test_a_drawn_chart_is_kept_by_rows_language_theme_and_size() -> None:
    """The second time no renderer is asked; any difference asks it again."""
    asked: list[bytes] = []
    real = rendering.pool()

    class Counting(Pool):
        def ask(self, request: bytes, timeout: float) -> bytes:
            asked.append(request)
            return real.ask(request, timeout)

    rendering._pool = Counting(1)
    try:
        first = charts.render("ranked", CHART_ROWS["ranked"], language="vi")
        assert charts.render("ranked", CHART_ROWS["ranked"], language="vi") == first
        assert len(asked) == 1
        others = [{"language": "en"}, {"theme": "dark"}, {"size": "narrow"}]
        drawn = {charts.render("ranked", CHART_ROWS["ranked"], **({"language": "vi"} | other)) for other in others}  # type: ignore[arg-type]
        assert (len(asked), len(drawn | {first})) == (4, 4)
        charts.render("ranked", CHART_ROWS["ranked"][1:], language="vi")
        assert len(asked) == 5
        cache.clear()
        assert charts.render("ranked", CHART_ROWS["ranked"], language="vi") == first
        assert len(asked) == 6
    finally:
        rendering._pool = real


@pytest.mark.parametrize("name", charts.NAMES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_declarations_meet_the_schema(name: str, language: str) -> None:
    """What the worker skips to save time: Vega-Lite's own schema."""
    from dashboards.charts.declarations import DECLARATIONS

    with translation.override(language):
        for narrow in (False, True):
            assert "mark" in json.dumps(DECLARATIONS[name](CHART_ROWS[name], language, narrow).to_dict(validate=True))
