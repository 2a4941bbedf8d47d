"""What a schedule asks of its board, in words; and who changed it, as the database keeps it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import InternalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.acting import acting
from accounts.models import User
from dashboards.mailing import services
from dashboards.mailing.asked import FORMS, asked_of
from dashboards.mailing.boards import BOARDS
from dashboards.mailing.history import changes_of
from dashboards.models import MailSchedule
from tests import builders
from tests.builders import GIA_LAI
from tests.dashboards.mailing_stage import MAY, schedule
from tests.dashboards.market import browser_of, make_market

pytestmark = pytest.mark.django_db


def told(board: str, filters: str, language: str = "en") -> list[tuple[str, str]]:
    with translation.override(language):
        return asked_of(MailSchedule(province_id=GIA_LAI, board=board, filters=filters))


def test_every_board_has_its_words() -> None:
    assert set(FORMS) == set(BOARDS)
    for board in BOARDS:
        assert told(board, "sort=nothing&unknown=1&province=52&reading=1-1") == told(board, "")


@pytest.mark.parametrize(
    ("board", "filters", "en", "vi"),
    [
        (
            "product_list",
            "",
            [("Period", "Last 30 days, as of the day it is sent")],
            [("Kỳ", "30 ngày qua, tính đến ngày gửi")],
        ),
        (
            "product_list",
            "period=month&star=4&q=c%C3%A0+ph%C3%AA&compare=last_year&sort=-units",
            [
                ("Period", "This month, as of the day it is sent"),
                ("Compared with", "the same days of last year"),
                ("Product, producer or code", "cà phê"),
                ("Stars", "4 stars"),
                ("Sorted by", "Units, the greatest first"),
            ],
            [
                ("Kỳ", "Tháng này, tính đến ngày gửi"),
                ("So với", "cùng kỳ năm trước"),
                ("Sản phẩm, chủ thể hoặc mã", "cà phê"),
                ("Hạng sao", "4 sao"),
                ("Sắp xếp theo", "Số lượng bán, lớn nhất trước"),
            ],
        ),
        ("producer_list", f"period=custom&{MAY}&by=month", [("Days", "01/05/2025 – 31/05/2025")], [("Ngày", "01/05/2025 – 31/05/2025")]),
        ("session_list", "from=2025-05-01&state=done", [("Days", "from 01/05/2025 on"), ("State", "Over")], None),
        ("session_list", "to=2025-05-31&sort=name", [("Days", "to 31/05/2025"), ("Sorted by", "Name, the smallest first")], None),
        ("what_works", "", [("Period", "Last 12 months, as of the day it is sent")], None),
        ("claim_list", "year=2025&state=differs", [("Year", "2025"), ("Beside the ledger", "Differs from the ledger")], None),
        ("seasons", "", [], None),
        ("platform_list", "rows=shop&period=nonsense", [("Period", "Last 30 days, as of the day it is sent"), ("Show", "Shops")], None),
        ("gone_board", "star=4", [], None),
    ],
)
def test_filters_are_said_in_words(board: str, filters: str, en: list[tuple[str, str]], vi: list[tuple[str, str]] | None) -> None:
    assert told(board, filters) == en
    if vi is not None:
        assert told(board, filters, "vi") == vi


def test_the_page_says_territory_days_and_filters() -> None:
    make_market()
    official = builders.official()
    made = schedule(official, filters=f"star=4&{MAY}")
    page = browser_of(official).get(f"/mailings/{made.pk}/").content.decode()
    assert "Tỉnh Gia Lai; cán bộ xã nhận số liệu của xã mình" in page
    assert "<dt>Ngày</dt><dd>01/05/2025 – 31/05/2025</dd>" in page
    assert "<dt>Hạng sao</dt><dd>4 sao</dd>" in page
    assert f'<a href="/products/?star=4&amp;{MAY.replace("&", "&amp;")}">' in page
    assert ">star=4" not in page
    form = browser_of(official).get("/en/mailings/new/?what=product_list&filters=star%3D4%26period%3Dmonth").content.decode()
    assert "These filters say: Period: This month, as of the day it is sent; Stars: 4 stars" in form


def changed(made: MailSchedule) -> list[tuple[str, User | None, list[tuple[str, str, str]]]]:
    with translation.override("en"):
        found = changes_of(MailSchedule.objects.get(pk=made.pk))
        return [(str(one.what), one.who, [(diff.label, diff.before, diff.after) for diff in one.differences]) for one in found]


def post(browser: Client, made: MailSchedule, step: str) -> None:
    assert browser.post(f"/en/mailings/{made.pk}/step/", {"step": step}).status_code == 302


def test_who_changed_what_is_kept() -> None:
    make_market()
    one, other = builders.official(), builders.official(builders.AGRICULTURE)
    weekly: dict[str, Any] = {"what": "product_list", "filters": "star=4", "form": "xlsx", "language": "vi", "rhythm": "weekly"}
    weekly |= {"weekday": "1", "hour": "7", "recipients": [one.pk]}
    mine, theirs = browser_of(one), browser_of(other)
    assert mine.post("/en/mailings/new/", weekly).status_code == 302
    made = MailSchedule.objects.get()
    post(theirs, made, "pause")
    post(theirs, made, "pause")
    post(mine, made, "resume")
    given = {**weekly, "filters": "star=5", "rhythm": "monthly", "month_day": "1", "recipients": [other.pk], "version": "0"}
    assert theirs.post(f"/en/mailings/{made.pk}/edit/", given).status_code == 302
    only_people = {**given, "recipients": [one.pk, other.pk], "version": "1"}
    assert mine.post(f"/en/mailings/{made.pk}/edit/", only_people).status_code == 302
    post(mine, made, "once")
    post(theirs, made, "delete")
    assert changed(made) == [
        ("Deleted", other, []),
        ("Changed", one, [("Gets it from then on", "", str(one))]),
        (
            "Changed",
            other,
            [
                (
                    "Filters",
                    "Period: Last 30 days, as of the day it is sent; Stars: 4 stars",
                    "Period: Last 30 days, as of the day it is sent; Stars: 5 stars",
                ),
                ("How often", "Each week on Monday at 7:00", "Each month on day 1 at 7:00"),
                ("Gets it from then on", "", str(other)),
                ("Taken off", "", str(one)),
            ],
        ),
        ("Resumed", one, []),
        ("Paused", other, []),
        ("Set up", one, []),
    ]
    page = mine.get(f"/mailings/{made.pk}/").content.decode()
    assert page.count("<del>") == 2
    assert f"<li><b>Đã xóa</b> · {other} · " in page


def test_what_the_sweep_does_is_no_change_of_anybody() -> None:
    official = builders.official()
    with acting(official):
        made = schedule(official)
    services.dispatch_due(now=made.next_due)  # type: ignore[arg-type]
    assert MailSchedule.objects.get(pk=made.pk).next_due != made.next_due
    assert [what for what, _who, _differences in changed(made)] == ["Set up"]


def test_nobody_rewrites_what_is_kept() -> None:
    official = builders.official()
    made = schedule(official)
    services.pause_schedule(schedule=made)
    assert [(what, who) for what, who, _differences in changed(made)] == [("Paused", None), ("Set up", None)]
    for table in ("dashboards_mailscheduleevent", "dashboards_mailrecipientevent"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET pgh_label = 'x'"):
            with pytest.raises(InternalError, match="Cannot update or delete rows"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_a_page_of_many_changes_takes_as_many_queries() -> None:
    official = builders.official()
    made = schedule(official)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            changed(made)
        return len(seen)

    services.pause_schedule(schedule=made)
    few = queries()
    for _round in range(3):
        services.resume_schedule(schedule=made)
        services.pause_schedule(schedule=made)
    assert (few, queries()) == (4, 4)
