"""Changing what is sent: the form that makes a schedule, over one that is there; what is due already goes as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Post, User
from dashboards.mailing import sending, services
from dashboards.mailing.calendar import next_monthly
from dashboards.models import MailDispatch, MailSchedule, MailSending, PeriodKind
from tests import builders, report_builders
from tests.builders import CA_MAU
from tests.dashboards.mailing_stage import DAY, MAY, schedule, work
from tests.dashboards.market import browser_of, make_market

pytestmark = pytest.mark.django_db
STALE = "Somebody else saved this page after you opened it"


def address(kept: MailSchedule) -> str:
    return f"/en/mailings/{kept.pk}/edit/"


def opened(browser: Client, kept: MailSchedule) -> dict[str, Any]:
    """What a browser would send from the page as it is opened."""
    answer = browser.get(address(kept))
    form = answer.context["form"]
    told = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in told.items() if value is not None} | {"version": answer.context["version"]}


def test_everything_of_it_can_be_changed_and_the_next_time_is_reckoned_anew() -> None:
    make_market()
    official, colleague = builders.official(), builders.official(builders.AGRICULTURE)
    kept = report_builders.mailed(official, filters="star=4")
    browser = browser_of(colleague)
    told = {"what": "product_list", "filters": "star=4", "form": "xlsx", "language": "vi", "rhythm": "weekly", "weekday": 1, "month_day": 1}
    assert opened(browser, kept) == {**told, "hour": 7, "recipients": [official.pk], "version": "0"}
    changed = {"what": "host_list", "filters": f"/en/hosts/?{MAY}&reading=1-1", "language": "en", "rhythm": "monthly", "month_day": "31"}
    before = timezone.now()
    answer = browser.post(address(kept), {**opened(browser, kept), **changed, "hour": "5", "recipients": [colleague.pk]})
    assert (answer.status_code, answer["Location"]) == (302, f"/en/mailings/{kept.pk}/")
    made = MailSchedule.objects.get()
    assert (made.board, made.filters, made.report, made.form, made.language) == ("host_list", MAY, "", "xlsx", "en")
    assert (made.rhythm, made.weekday, made.month_day, made.hour) == ("monthly", None, 31, 5)
    assert made.next_due in {next_monthly(31, 5, before), next_monthly(31, 5, timezone.now())}
    assert (list(made.recipients.all()), made.made_by, made.changed_by, made.version) == ([colleague], official, colleague, 1)
    assert made.changed_at is not None
    assert before <= made.changed_at <= timezone.now()
    page = browser.get(answer["Location"]).content.decode()
    assert "Last changed" in page
    assert f'href="{address(kept)}"' in page
    # A report after its signing has neither day nor hour.
    report = {"what": "report:month", "form": "pdf", "rhythm": "signing"}
    assert browser.post(address(kept), {**opened(browser, kept), **report}).status_code == 302
    made.refresh_from_db()
    assert (made.board, made.filters, made.report, made.form) == ("", "", "month", "pdf")
    assert (made.rhythm, made.weekday, made.month_day, made.hour, made.next_due) == ("signing", None, None, None, None)
    assert opened(browser, made)["what"] == "report:month"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"form": "pdf"}, "form", "A board comes as XLSX."),
        ({"rhythm": "monthly", "month_day": "32"}, "month_day", "less than or equal to 31"),
        ({"what": "order_lines"}, "what", "order_lines is not one of"),
        ({"filters": "from=2025-13-01"}, "filters", "These days cannot be read."),
        ({"recipients": ["0"]}, "recipients", "0 is not one of"),
        ({"recipients": []}, "recipients", "This field is required."),
    ],
)
def test_what_making_refuses_changing_refuses_too(changes: dict[str, Any], field: str, words: str) -> None:
    official = builders.official()
    kept = report_builders.mailed(official)
    browser = browser_of(official)
    answer = browser.post(address(kept), {**opened(browser, kept), **changes})
    assert answer.status_code == 422
    assert words in answer.context["form"].errors[field][0]
    made = MailSchedule.objects.get()
    assert (made.board, made.rhythm, made.form, made.version, made.changed_at) == ("product_list", "weekly", "xlsx", 0, None)


def test_recipients_must_have_the_right_to_what_it_is_now() -> None:
    official, commune = builders.official(), builders.official(commune=builders.commune())
    kept = report_builders.mailed(official)
    kept.recipients.add(commune)
    browser = browser_of(official)
    answer = browser.post(address(kept), {**opened(browser, kept), "what": "report:month", "form": "pdf"})
    assert (answer.status_code, answer.context["form"].errors["recipients"]) == (422, [f"These people may not see it: {commune}."])


def test_who_has_left_is_named_and_left_out() -> None:
    official, gone = builders.official(), builders.official()
    kept = report_builders.mailed(official)
    kept.recipients.add(gone)
    Post.objects.filter(user=gone).update(until=timezone.localdate() - DAY)
    browser = browser_of(official)
    answer = browser.get(address(kept))
    assert answer.context["form"].gone == [gone]
    assert f"No post in the province or no e-mail address any more: {gone}" in answer.content.decode()
    browser.post(address(kept), {**opened(browser, kept), "recipients": [official.pk]})
    assert list(kept.recipients.all()) == [official]


def test_others_than_the_provinces_departments_do_not_change_it() -> None:
    official = builders.official()
    kept = report_builders.mailed(official)
    given = {**opened(browser_of(official), kept), "hour": "9"}
    strangers: dict[int, User] = {
        403: builders.official(commune=builders.commune()),
        404: builders.official(province=CA_MAU),
    }
    for status, stranger in strangers.items():
        browser = browser_of(stranger)
        assert (browser.get(address(kept)).status_code, browser.post(address(kept), given).status_code) == (status, status)
    assert browser_of(builders.member(builders.producer("P"))).post(address(kept), given).status_code == 403
    assert Client().post(address(kept), given)["Location"] == f"/en/account/login/?next={address(kept)}"
    made = MailSchedule.objects.get()
    assert (made.hour, made.version) == (7, 0)
    assert browser_of(official).get("/en/mailings/999999/edit/").status_code == 404


def test_a_deleted_one_is_not_changed() -> None:
    official = builders.official()
    kept = report_builders.mailed(official)
    browser = browser_of(official)
    given = {**opened(browser, kept), "hour": "9"}
    services.end_schedule(schedule=kept)
    for answer in (browser.get(address(kept), follow=True), browser.post(address(kept), given, follow=True)):
        assert answer.redirect_chain == [(f"/en/mailings/{kept.pk}/", 302)]
        assert "It was deleted already." in answer.content.decode()
        assert address(kept) not in answer.content.decode()
    assert MailSchedule.objects.get().hour == 7
    with pytest.raises(services.EndedError):
        services.change_schedule(schedule=kept, to=kept, recipients=[official], version=0, by=official)


@pytest.mark.parametrize("version", ["", "1", "-1", "x", "0\0", "९", "9" * 40])
def test_a_version_that_no_page_has_is_refused(version: str) -> None:
    official = builders.official()
    kept = report_builders.mailed(official)
    browser = browser_of(official)
    answer = browser.post(address(kept), {**opened(browser, kept), "hour": "9", "version": version})
    assert (answer.status_code, MailSchedule.objects.get().hour) == (422, 7)
    assert STALE in answer.content.decode()


def test_of_two_tabs_the_second_is_told_and_may_insist() -> None:
    official = builders.official()
    kept = report_builders.mailed(official)
    browser = browser_of(official)
    first, second = ({**opened(browser, kept), "hour": hour} for hour in ("8", "9"))
    assert browser.post(address(kept), first).status_code == 302
    # Pressed twice, or from another tab; also where something has to be mended there first.
    for given in (first, second):
        assert browser.post(address(kept), given).status_code == 422
    mended = browser.post(address(kept), {**second, "hour": "24"})
    assert (mended.status_code, mended.context["version"]) == (422, "0")
    told = browser.post(address(kept), {**second, "version": mended.context["version"]})
    assert (told.status_code, MailSchedule.objects.get().hour) == (422, 8)
    assert browser.post(address(kept), {**second, "version": told.context["version"]}).status_code == 302
    made = MailSchedule.objects.get()
    assert (made.hour, made.version) == (9, 2)


def test_what_is_due_already_goes_as_it_was_to_whom_it_was_for() -> None:
    """One mail waits and another is due that no sweep has seen; then the board, the language and the reader are others."""
    make_market()
    official, colleague = builders.official(), builders.official()
    kept = schedule(official)
    services.dispatch_due(now=timezone.now())
    MailSchedule.objects.update(next_due=timezone.now() - timedelta(minutes=1))
    browser = browser_of(official)
    changes = {"what": "host_list", "language": "en", "recipients": [colleague.pk]}
    assert browser.post(address(kept), {**opened(browser, kept), **changes}).status_code == 302
    assert MailDispatch.objects.count() == 2
    work()
    subject = "Sản phẩm · Tỉnh Gia Lai · 01/05–31/05/2025"
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [([official.email], subject)] * 2
    page = browser.get(f"/en/mailings/{kept.pk}/").content.decode().partition('id="mails"')[2]
    assert page.count("<br>Products</span></th>") == 2
    mail.outbox.clear()
    services.send_once(schedule=kept)
    work()
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [([colleague.email], "Hosts · Tỉnh Gia Lai · 01/05–31/05/2025")]
    # The right that counts is that to what was wanted.
    assert [one.schedule_then.board for one in MailDispatch.objects.order_by("pk")] == ["product_list", "product_list", "host_list"]


def test_a_report_that_waits_goes_to_nobody_who_may_only_see_what_it_was_changed_to() -> None:
    make_market()
    official = builders.official()
    kept = schedule(official, board="", filters="", report=PeriodKind.MONTH, form="docx")
    services.dispatch_due(now=timezone.now())
    browser = browser_of(official)
    assert browser.post(address(kept), {**opened(browser, kept), "what": "product_list", "form": "xlsx"}).status_code == 302
    # A commune official opens the board, and no report.
    Post.objects.filter(user=official).update(agency=builders.official(commune=builders.commune()).current_posts()[0].agency)
    work()
    assert (MailSending.objects.get().state, mail.outbox) == ("withheld", [])


def test_paused_it_stays_paused() -> None:
    official = builders.official()
    kept = report_builders.mailed(official)
    services.pause_schedule(schedule=kept)
    browser = browser_of(official)
    assert browser.post(address(kept), {**opened(browser, kept), "hour": "9"}).status_code == 302
    made = MailSchedule.objects.get()
    assert (made.hour, made.state, made.next_due) == (9, "paused", None)


def test_reports_signed_before_it_was_changed_to_them_are_not_sent_and_those_before_another_change_are() -> None:
    make_market()
    official = builders.official()
    kept = report_builders.mailed(official)
    report_builders.signed(report_builders.prepared(official, PeriodKind.YEAR, 2023), "1/BC-SCT")
    browser = browser_of(official)
    signing = {"what": "report:year", "form": "pdf", "rhythm": "signing"}
    assert browser.post(address(kept), {**opened(browser, kept), **signing}).status_code == 302
    late = report_builders.signed(report_builders.prepared(official, PeriodKind.YEAR, 2024), "2/BC-SCT")
    # No sweep has come by; the form alone is changed.
    assert browser.post(address(kept), {**opened(browser, kept), "form": "docx"}).status_code == 302
    assert services.dispatch_due(now=timezone.now()) == 0
    (found,) = MailDispatch.objects.select_related("report")
    assert (found.report, found.schedule_then.form) == (late, "pdf")
    for pk in services.due_sendings(now=timezone.now()):
        assert sending.send_mail(sending_id=pk)
    assert [letter.attachments[0][0] for letter in mail.outbox] == [f"report-52-year-2024-12-31-{late.edition}.pdf"]
