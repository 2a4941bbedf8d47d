"""Scans, visits and feedback beside sales: what is counted, for whom, in which commune, in which words and files."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from accounts.models import User
from catalog.models import ProducerMember, ProducerSeat, Product
from dashboards.boards.audience import Audience
from dashboards.boards.territory import Territory
from dashboards.periods import Period
from dashboards.scanned.board import scanned_board
from dashboards.scanned.counting import Tally
from places.models import Province
from tests import builders
from tests.builders import CA_MAU, GIA_LAI, at
from tests.dashboards.market import DAYS, Market, browser_of, context_of, forget_readings, queries_of
from tests.order_builders import Line, fold, order
from traceability.models import Feedback, Reply, ScanCount

pytestmark = pytest.mark.django_db
ADDRESS = "/en/scans-and-feedback/"
State, Kind = Feedback.State, Feedback.Kind


def scanned(product: Product, day: str, scans: int, visits: int) -> None:
    """What was counted of the product's own code on a day."""
    ScanCount.objects.create(product=product, day=date.fromisoformat(day), scans=scans, visits=visits)


def wrote(
    product: Product | None, sent: datetime, kind: str = Kind.COMPLAINT, *, answered: float | None = None, state: str = "", **fields: Any
) -> Feedback:
    """Feedback, answered by its producer after so many days; it waits unless it was answered or another state is given."""
    state = state or (State.NEW if answered is None else State.ANSWERED)
    fields |= {"province": None if product else Province.objects.get(pk=GIA_LAI)}
    told = Feedback.objects.create(
        product=product,
        kind=kind,
        about="/t/0",
        text="Gói bị rách",
        language="vi",
        ticket_hash=f"{Feedback.objects.count()}",
        sent_at=sent,
        state=state,
        waiting_since=sent if state == State.NEW else None,
        closed_at=sent + timedelta(days=90) if state == State.CLOSED else None,
        **fields,
    )
    # What the writer adds is no answer.
    Reply.objects.create(feedback=told, side=Reply.Side.WRITER, text="Thêm", written_at=sent + timedelta(hours=1))
    for days in (answered, answered + 5) if answered is not None else ():
        Reply.objects.create(feedback=told, side=Reply.Side.PRODUCER, text="Xin lỗi", written_at=sent + timedelta(days=days))
    return told


@pytest.fixture
def market(market: Market) -> Market:
    """A: 9 scans in May, 4 in April; C: 5; X: 7. Four messages in May about A, one about C, one about a code that nobody issued."""
    scanned(market.a, "2025-05-01", 5, 3)
    scanned(market.a, "2025-05-31", 4, 4)
    scanned(market.a, "2025-04-30", 4, 1)
    scanned(market.a, "2025-06-01", 100, 100)
    scanned(market.c, "2025-05-20", 5, 2)
    scanned(market.x, "2025-05-20", 7, 6)
    # The day is Vietnam's: the last minute of May counts, the first of June does not.
    wrote(market.a, at("2025-05-31 23:59"))
    wrote(market.a, at("2025-06-01 00:00"))
    wrote(market.a, at("2025-05-02 08:00"), answered=1.0)
    wrote(market.a, at("2025-05-03 08:00"), answered=4.0, state=State.NEW)
    wrote(market.a, at("2025-05-04 08:00"), Kind.PRAISE, state=State.CLOSED)
    wrote(market.a, at("2025-04-15 08:00"), answered=2.0)
    wrote(market.c, at("2025-05-05 08:00"), Kind.COUNTERFEIT, with_producer=False)
    wrote(None, at("2025-05-06 08:00"), Kind.COUNTERFEIT)
    return market


def rows(user: User, **query: str) -> dict[str, tuple[int, int, int, int, int]]:
    """Scans, visits, feedback, what waits of it, and net value, by name, in the order of the page."""
    found = context_of(user, ADDRESS, **(DAYS | query))["rows"]
    return {
        str(row.day or (row.name.code if row.name else "none")): (
            *(row.now.scans, row.now.visits, row.now.told, row.now.waiting),
            row.sold.value.net,
        )
        for row, *_ in found
    }


def test_by_product(market: Market) -> None:
    official = builders.official()
    assert list(rows(official).items()) == [
        ("A", (9, 7, 4, 2, 790_000)),
        ("C", (5, 2, 1, 1, 180_000)),
        ("B", (0, 0, 0, 0, 50_000)),
        ("none", (0, 0, 1, 1, 0)),
    ]
    assert list(rows(official, sort="name")) == ["A", "B", "C", "none"]
    assert list(rows(official, sort="visits")) == ["B", "C", "A", "none"]
    assert list(rows(official, q="gl2")) == ["C"]
    board = context_of(official, ADDRESS, **DAYS)["board"]
    assert (board.total, board.total_before) == (Tally(14, 9, 6, 4), Tally(4, 1, 1, 0))


