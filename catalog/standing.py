"""The star of a product as it stands on a day: an expired or revoked star is never shown as valid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

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


class _Rated(NamedTuple):
    """A rating by its values; `ends` is its last day, revocations heeded."""

    pk: int
    stars: int
    begins: date
    until: date
    revoked: date | None
    decision: str

    @property
    def ends(self) -> date:
        return min(self.until, self.revoked - DAY) if self.revoked is not None else self.until


def star_on(ratings: Iterable[StarRating], day: date) -> Star | None:
    """What a product's ratings (with their decisions) say of `day`; of none in force the one that lapsed last; None for no star yet."""
    return _star([_Rated(one.pk, one.stars, one.valid_from, one.valid_until, one.revoked_on, one.decision.number) for one in ratings], day)


def stars_on(products: Iterable[int], day: date) -> dict[int, Star]:
    """The star of each product (by id) on `day`; products without any are left out. One query."""
    ratings: dict[int, list[_Rated]] = defaultdict(list)
    rows: Any = StarRating.objects.filter(product__in=list(products)).order_by()
    for product, *values in rows.values_list("product_id", "pk", "stars", "valid_from", "valid_until", "revoked_on", "decision__number"):
        ratings[product].append(_Rated(*values))
    found = {product: _star(own, day) for product, own in ratings.items()}
    return {product: star for product, star in found.items() if star is not None}


def _star(ratings: list[_Rated], day: date) -> Star | None:
    begun = [rating for rating in ratings if rating.begins <= day]
    if not begun:
        return None
    current = max((rating for rating in begun if rating.ends >= day), key=lambda rating: (rating.begins, rating.pk), default=None)
    if current is None:
        lapsed = max(begun, key=lambda rating: (rating.ends, rating.pk))
        state = "revoked" if lapsed.revoked is not None and lapsed.revoked <= lapsed.until else "expired"
        return Star(lapsed.stars, state, lapsed.ends, lapsed.decision)
    until = current.ends
    # A re-assessment in time: what follows without a gap carries on.
    for rating in sorted(ratings, key=lambda one: one.begins):
        if rating.begins <= until + DAY and rating.ends > until:
            until = rating.ends
    return Star(current.stars, "expiring" if until - day <= EXPIRING else "valid", until, current.decision)
