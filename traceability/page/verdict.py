"""The one sentence that a scan is answered with: what we know, and never more (a QR code can be copied)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from django.utils import timezone

from catalog.models import Product
from traceability.lots.models import Lot
from traceability.recalls.models import Recall
from traceability.resolver.lookup import Found


class Verdict(IntEnum):
    """What is said first; of two that hold, the smaller number is said."""

    UNKNOWN = 1
    RECALLED = 2
    VOID = 3
    PAST_ITS_DATE = 4
    SCANNED_TOO_OFTEN = 5
    VALID = 6
    # The code of a lot or of a product is on many packs: it says nothing about this one.
    INFORMATION = 7


@dataclass(frozen=True)
class RecallTold:
    """A recall that concerns what was scanned, as it is told: why, what to do, since when; days are local days.

    `address` is that of its own page; `partial` where packs of a lot are recalled and it is not known which pack is asked about.
    """

    reason: str
    instructions: str
    declared_on: date
    address: str = ""
    ended_on: date | None = None
    partial: bool = False
    lot: str = ""


def recall_of(lot: Lot | None, number: int | None) -> RecallTold | None:
    """The recall to be told of the pack with this number in the lot, or of the lot: one in force before one that ended, the newest first.

    A lot that was never recalled costs no statement: what is known of it says so.
    """
    if lot is None or lot.recalled_at is None:
        return None
    recall = Recall.objects.concerning(lot, number).in_order_of_telling().prefetch_related("scopes").first()
    if recall is None:
        return None
    return _told(recall, lot, partial=number is None and _of_packs_alone(recall, lot))


def recalls_of_product(product: Product) -> list[RecallTold]:
    """For the code that stands on all packs of a product: its recalled lots, each with the recall to be told of it; three statements."""
    told: dict[int, RecallTold] = {}
    for recall in Recall.objects.of_product(product).in_order_of_telling().prefetch_related("scopes__lot"):
        for scope in recall.scopes.all():
            if scope.lot.product_id == product.pk and scope.lot_id not in told:
                told[scope.lot_id] = _told(recall, scope.lot, partial=_of_packs_alone(recall, scope.lot))
    return list(told.values())


def _of_packs_alone(recall: Recall, lot: Lot) -> bool:
    """Whether it is about some packs of the lot, not about all of it."""
    return all(scope.first is not None for scope in recall.scopes.all() if scope.lot_id == lot.pk)


def _told(recall: Recall, lot: Lot, *, partial: bool) -> RecallTold:
    return RecallTold(
        reason=recall.reason,
        instructions=recall.instructions,
        declared_on=timezone.localdate(recall.declared_at),
        address=recall.get_absolute_url(),
        ended_on=timezone.localdate(recall.ended_at) if recall.ended_at else None,
        partial=partial,
        lot=lot.number,
    )


def judge(found: Found | None, day: date) -> tuple[Verdict, RecallTold | None]:
    """The verdict on what was scanned, on `day` (of Vietnam); None is what nobody of ours issued."""
    if found is None:
        return Verdict.UNKNOWN, None
    unit, lot = found.unit, found.lot
    recall = recall_of(lot, unit.number if unit else None)
    holds = {
        Verdict.RECALLED: recall is not None,
        Verdict.VOID: unit is not None and unit.voided_at is not None,
        Verdict.PAST_ITS_DATE: lot is not None and lot.is_past_its_date(day),
        Verdict.SCANNED_TOO_OFTEN: unit is not None and unit.is_scanned_too_often,
        Verdict.VALID: unit is not None,
        Verdict.INFORMATION: True,
    }
    return min(verdict for verdict, true in holds.items() if true), recall