def test_by_commune_and_by_day(market: Market) -> None:
    official = builders.official()
    first, second = builders.commune(nth=0), builders.commune(nth=1)
    assert list(rows(official, rows="commune").items()) == [
        (first.code, (9, 7, 4, 2, 840_000)),
        (second.code, (5, 2, 1, 1, 180_000)),
        ("none", (0, 0, 1, 1, 0)),
    ]
    days = rows(official, rows="day")
    assert list(days)[:2] == ["2025-05-31", "2025-05-30"]
    assert {day: found[:4] for day, found in days.items() if any(found[:4])} == {
        "2025-05-31": (4, 4, 1, 1),
        "2025-05-20": (5, 2, 0, 0),
        "2025-05-06": (0, 0, 1, 1),
        "2025-05-05": (0, 0, 1, 1),
        "2025-05-04": (0, 0, 1, 0),
        "2025-05-03": (0, 0, 1, 1),
        "2025-05-02": (0, 0, 1, 0),
        "2025-05-01": (5, 3, 0, 0),
    }
    # 2 May is the second day of May, beside the second one of April.
    beside = {row.day: row.before.told for row, _ in context_of(official, ADDRESS, **DAYS, rows="day")["rows"]}
    assert {day for day, told in beside.items() if told} == {date(2025, 5, 15)}
    for by in ("", "commune", "day"):
        found = context_of(official, ADDRESS, **DAYS, rows=by)
        assert sum((row.now for row, _ in found["rows"]), Tally()) == found["board"].total


def test_feedback_by_kind(market: Market) -> None:
    board = context_of(builders.official(), ADDRESS, **DAYS)["board"]
    assert {
        row.kind: (row.told, row.told_before, row.waiting, row.answered, row.closed, row.days, row.days_before) for row in board.kinds
    } == {
        "complaint": (3, 1, 2, 1, 0, None, None),
        "praise": (1, 0, 0, 0, 1, None, None),
        "question": (0, 0, 0, 0, 0, None, None),
        "counterfeit": (2, 0, 2, 0, 0, None, None),
    }
    assert (board.all_told.told, board.all_told.waiting, board.all_told.days) == (6, 4, None)


def test_what_waits_for_its_first_answer_counts_as_longest(market: Market) -> None:
    """Eleven complaints were answered after 1 to 10 days; one waits, and so do two reports of counterfeits."""
    for days in range(2, 11):
        wrote(market.a, at("2025-05-05 08:00"), answered=float(days))
    client = browser_of(builders.official())
    page = client.get(ADDRESS, DAYS)
    assert [row.days for row in page.context["board"].kinds] == [5.5, None, None, None]
    assert page.context["board"].all_told.days == 6.5
    assert "6.5 days" in page.content.decode()
    for _waiting in range(11):
        wrote(market.a, at("2025-05-06 08:00"))
    forget_readings()
    # Eleven of 23 are answered: that is under half.
    assert [row.days for row in client.get(ADDRESS, DAYS).context["board"].kinds] == [None, None, None, None]


def test_scans_and_visits_are_never_added_up(market: Market) -> None:
    """14 scans and 9 visits: 23 stands nowhere, on the page or in its files."""
    client = browser_of(builders.official())
    context = client.get(ADDRESS, DAYS).context
    assert [(tile["key"], tile["now"]) for tile in context["tiles"]] == [("scans", 14), ("visits", 9), ("told", 6)]
    assert ">23<" not in client.get(ADDRESS, DAYS).content.decode()
    written = b"".join(client.get(context["export_csv"])).decode("utf-8-sig").splitlines()  # type: ignore[call-overload]
    assert [line.split(",")[3:10] for line in written[1:]] == [
        ["9", "4", "7", "1", "4", "1", "2"],
        ["5", "0", "2", "0", "1", "0", "1"],
        ["0", "0", "0", "0", "0", "0", "0"],
        ["0", "0", "0", "0", "1", "0", "1"],
    ]


def test_each_sees_its_own(market: Market) -> None:
    assert rows(builders.official(province=CA_MAU)) == {"X": (7, 6, 0, 0, 500_000)}
    assert rows(builders.administrator(), province=CA_MAU) == {"X": (7, 6, 0, 0, 500_000)}
    # A report of a counterfeit is the department's until it is passed on; and a code that nobody issued is no commune's.
    assert rows(builders.member(market.gl2)) == {"C": (5, 2, 0, 0, 180_000)}
    assert rows(builders.official(commune=builders.commune(nth=1))) == {"C": (5, 2, 1, 1, 180_000)}
    assert rows(builders.member(market.gl1)) == {"A": (9, 7, 4, 2, 790_000), "B": (0, 0, 0, 0, 50_000)}
    assert browser_of(builders.user()).get(ADDRESS).status_code == 403
    assert browser_of(builders.official()).get(ADDRESS, {"province": CA_MAU}).status_code == 403


def test_an_official_who_is_a_member_is_told_no_more_than_a_member(market: Market) -> None:
    both = builders.official()
    ProducerMember.objects.create(producer=market.gl2, user=both)
    assert rows(both)["C"] == (5, 2, 0, 0, 180_000)
    assert rows(builders.official())["C"] == (5, 2, 1, 1, 180_000)


