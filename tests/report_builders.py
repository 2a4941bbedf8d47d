"""Period reports for tests: prepared as the pages do it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import User
from dashboards.boards.territory import Territory
from dashboards.mailing.services import make_schedule
from dashboards.models import MailSchedule, PeriodKind, PeriodReport
from dashboards.reports.periods.calendar import days_of
from dashboards.reports.periods.content import Letter
from dashboards.reports.periods.forms import reported_span
from dashboards.reports.periods.services import prepare_report, read_period, review_report, sign_report
from tests import builders

LETTER = Letter("Gia Lai", "Ủy ban nhân dân tỉnh", signer="Nguyễn Văn A", copies="- Như trên;\n- Lưu: VT.", remarks="Thuận lợi.\nKhó khăn.")


def prepared(by: User, kind: str = PeriodKind.YEAR, year: int | None = None, number: int = 1, *, at_cut_off: bool = False) -> PeriodReport:
    """A report of the province of whom it is prepared by; of this year where none is given."""
    agency = by.current_posts()[0].agency
    first, last = days_of(kind, year or timezone.localdate().year, number)
    span = reported_span(kind, first, last, province=agency.province_id, at_cut_off=at_cut_off, programme=None)
    answer = read_period(Territory(agency.province_id, name=agency.province.name), span)
    return prepare_report(by=by, agency=agency, span=span, answer=answer, letter=LETTER, at_cut_off=at_cut_off)


def signed(report: PeriodReport, number: str = "125/BC-SCT", day: date | None = None) -> PeriodReport:
    """The same, reviewed and signed by two more officials of its province."""
    reviewer, signer = (builders.official(province=report.province_id) for _person in range(2))
    reviewed = review_report(report=report, version=report.version, by=reviewer)
    return sign_report(report=reviewed, version=reviewed.version, by=signer, number=number, day=day or timezone.localdate())


def mailed(to: User, **fields: Any) -> MailSchedule:
    """Products by e-mail each Monday to somebody, who set it up."""
    weekly = {"board": "product_list", "rhythm": "weekly", "weekday": 1, "hour": 7}
    schedule = MailSchedule(province=to.current_posts()[0].agency.province, **(weekly | fields))
    return make_schedule(schedule=schedule, recipients=[to], by=to)


def scanned(report: PeriodReport) -> PeriodReport:
    """The same with some paper as its scan."""
    PeriodReport.objects.filter(pk=report.pk).update(paper=builders.document(f"báo-cáo-{report.pk}.pdf"))
    return report
