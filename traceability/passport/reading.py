"""Passports of many products and lots at once, in a number of statements that does not grow with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from catalog.models import Paper, Photo, Product, StarRating
from catalog.models.products import ProductQuerySet
from places.models import Commune
from traceability.codes.models import ProductCode
from traceability.codes.paths import gtin14, lot_path, own_path
from traceability.lots.models import Lot, LotInput, LotQuerySet
from traceability.passport.fields import FIELDS, Field
from traceability.steps.kinds import Kind
from traceability.steps.models import Step

COUNTRY = "VN"
# Kinds of papers that say something about the goods; that a name is protected or may be advertised does not.
_NO_CERTIFICATES = {Paper.Kind.TRADEMARK, Paper.Kind.AD_CONFIRMATION}


@dataclass(frozen=True)
class Passport:
    """What is known of a product (`lot` None) or of one lot of it, in Vietnamese; an empty value is not known.

    Values are texts, numbers and lists of objects, days as YYYY-MM-DD, times with +07:00: what JSON takes.
    """

    product: Product
    lot: Lot | None
    values: dict[str, Any]

    @property
    def missing(self) -> list[Field]:
        """The fields that it ought to have and has not."""
        return [
            field for field in FIELDS if field.remedy and not self.values.get(field.name) and (self.lot is not None or not field.of_lot)
        ]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def passports_of(products: ProductQuerySet, day: date, lots: LotQuerySet | None = None) -> list[Passport]:
    """A passport for each product, and one for each of `lots` after its product's; products and lots in their own order."""
    rows = list(products.with_facts(day).with_place(day).select_related("producer"))
    ids = [product.pk for product in rows]
    about = _About(rows, day)
    found_lots = _lots_of(lots, ids) if lots is not None else {}
    passports = []
    for product in rows:
        values = about.values(product)
        passports.append(Passport(product, None, values))
        for lot, more in found_lots.get(product.pk, ()):
            lot.product = product
            path = f"{settings.PORTAL_ADDRESS}{lot_path(lot)}"
            passports.append(Passport(product, lot, values | {"trace_code": path} | more))
    return passports


class _About:
    """What belongs to products and their producers, read once for all of them."""

    def __init__(self, products: list[Product], day: date) -> None:
        ids, producers = [one.pk for one in products], {one.producer_id for one in products}
        self.day = day
        codes: Iterable[str] = filter(None, (_annotated(one, "commune_code") for one in products))
        self.communes = Commune.objects.select_related("province").in_bulk(set(codes))
        self.codes = dict(ProductCode.objects.filter(product__in=ids).values_list("product_id", "code"))
        # Written backwards, so that the first of each product is what stays.
        photos = Photo.objects.shown().filter(product__in=ids).order_by("-position", "-pk")
        self.photos = dict(photos.values_list("product_id", "large_id"))
        ratings = StarRating.objects.valid_on(day).filter(product__in=ids).select_related("decision").order_by("valid_from", "pk")
        self.ratings = {rating.product_id: rating for rating in ratings}
        self.papers: dict[tuple[str, int | None], list[Paper]] = defaultdict(list)
        for paper in Paper.objects.shown().filter(product__in=ids):
            self.papers["product", paper.product_id].append(paper)
        for paper in Paper.objects.shown().filter(producer__in=producers):
            self.papers["producer", paper.producer_id].append(paper)

    def values(self, product: Product) -> dict[str, Any]:
        """The values of a product's own fields."""
        producer, number, code = product.producer, gtin14(product), self.codes.get(product.pk)
        path = f"/01/{number}" if number else own_path(code) if code else ""
        commune = self.communes.get(_annotated(product, "commune_code"))
        rating = self.ratings.get(product.pk)
        papers = [*self.papers["product", product.pk], *self.papers["producer", product.producer_id]]
        current = [paper for paper in papers if paper.state_on(self.day) in {Paper.State.VALID, Paper.State.EXPIRING}]
        unit, grams = _annotated(product, "unit"), getattr(product, "net_weight_g", None)
        return {
            "trace_code": f"{settings.PORTAL_ADDRESS}{path}" if path else "",
            "product_code": product.code,
            "product_name": product.name_vi,
            "product_name_en": product.name_en,
            "gtin": number or "",
            "picture": _picture(self.photos.get(product.pk)),
            "brand": next((paper.title or paper.number for paper in current if paper.kind == Paper.Kind.TRADEMARK), ""),
            "pack_size": "; ".join(filter(None, (unit, f"{grams} g" if grams else ""))),
            "ingredients": product.ingredients_vi,
            "shelf_life": product.shelf_life_vi,
            "warnings": product.storage_vi,
            "producer_name": producer.name,
            "producer_code": producer.code,
            "producer_id": producer.tax_code,
            "producer_address": producer.address,
            "origin": _place(commune),
            "country": COUNTRY,
            "stars": rating.stars if rating else None,
            "star_decision": f"{rating.decision.number}, {rating.decision.decided_on.isoformat()}" if rating else "",
            "certificates": [_certificate(paper) for paper in current if paper.kind not in _NO_CERTIFICATES],
        }


