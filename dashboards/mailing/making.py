"""What a schedule sends to one of its recipients: the file, as the recipient would fetch it, and what the mail says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from dashboards.boards.audience import Audience
from dashboards.boards.territory import Territory, territory_of
from dashboards.exports.report_docx import report_docx
from dashboards.exports.report_pdf import report_pdf
from dashboards.exports.report_xlsx import report_xlsx
from dashboards.exports.tables import XLSX_TYPE, XlsxResponse
from dashboards.filters.sessions import OpenDaysForm
from dashboards.mailing.boards import BOARDS
from dashboards.mailing.models import Form, MailDispatch, MailSchedule
from dashboards.mailing.wording import Told, body_of, subject_of
from dashboards.periods import CUSTOM, Period, PeriodError, parse
from dashboards.readings import Answer, Reading
from dashboards.reports.document import Document
from dashboards.reports.periods.calendar import NUMBERS, days_of
from dashboards.reports.periods.content import document_of
from dashboards.reports.periods.document import period_document
from dashboards.reports.periods.forms import reported_span
from dashboards.reports.periods.models import PeriodKind, PeriodReport
from dashboards.reports.periods.services import read_period
from dashboards.tabled import NotAnsweredError, View, ask, view_of
from dashboards.views.coverage import coverage_of
from dashboards.views.session_report import DOCX_TYPE

WRITERS: Mapping[str, Callable[[Document], bytes]] = {Form.XLSX: report_xlsx, Form.PDF: report_pdf, Form.DOCX: report_docx}
MEDIA_TYPES = {Form.XLSX: XLSX_TYPE, Form.PDF: "application/pdf", Form.DOCX: DOCX_TYPE}


class NothingToSendError(Exception):
    """There is no such file (any more): the text says what the address answered."""


@dataclass(frozen=True)
class Made:
    """A file with its mail; `attached` is False where it is larger than a mail may be."""

    content: bytes
    file_name: str
    media_type: str
    reading: Reading
    subject: str
    body: str
    attached: bool


def place_of(schedule: MailSchedule, user: User) -> Territory | None:
    """The territory of which the user gets the schedule's figures; None for whoever has no right to it, or no post in its province."""
    if not user.is_active or not _view_of(schedule).access.admits(user):
        return None
    try:
        territory = territory_of(user, schedule.province_id)
    except PermissionDenied:
        return None
    # A report is the whole province's.
    return None if territory is None or (schedule.report and territory.commune) else territory


def make(dispatch: MailDispatch, user: User, territory: Territory) -> Made:
    """The file and the mail for somebody who looks at that territory, in the schedule's language. Raises NothingToSendError."""
    schedule = dispatch.schedule_then
    with override(schedule.language):
        if schedule.board:
            return _board(schedule, dispatch.due_at, user, territory)
        return _signed(dispatch.report, schedule, user) if dispatch.report else _reckoned(schedule, dispatch.due_at, territory)


def dated(board: str, filters: str, today: date) -> tuple[Period | None, dict[str, str]]:
    """The filters with the days that they mean today, so that file and page are of the same days for ever. Raises PeriodError."""
    asked = {name: str(value) for name, value in QueryDict(filters).items()}
    usual = BOARDS[board].period
    if not usual:
        return None, asked
    if asked.get("from") or asked.get("to"):
        # As on the page: days that are given win over a named period.
        asked["period"] = CUSTOM
    elif asked.get("period", "") in {"", CUSTOM}:
        asked["period"] = usual
    period = parse(asked, today=today)
    days = period.address()
    rest = {name: value for name, value in asked.items() if name not in {"period", *days}}
    return period, {**rest, **days}


def fetched(name: str, user: User, query: Mapping[str, str], **arguments: Any) -> HttpResponse:
    """The file that the address of that name gives the user. Raises NothingToSendError, also for filters that the board does not know."""
    try:
        answer = ask(name, user, query, **arguments)
    except NotAnsweredError as error:
        raise NothingToSendError(str(error)) from error
    if isinstance(answer, XlsxResponse):
        if answer.listed.form is not None and not answer.listed.form.is_valid():
            raise NothingToSendError(f"{name}: {', '.join(answer.listed.form.errors)}")
        answer.render()
    return cast(HttpResponse, answer)


