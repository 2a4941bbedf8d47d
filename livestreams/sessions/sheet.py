"""A plan with everything that its checks look at, read in the same number of queries for any number of slots."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from catalog.models import FloorPrice, Paper, ProductFacts
from catalog.models.dated import in_force
from catalog.standing import Star, stars_on
from livestreams.sessions.clashes import Clash, clashes_of
from livestreams.sessions.models import Session
from livestreams.sessions.timetable import Turn, timetable
from traceability.models import Lot


@dataclass(frozen=True)
class Sheet:
    """The session's turns and, by product id, what holds on its `day`. `today` is the day on which it is looked at.

    `floors` are the producers' own lines, not for every reader's eyes; `recalled` has the numbers of recalled lots by their ids.
    """

    session: Session
    day: date
    today: date
    turns: list[Turn]
    stars: dict[int, Star]
    facts: dict[int, ProductFacts]
    floors: dict[int, int]
    ad_papers: dict[int, list[Paper]]
    recalled: dict[int, dict[int, str]]
    clashes: list[Clash]

    @property
    def minutes(self) -> int:
        """The slots' minutes together."""
        return sum(turn.slot.minutes for turn in self.turns)

    @property
    def planned_minutes(self) -> int:
        """The session's planned length."""
        return int((self.session.planned_end - self.session.planned_start).total_seconds() // 60)


def sheet_of(session: Session, *, today: date | None = None) -> Sheet:
    """Read the plan of a session; what is dated, as of the session's local day."""
    day = timezone.localdate(session.planned_start)
    slots = session.slots.select_related("product__producer", "lot", "need", "answered_by").prefetch_related("points__paper")
    turns = timetable(session, slots.order_by("position"))
    products = [turn.slot.product_id for turn in turns]
    facts: dict[int, list[ProductFacts]] = defaultdict(list)
    for row in ProductFacts.objects.filter(product__in=products).select_related("ocop_set"):
        facts[row.product_id].append(row)
    floors: dict[int, list[FloorPrice]] = defaultdict(list)
    # A lowest price holds from its own day on, as where sales are compared with it.
    for price in FloorPrice.objects.filter(product__in=products, since__lte=day):
        floors[price.product_id].append(price)
    papers: dict[int, list[Paper]] = defaultdict(list)
    for paper in Paper.objects.filter(product__in=products, kind=Paper.Kind.AD_CONFIRMATION).current():
        assert paper.product_id is not None
        papers[paper.product_id].append(paper)
    recalled: dict[int, dict[int, str]] = defaultdict(dict)
    for lot in Lot.objects.recalled().filter(product__in=products):
        recalled[lot.product_id][lot.pk] = lot.number
    return Sheet(
        session=session,
        day=day,
        today=today or timezone.localdate(),
        turns=turns,
        stars=stars_on(products, day),
        facts={product: held for product, rows in facts.items() if (held := in_force(rows, day)) is not None},
        floors={product: max(rows, key=lambda row: row.since).price for product, rows in floors.items()},
        ad_papers=papers,
        recalled=recalled,
        clashes=clashes_of(session),
    )
