"""Pages of recalls: the public list and each recall's own page; declaring and ending one."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed, public
from accounts.models import User
from catalog.models import Product
from traceability.lots.models import Lot
from traceability.recalls.forms import EndForm, OtherLotForm, RecallForm
from traceability.recalls.models import Recall
from traceability.recalls.services import AlreadyEndedError, SpanError, declare_recall, end_recall

PER_PAGE = 30
OTHERS_OFFERED = 200
DECLARE = "traceability.declare_recalls"
OtherLots = formset_factory(OtherLotForm, extra=3, max_num=20, absolute_max=20)


@public
@require_safe
def recall_list(request: HttpRequest) -> HttpResponse:
    """All recalls, the newest first; `?product=` those of one product."""
    recalls = Recall.objects.select_related("producer", "agency").prefetch_related("scopes__lot__product")
    code = request.GET.get("product", "")
    product = Product.objects.filter(code=code).first() if code and "\x00" not in code else None
    if product is not None:
        recalls = recalls.of_product(product)
    elif code:
        recalls = recalls.none()
    page = Paginator(recalls, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "traceability/recall_list.html", {"page": page, "product": product, "code": code})


@public
@require_safe
def recall_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One recall: which lots, why, what to do, who declared it and when, whether it ended."""
    recall = get_object_or_404(Recall.objects.select_related("producer", "agency", "follows"), pk=pk)
    context = {
        "recall": recall,
        "scopes": recall.scopes.select_related("lot__product"),
        "followers": recall.followers.select_related("producer"),
        "may_end": recall.ended_at is None and Recall.objects.endable_by(request.user).filter(pk=pk).exists(),
    }
    return render(request, "traceability/recall_page.html", context)


@allowed(DECLARE)
@require_http_methods(["GET", "HEAD", "POST"])
def recall_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Recall a lot or packs of it, and other lots of its producer with it; `?after=` is the recall of what it was made of."""
    allowed_lots = Lot.objects.recallable_by(request.user).select_related("product__producer")
    lot = get_object_or_404(allowed_lots, pk=pk)
    # This lot among them: packs of it that do not stand in one row.
    others = allowed_lots.filter(product__producer=lot.product.producer)
    offered = others.filter(pk__in=list(others.values_list("pk", flat=True)[:OTHERS_OFFERED]))
    form = RecallForm(request.POST or None, lot=lot, after=request.GET.get("after"))
    rows: Any = OtherLots(request.POST or None, form_kwargs={"others": offered}, prefix="also")
    bad = False
    if request.method == "POST":
        # Both are checked, so that all errors are told at once.
        bad = not all([form.is_valid(), rows.is_valid()])
        if not bad:
            spans = [form.cleaned_data["span"], *(row.cleaned_data["span"] for row in rows if row.cleaned_data.get("span"))]
            given = {"follows": form.cleaned_data["after"], "token": form.cleaned_data["token"]}
            try:
                recall = declare_recall(spans=spans, words=form.words, by=cast(User, request.user), **given)
            except SpanError as error:
                form.add_error("first", _("%(lot)s has the packs 1 to %(most)s.") % {"lot": str(error.lot), "most": error.most})
                bad = True
            else:
                messages.success(request, _("Recalled. Whoever scans one of these packs is told so from now on."))
                return redirect(recall)
    context = {
        "form": form,
        "rows": rows,
        "lot": lot,
        "bad": bad,
        "rows_bad": any(rows.errors),
        "codes": lot.codes.count(),
    }
    return render(request, "traceability/recall_new.html", context, status=422 if bad else 200)


@allowed(DECLARE)
@require_http_methods(["GET", "HEAD", "POST"])
def recall_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a recall has ended."""
    recall = get_object_or_404(Recall.objects.endable_by(request.user).select_related("producer", "agency"), pk=pk)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_recall(recall=recall, by=cast(User, request.user), **form.cleaned_data)
        except AlreadyEndedError:
            messages.info(request, _("This recall has ended already."))
        else:
            messages.success(request, _("Ended. The recall stays public, with what you wrote beside it."))
        return redirect(recall)
    return render(request, "traceability/recall_end.html", {"form": form, "recall": recall}, status=422 if form.errors else 200)