def _board(schedule: MailSchedule, due_at: datetime, user: User, territory: Territory) -> Made:
    board = BOARDS[schedule.board]
    try:
        period, query = dated(schedule.board, schedule.filters, timezone.localdate(due_at))
    except PeriodError as error:
        raise NothingToSendError(f"{schedule.board}: {error.reason}") from error
    query |= territory.address()
    # A board that shows everything unless it is asked for days says those that it was asked for.
    period = period or OpenDaysForm(query).span
    answer = fetched(board.file, user, query)
    reading = Reading.parse(answer["X-Reading"])
    assert reading is not None
    first, last = (period.first, period.last) if period else (None, None)
    facts = coverage_of(Audience(territory), Answer(None, reading), first, last, 1).facts
    link = f"{settings.PORTAL_ADDRESS}{reverse(board.page)}?{urlencode({**query, 'reading': reading.token})}"
    told = Told(str(board.words), territory.name, (first, last) if first and last else None, facts, link)
    return _made(schedule, told, reading, content=answer.content, name=_name_of(answer))


def _signed(report: PeriodReport, schedule: MailSchedule, user: User) -> Made:
    answer = fetched(f"period_report_{schedule.form}", user, {}, pk=report.pk)
    reading = Reading(report.reading_number, report.reading_at)
    link = f"{settings.PORTAL_ADDRESS}{report.get_absolute_url()}"
    days, number = (report.first, report.last), (report.number, report.dated_on)
    told = Told(document_of(report).title, report.province.name, days, (), link, signed=number)
    return _made(schedule, told, reading, content=answer.content, name=_name_of(answer))


def _reckoned(schedule: MailSchedule, due_at: datetime, territory: Territory) -> Made:
    """The report of the period to which the day before it was due belongs: on the first day of a month, say, of the month before."""
    kind = PeriodKind(schedule.report)
    if kind not in NUMBERS:
        raise NothingToSendError(f"{kind}: a programme's report is sent once it is signed")
    yesterday = timezone.localdate(due_at) - timedelta(days=1)
    number = (yesterday.month - 1) * NUMBERS[kind] // 12 + 1
    first, last = days_of(kind, yesterday.year, number)
    span = reported_span(kind, first, last, province=territory.province, at_cut_off=False, programme=None)
    answer = read_period(territory, span)
    document = period_document(answer.rows, answer.reading)
    query = {"kind": kind.value, "year": str(first.year), "number": str(number), "reading": answer.reading.token}
    link = f"{settings.PORTAL_ADDRESS}{reverse('period_report_new')}?{urlencode(query)}"
    facts = coverage_of(Audience(territory), answer, span.first, span.counted_to, 1).facts
    told = Told(document.title, territory.name, (span.first, span.counted_to), facts, link, unsigned=True)
    name = f"{document.name}-{answer.reading.number}.{schedule.form}"
    content = WRITERS[schedule.form](document)
    return _made(schedule, told, answer.reading, content=content, name=name)


def _made(schedule: MailSchedule, told: Told, reading: Reading, *, content: bytes, name: str) -> Made:
    attached = len(content) <= settings.MAIL_ATTACHMENT_LIMIT
    body = body_of(schedule, told, reading, name=name, size=len(content), attached=attached)
    return Made(content, name, MEDIA_TYPES[Form(schedule.form)], reading, subject_of(told), body, attached)


def _view_of(schedule: MailSchedule) -> View:
    """The page to which the mail leads: whoever may not open it gets none."""
    if schedule.board:
        return view_of(schedule.board)
    return view_of("period_report", pk=0) if schedule.rhythm == MailSchedule.Rhythm.SIGNING else view_of("period_report_new")


def _name_of(answer: HttpResponse) -> str:
    return answer["Content-Disposition"].partition('filename="')[2].removesuffix('"')
