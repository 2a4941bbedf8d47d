"""Which days the order files of a territory tell of, shop by shop: a day that none covers is not known, and is not 0."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from dashboards.boards.measures import Filters
from orders.figures.models import Grain
from orders.intake.models import IntakeRun

# A platform's file reaches 90 days back (FORMATS), so a shop without an order for longer may have handed in no file of that time.
QUIET = timedelta(days=90)

# The days of each shop's orders, cut where more than QUIET lies between two of them.
_STRETCHES = """
WITH days AS (
    SELECT DISTINCT shop_id, day FROM orders_orderfigure
    WHERE province_id = %(province)s AND grain = %(grain)s AND (%(commune)s::text IS NULL OR commune_id = %(commune)s)
), cuts AS (
    SELECT shop_id, day, day - lag(day) OVER (PARTITION BY shop_id ORDER BY day) > %(quiet)s AS cut FROM days
), stretches AS (
    SELECT shop_id, day, count(*) FILTER (WHERE cut) OVER (PARTITION BY shop_id ORDER BY day) AS stretch FROM cuts
)
SELECT shop_id, min(day), max(day), row_number() OVER (PARTITION BY shop_id ORDER BY stretch DESC) = 1,
    (SELECT max(exported_at) FROM orders_intakerun r WHERE r.shop_id = s.shop_id AND r.state = %(merged)s)
FROM stretches s GROUP BY shop_id, stretch ORDER BY 2, 3
"""


@dataclass(frozen=True, slots=True)
class Covered:
    """The stretches of days of which a shop's files tell, with the shop: from an order on, the last one to the newest file."""

    stretches: tuple[tuple[int, date, date], ...]

    def knows(self, day: date) -> bool:
        """Whether a shop's files tell of the day."""
        return any(first <= day <= last for _shop, first, last in self.stretches)

    def begins_after(self, day: date) -> bool:
        """Whether no shop's files reach so far back."""
        return all(first > day for _shop, first, _last in self.stretches)

    def ends_before(self, day: date) -> bool:
        """Whether no file was exported after the day."""
        return all(last < day for _shop, _first, last in self.stretches)

    def shops(self, first: date, last: date) -> frozenset[int]:
        """The shops that tell of one of these days."""
        return frozenset(shop for shop, begin, end in self.stretches if begin <= last and end >= first)

    def throughout(self, first: date, last: date) -> frozenset[int]:
        """The shops that tell of every one of these days."""
        return frozenset(shop for shop, begin, end in self.stretches if begin <= first and last <= end)

    @property
    def first_day(self) -> date | None:
        """The first day that is told of."""
        return min((first for _shop, first, _last in self.stretches), default=None)


def covered_by(where: Filters) -> Covered:
    """The stretches of all shops that ever sold something of the province, or of a commune of it; one query.

    The last stretch of a shop reaches to the day before its newest file was exported: what is not there then was not sold. After more
    than QUIET without an order the newest file tells of the last QUIET days only.
    """
    parameters = {
        "province": where.province,
        "commune": where.commune,
        "grain": (Grain.ALL if where.commune is None else Grain.COMMUNE).value,
        "quiet": QUIET.days,
        "merged": IntakeRun.State.MERGED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STRETCHES, parameters)
        rows = cursor.fetchall()
    stretches: list[tuple[int, date, date]] = []
    for shop, first, last, newest, exported in rows:
        told = timezone.localdate(exported) - timedelta(days=1) if newest and exported else last
        if told - last > QUIET:
            stretches += [(shop, first, last), (shop, told - QUIET + timedelta(days=1), told)]
        else:
            stretches.append((shop, first, max(last, told)))
    return Covered(tuple(stretches))
