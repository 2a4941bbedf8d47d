"""What the overview's tests read: three weeks of Cà Mau's sales in round figures, with those of October before them.

CRABBERS (first commune) make CRAB (4 stars, 500 g), NONI Co. (second commune) makes NONI (3 stars, 200 g), ten small things S1–S10
(3 stars, 100 g) and OLD, whose star has expired; HIGHLAND sits in Gia Lai. The partner's shop MIXED sells everything and is linked
to the session LIVE (10/11/2025 20:00–21:00, CRAB and NONI); CRABSHOP is CRABBERS' own; QUIET has never sent anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from catalog.models import Producer, Product
from dashboards.periods import Period, Unit
from livestreams.models import Session
from orders.models import Shop, Source
from tests import builders
from tests.builders import CA_MAU, GIA_LAI, at
from tests.order_builders import Line, fold, order, run

NOW = at("2025-11-21 12:00")
PERIOD = Period(date(2025, 11, 1), date(2025, 11, 21), Unit.MONTH)
DAYS = {"from": "2025-11-01", "to": "2025-11-21", "by": "month"}


@dataclass(frozen=True)
class Trade:
    """What there is."""

    crabbers: Producer
    noni_makers: Producer
    crab: Product
    noni: Product
    live: Session
    mixed: Shop


def make_trade() -> Trade:
    """Everything, folded."""
    crabbers = builders.producer("CRABBERS", province=CA_MAU)
    noni_makers = builders.producer("NONICO", province=CA_MAU, nth_commune=1)
    highland = builders.producer("HIGHLAND", province=GIA_LAI)
    crab = builders.product("CRAB", crabbers, stars=4, set_code="1.02", grams=500)
    noni = builders.product("NONI", noni_makers, stars=3, set_code="2.01", grams=200)
    small = [builders.product(f"S{n:02d}", noni_makers, stars=3, set_code="1.01", grams=100) for n in range(1, 11)]
    old = builders.product("OLD", noni_makers, set_code="1.01")
    builders.rate(old, 3, since=date(2022, 11, 1), until=date(2025, 10, 31), number="47/QĐ-UBND")
    coffee = builders.product("COFFEE", highland, stars=4)
    kol = builders.host("KOL")
    mixed = builders.shop("MIXED", builders.partner("PARTNER"), province=CA_MAU, sells=[crab, noni, *small, coffee])
    crab_shop = builders.shop("CRABSHOP", crabbers, province=CA_MAU, sells=[crab])
    builders.shop("QUIET", noni_makers, province=CA_MAU)
    live = builders.session("LIVE", at("2025-11-10 20:00"), products=[crab, noni], hosted_by=kol, shops=[mixed], province=CA_MAU)

    order(mixed, "n1", at("2025-11-10 20:05"), Line(crab, 2, 200_000, delivered=2), Line(noni, 1, 50_000))
    order(mixed, "n2", at("2025-11-10 20:10"), Line(crab, 1, 100_000, cancelled=1))
    order(mixed, "n3", at("2025-11-11 10:00"), Line(noni, 4, 200_000, delivered=4, returned=1))
    order(crab_shop, "n4", at("2025-11-20 09:00"), Line(crab, 1, 100_000))
    order(mixed, "n5", at("2025-11-15 09:00"), Line(None, 1, 30_000), source=Source.TYPED)
    for number, made in enumerate(small, start=1):
        order(mixed, f"s{number}", at("2025-11-05 09:00"), Line(made, 1, 1_000 * number, delivered=1))
    order(crab_shop, "b1", at("2025-10-03 09:00"), Line(crab, 5, 400_000, delivered=5))
    order(mixed, "b2", at("2025-10-21 23:59"), Line(noni, 1, 50_000, cancelled=1))
    order(mixed, "between", at("2025-10-22 00:00"), Line(noni, 1, 999_000))
    order(mixed, "elsewhere", at("2025-11-12 09:00"), Line(coffee, 1, 70_000))
    run(crab_shop, at("2025-11-21 06:00"))
    fold()
    return Trade(crabbers, noni_makers, crab, noni, live, mixed)
