"""An undo takes a merged run's observations away: afterwards everything is as if the run had never been taken in.

Each line that the run showed falls back to the newest observation of the other runs; one that no other run shows is withdrawn (it
counts as never seen). The ledger is append-only, so it gets the difference as new entries of the run that is undone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from orders.feeds.named import drop_named
from orders.intake import undo_sql as sql
from orders.intake.merge import begin
from orders.intake.models import IntakeRun
from orders.intake.portions import Portion, nobody, staged_portions
from orders.marks.models import Mark
from orders.spans.services import take_days_back


@dataclass(frozen=True)
class Undoing:
    """What an undo changes. *Withdrawn* orders and lines were shown by no other run; `value`: by how much what was placed changes (VND)."""

    orders_withdrawn: int
    orders_changed: int
    lines_withdrawn: int
    lines_changed: int
    unchanged: int
    value: int

    def __add__(self, other: Undoing) -> Undoing:
        return Undoing(*(mine + its for mine, its in zip(vars(self).values(), vars(other).values(), strict=True)))


NOTHING = Undoing(0, 0, 0, 0, 0, 0)


def count_undo(run: IntakeRun) -> Undoing:
    """What undoing the run would change now. Writes temporary tables alone and holds nobody up."""
    with transaction.atomic(), connection.cursor() as cursor:
        return sum((_plan(cursor, run, portion) for portion in staged_portions(cursor, run)), NOTHING)


def undo(run: IntakeRun, tell: Callable[[int], None] = nobody) -> Undoing:
    """Restore lines and orders, write ledger entries, and a mark for each order that changes. Must be called within a transaction.

    Holds the shop's lock to its end. The caller changes the run's state in the same transaction. `tell` hears how many rows are done.
    """
    changes, done = NOTHING, 0
    with connection.cursor() as cursor:
        begin(cursor, run.shop_id)
        tell(done)
        for portion in staged_portions(cursor, run):
            changes += _plan(cursor, run, portion)
            for statement in sql.WRITE:
                cursor.execute(statement, _parameters(run, portion))
            done += portion.rows
            tell(done)
        drop_named(cursor, run)
    take_days_back(run)
    return changes


def _plan(cursor: CursorWrapper, run: IntakeRun, portion: Portion) -> Undoing:
    for statement in sql.PLAN:
        cursor.execute(statement, _parameters(run, portion))
    cursor.execute(sql.COUNT)
    return Undoing(*cursor.fetchone())


def _parameters(run: IntakeRun, portion: Portion) -> dict[str, int]:
    return {"run": run.pk, "shop": run.shop_id, "reason": Mark.Reason.INTAKE, "first": portion.first, "last": portion.last}
