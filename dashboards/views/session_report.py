"""The report of a livestream: page, chart, and the same document as XLSX, DOCX and PDF."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import allowed
from accounts.models import User
from dashboards.boards.audience import Audience
from dashboards.boards.slot_chart import chart_rows
from dashboards.exports.report_docx import report_docx
from dashboards.exports.report_pdf import report_pdf
from dashboards.exports.report_xlsx import report_xlsx
from dashboards.exports.tables import XLSX_TYPE, named
from dashboards.listing import address_with
from dashboards.readings import Answer, Query, read
from dashboards.reports.document import Document
from dashboards.reports.session.document import session_document
from dashboards.reports.session.rows import SessionReport, session_report
from dashboards.views.coverage import coverage_of
from dashboards.views.pictures import picture
from dashboards.views.sessions import session_seen
from livestreams.models import Session

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMS = ("xlsx", "docx", "pdf")


@allowed("dashboards.view_sales")
@require_safe
def session_report_page(request: HttpRequest, code: str) -> HttpResponse:
    """The report as a page, with the reader's own lines. 404 where the livestream is not the reader's to see."""
    answer, document, runs = _report(request, code)
    query = address_with(request.GET, reading=answer.reading.token)
    context = {
        "answer": answer,
        "session": answer.rows.page,
        "document": document,
        "runs": runs,
        "unmapped": answer.rows.unmapped,
        "plan": Session.objects.plans_seen_by(request.user).filter(code=code).exists(),
        "chart": f"{reverse('session_report_chart', args=[code])}{query}",
        "exports": [(form.upper(), f"{reverse(f'session_report_{form}', args=[code])}{query}") for form in FORMS],
    }
    return render(request, "dashboards/session_report.html", context)


@allowed("dashboards.view_sales")
@require_safe
def session_report_chart(request: HttpRequest, code: str) -> HttpResponse:
    """Net value by slot as SVG, of the same rows as the report."""
    _audience, answer, _runs = _answer(request, code)
    return picture(request, answer, "slot_sales", chart_rows(answer.rows.page, "live"))


@allowed("dashboards.view_sales")
@require_safe
def session_report_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    """The report as XLSX."""
    return _file(request, code, "xlsx", XLSX_TYPE, report_xlsx)


@allowed("dashboards.view_sales")
@require_safe
def session_report_docx(request: HttpRequest, code: str) -> HttpResponse:
    """The report as DOCX."""
    return _file(request, code, "docx", DOCX_TYPE, report_docx)


@allowed("dashboards.view_sales")
@require_safe
def session_report_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The report as PDF."""
    return _file(request, code, "pdf", "application/pdf", report_pdf)


def session_report_document(request: HttpRequest, code: str) -> tuple[Document, bool]:
    """The report in the active language, and whether another reading was asked for, which is gone: what the API writes."""
    answer, document, _runs = _report(request, code)
    return document, answer.replaced


def _file(request: HttpRequest, code: str, form: str, media_type: str, write: Callable[[Document], bytes]) -> HttpResponse:
    answer, document, _runs = _report(request, code)
    response = HttpResponse(write(document), content_type=media_type)
    return named(response, f"{document.name}-{answer.reading.number}.{form}", answer.reading)


def _answer(request: HttpRequest, code: str) -> tuple[Audience, Answer[SessionReport], bool]:
    """Whose lines, the rows, and whether the reader plans and runs the livestream: then what its host is owed is his business."""
    audience, session = session_seen(request, code)
    assert isinstance(request.user, User)
    runs = Session.objects.planned_by(request.user).filter(pk=session.pk).exists()
    query = Query.of("session_report", session=session.pk, audience=audience, runs=runs)
    answer = read(query, lambda _reading: session_report(session, audience, runs=runs), token=request.GET.get("reading"))
    return audience, answer, runs


def _report(request: HttpRequest, code: str) -> tuple[Answer[SessionReport], Document, bool]:
    audience, answer, runs = _answer(request, code)
    page = answer.rows.page
    facts: tuple[str, ...] = ()
    # Of one that is still to come there is nothing to be complete.
    if page.start < answer.reading.at:
        days = (timezone.localdate(page.start), timezone.localdate(page.end))
        facts = coverage_of(audience, answer, *days, page.total["live"].lines).facts
    return answer, session_document(answer, audience, facts), runs
