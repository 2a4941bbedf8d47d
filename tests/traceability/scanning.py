"""What tests of scans share: one pack, a scan of it as a browser makes it, and the counts as plain values."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.test import Client

from catalog.models import Product
from tests import builders, trace_builders
from traceability.models import ScanCount, UnitCode, UnitDay


def packs(count: int = 1, number: str = "RANG-1", nth: int = 1) -> list[UnitCode]:
    """Packs of a lot of a product with a GTIN."""
    product = builders.product(f"P{nth}", builders.producer(f"X{nth}"), name="Cà phê bột", stars=4)
    Product.objects.filter(pk=product.pk).update(gtin=trace_builders.gtin(nth))
    return trace_builders.codes(trace_builders.lot(Product.objects.get(pk=product.pk), number), count)


def scan(path: str, address: str = "203.0.113.1", device: str = "Mozilla/5.0 (Android)", **more: object) -> HttpResponse:
    """A GET by that device."""
    return Client(REMOTE_ADDR=address, HTTP_USER_AGENT=device).get(path, **more)  # type: ignore[arg-type]


def counts() -> dict[tuple[str, str, date], tuple[int, int]]:
    """(product, lot or nothing, day) → (scans, visits)."""
    return {
        (one.product.code, one.lot.number if one.lot else "", one.day): (one.scans, one.visits)
        for one in ScanCount.objects.select_related("product", "lot")
    }


def unit_days() -> dict[tuple[str, date], tuple[int, int]]:
    """(serial, day) → (scans, visits)."""
    return {(one.unit.serial, one.day): (one.scans, one.visits) for one in UnitDay.objects.select_related("unit")}
