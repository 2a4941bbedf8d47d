"""Gia Lai's sales around Tết, made up: the common stores and some of the makers whose goods are given and eaten then.

They lie outside every livestream, so no reported figure is of them. (Cà Mau's two shops sell all the year round: `selling.WITH_HISTORY`.)
"""

from __future__ import annotations

from datetime import date, timedelta

from dashboards.seasons.weeks import span_of
from ocop_portal.demo.catalogue import Catalogue
from ocop_portal.demo.clock import Clock
from ocop_portal.demo.gia_lai import GiaLai
from ocop_portal.demo.recent_orders import RECENT_DAYS, sell_daily
from ocop_portal.demo.shops import Street

FIRST_TET = 2025
MERGED = date(2025, 7, 1)
# Orders on a usual day of the first Tết: of the common stores, and of coffee, nuts, honey, dried beef and hibiscus tea.
PER_DAY = {
    "TT-GL-CHUNG-1": 1.5,
    "TT-GL-CHUNG-2": 1.1,
    **dict.fromkeys(("TT-GL-S01", "TT-GL-S03", "TT-GL-S04", "TT-GL-S07", "TT-GL-S12", "TT-GL-S15"), 0.35),
}
GROWTH = 1.35  # from one Tết to the next


def sell_tet(clock: Clock, street: Street, catalogue: Catalogue, gia_lai: GiaLai) -> None:
    """The orders of each Tết season since 2025, as far as it lies before the recent orders."""
    coast = {product.code for product in gia_lai.coast}
    before = clock.day(-RECENT_DAYS)
    for year in range(FIRST_TET, before.year + 2):
        first, last = span_of(year)
        for code, per_day in PER_DAY.items():
            counter = street.counters[code]
            # What is of Gia Lai today was not, on the coast, before the merger.
            products = [product for product in counter.products if first >= MERGED or product.code not in coast]
            busy = per_day * GROWTH ** (year - FIRST_TET)
            sell_daily(counter, catalogue, first, min(last, before - timedelta(days=1)), per_day=busy, products=products)
