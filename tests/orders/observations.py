"""Observations as plain Python, their way through the real merge and fold, and what both should say: the slow, obvious way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from orders.intake import runs
from orders.intake.copying import copy_rows
from orders.intake.models import IntakeRun, Source
from orders.ledger.models import EntryKind, LedgerEntry, Order, OrderLine
from orders.shops.models import Shop

EPOCH = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Seen:
    """One row of a file: what the platform said of a line when it was exported."""

    number: str = "576461414838900001"
    key: str = "1729384756123400001"
    state: int = 0
    units: int = 1
    gross: int = 100_000
    seller_discount: int = 0
    platform_discount: int = 0
    cancelled: int = 0
    returned: int = 0
    delivered: int = 0
    placed_at: datetime = EPOCH
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None

    def row(self, run_id: int, row: int) -> tuple[object, ...]:
        """The tuple in the order of STAGED_COLUMNS."""
        return (
            run_id, row, self.number, self.key, self.key, "", f"Product {self.key}", "", self.state, self.units, self.gross,
            self.seller_discount, self.platform_discount, self.cancelled, self.returned, self.delivered, self.placed_at, None,
            self.delivered_at, self.cancelled_at, None, None, "", None, None,
        )  # fmt: skip


@dataclass(frozen=True)
class File:
    """A file of one shop, exported at a time."""

    exported_at: datetime
    rows: tuple[Seen, ...] = field(default_factory=tuple)
    source: Source = Source.FILE


def stage(shop: Shop, file: File) -> IntakeRun:
    """Stage and confirm the file the way the portal does."""
    repeats = len(file.rows) - len({(seen.number, seen.key) for seen in file.rows})
    run = IntakeRun.objects.create(
        shop=shop,
        source=file.source,
        platform=shop.platform,
        file_name="test.csv",
        exported_at=file.exported_at,
        rows=len(file.rows),
        repeats=repeats,
    )
    copy_rows(iter([[seen.row(run.pk, number) for number, seen in enumerate(file.rows, start=3)]]))
    return runs.confirm_run(run_id=run.pk, by=None)


def take_in(shop: Shop, file: File) -> IntakeRun:
    """Stage and merge the file."""
    run = stage(shop, file)
    assert runs.merge_run(run_id=run.pk), IntakeRun.objects.get(pk=run.pk).failure
    return IntakeRun.objects.get(pk=run.pk)


def take_back(run: IntakeRun) -> IntakeRun:
    """Undo a file that was taken in, the way the portal does."""
    runs.ask_undo(run_id=run.pk, by=None, reason="wrong file")
    assert runs.undo_run(run_id=run.pk), IntakeRun.objects.get(pk=run.pk).failure
    return IntakeRun.objects.get(pk=run.pk)


def _summed(rows: Iterable[Seen]) -> dict[tuple[str, str], Seen]:
    """Equal keys in one order summed; cancelled only when all of it is."""
    found: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for seen in rows:
        found[seen.number, seen.key].append(seen)
    result = {}
    for key, group in found.items():
        living = [seen.state for seen in group if seen.state < 4]
        result[key] = replace(
            group[0],
            state=max(living) if living else 4,
            units=sum(seen.units for seen in group),
            gross=sum(seen.gross for seen in group),
            seller_discount=sum(seen.seller_discount for seen in group),
            platform_discount=sum(seen.platform_discount for seen in group),
            cancelled=sum(seen.cancelled for seen in group),
            returned=sum(seen.returned for seen in group),
            delivered=sum(seen.delivered for seen in group),
            delivered_at=max((seen.delivered_at for seen in group if seen.delivered_at), default=None),
            cancelled_at=max((seen.cancelled_at for seen in group if seen.cancelled_at), default=None),
        )
    return result


def _rank(exported_at: datetime, seen: Seen) -> tuple[object, ...]:
    nothing = datetime.min.replace(tzinfo=UTC)
    return (
        exported_at, seen.state, seen.returned, seen.cancelled, seen.delivered, seen.units, seen.gross, seen.seller_discount,
        seen.platform_discount, seen.delivered_at or nothing, seen.cancelled_at or nothing,
    )  # fmt: skip


def expected_ledger(files: Iterable[File]) -> Counter[tuple[str, str, int, datetime, str]]:
    """(number, key, kind, happened_at, "units" | "amount") → sum, recomputed from all files at once."""
    observed: dict[tuple[str, str], list[tuple[datetime, Seen]]] = defaultdict(list)
    placed: dict[str, tuple[datetime, datetime]] = {}
    for file in files:
        summed = _summed(file.rows)
        for key, seen in summed.items():
            observed[key].append((file.exported_at, seen))
        for number in {number for number, _ in summed}:
            first = min(seen.placed_at for seen in file.rows if seen.number == number)
            placed[number] = max(placed.get(number, (datetime.min.replace(tzinfo=UTC), first)), (file.exported_at, first))
    ledger: Counter[tuple[str, str, int, datetime, str]] = Counter()

    def write(key: tuple[str, str], kind: int, at: datetime, units: int, amount: int) -> None:
        ledger[(*key, kind, at, "units")] += units
        ledger[(*key, kind, at, "amount")] += amount

    for key, history in observed.items():
        _, final = max(history, key=lambda item: _rank(*item))
        value = final.gross - final.seller_discount
        write(key, EntryKind.PLACED, placed[key[0]][1], final.units, value)
        for kind, name, base, dated_at in (
            (EntryKind.CANCELLED, "cancelled", 0, final.cancelled_at),
            (EntryKind.RETURNED, "returned", final.cancelled, None),
            (EntryKind.DELIVERED, "delivered", final.cancelled, final.delivered_at),
        ):
            # unit by unit: the k-th unit happened at the earliest export that shows k of them
            for k in range(1, getattr(final, name) + 1):
                at = dated_at or min(exported_at for exported_at, seen in history if getattr(seen, name) >= k)
                write(key, kind, at, 1, value * (base + k) // final.units - value * (base + k - 1) // final.units)
    return Counter({key: total for key, total in ledger.items() if total})


def expected_lines(files: Iterable[File]) -> dict[tuple[str, str], tuple[object, ...]]:
    """What `lines_of` should say, from all files at once."""
    newest: dict[tuple[str, str], tuple[datetime, Seen]] = {}
    for file in files:
        for key, seen in _summed(file.rows).items():
            newest[key] = max(newest.get(key, (file.exported_at, seen)), (file.exported_at, seen), key=lambda item: _rank(*item))
    return {
        key: (seen.state, seen.units, seen.gross - seen.seller_discount, seen.cancelled, seen.returned, seen.delivered)
        for key, (_, seen) in newest.items()
    }


def expected_headers(files: Iterable[File]) -> dict[str, tuple[datetime, datetime, int]]:
    """What `headers_of` should say: of equal observations the first that came gives the source."""
    newest: dict[str, tuple[datetime, datetime, int]] = {}
    for file in files:
        for number in {seen.number for seen in file.rows}:
            found = (file.exported_at, min(seen.placed_at for seen in file.rows if seen.number == number), int(file.source))
            if number not in newest or found[:2] > newest[number][:2]:
                newest[number] = found
    return newest


def headers_of(shop: Shop) -> dict[str, tuple[datetime, datetime, int]]:
    """The shop's orders: when the newest observation was exported, when they were placed, where that observation is from."""
    orders = Order.objects.standing().filter(shop=shop)
    return {
        number: (at, placed, source)
        for number, at, placed, source in orders.values_list("number", "exported_at", "placed_at", "run__source")
    }


