"""Shipping partners: the orders they carry in a period and in the one before, how long these take and how much comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from django.db import connection
from django.db.models import Count, F, Max, Min, Q, Sum

from dashboards.boards.audience import Audience
from dashboards.periods import Period
from orders.figures.models import Contribution

# Of fewer orders a median says more about chance than about the partner.
ENOUGH = 10
# Of each partner, from its orders one by one. What is still on its way counts as longest: without it, days just over would seem the
# quickest, since only the quick ones have arrived. What was delivered at times that nobody told, or that are out of order, counts not.
_PARTNERS = r"""
SELECT btrim(regexp_replace(partner, '\s+', ' ', 'g')) AS name, count(*), sum(net)::bigint,
    count(*) FILTER (WHERE handed > 0), count(*) FILTER (WHERE handed > 0 AND back > 0),
    count(*) FILTER (WHERE from_placed < 'Infinity'), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY from_placed),
    count(*) FILTER (WHERE from_shipped < 'Infinity'), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY from_shipped)
FROM (
    SELECT partner, net, handed, back,
        CASE WHEN handed > 0 AND arrived >= placed THEN extract(epoch FROM arrived - placed)::float8 / 86400
            WHEN handed = 0 AND unsettled > 0 THEN 'Infinity' END AS from_placed,
        CASE WHEN handed > 0 AND arrived >= shipped THEN extract(epoch FROM arrived - shipped)::float8 / 86400
            WHEN handed = 0 AND unsettled > 0 AND shipped IS NOT NULL THEN 'Infinity' END AS from_shipped
    FROM ({orders}) AS one) AS timed
GROUP BY name
"""


@dataclass(frozen=True, slots=True)
class Times:
    """Days, of `orders` delivered orders whose times are known; what is still on its way counts as longest.

    None where the delivered ones are too few to say anything, or less than that share of all.
    """

    orders: int
    median: float | None
    ninetieth: float | None


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner (empty: the platform named none) with orders placed in a period; of `returned` delivered ones something came back.

    `net` is what is left of these orders after cancellations and returns, in VND.
    """

    partner: str
    orders: int
    net: int
    delivered: int
    returned: int
    placed_to_delivered: Times
    shipped_to_delivered: Times

    @property
    def says_returns(self) -> bool:
        """Whether enough was delivered to tell a share of returns."""
        return self.delivered >= ENOUGH


@dataclass(frozen=True, slots=True)
class PartnerPair:
    """A partner's row of the period and that of the earlier one (None: it carried nothing then)."""

    now: PartnerRow
    before: PartnerRow | None

    @property
    def partner(self) -> str:
        """What the platform calls it; empty where it named none."""
        return self.now.partner

    @property
    def orders_before(self) -> int:
        """Its orders of the earlier period."""
        return self.before.orders if self.before else 0

    @property
    def days_before(self) -> float | None:
        """The median of days from placed to delivered in the earlier period; None where too few orders tell it."""
        return self.before.placed_to_delivered.median if self.before else None


def partner_pairs(audience: Audience, period: Period, before: Period) -> tuple[PartnerPair, ...]:
    """The partners of either period, by orders; one that carried nothing in the period has a row of zeros."""
    now, then = ({row.partner: row for row in delivery_rows(audience, span)} for span in (period, before))
    none = Times(0, None, None)
    gone = [PartnerRow(partner, 0, 0, 0, 0, none, none) for partner in then if partner not in now]
    return tuple(PartnerPair(row, then.get(row.partner)) for row in (*now.values(), *gone))


def delivery_rows(audience: Audience, period: Period) -> tuple[PartnerRow, ...]:
    """Partners of the orders placed in the period, by orders; an order counts with those of its lines that the audience may see."""
    lines = Contribution.objects.filter(**audience.filters(first=period.first, last=period.last).lookups(of="contributions"))
    orders = (
        lines.order_by()
        .values("order")
        .annotate(
            partner=Max("order__shipping_provider"),
            placed=Min("order__placed_at"),
            shipped=Min("line__shipped_at"),
            arrived=Max("line__delivered_at"),
            handed=Sum("delivered_units"),
            back=Sum("returned_units"),
            net=Sum(F("placed_value") - F("cancelled_value") - F("returned_value")),
            unsettled=Count("pk", filter=Q(is_final=False)),
        )
        .values("partner", "placed", "shipped", "arrived", "handed", "back", "net", "unsettled")
    )
    sql, parameters = orders.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_PARTNERS.format(orders=sql), parameters)
        rows = [
            PartnerRow(partner, count, net, delivered, returned, _times(placed_known, from_placed), _times(shipped_known, from_shipped))
            for partner, count, net, delivered, returned, placed_known, from_placed, shipped_known, from_shipped in cursor.fetchall()
        ]
    return tuple(sorted(rows, key=lambda row: (row.partner == "", -row.orders, row.partner)))


def _times(orders: int, shares: Sequence[float] | None) -> Times:
    """The shares of so many finished orders; one that lies among those still on their way is not known."""
    if orders < ENOUGH or shares is None:
        return Times(orders, None, None)
    median, ninetieth = (share if isfinite(share) else None for share in shares)
    return Times(orders, median, ninetieth)
