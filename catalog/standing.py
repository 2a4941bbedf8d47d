"""The star of a product as it stands on a day: an expired or revoked star is never shown as valid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from catalog.models import StarRating

EXPIRING = timedelta(days=180)  # a re-assessment takes months: the first of the alerts at 180, 90 and 30 days
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Star:
    """Stars and their state: `valid`, `expiring` (180 days or less), `expired` or `revoked`; `until` is the last valid day."""

    stars: int
    state: str
    until: date
    decision: str

    @property
    def in_force(self) -> bool:
        """Whether the star may be shown as valid."""
        return self.state in {"valid", "expiring"}

    def days_left(self, day: date) -> int:
        """How many days it is still valid, `day` not counted."""
        return (self.until - day).days


def star_on(ratings: Iterable[StarRating], day: date) -> Star | None:
    """What a product's ratings (with their decisions) say of `day`; of none in force the one that lapsed last; None for no star yet."""
    begun = [rating for rating in ratings if rating.valid_from <= day]
    if not begun:
        return None
    current = max((rating for rating in begun if _last_day(rating) >= day), key=lambda rating: (rating.valid_from, rating.pk), default=None)
    if current is None:
        lapsed = max(begun, key=lambda rating: (_last_day(rating), rating.pk))
        state = "revoked" if lapsed.revoked_on is not None and lapsed.revoked_on <= lapsed.valid_until else "expired"
        return Star(lapsed.stars, state, _last_day(lapsed), lapsed.decision.number)
    until = _last_day(current)
    # A re-assessment in time: what follows without a gap carries on.
    for rating in sorted(ratings, key=lambda one: one.valid_from):
        if rating.valid_from <= until + DAY and _last_day(rating) > until:
            until = _last_day(rating)
    return Star(current.stars, "expiring" if until - day <= EXPIRING else "valid", until, current.decision.number)


def stars_on(products: Iterable[int], day: date) -> dict[int, Star]:
    """The star of each product (by id) on `day`; products without any are left out. One query."""
    ratings: dict[int, list[StarRating]] = defaultdict(list)
    for rating in StarRating.objects.filter(product__in=list(products)).select_related("decision"):
        ratings[rating.product_id].append(rating)
    found = {product: star_on(own, day) for product, own in ratings.items()}
    return {product: star for product, star in found.items() if star is not None}


def _last_day(rating: StarRating) -> date:
    return min(rating.valid_until, rating.revoked_on - DAY) if rating.revoked_on is not None else rating.valid_until
