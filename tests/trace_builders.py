"""Small makers of lots and codes. Producers and products: `tests/builders.py`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from catalog.gtin import check_digit
from catalog.models import Product
from traceability.codes.services import issue_codes
from traceability.models import Lot, UnitCode

MADE, BEST_BEFORE = date(2026, 11, 1), date(2100, 1, 1)


def gtin(number: int = 1) -> str:
    """A GTIN-13 of the range 952, kept for examples."""
    body = f"952{number:09d}"
    return f"{body}{check_digit(body)}"


def lot(product: Product, number: str = "L1", **fields: object) -> Lot:
    """An open lot of 1,000 packs, good for as long as tests last; further fields as in the model."""
    defaults: dict[str, object] = {"made_on": MADE, "best_before": BEST_BEFORE, "quantity": Decimal(1000)}
    return Lot.objects.create(product=product, number=number, **(defaults | fields))


def codes(of: Lot, count: int = 1) -> list[UnitCode]:
    """So many new codes of the lot."""
    issued = issue_codes(lot=of, count=count)
    return list(UnitCode.objects.in_range(of, issued.first, issued.last))
