"""The way of a report: prepared, reviewed, signed, by three people; sent back with a reason; corrected by a new edition.

Each verb holds the report's row, takes the version of the page it rests on, and leaves a step that says who did what to which content.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Agency, User
from catalog.models import StoredDocument
from dashboards.boards.territory import Territory
from dashboards.readings import Answer, Query, read
from dashboards.reports.frozen import digest_of, read_content
from dashboards.reports.periods.calendar import Span
from dashboards.reports.periods.content import Letter, content_of, dated
from dashboards.reports.periods.models import PeriodReport, ReportStep
from dashboards.reports.periods.rows import PeriodRows, period_rows

State, Kind = PeriodReport.State, ReportStep.Kind


class ReportError(ValueError):
    """A step that cannot be taken."""


class StaleReportError(ReportError):
    """Somebody took a step after the page was opened."""


class WrongStateError(ReportError):
    """The report does not stand where this step begins."""


class SamePersonError(ReportError):
    """One person would take two of the three steps."""


class ReasonMissingError(ReportError):
    """Sent back without a reason."""


class NumberMissingError(ReportError):
    """Signed without a number."""


class AlreadyThereError(ReportError):
    """The period has a report already; `report` is its newest edition."""

    def __init__(self, report: PeriodReport) -> None:
        super().__init__(str(report))
        self.report = report


def read_period(territory: Territory, span: Span, *, token: str | None = None) -> Answer[PeriodRows]:
    """The rows of a report: those of the reading asked for where they are still kept, so that what was seen is what is prepared."""
    query = Query.of("period_report", territory=territory, span=span)
    return read(query, lambda reading: period_rows(territory, span, reading), token=token)


def prepare_report(
    *, by: User, agency: Agency, span: Span, answer: Answer[PeriodRows], letter: Letter, at_cut_off: bool = False
) -> PeriodReport:
    """The first edition of a period's report, prepared. Raises AlreadyThereError."""
    place: dict[str, Any] = {
        "province_id": answer.rows.territory.province,
        "kind": span.kind,
        "first": span.first,
        "last": span.last,
        "programme_id": span.programme,
    }
    report = PeriodReport(agency=agency, at_cut_off=at_cut_off, **place)
    _fill(report, answer, letter)
    try:
        with transaction.atomic():
            report.save(force_insert=True)
            _leave(report, Kind.PREPARE, by)
    except IntegrityError:
        there = PeriodReport.objects.filter(**place).order_by("-edition").first()
        if there is None:
            raise
        raise AlreadyThereError(there) from None
    return report


@transaction.atomic
def revise_report(*, report: PeriodReport, version: int, by: User, answer: Answer[PeriodRows], letter: Letter) -> PeriodReport:
    """Prepare it anew with today's figures and other words; who does so has prepared it. Raises StaleReportError, WrongStateError."""
    held = _held(report, version, State.PREPARED, State.RETURNED)
    _fill(held, answer, letter)
    held.state = State.PREPARED
    return _saved(held, Kind.REVISE, by)


@transaction.atomic
def review_report(*, report: PeriodReport, version: int, by: User, note: str = "") -> PeriodReport:
    """Say that it is right. Raises StaleReportError, WrongStateError, SamePersonError."""
    held = _held(report, version, State.PREPARED)
    _demand_another(held, by, Kind.PREPARE, Kind.REVISE)
    held.state = State.REVIEWED
    return _saved(held, Kind.REVIEW, by, note)


@transaction.atomic
def send_back(*, report: PeriodReport, version: int, by: User, reason: str) -> PeriodReport:
    """Give it back to its preparer. Raises StaleReportError, WrongStateError, SamePersonError, ReasonMissingError."""
    held = _held(report, version, State.PREPARED, State.REVIEWED)
    if not reason.strip():
        raise ReasonMissingError
    _demand_another(held, by, Kind.PREPARE, Kind.REVISE)
    held.state = State.RETURNED
    return _saved(held, Kind.SEND_BACK, by, reason)


@transaction.atomic
def sign_report(*, report: PeriodReport, version: int, by: User, number: str, day: date, note: str = "") -> PeriodReport:
    """Sign it under a number: from now on it is frozen. Raises StaleReportError, WrongStateError, SamePersonError, NumberMissingError."""
    held = _held(report, version, State.REVIEWED)
    if not number.strip():
        raise NumberMissingError
    _demand_another(held, by, Kind.PREPARE, Kind.REVISE, Kind.REVIEW)
    held.number, held.dated_on, held.state = number.strip(), day, State.SIGNED
    held.content = dated(read_content(held.content, held.digest), number=held.number, day=day)
    held.digest = digest_of(held.content)
    return _saved(held, Kind.SIGN, by, note)


@transaction.atomic
def keep_paper(*, report: PeriodReport, version: int, by: User, document: StoredDocument) -> PeriodReport:
    """Keep the scan of the signed paper; a later one takes its place. Raises StaleReportError, WrongStateError."""
    held = _held(report, version, State.SIGNED)
    held.paper = document
    return _saved(held, Kind.PAPER, by, document.name)


@transaction.atomic
def correct_report(*, report: PeriodReport, by: User, answer: Answer[PeriodRows], letter: Letter, reason: str) -> PeriodReport:
    """The next edition, prepared with today's figures; the signed one stays as it is. Raises WrongStateError, ReasonMissingError."""
    held = PeriodReport.objects.select_for_update().get(pk=report.pk)
    if not held.is_signed or PeriodReport.objects.filter(replaces=held).exists():
        raise WrongStateError
    if not reason.strip():
        raise ReasonMissingError
    made = PeriodReport(
        province_id=held.province_id,
        agency=held.agency,
        kind=held.kind,
        first=held.first,
        last=held.last,
        programme_id=held.programme_id,
        at_cut_off=held.at_cut_off,
        edition=held.edition + 1,
        replaces=held,
    )
    _fill(made, answer, letter)
    made.save(force_insert=True)
    _leave(made, Kind.PREPARE, by, reason)
    return made


def _fill(report: PeriodReport, answer: Answer[PeriodRows], letter: Letter) -> None:
    report.letter = asdict(letter)
    report.content = content_of(rows=answer.rows, reading=answer.reading, letter=letter, agency=report.agency)
    report.digest = digest_of(report.content)
    report.reading_number, report.reading_at = answer.reading.number, answer.reading.at


def _held(report: PeriodReport, version: int, *states: str) -> PeriodReport:
    held = PeriodReport.objects.select_for_update().get(pk=report.pk)
    if held.version != version:
        raise StaleReportError
    if held.state not in states:
        raise WrongStateError
    return held


def _demand_another(report: PeriodReport, by: User, *steps: str) -> None:
    """Three steps, three people: nobody who ever took one of `steps` with this edition."""
    if report.steps.filter(by=by, kind__in=steps).exists():
        raise SamePersonError


def _saved(report: PeriodReport, kind: str, by: User, note: str = "") -> PeriodReport:
    report.version += 1
    report.save()
    _leave(report, kind, by, note)
    return report


def _leave(report: PeriodReport, kind: str, by: User, note: str = "") -> None:
    ReportStep.objects.create(
        report=report, kind=kind, by=by, by_name=str(by)[:150], at=timezone.now(), note=note.strip(), digest=report.digest
    )
