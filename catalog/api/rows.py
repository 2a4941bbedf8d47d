"""Plain rows of the catalogue, as the API and the open data give them out; `shapes` says what each field means."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from catalog.models import OcopGroup, Producer
from catalog.standing import Star
from catalog.window.cards import Card
from catalog.window.pages import ProductPage, Shown
from places.models import Commune

TEXTS = ("description", "ingredients", "storage", "shelf_life")


def product_row(card: Card, request: HttpRequest) -> dict[str, Any]:
    """A product as it stands in a list."""
    product, facts = card.product, vars(card.product)
    return {
        "code": product.code,
        "name_vi": product.name_vi,
        "name_en": product.name_en,
        "gtin": product.gtin or None,
        "producer": named(product.producer),
        "commune": place_row(card.commune),
        "group": card.group or None,
        "ocop_set": card.ocop_set or None,
        "unit": card.unit,
        "net_weight_g": facts["net_weight_g"],
        "list_price": card.price,
        "star": star_row(card.star),
        "is_demo": product.is_demo,
        "page": page_of(request, "catalogue_product", product.code),
    }


def product_details(card: Card, page: ProductPage, request: HttpRequest) -> dict[str, Any]:
    """A product with all that its page shows."""
    texts = {f"{name}_{language}": getattr(page.product, f"{name}_{language}") for name in TEXTS for language in ("vi", "en")}
    ratings = [
        {
            "stars": rating.stars,
            "decision": rating.decision.number,
            "decided_on": rating.decision.decided_on,
            "issuer": rating.decision.issuer,
            "valid_from": rating.valid_from,
            "valid_until": rating.valid_until,
            "revoked_on": rating.revoked_on,
            "revoked_ground": rating.revoked_ground,
        }
        for rating in page.ratings
    ]
    return product_row(card, request) | texts | _media(page.media, request) | {"ratings": ratings}


def _media(media: Shown, request: HttpRequest) -> dict[str, Any]:
    return {
        "photos": [
            {
                "url": request.build_absolute_uri(reverse("picture", args=[photo.large_id])),
                "width": photo.width,
                "height": photo.height,
                "alt_vi": photo.alt_vi,
                "alt_en": photo.alt_en,
            }
            for photo in media.photos
        ],
        "papers": [
            {
                "kind": paper.kind,
                "title": paper.title,
                "number": paper.number,
                "issuer": paper.issuer,
                "valid_until": paper.valid_until,
                "state": state,
                "file": page_of(request, "paper_file", paper.pk) if paper.public_file and paper.document_id else None,
            }
            for paper, state in media.papers
        ],
        "links": [{"floor": link.floor, "url": link.url} for link in media.links],
    }


def producer_row(producer: Producer, commune: Commune | None, products: int, request: HttpRequest) -> dict[str, Any]:
    """A producer with how many public products it has."""
    told = {name: getattr(producer, name) for name in ("kind", "address", "phone", "email", "website", "story_vi", "story_en")}
    page = page_of(request, "catalogue_producer", producer.code)
    return named(producer) | told | {"commune": place_row(commune), "products": products, "page": page}


def group_row(group: OcopGroup) -> dict[str, Any]:
    """A group with its sets."""
    return named(group) | {"sets": [named(one) for one in group.sets.all()]}


def named(thing: Any) -> dict[str, str]:
    """Code and names of a producer, group or set."""
    return {"code": thing.code, "name_vi": thing.name if isinstance(thing, Producer) else thing.name_vi, "name_en": thing.name_en}


def place_row(commune: Commune | None) -> dict[str, str] | None:
    """A commune with its province."""
    if commune is None:
        return None
    return {
        "code": commune.code,
        "name": commune.name,
        "province_code": commune.province_id,
        "province_name": commune.province.short_name,
    }


def star_row(star: Star | None) -> dict[str, Any] | None:
    """A star as it stands on the day it was asked for."""
    if star is None:
        return None
    return {
        "stars": star.stars,
        "state": star.state,
        "in_force": star.in_force,
        "valid_until": star.until,
        "decision": star.decision,
    }


def page_of(request: HttpRequest, name: str, code: str | int) -> str:
    """The whole address of a page, in Vietnamese: the API has no language."""
    with translation.override("vi"):
        return request.build_absolute_uri(reverse(name, args=[code]))
