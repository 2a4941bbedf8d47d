"""What search engines are told: every public page in both languages, and what not to look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index as index_view
from django.contrib.sitemaps.views import sitemap as section_view
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import public
from catalog.models import OcopGroup, Producer, Product, SearchEntry
from places.models import Commune

if TYPE_CHECKING:
    _Sitemap = Sitemap[Any]
else:
    _Sitemap = Sitemap  # generic in its stubs alone


class Pages(_Sitemap):
    """Pages in both languages, each naming the other; Vietnamese stands for any further language.

    None says when it changed last: stars end and prices begin by the calendar, and a page believed unchanged would go on being shown
    with its old star.
    """

    i18n = True
    alternates = True
    x_default = True
    limit = 5000


class FrontPages(Pages):
    """Home and catalogue."""

    def items(self) -> list[str]:
        return ["home", "catalogue"]

    def location(self, item: Any) -> str:
        return reverse(item)


class ProductPages(Pages):
    """Products."""

    def items(self) -> QuerySet[Product]:
        return Product.objects.published().order_by("pk")

    def location(self, item: Product) -> str:
        return reverse("catalogue_product", args=[item.code])


class ProducerPages(Pages):
    """Producers with a public product."""

    def items(self) -> QuerySet[Producer]:
        products = Product.objects.published()
        return Producer.objects.filter(pk__in=products.values("producer")).order_by("pk")

    def location(self, item: Producer) -> str:
        return reverse("catalogue_producer", args=[item.code])


class CommunePages(Pages):
    """Communes with a public product."""

    def items(self) -> QuerySet[Commune]:
        return Commune.objects.filter(code__in=SearchEntry.objects.published().order_by().values("commune")).order_by("code")

    def location(self, item: Commune) -> str:
        return reverse("catalogue_commune", args=[item.code])


class GroupPages(Pages):
    """The six groups."""

    def items(self) -> QuerySet[OcopGroup]:
        return OcopGroup.objects.all()

    def location(self, item: OcopGroup) -> str:
        return reverse("catalogue_group", args=[item.code])


SECTIONS: dict[str, type[Pages]] = {
    "front": FrontPages,
    "groups": GroupPages,
    "communes": CommunePages,
    "producers": ProducerPages,
    "products": ProductPages,
}


@public
@require_safe
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """The index of the sections below, in parts of 5,000 pages."""
    view: Callable[..., HttpResponseBase] = index_view
    return view(request, sitemaps=SECTIONS, sitemap_url_name="sitemap_section")


@public
@require_safe
def sitemap_section(request: HttpRequest, section: str) -> HttpResponseBase:
    """One section; 404 for one there is not, or a part beyond its end."""
    view: Callable[..., HttpResponseBase] = section_view
    return view(request, sitemaps=SECTIONS, section=section)


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read; searches are endless, and need not be."""
    lines = ["User-agent: *", "Disallow: /*?", f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
