"""Pages of recalled orders: by shop, and the tasks of one shop."""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed
from accounts.models import User
from dashboards import formats
from dashboards.exports.tables import csv_cell
from dashboards.listing import page_of
from dashboards.recalls.board import recalled_shops, task_rows, with_packs
from dashboards.recalls.forms import DoneForm
from orders.figures.sight import line_sight_of
from orders.looks.keeping import keep_look, looked
from orders.models import LineLook, RecallTask, Shop
from orders.recalls.models import RecallTaskQuerySet
from orders.recalls.services import finish_tasks, reopen_task
from traceability.models import Recall

FOLLOW = "orders.follow_recalls"


@allowed(FOLLOW)
@require_safe
def recall_tasks(request: HttpRequest) -> HttpResponse:
    """Each recall in each shop that the reader may see, with how many buyers are still to be told."""
    rows = recalled_shops(cast(User, request.user))
    context = {"rows": page_of(request, rows), "open": sum(row.open for row in rows)}
    return render(request, "dashboards/recalls/recall_tasks.html", context)


class NotSharedError(Exception):
    """The shop does not share its order lines with the reader's agency; the message is its name."""


def shared(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answers 403 and says so where the shop shares no order lines with the reader's agency: how many are open, the list of shops tells."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotSharedError as error:
            return render(request, "dashboards/order_withheld.html", {"shop": str(error)}, status=403)

    return asked


@allowed(FOLLOW)
@require_http_methods(["GET", "HEAD", "POST"])
@looked
@shared
def recall_shop(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The orders of one shop in one recall; ticked ones are said to be done. 404 where none is the reader's to see."""
    recall, shop, tasks = _found(request, pk, code)
    form = DoneForm(request.POST if request.method == "POST" else None, tasks=tasks)
    if request.method == "POST" and form.is_valid():
        done = finish_tasks(
            tasks=tasks.filter(pk__in=form.cleaned_data["tasks"]), by=cast(User, request.user), note=form.cleaned_data["note"]
        )
        said = ngettext("%(count)s order is done.", "%(count)s orders are done.", done)
        messages.success(request, said % {"count": formats.number(done)})
        return redirect("recall_shop", pk, code)
    page = page_of(request, with_packs(tasks))
    _look(request, LineLook.Purpose.LIST, recall, shop, len(page.object_list))
    context = {
        "recall": recall,
        "shop": shop,
        "form": form,
        "page": page,
        "rows": task_rows(page.object_list),
        "open": tasks.open().count(),
        "ticked": set(request.POST.getlist("tasks")),
    }
    return render(request, "dashboards/recalls/recall_shop.html", context, status=422 if form.errors else 200)


@allowed(FOLLOW)
@require_POST
@shared
def recall_task_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back that the buyer of an order was told."""
    task = get_object_or_404(RecallTask.objects.visible_to(request.user).select_related("order__shop", "recall"), pk=pk)
    _check_shared(cast(User, request.user), task.recall, task.order.shop)
    reopen_task(task=task)
    messages.success(request, _("Order %(number)s is open again.") % {"number": task.order.number})
    return redirect("recall_shop", task.recall_id, task.order.shop.code)


@allowed(FOLLOW)
@require_safe
@looked
@shared
def recall_shop_csv(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The same orders as CSV, all of them: for whoever writes to the buyers in the platform's own pages."""
    recall, shop, tasks = _found(request, pk, code)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="recall-{recall.pk}-{shop.code}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([_("Order ID"), _("Placed"), _("Lot"), _("Packs"), _("Done"), _("Done by"), _("Note")])
    rows = task_rows(with_packs(tasks))
    _look(request, LineLook.Purpose.CSV, recall, shop, len(rows))
    for row in rows:
        # With a tab behind, as platforms write it: a spreadsheet program rounds the last digits of a number away.
        cells = (f"{row.number}\t", row.placed_at, row.lots, row.packs, row.done_at, row.done_by, row.note)
        writer.writerow([csv_cell(cell) for cell in cells])
    return response


def _found(request: HttpRequest, pk: int, code: str) -> tuple[Recall, Shop, RecallTaskQuerySet]:
    tasks = RecallTask.objects.visible_to(request.user).filter(recall=pk, order__shop__code=code)
    if not tasks.exists():
        raise Http404
    recall = Recall.objects.select_related("producer").prefetch_related("scopes__lot__product").get(pk=pk)
    shop = Shop.objects.get(code=code)
    _check_shared(cast(User, request.user), recall, shop)
    return recall, shop, tasks


def _check_shared(user: User, recall: Recall, shop: Shop) -> None:
    sight = line_sight_of(user)
    own = {recall.producer_id, shop.producer_id} & set(sight.producers)
    if sight.official and not own and shop.pk not in sight.shops:
        raise NotSharedError(shop.name)


def _look(request: HttpRequest, purpose: str, recall: Recall, shop: Shop, lines: int) -> None:
    """Write down that an official is about to see so many orders."""
    keep_look(request, purpose, line_sight_of(cast(User, request.user)), {(shop.pk, recall.producer_id): lines})
