"""What became of a province's stars in a period: in force at its end, newly given, expired, revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q

from catalog.models import Product, StarRating

STARS = (5, 4, 3)


@dataclass(frozen=True, slots=True)
class StarRow:
    """Ratings of so many stars: `valid` products on the last day; `given`, `expired` and `revoked` within the period.

    A rating holds through its last day and has expired on the next one: one that ends with the period is valid in it and expires in the
    next, so that none stands twice and each expiry is of one period.
    """

    stars: int
    valid: int
    given: int
    expired: int
    revoked: int


def star_rows(province: str, first: date, last: date) -> tuple[StarRow, ...]:
    """One row a star, the most first, of products whose producer sits in the province on `last`; five queries."""
    products: Any = Product.objects.single().with_place(last).with_star(last)
    here = products.filter(province_code=province)
    ratings = StarRating.objects.filter(product__in=here.values("pk"))
    valid = list(here.order_by().values_list("star", flat=True))
    run_out = Q(revoked_on__isnull=True) | Q(revoked_on__gt=F("valid_until"))

    def stars_of(found: Q) -> list[int]:
        return list(ratings.filter(found).order_by().values_list("stars", flat=True))

    given = stars_of(Q(valid_from__range=(first, last)))
    eve = timedelta(days=1)
    expired = stars_of(run_out & Q(valid_until__range=(first - eve, last - eve)))
    revoked = stars_of(Q(revoked_on__range=(first, last), revoked_on__lte=F("valid_until")))
    return tuple(StarRow(stars, *(found.count(stars) for found in (valid, given, expired, revoked))) for stars in STARS)
