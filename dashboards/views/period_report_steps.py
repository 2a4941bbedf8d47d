"""One report with its steps: reviewed, sent back, signed, its signed paper uploaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import allowed
from accounts.models import User
from catalog.media.documents import store_document
from catalog.media.errors import UploadRefusedError
from catalog.stars.forms import DocumentForm
from dashboards.reports.periods.content import document_of
from dashboards.reports.periods.forms import ReasonForm, SignForm
from dashboards.reports.periods.models import PeriodReport
from dashboards.reports.periods.services import (
    ReportError,
    SamePersonError,
    StaleReportError,
    keep_paper,
    review_report,
    send_back,
    sign_report,
)
from dashboards.views.period_reports import files_of, report_seen, report_written, version_of

State = PeriodReport.State


@allowed("dashboards.view_reports")
@require_safe
def period_report(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as it was prepared or signed, its steps, and what its reader may do next."""
    return _page(request, report_seen(request, pk))


@allowed("dashboards.review_reports")
@require_POST
def period_report_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it is right."""
    report = report_written(request, pk)
    return _taken(request, report, review_report, _("Reviewed. A third person signs it."))


@allowed("dashboards.review_reports")
@require_POST
def period_report_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it back to its preparer with a reason."""
    report = report_written(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, report, back=form)
    return _taken(request, report, send_back, _("Sent back with your reason."), **form.cleaned_data)


@allowed("dashboards.sign_reports")
@require_POST
def period_report_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign it under its number: from now on it is frozen."""
    report = report_written(request, pk)
    form = SignForm(request.POST)
    if not form.is_valid():
        return _page(request, report, sign=form)
    return _taken(request, report, sign_report, _("Signed. From now on it stays as it is."), **form.cleaned_data)


@allowed("dashboards.prepare_reports")
@require_POST
def period_report_keep_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in the scan of the signed paper."""
    report = report_written(request, pk)
    form = DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, report, paper=form)
    file = cast(TemporaryUploadedFile, form.cleaned_data["document"])
    try:
        document = store_document(path=Path(file.temporary_file_path()), name=file.name or "", by=_user(request))
    except UploadRefusedError as error:
        form.add_error("document", str(error))
        return _page(request, report, paper=form)
    return _taken(request, report, keep_paper, _("The signed paper is kept with the report."), document=document)


def _taken(request: HttpRequest, report: PeriodReport, step: Callable[..., PeriodReport], told: str, **given: Any) -> HttpResponse:
    """Take the step on the report as its reader saw it, and say so; a step that cannot be taken is told on the page."""
    try:
        step(report=report, version=version_of(request), by=_user(request), **given)
    except ReportError as error:
        return _page(request, report, problem=_words(error))
    messages.success(request, told)
    return redirect(report)


def _page(request: HttpRequest, report: PeriodReport, *, problem: str = "", **used: forms.Form) -> HttpResponse:
    """The page; with a problem, or a form that has one, as the answer to a step that was not taken."""
    document = document_of(report)
    writes = PeriodReport.objects.written_by(_user(request)).filter(pk=report.pk).exists()
    steps = list(report.steps.all())
    took = {step.kind for step in steps if step.by_id == request.user.pk}
    may: dict[str, bool] = {
        "edit": writes and report.state in {State.PREPARED, State.RETURNED},
        "review": writes and report.state == State.PREPARED and not took & {"prepare", "revise"},
        "back": writes and report.state in {State.PREPARED, State.REVIEWED} and not took & {"prepare", "revise"},
        "sign": writes
        and request.user.has_perm("dashboards.sign_reports")
        and report.state == State.REVIEWED
        and not took & {"prepare", "revise", "review"},
        "paper": writes and report.is_signed,
        "correct": writes and report.is_signed and not hasattr(report, "replaced_by"),
    }
    context: dict[str, Any] = {
        "report": report,
        "document": document,
        "steps": steps,
        "may": may,
        "forms": {
            "back": used.get("back") or ReasonForm(),
            "sign": used.get("sign") or SignForm(initial={"day": timezone.localdate()}),
            "paper": used.get("paper") or DocumentForm(),
        },
        "failed": next(iter(used.values()), None),
        "problems": [("", problem)] if problem else [],
        "files": files_of(report),
    }
    return render(request, "dashboards/period_reports/detail.html", context, status=422 if problem or used else 200)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _words(error: ReportError) -> str:
    if isinstance(error, SamePersonError):
        return _("Three people prepare, review and sign a report: you took another of the three steps.")
    if isinstance(error, StaleReportError):
        return _("Somebody took a step with this report after you opened the page. This is how it stands now.")
    return _("The report does not stand where this could be done. This is how it stands now.")
