"""The pages of the shop window: search, product, producer, commune, group. Everybody sees them, without script."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import public
from catalog.models import OcopGroup, Producer, Product
from catalog.window import structured
from catalog.window.asking import AskForm
from catalog.window.brand import brand_of, provinces_shown
from catalog.window.caching import kept_today
from catalog.window.card_picture import draw
from catalog.window.links import links_of
from catalog.window.listing import Shelf, shelf
from catalog.window.pages import commune_page, group_page, producer_page, product_page
from catalog.window.search import Wanted
from places.models import Commune, Province


@public
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Search and filters; what is asked stands in the address."""
    provinces = provinces_shown()
    form = AskForm(request.GET.dict(), provinces)
    wanted = form.wanted if form.is_valid() else None
    chosen = Province.objects.filter(pk=wanted.province).first() if wanted and wanted.province else None
    context = {
        "form": form,
        "wanted": wanted,
        "chips": form.chips(request.GET) if wanted else [],
        "narrow": form.narrow,
        "held": form.held if wanted else [],
        "keep": [("q", wanted.text)] if wanted and wanted.text else [],
        "reset": reverse("catalogue") + (f"?{_query(q=wanted.text)}" if wanted and wanted.text else ""),
        "shelf": shelf(wanted, day=timezone.localdate(), page=request.GET.get("page")) if wanted else None,
        "brand": brand_of(chosen),
        "links": links_of(request, "catalogue"),
    }
    return render(request, "catalog/window/catalogue.html", context, status=200 if wanted else 400)


@public
@require_safe
def product(request: HttpRequest, code: str) -> HttpResponse:
    """One product: its star as it stands today, what it is, who makes it, where it comes from."""
    found = Product.objects.published().select_related("producer").filter(code=code).first()
    if found is None:
        # A double entry that was merged: its old address, printed or shared, leads on.
        double = get_object_or_404(
            Product.objects.filter(merged_into__in=Product.objects.published()).select_related("merged_into"), code=code
        )
        assert double.merged_into is not None
        return redirect("catalogue_product", code=double.merged_into.code, permanent=True)
    page = product_page(found, timezone.localdate())
    trail = [(reverse("catalogue"), _("Catalogue"))]
    if page.facts and page.facts.ocop_set:
        group = page.facts.ocop_set.group
        trail.append((reverse("catalogue_group", args=[group.code]), group.name))
    context = {
        "shown": page,
        "trail": [*trail, ("", found.name)],
        "brand": brand_of(page.commune.province if page.commune else None),
        "links": links_of(request, "catalogue_product", found.code, card=reverse("catalogue_card", args=[found.code])),
        "revoked_on": next((rating.revoked_on for rating in page.ratings if rating.revoked_on), None),
        "data": structured.product(page, request),
        "warning_path": _in_language(page.warning.path) if page.warning else "",
    }
    return render(request, "catalog/window/product.html", context)


def _in_language(path: str) -> str:
    """A path of the portal in Vietnamese, as it is in the reader's language."""
    language = get_language() or settings.LANGUAGE_CODE
    with override(settings.LANGUAGE_CODE):
        return translate_url(path, language)


@public
@require_safe
def card(request: HttpRequest, code: str) -> HttpResponse:
    """The picture for where the product's address is shared; kept for an hour at most, and not past midnight, because stars end."""
    found = get_object_or_404(Product.objects.published().select_related("producer"), code=code)
    page = product_page(found, timezone.localdate())
    content, media_type = draw(page, brand_of(page.commune.province if page.commune else None))
    return HttpResponse(content, content_type=media_type, headers={"Cache-Control": kept_today(3600)})


@public
@require_safe
def producer(request: HttpRequest, code: str) -> HttpResponse:
    """One producer with its public products; 404 for one that has none."""
    makers = Producer.objects.filter(pk__in=Product.objects.published().values("producer"))
    page = producer_page(get_object_or_404(makers, code=code), timezone.localdate())
    context = {
        "shown": page,
        "trail": [(reverse("catalogue"), _("Catalogue")), ("", str(page.producer))],
        "brand": brand_of(page.commune.province if page.commune else None),
        "links": links_of(request, "catalogue_producer", page.producer.code),
        "more": f"{reverse('catalogue')}?{_query(q=page.producer.name)}",
        "data": structured.producer(page, request),
    }
    return render(request, "catalog/window/producer.html", context)


@public
@require_safe
def commune(request: HttpRequest, code: str) -> HttpResponse:
    """One commune of today: what it was called before, who makes what there."""
    found = get_object_or_404(Commune.objects.select_related("province"), code=code)
    context = {
        "shown": commune_page(found),
        "shelf": _shelf(request, Wanted(commune=found.code)),
        "trail": [
            (reverse("catalogue"), _("Catalogue")),
            (f"{reverse('catalogue')}?{_query(province=found.province_id)}", found.province.short_name),
            ("", found.name),
        ],
        "brand": brand_of(found.province),
        "links": links_of(request, "catalogue_commune", found.code),
    }
    return render(request, "catalog/window/commune.html", context)


@public
@require_safe
def group(request: HttpRequest, code: str) -> HttpResponse:
    """One of the six groups: its product sets and its products by name."""
    found = get_object_or_404(OcopGroup, code=code)
    context = {
        "shown": group_page(found),
        "shelf": _shelf(request, Wanted(group=found.code)),
        "trail": [(reverse("catalogue"), _("Catalogue")), ("", found.name)],
        "brand": brand_of(None),
        "links": links_of(request, "catalogue_group", found.code),
    }
    return render(request, "catalog/window/group.html", context)


def _shelf(request: HttpRequest, wanted: Wanted) -> Shelf:
    return shelf(wanted, day=timezone.localdate(), page=request.GET.get("page"))


def _query(**parameters: str) -> str:
    return urlencode(parameters)
