"""What ends when: the work list of stars that would be lost by a day, and those that were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.scopes import Scope
from catalog.models import ProducerSeat, Product, StarApplication, StarRating

AHEAD = (180, 90, 30)
"""Days before the end on which producer and department are told."""


@dataclass(frozen=True)
class Ending:
    """A product's star and its last day; `application` is the one that runs, or that was recognised for later."""

    rating: StarRating
    product: Product
    commune: str
    commune_code: str
    province: str
    last_day: date
    days_left: int
    application: StarApplication | None

    @property
    def urgency(self) -> str:
        """The badge: expired, expiring within 90 days, else valid."""
        return "expired" if self.days_left < 0 else "expiring" if self.days_left <= AHEAD[1] else "valid"


def stars_lost_by(day: date, scope: Scope, *, today: date) -> list[Ending]:
    """The stars in force today that are gone on `day` unless somebody does something; the earliest first. Two queries."""
    return _listed(StarRating.objects.lost_by(day, today=today), scope, today)


def stars_gone_since(day: date, scope: Scope, *, today: date) -> list[Ending]:
    """The products that had a star on `day` or later and have none today; the latest loss first. Two queries."""
    gone = StarRating.objects.last_of_product().filter(valid_from__lte=today)
    found = [one for one in _listed(gone, scope, today) if day <= one.last_day < today]
    return sorted(found, key=lambda one: (-one.last_day.toordinal(), one.product.name_vi))


def _listed(ratings: QuerySet[Any], scope: Scope, today: date) -> list[Ending]:
    seats = ProducerSeat.objects.in_force(OuterRef("product__producer"), today)
    annotated: QuerySet[Any] = (
        ratings.filter(product__merged_into__isnull=True)
        .annotate(
            commune_name=Subquery(seats.values("commune__name")[:1]),
            commune_code=Subquery(seats.values("commune_id")[:1]),
            province_code=Subquery(seats.values("commune__province_id")[:1]),
        )
        .select_related("product__producer", "decision")
        .order_by("last_day", "product__name_vi", "pk")
    )
    if not scope.everything:
        annotated = annotated.filter(province_code=scope.province)
        if scope.commune is not None:
            annotated = annotated.filter(commune_code=scope.commune)
    rows = list(annotated)
    applications = StarApplication.objects.open().filter(product__in=[row.product_id for row in rows])
    running = {application.product_id: application for application in applications}
    return [
        Ending(
            rating=row,
            product=row.product,
            commune=row.commune_name or "",
            commune_code=row.commune_code or "",
            province=row.province_code or "",
            last_day=row.last_day,
            days_left=(row.last_day - today).days,
            application=running.get(row.product_id),
        )
        for row in rows
    ]


def by_stars(endings: Sequence[Ending]) -> dict[int, int]:
    """How many of five, four and three stars."""
    found = Counter(ending.rating.stars for ending in endings)
    return {stars: found[stars] for stars in (5, 4, 3)}


def by_month(endings: Sequence[Ending], *, today: date, months: int = 12) -> list[tuple[date, int, int]]:
    """For this month and those after it: its first day, how many stars end in it, and for how many of them an application runs."""
    first = today.replace(day=1)
    made = []
    for _month in range(months):
        after = (first + timedelta(days=32)).replace(day=1)
        within = [ending for ending in endings if first <= ending.last_day < after]
        made.append((first, len(within), sum(ending.application is not None for ending in within)))
        first = after
    return made
