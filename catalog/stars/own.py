"""The stars of somebody's own products."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from catalog.models import Product, StarApplication, StarRating
from catalog.stars.ending import AHEAD


@dataclass(frozen=True)
class OwnStars:
    """A product, the rating that says most about it (in force, else the last one), its state, and the application that runs."""

    product: Product
    rating: StarRating | None
    state: str
    days_left: int | None
    application: StarApplication | None

    @property
    def urgent(self) -> bool:
        """Whether somebody should ask for a re-assessment now."""
        return self.application is None and self.state in {"expiring", "expired"}


def own_stars(user: User, today: date) -> list[OwnStars]:
    """The products of the user's producers, those that need something first. Three queries, however many products."""
    products = list(Product.objects.kept_by(user).single().select_related("producer").order_by("name_vi", "pk"))
    ratings: defaultdict[int, list[StarRating]] = defaultdict(list)
    for rating in StarRating.objects.filter(product__in=products).select_related("decision").order_by("valid_from", "pk"):
        ratings[rating.product_id].append(rating)
    running = {one.product_id: one for one in StarApplication.objects.open().filter(product__in=products)}
    rows = [_own(product, ratings[product.pk], running.get(product.pk), today) for product in products]
    return sorted(rows, key=lambda row: (not row.urgent, row.days_left if row.days_left is not None else 10**6))


def _own(product: Product, ratings: list[StarRating], application: StarApplication | None, today: date) -> OwnStars:
    begun = [rating for rating in ratings if rating.valid_from <= today]
    held = [rating for rating in begun if rating.state_on(today) == "valid"]
    if not begun:
        return OwnStars(product, None, "", None, application)
    if not held:
        last = max(begun, key=lambda rating: rating.ends_on)
        return OwnStars(product, last, last.state_on(today), None, application)
    left = (max(rating.ends_on for rating in held) - today).days
    return OwnStars(product, held[-1], "expiring" if left <= max(AHEAD) else "valid", left, application)
