"""Pages of labels: order them for a lot or a product, follow the run, fetch its files, print again, make void."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import allowed
from accounts.models import User
from catalog.models import Product
from traceability.codes.services import CodeCountError, LotClosedError, void_codes
from traceability.labels import services
from traceability.labels.content import labels_of
from traceability.labels.forms import AgainForm, LabelForm, VoidForm, sheet_words
from traceability.labels.models import LabelFile, LabelRun
from traceability.labels.sheets import SHEETS, TooSmallError
from traceability.lots.models import Lot, products_kept_by

SHOWN = 50
KEEP = "traceability.keep_lots"


@allowed(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def lot_labels(request: HttpRequest, pk: int) -> HttpResponse:
    """Order labels for a lot; its runs."""
    lots = Lot.objects.kept_by(request.user).select_related("product__producer")
    lot = get_object_or_404(lots, pk=pk)
    return _order(request, lot.product, lot)


@allowed(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def product_labels(request: HttpRequest, code: str) -> HttpResponse:
    """Order copies of a product's own code; its runs without a lot."""
    product = get_object_or_404(products_kept_by(request.user).select_related("producer"), code=code)
    return _order(request, product, None)


@allowed(KEEP)
@require_safe
def label_run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: how far it is, its files, what may be done with it."""
    return _run_page(request, _run(request, pk))


@allowed(KEEP)
@require_safe
def label_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """What htmx asks for while the run is drawn; once it is done the whole page is loaded anew."""
    run = _run(request, pk)
    if not run.is_waiting:
        return HttpResponseClientRefresh()
    return render(request, "traceability/label_progress.html", {"run": run})


@allowed(KEEP)
@require_POST
def label_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a run that is not done."""
    run = _run(request, pk)
    try:
        services.cancel_run(run_id=run.pk)
    except services.RunStateError:
        messages.error(request, _("These labels are done; they can no longer be cancelled."))
    else:
        messages.success(request, _("Cancelled. The codes stay issued; make them void if they must not be used."))
    return redirect("label_run", pk=pk)


@allowed(KEEP)
@require_POST
def label_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Print labels of the run again, with the same codes."""
    run = _run(request, pk)
    form = AgainForm(request.POST, run=run)
    if form.is_valid():
        try:
            made = services.print_again(run=run, by=cast(User, request.user), **form.cleaned_data)
        except LotClosedError:
            form.add_error(None, _("The lot is closed: no more labels are printed for it."))
        else:
            return redirect("label_run", pk=made.pk)
    return _run_page(request, run, again=form)


@allowed(KEEP)
@require_POST
def label_void(request: HttpRequest, pk: int) -> HttpResponse:
    """Make codes of the run void for good. 404 for copies of one code: a lot's or a product's code is never void."""
    run = get_object_or_404(_runs(request), pk=pk, subject=LabelRun.Subject.UNIT)
    form = VoidForm(request.POST, run=run)
    if form.is_valid():
        assert run.lot is not None  # labels_of_a_product_have_no_lot
        made = void_codes(lot=run.lot, **form.cleaned_data)
        done = ngettext("%(number)s code is void from now on.", "%(number)s codes are void from now on.", made) % {"number": made}
        messages.success(request, done)
        return redirect("label_run", pk=pk)
    return _run_page(request, run, void=form)


@allowed(KEEP)
@require_safe
def label_file(request: HttpRequest, pk: int, first: int) -> HttpResponse:
    """One file of the run."""
    file = get_object_or_404(LabelFile.objects.select_related("run"), run=_run(request, pk), first=first)
    kind = "application/zip" if file.run.form == LabelRun.Form.SVG else "application/pdf"
    response = HttpResponse(bytes(file.content), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


@allowed(KEEP)
@require_safe
def label_codes(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The run's labels as CSV for a printing house: number, address in the code, serial, and the words beside it.

    404 once the lot is recalled: a printing house must not get what the portal no longer prints.
    """
    run = _run(request, pk)
    if run.lot is not None and run.lot.recalled_at is not None:
        raise Http404
    response = StreamingHttpResponse(_csv_lines(run), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="nhan-{run.pk}.csv"'
    return response


def _csv_lines(run: LabelRun) -> Iterator[str]:
    writer = csv.writer(cast(Any, _Echo()))
    lot = run.lot
    words = [run.product.name_vi, lot.number if lot else "", lot.made_on if lot else "", (lot.best_before or "") if lot else ""]
    # A byte order mark: spreadsheet programs take UTF-8 for something else without it.
    yield "\ufeff" + writer.writerow(["number", "address", "serial", "product", "lot", "made_on", "best_before"])
    for label in labels_of(run, run.first, run.last):
        yield writer.writerow([label.number, label.address, label.serial, *words])


class _Echo:
    """What csv.writer writes to, so that a row can be streamed."""

    def write(self, text: str) -> str:
        return text


def _runs(request: HttpRequest) -> Any:
    return LabelRun.objects.kept_by(request.user).select_related("product__producer", "lot", "requested_by", "repeats")


def _run(request: HttpRequest, pk: int) -> LabelRun:
    found: LabelRun = get_object_or_404(_runs(request), pk=pk)
    return found


def _order(request: HttpRequest, product: Product, lot: Lot | None) -> HttpResponse:
    form = LabelForm(request.POST or None, lot=lot)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        common: dict[str, Any] = {"form": asked["form"], "sheet": asked["sheet"], "by": cast(User, request.user)}
        try:
            if lot is None:
                run = services.label_product(product=product, copies=asked["count"], **common)
            elif asked["subject"] == LabelRun.Subject.UNIT:
                run = services.label_units(lot=lot, count=asked["count"], **common)
            else:
                run = services.label_lot(lot=lot, copies=asked["count"], **common)
        except LotClosedError:
            form.add_error(None, _("The lot is closed: no more labels are printed for it."))
        except CodeCountError as error:
            form.add_error("count", _("This lot has packs for %(most)s more codes.") % {"most": error.most})
        except TooSmallError:
            form.add_error("sheet", _("The code does not fit this label with modules of 0.4 mm. Choose a larger one."))
        else:
            return redirect("label_run", pk=run.pk)
    runs = _runs(request).filter(product=product, lot=lot)[:SHOWN]
    context = {"form": form, "product": product, "lot": lot, "runs": runs}
    return render(request, "traceability/labels.html", context, status=422 if form.errors else 200)


def _run_page(request: HttpRequest, run: LabelRun, *, again: AgainForm | None = None, void: VoidForm | None = None) -> HttpResponse:
    errors = [form for form in (again, void) if form is not None]
    context = {
        "run": run,
        "files": run.files.defer("content").select_related("run"),
        "sheet": sheet_words(SHEETS[run.sheet]) if run.sheet else "",
        "again": again or AgainForm(run=run, prefix=None),
        "void": void or VoidForm(run=run, auto_id="void_%s"),
        "back": reverse("lot_labels", args=[run.lot.pk]) if run.lot else reverse("product_labels", args=[run.product.code]),
        "can_void": run.subject == LabelRun.Subject.UNIT,
    }
    return render(request, "traceability/label_run.html", context, status=422 if errors else 200)
