"""A shop with sessions, mapped SKUs and overlapping exports of the same orders, as one shop's files overlap in life."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from orders.models import Shop, SkuMapping
from orders.sampling import sample_skus, write_sample
from tests import builders

START = builders.at("2025-03-01 00:00")
DAYS = 20
UNMAPPED = 7  # each seventh SKU is one that nobody has said anything about


@dataclass(frozen=True)
class Export:
    """An order file and when the platform wrote it."""

    path: Path
    exported_at: datetime


def open_shop(code: str = "TT-1") -> Shop:
    """A host's shop that sells six products of two producers, three livestreams within the period linked to it."""
    makers = [builders.producer(f"{code}-HTX-{n}", nth_commune=n) for n in range(2)]
    products = [
        builders.product(f"{code}-SP-{n}", makers[n % 2], stars=3 + n % 2 if n < 4 else None, grams=100 * (n + 1)) for n in range(6)
    ]
    host = builders.host(f"{code}-H")
    shop = builders.shop(code, host)
    for n, sold in enumerate(sample_skus()):
        if n % UNMAPPED:
            SkuMapping.objects.create(shop=shop, line_key=sold.sku_id, product=products[n % 6], units=1 + n % 2, since=builders.LONG_AGO)
    for n in range(3):
        start = START + timedelta(days=2 + 6 * n, hours=20)
        builders.session(f"{code}-L{n}", start, minutes=120, products=products[n : n + 3], hosted_by=host, shops=[shop])
    return shop


def exports(folder: Path, *, rows: int, seed: int) -> list[Export]:
    """Four files, oldest first, of the same `rows` order lines at different times; the last one holds them all.

    An order is placed, shipped, delivered, returned or cancelled between one file and the next; the first three each lack
    lines that others have.
    """
    parts = ((8, 0.0, 0.4), (14, 0.2, 0.7), (20, 0.4, 1.0), (32, 0.0, 1.0))
    return [_cut(folder, rows, seed, days=days, first=int(rows * first), last=int(rows * last)) for days, first, last in parts]


def _cut(folder: Path, rows: int, seed: int, *, days: int, first: int, last: int) -> Export:
    """The rows from `first` to `last` (oldest first) as they stand `days` days after the start."""
    seen = START + timedelta(days=days)
    whole = folder / f"whole-{seed}-{days}.csv"
    write_sample(whole, rows, seed, start=date(2025, 3, 1), days=DAYS, observed_at=seen)
    with whole.open(encoding="utf-8-sig", newline="") as stream:
        head, descriptions, *data = csv.reader(stream)
    path = folder / f"orders-{seed}-{days}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([head, descriptions, *data[first:last]])
    whole.unlink()
    return Export(path, seen)
