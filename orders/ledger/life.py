"""The life of an order as the ledger and the observations behind it tell it: what happened when, and when we learned of it.

Movements of units and money are ledger entries. That a line was shipped, that the platform refunded money and that it took a state back
moves no figure and no unit: these are read from the observations themselves, which are kept for ever (StagedRow of merged runs). So
each of them has both dates too: when it happened (the platform's own time, else the earliest export that shows it), and when the run
that first showed it was taken in.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import groupby, pairwise
from typing import Any

from orders.intake.models import IntakeRun, StagedRow
from orders.ledger.models import EntryKind, LedgerEntry, LineState, Order


class Kind(IntEnum):
    """What happened; those of a ledger entry have its numbers."""

    PLACED = EntryKind.PLACED
    CANCELLED = EntryKind.CANCELLED
    RETURNED = EntryKind.RETURNED
    DELIVERED = EntryKind.DELIVERED
    ADDED = 11
    SHIPPED = 12
    REFUNDED = 13
    TAKEN_BACK = 14


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a line, or (line None) to the whole order; `pieces` and `amount` (VND) as in the ledger, signed.

    `ADDED`: a line that the order did not have when it was first seen, as an exchange brings one. `REFUNDED`: `amount` is the platform's
    sum for the order so far. `TAKEN_BACK`: from `before` the platform went back to `state`.
    """

    kind: Kind
    happened_at: datetime
    learned_at: datetime
    line: int | None
    pieces: int = 0
    amount: int = 0
    before: int | None = None
    state: int | None = None


def life_of(order: Order, lines: Collection[int], *, whole: bool) -> list[Happening]:
    """What happened to the lines (ids) of `order`, in order of time; with `whole` also what the platform told of the order as a whole."""
    entries = list(LedgerEntry.objects.filter(line__in=lines).order_by("pk"))
    first: dict[int, LedgerEntry] = {}
    for entry in entries:
        first.setdefault(entry.line_id, entry)
    added = {entry.pk for entry in first.values() if entry.run_id != entries[0].run_id}
    found = [
        Happening(
            Kind.ADDED if entry.pk in added else Kind(entry.kind),
            entry.happened_at,
            entry.learned_at,
            entry.line_id,
            entry.units,
            entry.amount,
        )
        for entry in entries
    ]
    keys = dict(order.lines.filter(pk__in=lines).values_list("key", "pk"))
    observed = (
        StagedRow.objects.filter(
            number=order.number, run__shop=order.shop_id, run__state=IntakeRun.State.MERGED, run__merged_at__isnull=False
        )
        .order_by("line_key", "run__exported_at", "run__merged_at", "run")
        .values("line_key", "state", "shipped_at", "order_refund", "run__exported_at", "run__merged_at")
    )
    rows: list[Any] = list(observed)
    for key, seen in groupby(rows, key=lambda row: row["line_key"]):
        if key in keys:
            found += _of_line(keys[key], list(seen))
    if whole:
        found += _refunds(rows)
    return sorted(found, key=lambda one: (one.happened_at, one.learned_at, one.kind))


def _of_line(line: int, seen: list[dict[str, Any]]) -> list[Happening]:
    """Dispatch, and states that went backwards, from the observations of a line in the order of their exports."""
    found = []
    shipped = [row for row in seen if row["shipped_at"] is not None or row["state"] == LineState.SHIPPED]
    if shipped:
        told = next((row["shipped_at"] for row in reversed(shipped) if row["shipped_at"] is not None), None)
        learned = min(row["run__merged_at"] for row in shipped)
        found.append(Happening(Kind.SHIPPED, told or shipped[0]["run__exported_at"], learned, line))
    for earlier, later in pairwise(seen):
        if later["state"] < earlier["state"] and later["run__exported_at"] > earlier["run__exported_at"]:
            at, learned = later["run__exported_at"], later["run__merged_at"]
            found.append(Happening(Kind.TAKEN_BACK, at, learned, line, before=earlier["state"], state=later["state"]))
    return found


def _refunds(rows: list[dict[str, Any]]) -> list[Happening]:
    """Each sum that the platform refunded, by the earliest export that shows it."""
    found: dict[int, Happening] = {}
    for row in sorted(rows, key=lambda row: (row["run__exported_at"], row["run__merged_at"])):
        amount = row["order_refund"]
        if amount:
            known = found.get(amount)
            learned = row["run__merged_at"] if known is None else min(known.learned_at, row["run__merged_at"])
            at = row["run__exported_at"] if known is None else known.happened_at
            found[amount] = Happening(Kind.REFUNDED, at, learned, None, amount=amount)
    return list(found.values())
