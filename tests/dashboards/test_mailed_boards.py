"""Each board by e-mail: the rows of its page, of the days it names, for whoever sees the same."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import User
from catalog.models import ProducerMember
from dashboards.mailing import sending, services
from dashboards.mailing.boards import BOARDS
from dashboards.models import MailParcel, MailSchedule, MailSending, YearTarget
from tests import builders
from tests.builders import GIA_LAI, at
from tests.dashboards.mailing_stage import MAY
from tests.dashboards.market import Market, browser_of
from traceability.models import Feedback, ScanCount

pytestmark = pytest.mark.django_db


@pytest.fixture
def market(market: Market) -> Market:
    ScanCount.objects.create(product=market.c, day=at("2025-05-20 08:00").date(), scans=5, visits=2)
    return market


def mailed(board: str, filters: str, *recipients: User) -> dict[str, Any]:
    """The letter that each gets of a board, by address."""
    mail.outbox.clear()
    kept = MailSchedule(province_id=GIA_LAI, board=board, filters=filters, rhythm="weekly", weekday=1, hour=7, language="en")
    services.make_schedule(schedule=kept, recipients=list(recipients), by=recipients[0])
    services.send_once(schedule=kept)
    for pk in services.due_sendings(now=timezone.now()):
        assert sending.send_mail(sending_id=pk), MailSending.objects.get(pk=pk).failure
    return {letter.to[0]: letter for letter in mail.outbox}


def rows_of(letter: Any) -> list[list[Any]]:
    """The rows of the file, under its heads."""
    ((_name, content, _type),) = letter.attachments
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()[1:]


def link_of(letter: Any) -> str:
    """The page that the letter leads to."""
    link = next(line for line in letter.body.splitlines() if line.startswith("http"))
    return str("/" + link.partition("://")[2].partition("/")[2])


# Of these the file is not the page's one table of pages; tests of their own compare it.
ELSEWHERE = {"overview", "seasons", "beyond_air", "what_works", "year_targets", "data_health"}
LISTS = {
    ("session_list", ""): 1,
    ("product_list", ""): 3,
    ("producer_list", ""): 3,
    ("host_list", ""): 1,
    ("commune_list", ""): 3,
    ("programme_list", ""): 0,
    ("platform_list", ""): 1,
    ("platform_list", "&rows=shop"): 2,
    ("delivery_list", ""): 1,
    ("scanned", ""): 3,
    ("scanned", "&rows=commune"): 2,
    ("scanned", "&rows=day"): 31,
    ("claim_list", ""): 0,
}


@pytest.mark.usefixtures("market")
def test_each_board_is_mailed_with_the_rows_of_its_page() -> None:
    official = builders.official()
    browser = browser_of(official)
    found = {}
    for board, more in LISTS:
        letter = mailed(board, MAY + more, official)[str(official.email)]
        page = browser.get(link_of(letter)).context
        found[board, more] = len(rows_of(letter))
        assert (page["page"].paginator.count, dict(page["form"].errors)) == (found[board, more], {}), board
    assert found == LISTS
    assert {board for board, _more in LISTS} == BOARDS.keys() - ELSEWHERE


@pytest.mark.usefixtures("market")
def test_livestreams_say_their_days_where_both_are_asked_for() -> None:
    official = builders.official()
    subjects = [
        mailed(board, filters, official)[str(official.email)].subject
        for board in ("session_list", "programme_list")
        for filters in (MAY, "from=2025-05-01", "")
    ]
    days = "01/05–31/05/2025"
    livestreams, programmes = "Livestreams · Tỉnh Gia Lai", "Programmes · Tỉnh Gia Lai"
    assert subjects == [f"{livestreams} · {days}", livestreams, livestreams, f"{programmes} · {days}", programmes, programmes]


def test_who_is_a_member_too_gets_the_rows_that_the_own_page_shows(market: Market) -> None:
    """A report of a counterfeit that was not passed on is told to the department, and not to a member of its producer."""
    Feedback.objects.create(
        product=market.c,
        kind=Feedback.Kind.COUNTERFEIT,
        about="/t/0",
        text="Hàng giả",
        language="vi",
        ticket_hash="1",
        sent_at=at("2025-05-05 08:00"),
        state=Feedback.State.NEW,
        waiting_since=at("2025-05-05 08:00"),
        with_producer=False,
    )
    both, colleague, plain = builders.official(), builders.official(), builders.official()
    ProducerMember.objects.create(producer=market.gl2, user=both)
    letters = mailed("scanned", MAY, both, colleague, plain)
    told = {address: [row[7] for row in rows_of(letter) if row[0] == "C"] for address, letter in letters.items()}
    assert told == {both.email: [0], colleague.email: [1], plain.email: [1]}
    assert MailParcel.objects.count() == 2


def test_the_plan_of_the_year_is_mailed_with_the_figures_of_its_page(market: Market) -> None:
    for metric, value in (("net", 2_000_000), ("orders", 4), ("weight", 3)):
        YearTarget.objects.create(
            province_id=GIA_LAI, year=2025, metric=metric, value=value, since=date(2025, 1, 15), source=f"KH {metric}"
        )
    official = builders.official()
    letter = mailed("year_targets", "year=2025", official)[str(official.email)]
    assert letter.subject == "Targets of the year · Tỉnh Gia Lai"
    weight = browser_of(official).get(link_of(letter)).context["goals"][2].goal.reached / 1000
    unknown = "01/01–14/05/2025, 28/05–31/12/2025"
    assert rows_of(letter) == [
        ["2025", "Net value", "VND", 2_000_000, 1_050_000, 52.5, 100, "", "Not enough data", unknown, "KH net"],
        ["2025", "Orders", "orders", 4, 8, 200, 100, "", "Target reached", unknown, "KH orders"],
        ["2025", "Weight sold", "kg", 3, weight, round(weight / 3 * 100, 1), 100, "", "Target reached", unknown, "KH weight"],
    ]


def test_data_health_is_mailed_with_all_rows_of_the_kind_that_was_chosen(market: Market) -> None:
    official = builders.official()
    whole = mailed("data_health", "", official)[str(official.email)]
    some = mailed("data_health", "show=unmapped", official)[str(official.email)]
    ills = browser_of(official).get(link_of(whole)).context["ills"]
    assert [row[0] for row in rows_of(whole)] == [ill.title for ill, _page, _all in ills for _row in ill.rows]
    assert rows_of(some) == [row for row in rows_of(whole) if row[0] == "Shops with unmapped SKUs"]
    ((kind, of, name, detail, known, remedy),) = rows_of(some)
    assert (kind, of, name, detail) == ("Shops with unmapped SKUs", "Shop", "Cửa hàng S", "S")
    assert known.replace("\N{NO-BREAK SPACE}", " ") == "Order lines: 1; value placed: 30,000 ₫"
    assert remedy == "Say which product each SKU is; its past orders then enter every figure."
