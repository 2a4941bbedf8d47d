"""What every board declared by `dashboards.views.board` does: files and picture of the same rows, what may be asked, days for ever."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from python_calamine import CalamineWorkbook

from dashboards.delivery import views as delivery
from dashboards.scanned import views as scanned
from dashboards.views import communes, hosts, platforms, producers, products, programme_list, session_list
from livestreams.models import Session, Target
from orders.models import Shop
from tests import builders
from tests.builders import at
from tests.dashboards.market import DAYS, Market, browser_of, context_of, forget_readings, queries_of
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db

# Address → the greatest bar of the picture with its net value, and how many bars there are.
BOARDS = {
    "sessions": ("Session L1", "280,000", 1),
    "products": ("Product A", "790,000", 3),
    "producers": ("HTX GL1", "840,000", 3),
    "communes": ("", "840,000", 3),
    "hosts": ("KOL H1", "280,000", 1),
}


@pytest.mark.usefixtures("market")
def test_files_and_picture_are_the_page() -> None:
    client = browser_of(builders.official())
    for board, (label, net, bars) in BOARDS.items():
        context = client.get(f"/en/{board}/", DAYS).context
        book = CalamineWorkbook.from_filelike(BytesIO(client.get(context["export"]).content))
        sheet: list[list[Any]] = book.get_sheet_by_index(0).to_python()
        written = b"".join(client.get(context["export_csv"])).decode("utf-8-sig").splitlines()  # type: ignore[call-overload]
        assert written[0].split(",") == sheet[0], board
        assert [line.split(",")[0] for line in written[1:]] == [row[0] for row in sheet[1:]], board
        chart = context["chart"]
        assert chart["rows"] == bars, board
        assert chart["alt"].startswith(f"The greatest of {bars} is {label}"), board
        assert chart["alt"].endswith(f"with {net}\N{NO-BREAK SPACE}₫."), board
        drawn = client.get(chart["url"])
        assert (drawn.status_code, drawn["Content-Type"]) == (200, "image/svg+xml"), board
        # An address with filters draws what its page lists.
        assert client.get(f"/en/{board}/", DAYS | {"q": "nothing like it"}).context["chart"]["rows"] == 0, board


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize("board", [*BOARDS, "claims", "seasons", "what-works"])
def test_a_file_of_filters_that_make_no_sense_is_a_bad_request(board: str) -> None:
    """An empty table would be taken for the answer."""
    client = browser_of(builders.official())
    wrong = {"from": "2024-02-30", "metric": "x", "group": "x"}
    for file in (f"/en/{board}.xlsx", f"/en/{board}.csv")[: 1 if board in {"seasons", "what-works"} else 2]:
        assert client.get(file, wrong).status_code == 400, file


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize("board", ["products", "claims", "seasons", "what-works", "beyond-air", "order-lines"])
def test_the_province_of_an_administrator_is_no_filter(board: str) -> None:
    """It has no chip, and stays where the filters are cleared."""
    context = context_of(builders.administrator(), f"/en/{board}/", province="52", q="a")
    assert [words for words, _address in context["chips"] if "52" in words] == []
    assert context["reset"] == f"/en/{board}/?province=52"


@pytest.mark.usefixtures("market")
def test_each_says_what_can_be_asked_of_it() -> None:
    client = browser_of(builders.official())
    for board in BOARDS:
        context = client.get(f"/en/{board}/", DAYS).context
        offers = dict(context["offers"])
        asked = {str(field.label) for field in context["form"].visible_fields()}
        assert set(offers) == asked | {"Sorted by"}, board
        for sort in offers["Sorted by"].split(", "):
            assert sort, board
        # The days of the page, said as days.
        fixed = client.get(f"/en/{board}/{context['fixed']}").context
        assert (fixed["period"], fixed["before"]) == (context["period"], context["before"]), board


def test_livestreams_of_chosen_days_beside_earlier_ones(market: Market) -> None:
    builders.session("L2", at("2025-04-27 20:00"), products=[market.c], shops=[market.shop])
    order(market.shop, "april", at("2025-04-27 20:10"), Line(market.c, 2, 140_000))
    fold()
    official = builders.official()
    whole = context_of(official, "/en/sessions/")
    assert (whole["period"], whole["before"], whole["tiles"]) == (None, None, [])
    month = context_of(official, "/en/sessions/", **DAYS)
    assert {tile["key"]: (tile["now"], tile["before"]) for tile in month["tiles"]} == {
        "held": (1, 1),
        "orders": (3, 1),
        "placed": (480_000, 140_000),
        "net": (280_000, 140_000),
    }
    # The same filters for both, and the same days of the year before.
    none = context_of(official, "/en/sessions/", **DAYS, host="H1")
    assert {tile["key"]: (tile["now"], tile["before"]) for tile in none["tiles"]}["placed"] == (480_000, 0)
    year = context_of(official, "/en/sessions/", **DAYS, compare="last_year")
    assert (year["before"].first.year, {tile["before"] for tile in year["tiles"]}) == (2024, {0})
    # Days to come are compared with nothing, and days until then to date.
    today = timezone.localdate()
    later = context_of(official, "/en/sessions/", **{"from": "2025-05-01", "to": today.replace(year=today.year + 1).isoformat()})
    assert later["period"].last == today


def test_earlier_livestreams_without_a_file_are_not_zero(market: Market) -> None:
    builders.session("L2", at("2025-04-27 20:00"), products=[market.x])
    page = browser_of(builders.official()).get("/en/sessions/", DAYS)
    texts = {tile["key"]: tile["before_text"].partition(": ")[2] for tile in page.context["tiles"]}
    assert texts == {"held": "1", "orders": "–", "placed": "–", "net": "–"}


def test_programmes_with_what_was_sold_in_each(market: Market) -> None:
    first, _second = builders.programme("CT1"), builders.programme("CT2")
    Session.objects.filter(pk=market.session.pk).update(programme=first)
    for metric, value in ((Target.Metric.NET, 560_000), (Target.Metric.ORDERS, 100)):
        Target.objects.create(programme=first, metric=metric, value=value)
    official = builders.official()
    client = browser_of(official)

    def shown(**query: str) -> dict[str, tuple[int, int | None, int, int]]:
        rows = context_of(official, "/en/programmes/", **query)["rows"]
        return {row.name.code: (row.livestreams, row.net, row.now.after.value.net, row.before.live.value.net) for row, *_ in rows}

    # The newest first, else by code; of the second nothing is known, which is not 0.
    assert list(shown().items()) == [("CT1", (1, 280_000, 500_000, 0)), ("CT2", (0, None, 0, 0))]
    assert list(shown(sort="-name")) == ["CT2", "CT1"]
    assert list(shown(sort="net")) == ["CT1", "CT2"]
    assert list(shown(q="ct2")) == ["CT2"]
    assert shown(state="planned") == {}
    assert list(shown(**{"from": "2026-01-01"})) == []
    june = {"from": "2025-06-01", "to": "2025-06-30"}
    assert shown(**june)["CT1"] == (1, None, 0, 280_000)
    page = client.get("/en/programmes/")
    assert "50%" in page.content.decode()  # of the target of 560,000
    assert "50%" not in client.get("/en/programmes/", DAYS).content.decode()
    # Also where one end of the days is open: 300,000 of the 500,000 after it were placed on the 21st.
    for days, follows in (({}, 500_000), (DAYS, 500_000), ({"from": "2025-05-22"}, 200_000), ({"to": "2025-05-21"}, 300_000)):
        rows = client.get("/en/programmes/", days).context["rows"]
        assert rows[0][0].now.after.value.placed == follows
        for row, _state, live, after in rows:
            assert client.get(live).context["page"].totals == row.now.live, live
            assert client.get(after).context["page"].totals == row.now.after, after
    chart = page.context["chart"]
    assert (chart["rows"], client.get(chart["url"]).status_code) == (1, 200)
    # A commune sees what was sold of its own, and no share of a target that is not its own.
    commune = context_of(builders.official(commune=builders.commune(nth=1)), "/en/programmes/")
    assert {row.name.code: row.now.live.value.placed for row, *_ in commune["rows"]} == {"CT1": 100_000, "CT2": 0}
    assert not commune["whole"]


def test_a_new_programme_is_listed_at_once_and_its_fairs_count(market: Market) -> None:
    client = browser_of(builders.official())
    assert client.get("/en/programmes/").context["rows"] == []
    programme = builders.programme("CT1")
    fair = builders.fair("F1", date(2025, 5, 1), date(2025, 5, 31), programme=programme)
    assert [row.name.code for row, *_ in client.get("/en/programmes/").context["rows"]] == ["CT1"]
    booth = builders.shop("BOOTH", market.gl1, sells=[market.a])
    Shop.objects.filter(pk=booth.pk).update(event=fair)
    order(booth, "at-fair", at("2025-05-10 10:00"), Line(market.a, 1, 90_000))
    fold()
    forget_readings()
    ((row, *_rest),) = client.get("/en/programmes/").context["rows"]
    assert (row.events, row.now.fairs.value.net, row.now.live.value.net, row.net) == (1, 90_000, 0, 90_000)


def test_as_many_queries_for_three_programmes_as_for_one(market: Market) -> None:
    official = builders.official()
    builders.programme("CT1")
    one = queries_of(official, "/en/programmes/", DAYS)
    for code in ("CT2", "CT3"):
        programme = builders.programme(code)
        programme.partners.add(builders.partner(f"P-{code}"))
    assert len(context_of(official, "/en/programmes/", **DAYS)["rows"]) == 3
    assert len(queries_of(official, "/en/programmes/", DAYS)) == len(one)


def test_the_table_of_the_documents_is_true() -> None:
    """Each declared board has its row: its address, its files and how many orders it has."""
    text = (settings.BASE_DIR / "docs" / "boards.md").read_text(encoding="utf-8")
    rows = {row.split("|")[2].strip(): row for row in text.splitlines() if row.startswith("| ")}
    declared = (
        *(session_list.BOARD, products.BOARD, producers.BOARD, communes.BOARD, hosts.BOARD, platforms.BOARD, programme_list.BOARD),
        *(delivery.BOARD, scanned.BOARD),
    )
    for board in declared:
        row = rows[f"`/{board.route}/`"]
        assert f"| XLSX, CSV | {len(board.sorts)} orders | 1 click |" in row, board.name
    # Beside these: the overview, and the heading of the table.
    assert len(rows) == len(declared) + 2
