"""The pages that have boards and reports sent: who keeps which schedule, and what a form refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail

from accounts.models import User
from dashboards.mailing import sending, services
from dashboards.models import MailSchedule, MailSending
from tests import builders, report_builders
from tests.builders import CA_MAU
from tests.dashboards.market import browser_of, make_market, queries_of

pytestmark = pytest.mark.django_db
NEW = "/en/mailings/new/"


def asked(*recipients: User, **changes: str) -> dict[str, Any]:
    weekly = {"what": "product_list", "filters": "", "form": "xlsx", "language": "vi", "rhythm": "weekly", "weekday": "1", "hour": "7"}
    return {**weekly, **changes, "recipients": [person.pk for person in recipients]}


def errors(user: User, given: dict[str, Any]) -> dict[str, list[str]]:
    answer = browser_of(user).post(NEW, given)
    assert (answer.status_code, MailSchedule.objects.count()) == (422, 0)
    return dict(answer.context["form"].errors)


def test_a_board_offers_to_be_sent_with_its_filters() -> None:
    make_market()
    official = builders.official()
    browser = browser_of(official)
    offered = "/en/mailings/new/?what=product_list&amp;filters=star%3D4%26period%3Dmonth"
    assert offered in browser.get("/en/products/?star=4&period=month").content.decode()
    form = browser.get(offered.replace("&amp;", "&")).context["form"]
    assert (form["what"].value(), form["filters"].value()) == ("product_list", "star=4&period=month")
    # A commune official keeps none, so it is not offered.
    assert "/mailings/" not in browser_of(builders.official(commune=builders.commune())).get("/en/products/").content.decode()


def test_made_changed_and_sent_on_its_page() -> None:
    make_market()
    official, colleague = builders.official(), builders.official(builders.AGRICULTURE)
    browser = browser_of(official)
    given = asked(
        official, colleague, filters="https://portal.example.vn/en/products/?star=4&reading=1-1&page=3&from=2025-05-01&to=2025-05-31"
    )
    assert browser.post(NEW, given).status_code == 302
    made = MailSchedule.objects.get()
    assert (made.board, made.filters, made.province_id) == ("product_list", "star=4&from=2025-05-01&to=2025-05-31", "52")
    assert (made.weekday, made.month_day, made.hour, made.made_by) == (1, None, 7, official)
    assert made.next_due is not None
    # Pressed twice, sent once.
    step = f"/en/mailings/{made.pk}/step/"
    assert [browser.post(step, {"step": "once"}).status_code for _press in range(2)] == [302, 302]
    for pk in MailSending.objects.values_list("pk", flat=True):
        sending.send_mail(sending_id=pk)
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted([str(official.email), str(colleague.email)])
    page = browser.get(made.get_absolute_url()).content.decode()
    assert page.count(str(MailSending.objects.select_related("parcel").first().parcel.sha256)) == 2  # type: ignore[union-attr]
    assert browser.post(step, {"step": "explode"}).status_code == 400


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"form": "pdf"}, "form", "A board comes as XLSX."),
        ({"rhythm": "signing"}, "rhythm", "A board is not signed. Choose a day."),
        ({"weekday": ""}, "weekday", "This is needed."),
        ({"rhythm": "monthly"}, "month_day", "This is needed."),
        ({"hour": "24"}, "hour", "24 is not one of"),
        ({"what": "order_lines"}, "what", "order_lines is not one of"),
        ({"what": "report:programme", "form": "pdf"}, "rhythm", "The report of a programme is sent after it is signed."),
        ({"filters": "/en/producers/?q=a"}, "filters", "another page than the board"),
        ({"filters": "from=2025-13-01"}, "filters", "These days cannot be read."),
        ({"filters": "a\0b"}, "filters", "Null characters are not allowed."),
        ({"filters": "q=" + "x" * 1100}, "filters", "These filters are too long."),
        ({"language": "fr"}, "language", "fr is not one of"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(changes: dict[str, str], field: str, words: str) -> None:
    official = builders.official()
    found = errors(official, asked(official, **changes))
    assert words in found[field][0]


def test_recipients_are_officials_of_the_province_who_may_see_it() -> None:
    official, commune = builders.official(), builders.official(commune=builders.commune())
    elsewhere, member = builders.official(province=CA_MAU), builders.member(builders.producer("P"))
    for stranger in (elsewhere, member):
        assert "is not one of" in errors(official, asked(stranger))["recipients"][0]
    assert "needed" in errors(official, asked())["recipients"][0] or "required" in errors(official, asked())["recipients"][0]
    # A report is the department's, whose page communes cannot open.
    found = errors(official, asked(commune, what="report:month", form="pdf"))
    assert str(commune) in found["recipients"][0]
    assert browser_of(official).post(NEW, asked(official, commune)).status_code == 302


def test_schedules_of_another_province_are_not_there() -> None:
    theirs = report_builders.mailed(builders.official(province=CA_MAU))
    browser = browser_of(builders.official())
    assert theirs.what not in browser.get("/en/mailings/").content.decode().partition("<main")[2].partition("</main")[0]
    for answer in (browser.get(f"/en/mailings/{theirs.pk}/"), browser.post(f"/en/mailings/{theirs.pk}/step/", {"step": "delete"})):
        assert answer.status_code == 404
    services.send_once(schedule=theirs)
    assert browser.post(f"/en/mailings/sendings/{MailSending.objects.get().pk}/again/").status_code == 404


def test_as_many_queries_for_three_schedules_as_for_one() -> None:
    official = builders.official()
    report_builders.mailed(official)
    one = len(queries_of(official, "/en/mailings/"))
    for _schedule in range(2):
        report_builders.mailed(official)
    assert len(queries_of(official, "/en/mailings/")) == one
