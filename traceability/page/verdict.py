"""The one sentence that a scan is answered with: what we know, and never more (a QR code can be copied)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from traceability.lots.models import Lot
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
class Recall:
    """A recall that concerns what was scanned, as it is told: why, what to do, since when."""

    reason: str
    instructions: str
    declared_on: date


def recall_of(lot: Lot | None, number: int | None) -> Recall | None:
    """The recall in force for the lot, or for the unit with this number in it. There is no register of recalls yet."""
    return None


def is_scanned_too_often(serial: str | None) -> bool:
    """Whether the unit was scanned so often that its code may have been copied. Scans are not counted yet."""
    return False


def judge(found: Found | None, day: date) -> tuple[Verdict, Recall | None]:
    """The verdict on what was scanned, on `day` (of Vietnam); None is what nobody of ours issued."""
    if found is None:
        return Verdict.UNKNOWN, None
    unit, lot = found.unit, found.lot
    recall = recall_of(lot, unit.number if unit else None)
    holds = {
        Verdict.RECALLED: recall is not None,
        Verdict.VOID: unit is not None and unit.voided_at is not None,
        Verdict.PAST_ITS_DATE: lot is not None and lot.is_past_its_date(day),
        Verdict.SCANNED_TOO_OFTEN: unit is not None and is_scanned_too_often(unit.serial),
        Verdict.VALID: unit is not None,
        Verdict.INFORMATION: True,
    }
    return min(verdict for verdict, true in holds.items() if true), recall