def _lots_of(lots: LotQuerySet, products: list[int]) -> dict[int, list[tuple[Lot, dict[str, Any]]]]:
    """Of each product its lots with the values that only a lot has."""
    counted = lots.filter(product__in=products).select_related("commune__province").annotate(issued=Count("codes"))
    # Grouped rows have no order of their own: Django leaves the model's out.
    rows = list(counted.order_by("-made_on", "-pk"))
    inputs: dict[int, list[LotInput]] = defaultdict(list)
    for one in LotInput.objects.filter(lot__in=rows).select_related("source__product"):
        inputs[one.lot_id].append(one)
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in Step.objects.standing().filter(lot__in=rows).select_related("commune__province"):
        steps[step.lot_id].append(step)
    found: dict[int, list[tuple[Lot, dict[str, Any]]]] = defaultdict(list)
    for lot in rows:
        found[lot.product_id].append((lot, _lot_values(lot, inputs[lot.pk], steps[lot.pk])))
    return found


def _lot_values(lot: Lot, inputs: list[LotInput], steps: list[Step]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "lot_number": lot.number,
        "made_on": lot.made_on.isoformat(),
        "best_before": lot.best_before.isoformat() if lot.best_before else "",
        "recalled_on": timezone.localdate(lot.recalled_at).isoformat() if lot.recalled_at else "",
        "quantity": float(lot.quantity),
        "unit": lot.unit,
        "serial_numbers": getattr(lot, "issued", 0),
        "inputs": [_input(one) for one in inputs],
        "way": [_step(step) for step in steps],
    }
    # What is gathered or caught was made of nothing: the harvest itself is the step back.
    if not inputs and any(step.kind == Kind.HARVESTED for step in steps):
        values["inputs"] = [{"name": "thu hoạch"}]
    if lot.commune is not None:
        values["origin"] = ", ".join(filter(None, (lot.place, _place(lot.commune))))
    return values


def _input(one: LotInput) -> dict[str, Any]:
    """Whose lot it was stays with the producer: whom it buys from is its own business."""
    if one.source is None:
        return {"name": one.words}
    return {"name": one.source.product.name_vi, "trace_code": f"{settings.PORTAL_ADDRESS}{lot_path(one.source)}"}


def _step(step: Step) -> dict[str, Any]:
    place = ", ".join(filter(None, (step.place, _place(step.commune))))
    return {"step": step.kind, "at": _local(step), "place": place}


def _local(step: Step) -> str:
    return timezone.localtime(step.happened_at).isoformat(timespec="minutes")


def _certificate(paper: Paper) -> dict[str, Any]:
    return {
        "kind": paper.kind,
        "name": paper.title,
        "number": paper.number,
        "issuer": paper.issuer,
        "valid_until": paper.valid_until.isoformat() if paper.valid_until else "",
    }


def _picture(digest: str | None) -> str:
    return f"{settings.PORTAL_ADDRESS}{reverse('picture', kwargs={'digest': digest})}" if digest else ""


def _place(commune: Commune | None) -> str:
    return f"{commune.name}, {commune.province.name}" if commune else ""


def _annotated(product: Product, name: str) -> str:
    """A text that `with_facts` or `with_place` added to the product; empty where it is not known."""
    return getattr(product, name, None) or ""
