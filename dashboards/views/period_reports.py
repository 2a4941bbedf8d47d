"""Reports of a period: the list, one of them as page and files, and preparing one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from accounts.models import Agency, User
from catalog.media.documents import document_response
from dashboards import charts
from dashboards.boards.territory import Territory
from dashboards.exports.official_docx import official_docx
from dashboards.exports.report_pdf import report_pdf
from dashboards.exports.report_xlsx import report_xlsx
from dashboards.exports.tables import XLSX_TYPE, named
from dashboards.reports.document import Chart, Document
from dashboards.reports.periods.content import document_of
from dashboards.reports.periods.document import period_document
from dashboards.reports.periods.forms import LetterForm, SpanForm, reported_span
from dashboards.reports.periods.models import PeriodReport
from dashboards.reports.periods.services import (
    AlreadyThereError,
    ReasonMissingError,
    StaleReportError,
    WrongStateError,
    correct_report,
    prepare_report,
    read_period,
    revise_report,
)
from dashboards.views.session_report import DOCX_TYPE

FORMS = ("pdf", "docx", "xlsx")
PER_PAGE = 30
_reads = allowed("dashboards.view_reports")
_prepares = allowed("dashboards.prepare_reports")


def report_seen(request: HttpRequest, pk: int) -> PeriodReport:
    """The report, if its reader may see it; else 404."""
    found = PeriodReport.objects.visible_to(cast(User, request.user)).select_related("province", "agency", "programme", "paper")
    return get_object_or_404(found, pk=pk)


def report_written(request: HttpRequest, pk: int) -> PeriodReport:
    """The report, if it is of a province for whose department of trade its reader writes; one that he only reads is 404 too.

    The right to write alone does not say so: it may come from a post in another province.
    """
    report = report_seen(request, pk)
    if not PeriodReport.objects.written_by(cast(User, request.user)).filter(pk=report.pk).exists():
        raise Http404
    return report


@_reads
@require_safe
def period_report_list(request: HttpRequest) -> HttpResponse:
    """The province's reports, the newest period first, each edition a row."""
    found = PeriodReport.objects.visible_to(cast(User, request.user)).select_related("province", "programme", "replaces", "replaced_by")
    page = Paginator(found.defer("content").prefetch_related("steps"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "dashboards/period_reports/list.html", {"page": page})


@_prepares
@require_http_methods(["GET", "HEAD", "POST"])
def period_report_new(request: HttpRequest) -> HttpResponse:
    """Choose a period, see its report, prepare it: what is prepared are the rows that were seen, as long as they are kept."""
    user = cast(User, request.user)
    agency = _agency(user)
    territory = Territory(agency.province_id, name=agency.province.name)
    asked = request.POST if request.method == "POST" else request.GET
    form = SpanForm(asked if "kind" in asked else None, territory=territory)
    letter = LetterForm(request.POST if request.method == "POST" else None, territory=territory)
    context: dict[str, Any] = {"form": form, "letter": letter, "territory": territory}
    if form.is_valid():
        answer = read_period(territory, form.span, token=asked.get("reading"))
        context |= {"answer": answer, "document": period_document(answer.rows, answer.reading)}
        if request.method == "POST" and letter.is_valid():
            try:
                report = prepare_report(
                    by=user,
                    agency=agency,
                    span=form.span,
                    answer=answer,
                    letter=letter.letter,
                    at_cut_off=form.cleaned_data["at_cut_off"],
                )
            except AlreadyThereError as error:
                words = _(
                    "This period has a report already: edition %(edition)s. Open it, and correct it by a new edition once it is signed."
                )
                form.add_error(None, words % {"edition": error.report.edition})
                context["there"] = error.report
            else:
                messages.success(request, _("The report is prepared. Somebody else reviews it."))
                return redirect(report)
    # An address that names no period is a bad request; a form that was sent is told what to mend.
    refused = 422 if request.method == "POST" else 400
    status = refused if form.errors or letter.errors else 200
    return render(request, "dashboards/period_reports/new.html", context, status=status)


@_prepares
@require_http_methods(["GET", "HEAD", "POST"])
def period_report_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare anew what is not signed, with today's figures; of what is signed, prepare the next edition."""
    user = cast(User, request.user)
    report = report_written(request, pk)
    territory = Territory(report.province_id, name=report.province.name)
    correcting = report.is_signed
    given = request.POST if request.method == "POST" else None
    form = LetterForm(given, territory=territory, correcting=correcting, typed=report.letter)
    context = {"form": form, "report": report, "correcting": correcting, "version": request.POST.get("version", str(report.version))}
    if given is not None and form.is_valid():
        span = reported_span(
            report.kind,
            report.first,
            report.last,
            province=report.province_id,
            at_cut_off=report.at_cut_off,
            programme=report.programme_id,
        )
        answer = read_period(territory, span)
        try:
            if correcting:
                made = correct_report(report=report, by=user, answer=answer, letter=form.letter, reason=form.cleaned_data["reason"])
            else:
                made = revise_report(report=report, version=version_of(request), by=user, answer=answer, letter=form.letter)
        except StaleReportError:
            form.add_error(None, _("Somebody took a step with this report after you opened the page. Open it again."))
        except (WrongStateError, ReasonMissingError):
            form.add_error(None, _("The report does not stand where this could be done. Open it again."))
        else:
            messages.success(request, _("The report is prepared. Somebody else reviews it."))
            return redirect(made)
    return render(request, "dashboards/period_reports/edit.html", context, status=422 if form.errors else 200)


def version_of(request: HttpRequest) -> int:
    """The version of the report that the page was opened with; -1, which none has, where it says none."""
    version = request.POST.get("version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1


def _agency(user: User) -> Agency:
    """The department of trade for which the user writes: of several the first by its province."""
    trade = [post.agency for post in user.current_posts() if post.agency.kind == Agency.Kind.INDUSTRY_TRADE]
    return min(trade, key=lambda agency: agency.province_id)


@_reads
@require_safe
def period_report_chart(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The chart above the table of that key, as SVG."""
    document = document_of(report_seen(request, pk))
    found = [block for section in document.sections for block in section.blocks if isinstance(block, Chart) and block.table == name]
    if not found:
        raise Http404
    language = (get_language() or "vi").split("-")[0]
    theme, size = request.GET.get("theme", "light"), request.GET.get("size", "wide")
    try:
        svg = charts.render(found[0].name, found[0].rows, language=language, theme=theme, size=size)
    except charts.UnknownChart:
        raise Http404 from None
    except charts.ChartError:
        return HttpResponse(status=503)
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=3600"
    return response


@_reads
@require_safe
def period_report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as PDF."""
    return _file(request, pk, "pdf", "application/pdf", report_pdf)


@_reads
@require_safe
def period_report_docx(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as DOCX, to be worked on."""
    return _file(request, pk, "docx", DOCX_TYPE, official_docx)


@_reads
@require_safe
def period_report_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as XLSX; its sums are formulas."""
    return _file(request, pk, "xlsx", XLSX_TYPE, report_xlsx)


@_reads
@require_safe
def period_report_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The scan of the signed paper."""
    report = report_seen(request, pk)
    if report.paper is None:
        raise Http404
    return document_response(report.paper)


def _file(request: HttpRequest, pk: int, form: str, media_type: str, write: Callable[[Document], bytes]) -> HttpResponse:
    report = report_seen(request, pk)
    document = document_of(report)
    response = HttpResponse(write(document), content_type=media_type)
    return named(response, f"{document.name}-{report.edition}.{form}", document.reading)


def files_of(report: PeriodReport) -> list[tuple[str, str]]:
    """The forms of the report with their addresses."""
    return [(form.upper(), reverse(f"period_report_{form}", args=[report.pk])) for form in FORMS]
