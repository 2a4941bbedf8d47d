"""Pages of the intake: choose shop and file, see what the dry run found, confirm, follow, read the result."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import allowed
from accounts.models import User
from accounts.waking import wake
from orders.figures.sight import line_sight_of
from orders.intake import mending, runs
from orders.intake.again import changed_since, taken_in_before
from orders.intake.forms import OrderFileForm
from orders.intake.kept_columns import kept_columns
from orders.intake.mapping.layout import state_words
from orders.intake.mapping.services import NoMapping
from orders.intake.mapping.views import ask_columns
from orders.intake.models import IntakeRun
from orders.intake.reading import PLATFORMS, UnreadableFile
from orders.intake.reading.errors import MissingColumns
from orders.intake.staging import REJECTED_LISTED, ExportedInFutureError, stage_file
from orders.leases.work import StoppedError
from orders.looks.keeping import keep_look, looked
from orders.looks.models import LineLook
from orders.shops.models import Shop
from orders.shops.services import unmapped_total
from orders.tasks import check_run, merge_run

PER_PAGE = 50
SAMPLE = 5
COUNTS = (
    ("orders_new", gettext_lazy("New orders")),
    ("orders_changed", gettext_lazy("Changed orders")),
    ("lines_new", gettext_lazy("New lines")),
    ("lines_changed", gettext_lazy("Changed lines")),
    ("unchanged", gettext_lazy("Unchanged lines")),
    ("rejected", gettext_lazy("Rejected rows")),
)


MENDED = {
    "csv": (mending.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (mending.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def _run(request: HttpRequest, pk: int) -> IntakeRun:
    return get_object_or_404(IntakeRun.objects.visible_to(request.user).select_related("shop", "by", "undone_by", "mapping__shop"), pk=pk)


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
                original_sha256=form.cleaned_data["original_sha256"],
                by=user,
            )
        except NoMapping:
            return ask_columns(request, form.cleaned_data["shop"])
        except UnreadableFile as error:
            form.add_error("file", str(error))
            if isinstance(error, MissingColumns) and not _has_own_files(user):
                form.add_error("file", _no_own_files(user))
        except ExportedInFutureError:
            form.add_error("file", _("“%(file)s” is named after a time in the future.") % {"file": upload.name})
        except StoppedError:
            form.add_error("file", _("The reading of “%(file)s” was stopped. Nothing of it is kept.") % {"file": upload.name})
        else:
            wake(check_run, run.pk)
            return redirect("intake_run", pk=run.pk)
        finally:
            # Deletes the temporary file: buyers' data in it live no longer than this request.
            upload.close()
    shops = Shop.objects.for_intake(user)
    context = {"form": form, "kept_columns": kept_columns(shops), "has_shop": shops.exists()}
    if context["has_shop"] and not _has_own_files(user):
        context["no_own_files"] = _no_own_files(user)
    return render(request, "orders/intake_new.html", context, status=422 if form.errors else 200)


def _has_own_files(user: User) -> bool:
    """Whether the user has a shop to which a spreadsheet of one's own can belong."""
    return Shop.objects.for_intake(user).exclude(platform__in=PLATFORMS).exists()


def _no_own_files(user: User) -> str:
    if user.has_perm("orders.manage_shops"):
        return _("No shop takes a spreadsheet of one's own yet: set up a shop for Zalo, phone or a booth first.")
    return _(
        "No shop of yours takes a spreadsheet of your own yet: ask the department of industry and trade to set up a shop "
        "for Zalo, phone or a booth."
    )


@allowed("orders.take_in_orders")
@require_safe
@looked
def intake_run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: what it found, what it waits for, which rows it refused."""
    run = _run(request, pk)
    page = Paginator(run.rejected_rows.all(), PER_PAGE).get_page(request.GET.get("page"))
    checked = run.state == IntakeRun.State.CHECKED
    changed = changed_since(run) if checked else None
    # Shown as they were read, so that whoever confirms sees whether the columns mean what they say.
    sample = list(run.staged_rows.order_by("row")[:SAMPLE]) if checked else []
    _keep_look(request, LineLook.Purpose.LIST, run, len(page.object_list) + len(sample))
    counts = [(name, words, getattr(run, name)) for name, words in COUNTS]
    merged = run.state == IntakeRun.State.MERGED
    context = {
        "run": run,
        "counts": counts,
        "page": page,
        "sample": [(row, state_words(row.state, units=row.units, returned_units=row.returned_units)) for row in sample],
        "listed": REJECTED_LISTED,
        "lease": runs.progress_of(run),
        "changed": changed,
        "nothing_new": run.changes_nothing and not changed,
        "before": taken_in_before(run, to=cast(User, request.user)) if checked else None,
        # Lines of a file that is in may have been mapped since.
        "unmapped": unmapped_total(run.shop).lines if merged and run.unmapped else run.unmapped,
        "maps": Shop.objects.mapped_by(request.user).filter(pk=run.shop_id).exists(),
    }
    return render(request, "orders/intake_run.html", context)


@allowed("orders.take_in_orders")
@require_safe
def intake_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """What htmx asks for while a worker has the run; once it is done the whole page is loaded anew."""
    run = _run(request, pk)
    if not run.is_waiting:
        return HttpResponseClientRefresh()
    return render(request, "orders/intake_progress.html", {"run": run, "lease": runs.progress_of(run)})


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
    """Stop whoever works on it, and drop what was staged."""
    run = _run(request, pk)
    try:
        runs.cancel_run(run_id=run.pk)
    except runs.RunStateError:
        messages.error(request, _("This file can no longer be cancelled: it was taken in. You can undo it."))
    except runs.StillStoppingError:
        messages.warning(request, _("The work on this file is being stopped. It is cancelled as soon as that is done."))
    else:
        messages.success(request, _("Cancelled. Nothing of this file is kept."))
    return redirect("intake_run", pk=pk)


@allowed("orders.take_in_orders")
@require_safe
@looked
def intake_rejected(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The refused rows as a file to mend and to load again."""
    run = _run(request, pk)
    if not mending.has_layout(run):
        raise Http404
    _keep_look(request, kind, run, run.rejected_rows.count())
    make, content_type = MENDED[kind]
    response = HttpResponse(make(run), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{mending.file_name(run, kind)}"'
    return response


def _keep_look(request: HttpRequest, purpose: str, run: IntakeRun, rows: int) -> None:
    """Rows of a file are order lines too, though nobody has mapped them yet."""
    if rows:
        keep_look(request, purpose, line_sight_of(cast(User, request.user)), {(run.shop_id, run.shop.producer_id): rows})
