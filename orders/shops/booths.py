"""What was sold at a fair or conference is order lines of a booth's shop, or a claim: never both (FIGURES: event)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from catalog.models import StoredDocument
from livestreams.models import Claim, OfflineEvent
from orders.ledger.models import Order
from orders.shops.models import Shop


class BoothHasOrdersError(Exception):
    """The ledger holds orders of a booth of `event`: what was sold there is known, and no claim stands for it."""

    def __init__(self, event: OfflineEvent) -> None:
        super().__init__(event.code)
        self.event = event


def events_with_orders(events: Iterable[int]) -> set[int]:
    """Those of the events (ids) of whose booths the ledger holds orders."""
    booths = Shop.objects.filter(event__in=list(events))
    orders = Order.objects.standing().filter(shop__in=booths).order_by()
    return {event for event in orders.values_list("shop__event", flat=True).distinct() if event}


def claims_beside(shop: Shop) -> list[Claim]:
    """What was reported to be sold at the fair at which the shop stands: the ledger counts, and these stand beside it."""
    return list(Claim.objects.filter(event=shop.event_id, metric__in=Claim.SALES_METRICS)) if shop.event_id else []


@transaction.atomic
def keep_claim(*, claim: Claim, by: User, paper: StoredDocument | None = None) -> None:
    """Write a claim, new or changed; a `paper` takes the place of the one it had.

    Raises BoothHasOrdersError where it tells what was sold at an event whose booth has orders. Orders that come in later are taken:
    then the ledger counts, and the claim stands beside it as any other does.
    """
    if claim.event is not None and claim.metric in Claim.SALES_METRICS and events_with_orders([claim.event.pk]):
        raise BoothHasOrdersError(claim.event)
    if claim.pk is None:
        claim.entered_by = by
    if paper is not None:
        claim.paper = paper
    claim.save()