def ledger_of(shop: Shop) -> Counter[tuple[str, str, int, datetime, str]]:
    """The same of the real ledger."""
    ledger: Counter[tuple[str, str, int, datetime, str]] = Counter()
    for entry in LedgerEntry.objects.filter(line__order__shop=shop).select_related("line__order"):
        key = (entry.line.order.number, entry.line.key, entry.kind, entry.happened_at)
        ledger[(*key, "units")] += entry.units
        ledger[(*key, "amount")] += entry.amount
    return Counter({key: total for key, total in ledger.items() if total})


def lines_of(shop: Shop) -> dict[tuple[str, str], tuple[object, ...]]:
    """The lines as they stand: (number, key) → what the newest observation said."""
    return {
        (line.order.number, line.key): (line.state, line.units, line.value, line.cancelled_units, line.returned_units, line.delivered_units)
        for line in OrderLine.objects.standing().filter(order__shop=shop).select_related("order")
    }


@contextmanager
def rolled_back() -> Iterator[None]:
    """What one example of a property test does, undone at its end; durable blocks within count as outermost, as in a test case."""
    with transaction.atomic():
        connection.atomic_blocks[-1]._from_testcase = True
        yield
        transaction.set_rollback(True)


def hours(count: float) -> timedelta:
    """For readable times."""
    return timedelta(hours=count)
