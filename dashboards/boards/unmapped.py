"""What was sold under SKUs that nobody has mapped: it is no product's and no livestream's until somebody does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from dashboards.boards.names import Name
from livestreams.models import Session
from orders.models import AttributionRule, Contribution, Figure, Shop


@dataclass(frozen=True, slots=True)
class UnmappedShop:
    """How many orders of a shop hold unmapped SKUs, and the VND placed for these."""

    shop: Name
    orders: int
    value: int


def unmapped_on_air(session: Session, as_of: datetime | None = None) -> tuple[UnmappedShop, ...]:
    """By shop of the session, the most orders first: those placed from its start until on-air sales end (FIGURES: live), or `as_of`."""
    start, end = session.start, session.end
    rule = AttributionRule.objects.filter(since__lte=timezone.localdate(start)).order_by("since").last()
    until = end + timedelta(minutes=rule.live_grace_minutes if rule else 0)
    if as_of is not None:
        until = min(until, as_of)
    rows = (
        Contribution.objects.filter(
            product__isnull=True,
            shop__in=session.shop_links.values("shop"),
            day__range=(timezone.localdate(start), timezone.localdate(until)),
            order__placed_at__gte=start,
            order__placed_at__lt=until,
        )
        .order_by()
        .values_list("shop__code", "shop__name")
        .annotate(orders=Count("order", distinct=True), value=Sum("placed_value"))
        .order_by("-orders", "shop__code")
    )
    return tuple(UnmappedShop(Name(code, name), orders, value) for code, name, orders, value in rows)


@dataclass(frozen=True, slots=True)
class UnmappedLines:
    """How many order lines of a shop are of unmapped SKUs, and the VND placed for these."""

    shop: Name
    lines: int
    value: int


def unmapped_by_shop(shops: QuerySet[Shop], since: Mapping[int, date] | None = None) -> tuple[UnmappedLines, ...]:
    """By shop that has any, whenever they were sold: the greatest value first. `since`: of a shop (id) only those from a day on."""
    before = (Q(shop=shop, day__lt=first) for shop, first in (since or {}).items())
    rows = (
        Figure.objects.filter(product__isnull=True, shop__in=shops)
        .exclude(reduce(or_, before, Q(pk__in=())))
        .order_by()
        .values_list("shop__code", "shop__name")
        .annotate(held=Sum("lines"), value=Sum("placed_value"))
        .filter(held__gt=0)
        .order_by("-value", "shop__code")
    )
    return tuple(UnmappedLines(Name(code, name), lines, value) for code, name, lines, value in rows)
