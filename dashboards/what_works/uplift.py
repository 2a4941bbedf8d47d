"""Products before and after a star, beside products of the same group and time without a change: difference in differences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Min

from catalog.models import Product, StarRating
from dashboards.boards.audience import Audience
from dashboards.boards.covered import covered_by
from dashboards.boards.measures import Filters
from dashboards.periods import Period
from dashboards.readings import Reading
from dashboards.what_works.reckoning import LEAST_TOGETHER, Cell, Change, Effect, Side, mean_effect
from orders.figures.models import Figure

WEEKS = 8  # before the day of the star, and from it on
_SPAN = timedelta(weeks=WEEKS)
_DAY = timedelta(days=1)

# Net value by product in the weeks before and from each of these days on; a product that sold nothing in them is not there.
_SOLD = """
SELECT d.day, f.product_id,
    sum(f.placed_value - f.cancelled_value - f.returned_value) FILTER (WHERE f.day < d.day),
    sum(f.placed_value - f.cancelled_value - f.returned_value) FILTER (WHERE f.day >= d.day)
FROM unnest(%(days)s::date[]) AS d (day)
JOIN orders_figure f ON f.province_id = %(province)s AND f.day >= d.day - %(span)s AND f.day < d.day + %(span)s
WHERE f.product_id IS NOT NULL AND (%(commune)s::text IS NULL OR f.commune_id = %(commune)s)
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Rise:
    """A product that has more stars from `day` on; `first`: it had none before."""

    product: int
    day: date
    first: bool


Beside = dict[Cell, dict[int, list[float]]]  # by day and group, the changes of products without a rise by producer
Rises = tuple[list[tuple[Rise, Change]], Beside]


def mean_rises(found: Rises) -> tuple[tuple[str, Side, Effect | None], ...]:
    """Of all rises, of first stars and of further ones (`all` `first` `more`): the mean effect in VND a week, drawn anew by producer."""
    rises, beside = found
    return tuple(
        (key, *mean_effect([change for rise, change in rises if rise.first in wanted], beside))
        for key, wanted in (("all", {True, False}), ("first", {True}), ("more", {False}))
    )


def rises_of(audience: Audience, period: Period, reading: Reading) -> Rises:
    """Each rise of the period with its change of net value (VND a week), and by day and group the changes that it is set beside.

    Beside it stand products of the same group that sold something in these weeks and whose star did not change. Of each product every
    shop that sold it by then tells of all the weeks before and after; what no file tells of is not 0. Where the products beside are of
    fewer than LEAST_TOGETHER producers, the rise is left out.
    """
    if audience.territory is None:
        return [], {}
    seen: Any = Product.objects.single().filter(pk__in=audience.products_seen().values("pk")).with_facts(reading.day)
    products = {
        product: (producer, (code or "").split(".")[0]) for product, producer, code in seen.values_list("pk", "producer", "set_code")
    }
    changes = star_changes(products)
    rises = [
        Rise(product, day, before == 0)
        for product, steps in changes.items()
        for day, before, after in steps
        if after > before and products[product][1] and period.first <= day <= period.last and _steps_near(steps, day) == 1
    ]
    sold = _told(audience.territory.province, _sold(audience, sorted({rise.day for rise in rises})))
    beside: Beside = {}
    for day, group in {(rise.day, products[rise.product][1]) for rise in rises}:
        cell: dict[int, list[float]] = defaultdict(list)
        for product, (before, after) in sorted(sold[day].items()):
            if product in products and products[product][1] == group and not _steps_near(changes.get(product, ()), day):
                cell[products[product][0]].append((after - before) / WEEKS)
        if len(cell) >= LEAST_TOGETHER:
            beside[day, group] = dict(cell)
    found = []
    for rise in sorted(rises, key=lambda rise: (rise.day, rise.product)):
        producer, group = products[rise.product]
        if rise.product in sold[rise.day] and (rise.day, group) in beside:
            before, after = sold[rise.day][rise.product]
            found.append((rise, Change(producer, (rise.day, group), (after - before) / WEEKS)))
    return found, beside


Step = tuple[date, int, int]  # the day, the stars in force on the day before and on it (0: none)


def star_changes(products: Iterable[int]) -> dict[int, tuple[Step, ...]]:
    """Every change of a product's star in force, by product, in the order of days."""
    ratings: dict[int, list[StarRating]] = defaultdict(list)
    for rating in StarRating.objects.filter(product__in=list(products)).order_by("valid_from", "pk"):
        ratings[rating.product_id].append(rating)
    found = {}
    for product, own in ratings.items():
        days = sorted({day for rating in own for day in (rating.valid_from, rating.ends_on + _DAY)})
        steps = [(day, _stars(own, day - _DAY), _stars(own, day)) for day in days]
        found[product] = tuple((day, before, after) for day, before, after in steps if before != after)
    return found


def _stars(ratings: list[StarRating], day: date) -> int:
    """The stars in force: those of the valid rating that began last."""
    valid = [rating.stars for rating in ratings if rating.valid_from <= day <= rating.ends_on]
    return valid[-1] if valid else 0


def _steps_near(steps: tuple[Step, ...], day: date) -> int:
    return sum(1 for at, _before, _after in steps if day - _SPAN <= at < day + _SPAN)


Sold = dict[date, dict[int, tuple[int, int]]]  # by day, by product the net value (VND) of the weeks before and from it on


def _told(province: str, sold: Sold) -> Sold:
    """Without the products of which a shop that had sold them by then does not tell of every day."""
    shops: dict[int, list[tuple[int, date]]] = defaultdict(list)
    selling = Figure.objects.filter(province=province, product__isnull=False).order_by()
    for product, shop, first in selling.values("product", "shop").annotate(first=Min("day")).values_list("product", "shop", "first"):
        shops[product].append((shop, first))
    covered = covered_by(Filters(province=province))
    found = {}
    for day, moved in sold.items():
        whole = covered.throughout(day - _SPAN, day + _SPAN - _DAY)
        found[day] = {
            product: change
            for product, change in moved.items()
            if all(shop in whole for shop, first in shops[product] if first < day + _SPAN)
        }
    return found


def _sold(audience: Audience, days: list[date]) -> Sold:
    found: Sold = {day: {} for day in days}
    where = audience.territory
    if not days or where is None:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_SOLD, {"days": days, "province": where.province, "commune": where.commune, "span": _SPAN.days})
        for day, product, before, after in cursor.fetchall():
            found[day][product] = (int(before or 0), int(after or 0))
    return found
