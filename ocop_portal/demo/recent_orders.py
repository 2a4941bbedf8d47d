"""Made-up sales around today and, for the two producers of Cà Mau that we were told of, since November 2024 with every Tết since.

They lie outside everything that was reported: after the sessions of 2025, and for Cà Mau in another province.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from catalog.models import Product
from livestreams.calendar.holidays import tet_of
from livestreams.models import Session, Slot
from ocop_portal.demo.catalogue import Catalogue
from ocop_portal.demo.clock import VIETNAM, Clock
from ocop_portal.demo.sales import Line, moment_between, on_air
from ocop_portal.demo.shops import Counter

RECENT_DAYS = 65
HISTORY_FROM = date(2024, 11, 1)
# Days from Tết, and how much busier than usual they are: people buy gifts for two months, carriers take no parcels in the last days.
AROUND_TET = ((-60, 1.0), (-42, 1.3), (-28, 2.4), (-12, 4.5), (-6, 3.4), (-3, 0.6), (0, 0.1), (4, 0.2), (8, 0.8), (15, 1.0))
HOLIDAYS = ((4, 30), (5, 1), (9, 2))


def season(day: date) -> float:
    """How much busier than usual a day is."""
    for tet in (tet_of(day.year), tet_of(day.year + 1)):
        for (begin, busy), (end, then) in pairwise(AROUND_TET):
            if begin <= (day - tet).days < end:
                return busy + (then - busy) * ((day - tet).days - begin) / (end - begin)
    near = any(abs((day - date(day.year, month, of_month)).days) <= 3 for month, of_month in HOLIDAYS)
    return 2.0 if near else 1.0


def sell_live(session: Session, slots: Sequence[Slot], counters: Sequence[Counter], catalogue: Catalogue, orders: int) -> None:
    """So many orders while the session is on air, and in the thirty days after it about a third as many, ever fewer by day."""
    chance = random.Random(f"live {session.code}")  # noqa: S311  (repeatable on purpose)
    prices = catalogue.price_on(session.start.date())
    runs = [counter.run_of_show(slots, prices) for counter in counters]
    for _ in range(orders):
        (place,) = chance.choices(range(len(counters)))
        moment = moment_between(session.start, session.end, chance)
        counters[place].maker.order(moment, [Line(on_air(runs[place], moment, chance), units=chance.choice((1, 1, 1, 2, 3)))])
        if chance.random() < 0.35:
            later = session.end + timedelta(minutes=40) + timedelta(days=min(29.0, chance.expovariate(1 / 4)))
            _, shown = chance.choice(runs[place])
            counters[place].maker.order(later, [Line(counters[place].item(shown.product, prices), units=chance.choice((1, 1, 2)))])


def sell_daily(
    counter: Counter, catalogue: Catalogue, first: date, last: date, *, per_day: float, products: Sequence[Product] | None = None
) -> None:
    """On each day from `first` to `last` about `per_day` orders at list price, more in season; of `products`, else of all the shop's."""
    sold = counter.products if products is None else products
    chance = random.Random(f"daily {counter.shop.code} {first}")  # noqa: S311  (repeatable on purpose)
    day = first
    while day <= last:
        prices = catalogue.price_on(day)
        for _ in range(_poisson(per_day * season(day), chance)):
            moment = datetime(day.year, day.month, day.day, tzinfo=VIETNAM) + timedelta(seconds=int(86_399 * chance.betavariate(3, 2)))
            chosen = chance.sample(sold, min(len(sold), chance.choice((1, 1, 1, 2))))
            counter.maker.order(moment, [Line(counter.item(product, prices), units=chance.choice((1, 1, 2))) for product in chosen])
        day += timedelta(days=1)


def forget_future(counter: Counter, clock: Clock) -> None:
    """Drop orders placed today or later: the tail of a session may reach beyond the last midnight, up to which shops are exported."""
    counter.maker.made[:] = [order for order in counter.maker.made if order.placed_at < clock.at(0)]


def _poisson(mean: float, chance: random.Random) -> int:
    """A count with that mean (Knuth's method; means are small)."""
    limit, number, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        number += 1
        product *= chance.random()
    return number
