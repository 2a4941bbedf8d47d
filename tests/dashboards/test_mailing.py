"""Boards and reports by e-mail, over a real SMTP server: what is mailed, to whom, and what stands on record."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from accounts.models import Post
from dashboards.mailing import sending, services
from dashboards.models import MailParcel, MailSchedule, MailSending, PeriodKind
from ocop_portal.environment import megabytes
from tests import builders, report_builders
from tests.builders import CA_MAU, at
from tests.dashboards.mailing_stage import DAY, attached, schedule, text_of, work
from tests.dashboards.market import browser_of, make_market
from tests.mail_server import MailServer


def rows_of(content: bytes) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True))


@pytest.mark.django_db
def test_a_board_is_mailed_as_its_recipient_would_fetch_it_and_stands_on_record(mail_server: MailServer) -> None:
    make_market()
    official = builders.official()
    kept = schedule(official)
    due = kept.next_due
    work()
    ((address, letter),) = mail_server.letters
    assert address == official.email
    name, content = attached(letter)
    record = MailSending.objects.select_related("parcel", "dispatch").get()
    assert record.parcel is not None
    assert (record.state, record.address, record.dispatch.due_at, record.attempts) == ("sent", official.email, due, 1)
    assert (record.parcel.file_name, record.parcel.sha256, record.parcel.size) == (name, sha256(content).hexdigest(), len(content))
    # The same rows as the file that the page offers, of the same reading.
    link = next(line for line in text_of(letter).splitlines() if line.startswith("http"))
    address = "/products.xlsx?" + link.partition("?")[2]
    fetched = browser_of(official).get(address)
    assert rows_of(content) == rows_of(fetched.content)
    assert sorted(row[0] for row in rows_of(content)[1:]) == ["A", "B", "C"]
    assert fetched["X-Reading"] in link
    assert letter["Subject"].strip() == "Sản phẩm · Tỉnh Gia Lai · 01/05–31/05/2025"
    text = text_of(letter)
    assert "Tỉnh Gia Lai" in text
    assert f"bản số liệu {record.parcel.reading_number}" in text.lower()
    # The page that it leads to has that reading.
    assert browser_of(official).get("/products/?" + link.partition("?")[2]).context["answer"].replaced is False


@pytest.mark.django_db
def test_each_sees_the_own_territory_and_who_lost_the_post_gets_nothing(mail_server: MailServer) -> None:
    market = make_market()
    seat = market.gl2.seats.get().commune
    whole, commune, gone, moved = (
        builders.official(),
        builders.official(commune=seat),
        builders.official(),
        builders.official(),
    )
    kept = schedule(whole, commune, gone, moved)
    Post.objects.filter(user=gone).update(until=timezone.localdate() - DAY)
    Post.objects.filter(user=moved).update(agency=builders.agency(province=CA_MAU))
    work()
    assert mail_server.readers == sorted([str(whole.email), str(commune.email)])
    found = {address: sorted(row[0] for row in rows_of(attached(letter)[1])[1:]) for address, letter in mail_server.letters}
    assert found == {whole.email: ["A", "B", "C"], commune.email: ["C"]}
    assert {one.recipient_id: one.state for one in MailSending.objects.all()} == {
        whole.pk: "sent",
        commune.pk: "sent",
        gone.pk: "withheld",
        moved.pk: "withheld",
    }
    assert kept.dispatches.get().parcels.count() == 2


@pytest.mark.django_db
def test_a_file_too_large_for_a_mail_is_only_linked(mail_server: MailServer, settings: Any) -> None:
    make_market()
    settings.MAIL_ATTACHMENT_LIMIT = 1000
    schedule(builders.official(), language="en")
    work()
    ((_address, letter),) = mail_server.letters
    assert list(letter.iter_attachments()) == []
    assert "Fetch it from the page" in text_of(letter)
    assert MailParcel.objects.get().attached is False


@pytest.mark.django_db
def test_a_signed_report_goes_out_once_and_an_earlier_one_not(mail_server: MailServer) -> None:
    make_market()
    official, reader = builders.official(), builders.official(builders.AGRICULTURE)
    builders.official(province=CA_MAU)
    report_builders.signed(report_builders.prepared(official, PeriodKind.YEAR, 2024))
    kept = schedule(reader, board="", filters="", report=PeriodKind.YEAR, form="pdf", rhythm="signing", weekday=None, hour=None)
    report_builders.signed(report_builders.prepared(official, PeriodKind.MONTH, 2025, 5), "7/BC-SCT")
    work()
    assert mail_server.letters == []
    signed = report_builders.signed(report_builders.prepared(official, PeriodKind.YEAR, 2025), "8/BC-SCT")
    work()
    work()
    ((address, letter),) = mail_server.letters
    name, content = attached(letter)
    assert (address, content[:5]) == (reader.email, b"%PDF-")
    assert name == f"report-52-year-2025-12-31-{signed.edition}.pdf"
    assert "8/BC-SCT" in text_of(letter)
    assert f"/reports/{signed.pk}/" in text_of(letter)
    # Asked for, it is the newest signed one; what is paused is not made up for.
    services.send_once(schedule=kept)
    work()
    assert len(mail_server.letters) == 2
    services.pause_schedule(schedule=kept)
    report_builders.signed(report_builders.prepared(official, PeriodKind.YEAR, 2023), "9/BC-SCT")
    services.resume_schedule(schedule=kept)
    work()
    assert len(mail_server.letters) == 2


@pytest.mark.django_db
def test_a_report_on_a_day_is_of_the_period_of_yesterday(mail_server: MailServer) -> None:
    make_market()
    official = builders.official()
    schedule(official, builders.official(builders.AGRICULTURE), board="", filters="", report=PeriodKind.MONTH, form="docx")
    work()
    ((address, letter),) = mail_server.letters
    yesterday = timezone.localdate() - DAY
    assert address == official.email
    assert attached(letter)[0].startswith(f"report-52-month-{yesterday:%Y-%m}")
    assert f"kind=month&year={yesterday.year}&number={yesterday.month}&reading=" in text_of(letter)


@pytest.mark.django_db
def test_what_is_late_is_of_the_period_of_when_it_was_due(mail_server: MailServer) -> None:
    """Due on Sunday 1 June 2025, made today."""
    make_market()
    official = builders.official()
    schedule(official, board="", filters="", report=PeriodKind.MONTH, form="docx")
    schedule(official, filters="period=30d")
    MailSchedule.objects.update(next_due=at("2025-06-01 07:00"))
    services.dispatch_due(now=at("2025-06-02 06:00"))
    for pk in services.due_sendings(now=timezone.now()):
        sending.send_mail(sending_id=pk)
    (report,) = (letter for _address, letter in mail_server.letters if "kind=month" in text_of(letter))
    assert attached(report)[0].startswith("report-52-month-2025-05")
    (board,) = (
        letter for _address, letter in mail_server.letters if letter is not report and "from=2025-05-03&to=2025-06-01" in text_of(letter)
    )
    assert sorted(row[0] for row in rows_of(attached(board)[1])[1:]) == ["A", "B", "C"]


@pytest.mark.django_db
def test_paused_and_deleted_ones_send_nothing_and_the_record_stays(mail_server: MailServer) -> None:
    make_market()
    official = builders.official()
    paused, deleted = schedule(official), schedule(official)
    browser = browser_of(official)
    services.dispatch_due(now=timezone.now())
    browser.post(f"/mailings/{deleted.pk}/step/", {"step": "delete"})
    browser.post(f"/mailings/{paused.pk}/step/", {"step": "pause"})
    work(timezone.now() + DAY * 30)
    # What waited when it was paused still went; what waited when it was deleted did not.
    assert sorted(MailSending.objects.values_list("dispatch__schedule", "state")) == [(paused.pk, "sent"), (deleted.pk, "stopped")]
    paused.refresh_from_db()
    assert (paused.next_due, paused.state) == (None, "paused")
    browser.post(f"/mailings/{paused.pk}/step/", {"step": "resume"})
    paused.refresh_from_db()
    assert paused.next_due is not None
    assert paused.next_due > timezone.now()
    assert browser.get(deleted.get_absolute_url()).status_code == 200
    with pytest.raises(services.EndedError):
        services.send_once(schedule=deleted)


@pytest.mark.django_db
def test_bytes_go_after_a_month_and_their_digest_stays(mail_server: MailServer) -> None:
    make_market()
    schedule(builders.official())
    work()
    assert services.drop_files(now=timezone.now() + DAY * 29) == 0
    assert services.drop_files(now=timezone.now() + DAY * 31) == 1
    parcel = MailParcel.objects.get()
    assert (parcel.content, len(parcel.sha256)) == (None, 64)


def test_a_limit_that_is_no_number_stops_the_start() -> None:
    assert megabytes({"MAIL_ATTACHMENT_MB": "3"}, "MAIL_ATTACHMENT_MB", default=10) == 3 * 1024 * 1024
    with pytest.raises(ImproperlyConfigured, match="MAIL_ATTACHMENT_MB"):
        megabytes({"MAIL_ATTACHMENT_MB": "10 MB"}, "MAIL_ATTACHMENT_MB", default=10)
