"""Pages of passports: whose are how complete, one producer's with what is missing, its files, and having them sent."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import allowed
from accounts.models import User
from catalog.models import Producer, Product
from traceability.lots.models import Lot, products_kept_by
from traceability.passport.exporting import as_csv, as_json
from traceability.passport.models import PassportSending
from traceability.passport.reading import Passport, passports_of
from traceability.passport.services import can_send, order_sending, own_passports

PER_PAGE = 50
MOST_LOTS, MOST_SENDINGS = 50, 20


class SendForm(forms.Form):
    """What is to be sent."""

    incomplete = forms.BooleanField(label=gettext_lazy("Send incomplete ones too; they name what is missing"), required=False)


@allowed("traceability.view_lots")
@require_safe
def passport_list(request: HttpRequest) -> HttpResponse:
    """Producers with public products that the reader may see, and how many of these products have all that the passport asks for."""
    public = Product.objects.single().published()
    producers = Producer.objects.visible_to(request.user).filter(pk__in=public.values("producer")).order_by("name", "pk")
    page = Paginator(producers, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    passports = passports_of(public.filter(producer__in=[one.pk for one in shown]), timezone.localdate())
    totals: Counter[int] = Counter(passport.product.producer_id for passport in passports)
    complete: Counter[int] = Counter(passport.product.producer_id for passport in passports if passport.is_complete)
    rows = [(producer, complete[producer.pk], totals[producer.pk]) for producer in shown]
    return render(request, "traceability/passport_list.html", {"page": page, "rows": rows})


@allowed("traceability.view_lots")
@require_safe
def passport_producer(request: HttpRequest, code: str) -> HttpResponse:
    """A producer's passports: what is missing of which product and lot, files to fetch, what was sent."""
    producer = _producer(request, code)
    passports = own_passports(producer)
    products = [passport for passport in passports if passport.lot is None]
    lots: list[Passport] = [passport for passport in passports if passport.lot is not None]
    # What is missing of the product is said at the product.
    wanting = [(one, [field for field in one.missing if field.of_lot]) for one in lots]
    wanting = [(one, missing) for one, missing in wanting if missing]
    context = {
        "producer": producer,
        "products": products,
        "complete": sum(passport.is_complete for passport in products),
        "lots": len(lots),
        "lots_complete": sum(passport.is_complete for passport in lots),
        "wanting": wanting[:MOST_LOTS],
        "more": max(0, len(wanting) - MOST_LOTS),
        "form": SendForm() if can_send() and _keeps(request, producer) else None,
        "sendings": PassportSending.objects.filter(product__producer=producer).select_related("product", "lot")[:MOST_SENDINGS],
    }
    return render(request, "traceability/passport_producer.html", context)


@allowed("traceability.view_lots")
@require_safe
def passport_json(request: HttpRequest, code: str) -> HttpResponse:
    """All passports of a producer, its old lots' too: `{"as_of", "producer", "passports": [...]}` (docs/passport.md)."""
    producer = _producer(request, code)
    content: dict[str, Any] = {
        "as_of": timezone.localtime().isoformat(timespec="seconds"),
        "producer": producer.code,
        "passports": [as_json(passport) for passport in _all_passports(producer)],
    }
    return _file(JsonResponse(content, json_dumps_params={"ensure_ascii": False}), producer, "json")


@allowed("traceability.view_lots")
@require_safe
def passport_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The same as a table, a passport a row."""
    producer = _producer(request, code)
    return _file(HttpResponse(as_csv(_all_passports(producer)), content_type="text/csv; charset=utf-8"), producer, "csv")


@allowed("traceability.keep_lots")
@require_POST
def passport_send(request: HttpRequest, code: str) -> HttpResponse:
    """Have a producer's passports sent to the national portal."""
    producer = _producer(request, code)
    if not _keeps(request, producer):
        raise Http404
    form = SendForm(request.POST)
    if not can_send():
        messages.error(request, _("There is no national portal to send to."))
    elif form.is_valid():
        ordered = order_sending(producer=producer, by=cast(User, request.user), incomplete=form.cleaned_data["incomplete"])
        told = [
            ngettext("%(count)s passport is being sent.", "%(count)s passports are being sent.", ordered.waiting)
            % {"count": ordered.waiting},
            _("Left out because something is missing: %(count)s.") % {"count": ordered.incomplete} if ordered.incomplete else "",
            _("Not sent again because nothing changed: %(count)s.") % {"count": ordered.unchanged} if ordered.unchanged else "",
        ]
        messages.success(request, " ".join(filter(None, told)))
    return redirect("passport_producer", code=code)


def _producer(request: HttpRequest, code: str) -> Producer:
    return get_object_or_404(Producer.objects.visible_to(request.user), code=code)


def _keeps(request: HttpRequest, producer: Producer) -> bool:
    return products_kept_by(request.user).filter(producer=producer).exists()


def _all_passports(producer: Producer) -> list[Passport]:
    products = Product.objects.single().published().filter(producer=producer).order_by("code")
    return passports_of(products, timezone.localdate(), Lot.objects.order_by("made_on", "pk"))


def _file(response: HttpResponse, producer: Producer, ending: str) -> HttpResponse:
    name = f"passport-{producer.code}-{timezone.localdate().isoformat()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
