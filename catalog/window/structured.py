"""What machines read of a page: schema.org's Product and Organization as JSON-LD (https://schema.org/Product, …/Organization).

Only what the page itself says is stated; stars that are not in force are not.
"""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from catalog.models import Photo, Producer
from catalog.window.pages import ProducerPage, ProductPage
from places.models import Commune

# A data block: it is never run, and the content security policy is not asked. Nothing in it may end the element.
_ESCAPED = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def product(page: ProductPage, request: HttpRequest) -> SafeString:
    """The product, with its maker, its list price as an offer of one unit, and its star while it is in force."""
    shown = page.product
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": _address(request, "catalogue_product", shown.code),
        "url": _address(request, "catalogue_product", shown.code),
        "name": shown.name,
        "sku": shown.code,
        "gtin": shown.gtin,
        "description": shown.description,
        "image": _images(request, page.media.photos) or [_address(request, "catalogue_card", shown.code)],
        "category": str(page.facts.ocop_set) if page.facts and page.facts.ocop_set else None,
        "manufacturer": _organization(shown.producer, page.commune, request),
        "countryOfOrigin": "VN",
    }
    if page.facts and page.facts.net_weight_g:
        data["weight"] = {"@type": "QuantitativeValue", "value": page.facts.net_weight_g, "unitCode": "GRM"}
    if page.price:
        data["offers"] = {"@type": "Offer", "price": page.price.price, "priceCurrency": "VND", "url": data["url"]}
    if page.star and page.star.in_force:
        data["hasCertification"] = {
            "@type": "Certification",
            "name": _("OCOP, %(stars)s stars") % {"stars": page.star.stars},
            "certificationIdentification": page.star.decision,
            "expires": page.star.until.isoformat(),
        }
    return _script(data)


def producer(page: ProducerPage, request: HttpRequest) -> SafeString:
    """The producer."""
    shown = page.producer
    data = _organization(shown, page.commune, request) | {
        "@context": "https://schema.org",
        "description": shown.story,
        "email": shown.email,
        "telephone": shown.phone,
        "sameAs": [address for address in [shown.website, *(link.url for link in page.media.links)] if address],
        "image": _images(request, page.media.photos),
    }
    return _script(data)


def _organization(shown: Producer, commune: Commune | None, request: HttpRequest) -> dict[str, Any]:
    address = _address(request, "catalogue_producer", shown.code)
    place: dict[str, Any] = {"@type": "PostalAddress", "streetAddress": shown.address, "addressCountry": "VN"}
    if commune:
        place |= {"addressLocality": commune.name, "addressRegion": commune.province.short_name}
    return {"@type": "Organization", "@id": address, "url": address, "name": str(shown), "address": _stated(place)}


def _images(request: HttpRequest, photos: list[Photo]) -> list[str]:
    return [request.build_absolute_uri(reverse("picture", args=[photo.large_id])) for photo in photos]


def _address(request: HttpRequest, name: str, code: str) -> str:
    return request.build_absolute_uri(reverse(name, args=[code]))


def _stated(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in (None, "", [])}


def _script(data: dict[str, Any]) -> SafeString:
    text = json.dumps(_stated(data), ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308  (escaped above)
