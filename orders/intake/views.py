"""Pages of the intake: choose shop and file, see what the dry run found, confirm, follow, read the result."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import allowed
from accounts.models import User
from accounts.waking import wake
from orders.intake import runs
from orders.intake.forms import OrderFileForm
from orders.intake.models import IntakeRun
from orders.intake.reading import UnreadableFile
from orders.intake.staging import ExportedInFutureError, stage_file
from orders.tasks import check_run, merge_run

PER_PAGE = 50
COUNTS = (
    ("orders_new", gettext_lazy("New orders")),
    ("orders_changed", gettext_lazy("Changed orders")),
    ("lines_new", gettext_lazy("New lines")),
    ("lines_changed", gettext_lazy("Changed lines")),
    ("unchanged", gettext_lazy("Unchanged lines")),
    ("rejected", gettext_lazy("Rejected rows")),
)


def _run(request: HttpRequest, pk: int) -> IntakeRun:
    return get_object_or_404(IntakeRun.objects.visible_to(request.user).select_related("shop", "by"), pk=pk)


@allowed("orders.take_in_orders")
@require_safe
def intake_list(request: HttpRequest) -> HttpResponse:
    """The runs of the user's shops, newest first."""
    found = IntakeRun.objects.visible_to(request.user).select_related("shop", "by")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "orders/intake_list.html", {"page": page})


@allowed("orders.take_in_orders")
@require_http_methods(["GET", "HEAD", "POST"])
def intake_new(request: HttpRequest) -> HttpResponse:
    """Choose a shop and a file; the file is read into staging at once and deleted, then the dry run starts."""
    user = cast(User, request.user)
    form = OrderFileForm(request.POST or None, request.FILES or None, user=user, initial={"shop": request.GET.get("shop")})
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            run = stage_file(
                path=Path(upload.temporary_file_path()),
                shop=form.cleaned_data["shop"],
                file_name=upload.name,
                exported_at=form.cleaned_data["exported_at"],
                by=user,
            )
        except UnreadableFile as error:
            form.add_error("file", str(error))
        except ExportedInFutureError:
            form.add_error("file", _("“%(file)s” is named after a time in the future.") % {"file": upload.name})
        else:
            wake(check_run, run.pk)
            return redirect("intake_run", pk=run.pk)
        finally:
            # Deletes the temporary file: buyers' data in it live no longer than this request.
            upload.close()
    return render(request, "orders/intake_new.html", {"form": form}, status=422 if form.errors else 200)


@allowed("orders.take_in_orders")
@require_safe
def intake_run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: what it found, what it waits for, which rows it refused."""
    run = _run(request, pk)
    page = Paginator(run.rejected_rows.all(), PER_PAGE).get_page(request.GET.get("page"))
    counts = [(name, words, getattr(run, name)) for name, words in COUNTS]
    return render(request, "orders/intake_run.html", {"run": run, "counts": counts, "page": page})


@allowed("orders.take_in_orders")
@require_safe
def intake_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """What htmx asks for while a worker has the run; once it is done the whole page is loaded anew."""
    run = _run(request, pk)
    if not run.is_waiting:
        return HttpResponseClientRefresh()
    return render(request, "orders/intake_progress.html", {"run": run})


@allowed("orders.take_in_orders")
@require_POST
def intake_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the checked rows into the ledger."""
    run = _run(request, pk)
    try:
        run = runs.confirm_run(run_id=run.pk, by=cast(User, request.user))
    except runs.RunStateError:
        messages.error(request, _("This file can no longer be confirmed."))
    else:
        if run.state == IntakeRun.State.CONFIRMED:
            wake(merge_run, run.pk)
    return redirect("intake_run", pk=pk)


@allowed("orders.take_in_orders")
@require_POST
def intake_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop what was staged."""
    run = _run(request, pk)
    try:
        runs.cancel_run(run_id=run.pk)
    except runs.RunStateError:
        messages.error(request, _("This file can no longer be cancelled: it is being taken in, or was."))
    else:
        messages.success(request, _("Cancelled. Nothing of this file is kept."))
    return redirect("intake_run", pk=pk)


class _Echo:
    """What csv.writer writes to, so that a row can be streamed."""

    def write(self, text: str) -> str:
        return text


@allowed("orders.take_in_orders")
@require_safe
def intake_rejected(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The refused rows as csv: row, column, value, reason. Spreadsheet formulas are written as text."""
    run = _run(request, pk)
    writer = csv.writer(_Echo())

    def lines() -> list[str]:
        head: list[object] = [_("Row"), _("Column"), _("Value"), _("Reason")]
        body: list[list[object]] = [[row.row, row.column, _inert(row.value), row.message] for row in run.rejected_rows.all()]
        return [str(writer.writerow(line)) for line in (head, *body)]

    response = StreamingHttpResponse(["\ufeff", *lines()], content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected-{run.pk}.csv"'
    return response


def _inert(value: str) -> str:
    return f"'{value}" if value[:1] in {"=", "+", "-", "@"} else value
