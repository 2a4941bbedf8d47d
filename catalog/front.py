"""What the public front page counts: products with a star that is valid on a day, by province and by group."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, OuterRef, Q, Subquery

from catalog.models import OcopGroup, Product, ProductFacts, StarRating
from places.models import Province


@dataclass(frozen=True)
class StarCounts:
    """A name and how many products of it hold five, four and three stars."""

    name: str
    five: int
    four: int
    three: int
    code: str = field(default="", compare=False)

    @property
    def total(self) -> int:
        """All products with a star."""
        return self.five + self.four + self.three


@dataclass(frozen=True)
class FrontPage:
    """Counts of one day; provinces and groups without a starred product are left out."""

    day: date
    total: StarCounts
    provinces: list[StarCounts]
    groups: list[StarCounts]
    has_demo: bool


def front_page(day: date) -> FrontPage:
    """Count with three queries, however many products there are."""
    facts = ProductFacts.objects.in_force(OuterRef("pk"), day)
    cells = (
        Product.objects.published()
        .with_star(day)
        .with_place(day)
        .annotate(group_code=Subquery(facts.values("ocop_set__group__code")[:1]))
        .filter(star__isnull=False)
        .order_by()
        .values_list("province_code", "group_code", "star")
        .annotate(products=Count("pk"), made_up=Count("pk", filter=Q(is_demo=True)))
    )
    by_province: dict[str | None, Counter[int]] = {}
    by_group: dict[str | None, Counter[int]] = {}
    has_demo = False
    for province, group, star, products, made_up in cells:
        has_demo = has_demo or made_up > 0
        by_province.setdefault(province, Counter())[star] += products
        by_group.setdefault(group, Counter())[star] += products
    total: Counter[int] = sum(by_province.values(), Counter())
    places = Province.objects.filter(code__in=[code for code in by_province if code])
    provinces = [_counts(place.short_name, by_province[place.code], place.code) for place in places]
    groups = [_counts(group.name, by_group[group.code], group.code) for group in OcopGroup.objects.all() if group.code in by_group]
    return FrontPage(day, _counts("", total), provinces, groups, has_demo)


def highlights(day: date, most: int = 8) -> list[int]:
    """Ids of the products with most stars in force, of these the ones recognised last."""
    best = StarRating.objects.valid_on(day).filter(product__in=Product.objects.published()).order_by("-stars", "-valid_from", "product")
    # A product may have two ratings in force on the day that one follows the other.
    return list(dict.fromkeys(best.values_list("product", flat=True)[: 2 * most]))[:most]


def _counts(name: str, by_star: Counter[int], code: str = "") -> StarCounts:
    return StarCounts(name, five=by_star[5], four=by_star[4], three=by_star[3], code=code)
