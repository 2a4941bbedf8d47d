"""From a link or a code of ours to the product, lot and unit that it names."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from catalog import gtin
from catalog.models import FormerGtin, Product
from traceability.codes.alphabet import LOT_LENGTH, PRODUCT_LENGTH, UNIT_LENGTH, is_code, normalise
from traceability.codes.models import UnitCode
from traceability.codes.paths import gtin14, gtins14, lot_path, own_path, unit_path
from traceability.lots.models import Lot
from traceability.resolver.digital_link import GTIN, LOT, SERIAL, DigitalLink
from traceability.resolver.packs import unit_of


class UnknownKeyError(LookupError):
    """Nobody of ours issued it. `product` is what is known nevertheless: a good GTIN with a serial or a lot that is not ours."""

    def __init__(self, product: Product | None = None) -> None:
        super().__init__("unknown key")
        self.product = product


@dataclass(frozen=True)
class Found:
    """What a link names, from the product down; `path` is the link's own form, without a query string."""

    product: Product
    lot: Lot | None
    unit: UnitCode | None
    path: str
    # Whether the lot was named, or is only that of a unit: then what hangs on the lot alone is not the unit's (see `links`).
    names_lot: bool = False


def _gtin_forms(number: str) -> list[str]:
    """How the catalogue may have written a GTIN of 14 digits: in its one form, and as older imports wrote it."""
    bare = number.lstrip("0")
    return [*{gtin.parse(number), number, *(bare.zfill(length) for length in gtin.LENGTHS if length >= len(bare))}]


def find(link: DigitalLink) -> Found:
    """What a Digital Link names; every part of it must be ours. Raises UnknownKeyError.

    Serials and lots are compared as GS1 compares them, letter by letter. A variant (22) is the product itself: we keep no variants.
    """
    if link.key != GTIN or "235" in link.qualifiers:
        raise UnknownKeyError
    number, serial = link.qualifiers.get(LOT), link.qualifiers.get(SERIAL)
    if serial is not None:
        unit = unit_of(serial)
        if unit is not None and number in {None, unit.lot.number} and _has_number(unit.lot.product, link.value):
            return Found(unit.lot.product, unit.lot, unit, _path_today(link, unit.lot.product), names_lot=number is not None)
    forms = _gtin_forms(link.value)
    current = _standing(Product.objects.filter(gtin__in=forms))
    if serial is not None:
        raise UnknownKeyError(current)
    # A number that was somebody's before is asked for last: today's owner comes first.
    for product in filter(None, [current, *_former(forms)]):
        if number is None:
            return Found(product, None, None, _path_today(link, product))
        lot = Lot.objects.filter(product=product, number=number).first()
        if lot is not None:
            lot.product = product
            return Found(product, lot, None, _path_today(link, product), names_lot=True)
    raise UnknownKeyError(current)


def _has_number(product: Product, number: str) -> bool:
    """Whether packs of the product may carry the GTIN; for today's that costs nothing."""
    return gtin14(product) == number or number in gtins14(product)


def _former(forms: list[str]) -> list[Product]:
    """The products that had the number before, whoever had it last first."""
    rows = FormerGtin.objects.filter(gtin__in=forms).select_related("product__producer", "product__merged_into__producer")
    return [row.product.merged_into or row.product for row in rows.order_by("-until", "-pk")]


def _path_today(link: DigitalLink, product: Product) -> str:
    """Where what the link names lives now: as the link says, under today's number.

    Where there is none any more the old one stays good: `/t/…` once led there for ever, and browsers remember that.
    """
    number = gtin14(product)
    return link.path.replace(f"/01/{link.value}", f"/01/{number}", 1) if number else link.path


def find_code(typed: str) -> Found:
    """What a code of ours names, however it was typed; `path` is where it lives now: a Digital Link once there is a GTIN.

    Raises UnknownKeyError.
    """
    code = normalise(typed)
    if is_code(code):
        if len(code) == UNIT_LENGTH:
            unit = unit_of(code)
            if unit is not None:
                return Found(unit.lot.product, unit.lot, unit, unit_path(unit.lot, code), names_lot=True)
        elif len(code) == LOT_LENGTH:
            lot = Lot.objects.select_related("product__producer").filter(code=code).first()
            if lot is not None:
                return Found(lot.product, lot, None, lot_path(lot), names_lot=True)
        elif len(code) == PRODUCT_LENGTH:
            product = _standing(Product.objects.filter(short_code__code=code))
            if product is not None:
                number = gtin14(product)
                return Found(product, None, None, f"/01/{number}" if number else own_path(code))
    raise UnknownKeyError


def _standing(found: QuerySet[Product]) -> Product | None:
    """The product; in the place of a double, whose code may be on packs still, the entry that was kept."""
    product = found.select_related("producer", "merged_into__producer").first()
    return product.merged_into or product if product else None
