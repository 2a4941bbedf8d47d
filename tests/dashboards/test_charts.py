"""Charts: what is drawn, what may leave the renderer, and what happens when a renderer dies or hangs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
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
from dashboards.charts.pool import ROOT, Pool
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


def request_of(name: str = "ranked") -> bytes:
    """A request as `render` puts it."""
    width, height = charts.size(name, len(CHART_ROWS[name]))
    rows = CHART_ROWS[name]
    return json.dumps(
        {"name": name, "rows": rows, "language": "vi", "theme": "light", "size": "wide", "width": width, "height": height}
    ).encode()


@pytest.fixture
def pool() -> Iterator[Pool]:
    """A pool of one renderer that ends with its test."""
    pool = Pool(1)
    yield pool
    pool.stop()


def test_a_killed_renderer_is_replaced(pool: Pool) -> None:
    """Killed while idle: the next request is answered by a new process, and nobody notices."""
    before = pool.ask(request_of(), 20)
    first = pool._idle[0].process
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert pool.ask(request_of(), 20) == before
    assert pool._idle[0].process.pid != first.pid


def test_a_hanging_renderer_is_killed_in_time_and_replaced(pool: Pool) -> None:
    """The caller waits no longer than the timeout, the stuck process is gone, the next request is answered."""
    before = pool.ask(request_of(), 20)
    stuck = pool._idle[0].process
    os.kill(stuck.pid, signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(charts.RendererFailed, match="in time"):
        pool.ask(request_of(), 0.3)
    assert time.monotonic() - started < 10
    assert stuck.returncode == -signal.SIGKILL
    assert pool.ask(request_of(), 20) == before


def test_a_request_that_kills_two_is_given_up(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """No endless row of new processes."""
    started: list[int] = []

    monkeypatch.setattr("dashboards.charts.pool.WORKER", (sys.executable, "-c", "raise SystemExit(1)"))
    original = subprocess.Popen

    def counting(*args: Any, **kwargs: Any) -> subprocess.Popen[bytes]:
        process = original(*args, **kwargs)
        started.append(process.pid)
        return process

    monkeypatch.setattr("dashboards.charts.pool.subprocess.Popen", counting)
    with pytest.raises(charts.RendererFailed, match="ended"):
        pool.ask(request_of(), 20)
    assert len(started) == 2


def test_a_busy_pool_says_so(pool: Pool) -> None:
    """Waiting for a free renderer counts towards the timeout."""
    pool._free.acquire()
    try:
        with pytest.raises(charts.RendererFailed, match="busy"):
            pool.ask(request_of(), 0.05)
    finally:
        pool._free.release()


def test_many_threads_get_their_own_answers() -> None:
    """Two renderers, eight threads: no answer goes to the wrong one."""
    pool = Pool(2)
    wanted = {name: json.loads(pool.ask(request_of(name), 30))["svg"] for name in charts.NAMES}
    wrong: list[str] = []

    def ask(name: str) -> None:
        for _ in range(2):
            if json.loads(pool.ask(request_of(name), 30))["svg"] != wanted[name]:
                wrong.append(name)

    threads = [threading.Thread(target=ask, args=(name,)) for name in [*charts.NAMES, "ranked", "daily_net"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alive = len(pool._idle)
    pool.stop()
    assert wrong == []
    assert alive == 2


def test_a_renderer_ends_with_the_process_that_started_it() -> None:
    """Also when that one is killed outright: its input closes."""
    code = (
        "import sys, time; from dashboards.charts.pool import Pool; from tests.dashboards.test_charts import request_of; pool = Pool(1);"
        "pool.ask(request_of(), 20); print(pool._idle[0].process.pid, flush=True); time.sleep(60)"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    parent = subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup(); {code}"], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    os.kill(child, 0)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and _runs(child):
        time.sleep(0.05)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_forked_child_makes_a_pool_of_its_own() -> None:
    """The child of a fork answers from a new renderer, and the parent's still belongs to the parent."""
    before = charts.render("ranked", CHART_ROWS["ranked"], language="vi")
    parents = rendering.pool()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - the forked child reports through its exit
        fresh = rendering._pool is None
        cleaned = fresh and rendering.pool() is not parents
        os.write(write, b"new" if cleaned else b"old")
        os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    assert os.read(read, 9) == b"new"
    os.close(read)
    cache.clear()
    assert charts.render("ranked", CHART_ROWS["ranked"], language="vi") == before


def test_the_web_process_never_loads_altair() -> None:
    """Importing and rendering leaves Altair, V8 and their half second to the renderers."""
    code = (
        "import django; django.setup(); import sys; from dashboards import charts; from dashboards.charts import rendering;"
        "svg = charts.render('ranked', [{'label': 'a', 'value': 1}], language='vi'); rendering.stop();"
        "print(svg[:4], sorted({'altair', 'vl_convert'} & set(sys.modules)))"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "<svg []"


def test_a_renderer_knows_no_secret() -> None:
    """Its environment is a list of what it needs; where the database is stays out of it."""
    pool = rendering.pool()
    charts.render("ranked", [{"label": "secret", "value": 1}], language="vi")
    with open(f"/proc/{pool._idle[0].process.pid}/environ", encoding="utf-8") as environment:
        names = {entry.partition("=")[0] for entry in environment.read().split("\0") if entry}
    assert names <= {"TZ", "LANG", "PATH", "HOME", "TMPDIR", "XDG_DATA_HOME"}


@pytest.mark.parametrize("name", charts.NAMES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_declarations_meet_the_schema(name: str, language: str) -> None:
    """What the worker skips to save time: Vega-Lite's own schema."""
    from dashboards.charts.declarations import DECLARATIONS

    with translation.override(language):
        for narrow in (False, True):
            assert "mark" in json.dumps(DECLARATIONS[name](CHART_ROWS[name], language, narrow).to_dict(validate=True))


def test_worker_answers_bad_requests_and_goes_on() -> None:
    """The worker's own loop, line by line, without the pool."""
    lines = [b"not json", b'{"name": "ranked"}', request_of()]
    done = subprocess.run(
        [sys.executable, "-m", "dashboards.charts.worker"], cwd=ROOT, input=b"\n".join(lines) + b"\n", capture_output=True, check=True
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [sorted(answer) for answer in answers] == [["error"], ["error"], ["svg"]]
    assert answers[0]["error"].startswith("JSONDecodeError")