def test_a_producer_that_moved_counts_where_it_sat(market: Market) -> None:
    ProducerSeat.objects.create(producer=market.gl2, since=date(2025, 5, 20), commune=builders.commune(CA_MAU))
    fold()
    # The message of 5 May stays in Gia Lai, the scans of 20 May go to Cà Mau.
    assert rows(builders.official())["C"] == (0, 0, 1, 1, 180_000)
    assert rows(builders.official(province=CA_MAU))["C"] == (5, 2, 0, 0, 0)
    for province, scans in ((GIA_LAI, 9), (CA_MAU, 12)):
        for by in ("", "commune", "day"):
            found = rows(builders.official(province=province), rows=by)
            assert sum(row[0] for row in found.values()) == scans, by


@pytest.mark.parametrize("earlier", [("2025-04-01", "2025-04-30"), ("2024-05-01", "2024-05-31"), ("2025-04-20", "2025-05-20")])
def test_both_periods_are_counted_as_each_alone(market: Market, earlier: tuple[str, str]) -> None:
    """One after another, a year apart or overlapping; of a producer that moved within them, too."""
    ProducerSeat.objects.create(producer=market.gl2, since=date(2025, 5, 20), commune=builders.commune(nth=2))
    scanned(market.c, "2025-04-25", 8, 3)
    scanned(market.c, "2025-05-19", 6, 6)
    fold()
    spans = Period(date(2025, 5, 1), date(2025, 5, 31)), Period(*map(date.fromisoformat, earlier))
    audiences = (Audience(territory=Territory(GIA_LAI)), Audience(territory=Territory(GIA_LAI, builders.commune(nth=2).pk)))
    for audience in (*audiences, Audience(producers=(market.gl2.pk,)), Audience(producers=(market.gl1.pk, market.gl2.pk))):
        here, there = (scanned_board(audience, *pair, date(2025, 5, 31)) for pair in (spans, spans[::-1]))
        for one, other in ((here, there), (there, here)):
            assert one.total_before == other.total
            assert [(kind.told_before, kind.days_before) for kind in one.kinds] == [(kind.told, kind.days) for kind in other.kinds]
            for mine, theirs in ((one.products, other.products), (one.communes, other.communes)):
                assert {row.name: (row.before, row.sold_before) for row in mine} == {row.name: (row.now, row.sold) for row in theirs}
        assert here.total == sum((row.now for row in here.products), Tally()) == sum((row.now for row in here.communes), Tally())
        assert here.total.scans > 0


def test_sales_beside_open_their_lines_and_the_picture_is_the_days(market: Market) -> None:
    client = browser_of(builders.official())
    opened = 0
    for by in ("", "commune", "day"):
        for row, lines in client.get(ADDRESS, DAYS | {"rows": by}).context["rows"]:
            if lines:
                totals = client.get(lines).context["page"].totals
                assert (totals.value, totals.orders) == (row.sold.value, row.sold.orders), lines
                opened += 1
            else:
                assert row.sold.is_empty
    assert opened == 3 + 2 + 6
    chart = client.get(ADDRESS, DAYS).context["chart"]
    assert (chart["name"], chart["rows"]) == ("daily_scans", 31)
    assert chart["alt"] == "Scans and visits by day; most scans, 5, were on 01/05/2025."
    assert "14 scans and 9 visits in 31 days" in client.get(chart["url"]).content.decode()
    assert client.get(ADDRESS, {"from": "2025-03-01", "to": "2025-03-31"}).context["chart"]["rows"] == 0


def test_the_file_is_the_page(market: Market) -> None:
    client = browser_of(builders.official())
    context = client.get(ADDRESS, DAYS | {"rows": "day", "sort": "-scans"}).context
    book = CalamineWorkbook.from_filelike(BytesIO(client.get(context["export"]).content))
    sheet: list[list[Any]] = book.get_sheet_by_index(0).to_python()
    heads = [sheet[0].index(head) for head in ("Day", "Scans", "Visits", "Net value (VND)")]
    assert [[row[place] for place in heads] for row in sheet[1:4]] == [
        [date(2025, 5, 20), 5, 2, 280_000],
        # Order files tell of 15 to 27 May.
        [date(2025, 5, 1), 5, 3, ""],
        [date(2025, 5, 31), 4, 4, ""],
    ]


def test_as_many_queries_for_three_products_as_for_one(market: Market) -> None:
    official = builders.official(province="01")
    for count in range(1, 4):
        maker = builders.producer(f"HN{count}", province="01", nth_commune=count)
        made = builders.product(f"N{count}", maker)
        scanned(made, "2025-05-02", 3, 1)
        wrote(made, at("2025-05-02 08:00"), answered=1.0)
        order(builders.shop(f"NS{count}", maker, province="01", sells=[made]), f"n{count}", at("2025-05-02 20:10"), Line(made, 1, 10_000))
        fold()
        if count == 1:
            one = [len(queries_of(official, ADDRESS, DAYS | {"rows": by})) for by in ("", "commune", "day")]
    forget_readings()
    assert len(rows(official)) == 3
    assert [len(queries_of(official, ADDRESS, DAYS | {"rows": by})) for by in ("", "commune", "day")] == one
