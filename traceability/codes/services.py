"""Issue codes of units, and void them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from traceability.codes.alphabet import UNIT_LENGTH, new_code
from traceability.codes.models import UnitCode
from traceability.lots.models import Lot, Unit

MOST_AT_ONCE = 100_000
_BATCH = 5_000
# Two codes of 65 random bits meet once in millions of years; the statement still leaves a double out, and another is drawn.
_INSERT = """
INSERT INTO traceability_unitcode (lot_id, number, serial, issued_at)
SELECT %s, number, serial, %s FROM unnest(%s::int[], %s::text[]) AS drawn (number, serial)
ON CONFLICT (serial) DO NOTHING RETURNING number
"""


class LotClosedError(Exception):
    """The lot is closed: it takes no further step, code or part."""


class CodeCountError(ValueError):
    """Fewer than one code, or more than `most` were asked for."""

    def __init__(self, most: int) -> None:
        super().__init__(f"between 1 and {most} codes")
        self.most = most


@dataclass(frozen=True)
class Issued:
    """The span of numbers of the codes issued: `UnitCode.objects.in_range(lot, first, last)`."""

    first: int
    last: int


def codes_left(lot: Lot) -> int:
    """How many codes may still be issued at once: for a lot counted in packs, no more than there are packs without a valid code."""
    if lot.unit != Unit.PIECE:
        return MOST_AT_ONCE
    return max(0, min(MOST_AT_ONCE, int(lot.quantity) - lot.codes.filter(voided_at__isnull=True).count()))


@transaction.atomic
def issue_codes(*, lot: Lot, count: int) -> Issued:
    """Issue `count` new codes for the lot, in batches, so that memory does not grow with `count`.

    Raises LotClosedError, and CodeCountError for more than 100,000 at once or than the lot has packs.
    """
    held = Lot.objects.select_for_update(of=("self",)).get(pk=lot.pk)
    if not held.is_open:
        raise LotClosedError
    most = codes_left(held)
    if not 1 <= count <= most:
        raise CodeCountError(most)
    first = (held.codes.aggregate(most=Max("number"))["most"] or 0) + 1
    now = timezone.now()
    with connection.cursor() as cursor:
        for start in range(first, first + count, _BATCH):
            wanted = list(range(start, min(start + _BATCH, first + count)))
            while wanted:
                cursor.execute(_INSERT, [held.pk, now, wanted, [new_code(UNIT_LENGTH) for _ in wanted]])
                made = {number for (number,) in cursor.fetchall()}
                wanted = [number for number in wanted if number not in made]
    return Issued(first, first + count - 1)


@transaction.atomic
def void_codes(*, lot: Lot, first: int, last: int) -> int:
    """Make the codes of a span void for good (printed badly, lost); how many became so. What was void stays as it was."""
    Lot.objects.select_for_update(of=("self",)).get(pk=lot.pk)
    codes = UnitCode.objects.in_range(lot, first, last).filter(voided_at__isnull=True).order_by()
    return codes.update(voided_at=timezone.now())
