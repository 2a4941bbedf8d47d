"""Recognition decisions, each for many products, and the star ratings they give.

Validity is what the criteria say: 36 months from the decision, its last day included. A decision is made so that its ratings end a
given number of days after the day of loading: some within 30, 90 and 180 days, none before. Numbers of decisions are made up and
say so.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from catalog.criteria import criteria_on, last_valid_day
from catalog.models import Product, RecognitionDecision, StarRating
from ocop_portal.demo.clock import Clock, add_months

# Days until the ratings of a decision end, with the share of producers it covers.
TERMS: tuple[tuple[int, int], ...] = (
    (24, 2),
    (55, 3),
    (84, 3),
    (130, 4),
    (172, 5),
    (240, 7),
    (330, 8),
    (410, 9),
    (500, 9),
    (590, 9),
    (680, 10),
    (760, 10),
    (850, 9),
    (930, 7),
    (1010, 5),
)
MERGER = date(2025, 7, 1)
MINISTRY_MERGER = date(2025, 3, 1)
_POINTS = {3: (50, 69), 4: (70, 89), 5: (90, 97)}


def issuers(present: str, old: Callable[[Product], str]) -> Callable[[int, date, Product], str]:
    """Who recognises: the centre for five stars, else the province; before the merger of July 2025 the product's `old` one."""

    def issuer(stars: int, decided: date, product: Product) -> str:
        if stars == 5:
            return "Bộ Nông nghiệp và Môi trường" if decided >= MINISTRY_MERGER else "Bộ Nông nghiệp và Phát triển nông thôn"
        return f"UBND tỉnh {present}" if decided >= MERGER else f"UBND tỉnh {old(product)} (cũ)"

    return issuer


@dataclass
class Recognition:
    """Collects a province's decisions and ratings; `issuer` names who recognises so many stars on a day for a product."""

    clock: Clock
    province: str
    prefix: str
    issuer: Callable[[int, date, Product], str]
    chance: random.Random
    decisions: dict[tuple[date, str], RecognitionDecision] = field(default_factory=dict)
    ratings: list[StarRating] = field(default_factory=list)

    def term(self) -> int:
        """A term for a producer, drawn by the shares of TERMS."""
        return self.chance.choices([days for days, _ in TERMS], [share for _, share in TERMS])[0]

    def rate(self, product: Product, stars: int, term: int) -> StarRating:
        """Give the product its stars by the decision whose ratings end `term` days from today."""
        return self._rate(product, stars, self._decided_for(self.clock.day(term)))

    def _rate(self, product: Product, stars: int, decided: date) -> StarRating:
        rating = StarRating(
            product=product,
            decision=self._decision(decided, self.issuer(stars, decided, product)),
            stars=stars,
            points=Decimal(self.chance.randint(_POINTS[stars][0] * 2, _POINTS[stars][1] * 2)) / 2,
            valid_from=decided,
            # Some days fewer may be left where the month of the decision was shorter: the term is counted from the decision.
            valid_until=last_valid_day(decided),
        )
        self.ratings.append(rating)
        return rating

    def _decided_for(self, last: date) -> date:
        """The day of the decision whose ratings end on `last`."""
        return add_months(last, -criteria_on(last).months_valid)

    def rate_all(self, products: Iterable[tuple[Product, int]]) -> None:
        """Rate products, those of one producer by decisions of one day."""
        terms: dict[str, int] = {}
        for product, stars in products:
            term = terms.setdefault(product.producer.code, self.term())
            self.rate(product, stars, term)

    def renew_all(self, *, stars_before: int, share: float = 1.0) -> None:
        """Give a share of the products an earlier rating, which ended on the day on which the present one began."""
        for rating in list(self.ratings):
            if rating.stars < 5 and self.chance.random() < share:
                self._rate(rating.product, min(stars_before, rating.stars), self._decided_for(rating.valid_from))

    def _decision(self, decided: date, issuer: str) -> RecognitionDecision:
        if (decided, issuer) not in self.decisions:
            self.decisions[decided, issuer] = RecognitionDecision(
                number=f"{self.prefix}-{len(self.decisions) + 1:02d}/QĐ (minh họa)",
                decided_on=decided,
                issuer=issuer,
                province_id=self.province,
            )
        return self.decisions[decided, issuer]

    def save(self) -> None:
        """Write decisions, then ratings."""
        RecognitionDecision.objects.bulk_create(self.decisions.values())
        StarRating.objects.bulk_create(self.ratings)
