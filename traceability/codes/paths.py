"""The paths that go into a QR code: a GS1 Digital Link where the product has a GTIN, else our own path.

GS1 Digital Link URI syntax 1.6: `/01/{gtin14}`, qualifiers in the order 22, 10, 21. A product without a GTIN never gets a made-up
number: `/t/{code}` lies outside the GS1 space, and leads to the Digital Link for ever once a GTIN is there.
"""

from __future__ import annotations

from urllib.parse import quote

from catalog import gtin
from catalog.models import Product
from traceability.codes.models import ProductCode, UnitCode
from traceability.lots.models import Lot


def fourteen(number: str | None) -> str | None:
    """A GTIN as the catalogue writes it in 14 digits; None where it is none, or one of the ranges that no product in trade may carry."""
    if not number:
        return None
    try:
        return gtin.parse(number).zfill(14)
    except gtin.GtinError:
        return None


def gtin14(product: Product) -> str | None:
    """The product's GTIN in 14 digits, if it has one that a product in trade may carry."""
    return fourteen(product.gtin)


def gtins14(product: Product) -> list[str]:
    """All numbers under which packs of the product may be about, in 14 digits: today's first, then those it had before."""
    numbers = [product.gtin, *product.former_gtins.order_by("-until", "-pk").values_list("gtin", flat=True)]
    return list(dict.fromkeys(filter(None, map(fourteen, numbers))))


def own_path(code: str) -> str:
    """The path of a code of ours: of a product (8 characters), a lot (10) or a unit (13)."""
    return f"/t/{code}"


def product_path(product: Product) -> str:
    """`/01/{gtin14}`, else `/t/{code}`; the code is made when it is first asked for."""
    number = gtin14(product)
    if number:
        return f"/01/{number}"
    return own_path(ProductCode.objects.get_or_create(product=product)[0].code)


def lot_path(lot: Lot) -> str:
    """`/01/{gtin14}/10/{lot}`, else `/t/{code}`. The lot's product is read."""
    number = gtin14(lot.product)
    return f"/01/{number}/10/{quote(lot.number, safe='')}" if number else own_path(lot.code)


def unit_path(lot: Lot, serial: str) -> str:
    """`/01/{gtin14}/10/{lot}/21/{serial}`, else `/t/{serial}`: for bulk printing the serial alone is enough."""
    return f"{lot_path(lot)}/21/{serial}" if gtin14(lot.product) else own_path(serial)


def code_path(code: UnitCode) -> str:
    """The path of a unit's code. Its lot and product are read."""
    return unit_path(code.lot, code.serial)
