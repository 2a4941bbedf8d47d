"""The report of a livestream worked out anew: from ledger entries, order lines, slots, samples and terms, in plain SQL and Python.

Nothing of the portal's own reckoning is used: not the fold, its figures, contributions and attribution, nor the report's code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from tests.browser.raw_words import count, kilograms, minutes, moment, share, tenths, vnd, weight

PLACED, CANCELLED, RETURNED, DELIVERED = 1, 2, 3, 4  # kinds of ledger entries
GRACE, DAY = timedelta(minutes=30), timedelta(days=1)
NOT_YET = "files do not reach that far yet"
Row = list[str]


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """What the database says."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


@dataclass(frozen=True)
class Line:
    """A line of an order: units and VND by kind of entry; `product` None where its SKU is mapped to none."""

    order: int
    placed_at: datetime
    shop: int
    product: int | None
    producer: int | None
    grams: int
    final: bool
    units: dict[int, int] = field(default_factory=dict)
    value: dict[int, int] = field(default_factory=dict)


def lines_of(shops: Sequence[int]) -> list[Line]:
    """All lines of the shops, with what their ledger entries add up to."""
    found: dict[int, Line] = {}
    for line, order, at, shop, product, producer, grams, state, kind, units, amount in rows(
        """SELECT l.id, o.id, o.placed_at, o.shop_id, p.id, p.producer_id,
            (SELECT net_weight_g FROM catalog_productfacts f
             WHERE f.product_id = p.id AND f.since <= o.placed_at::date ORDER BY since DESC LIMIT 1),
            l.state, e.kind, e.units, e.amount
        FROM orders_ledgerentry e JOIN orders_orderline l ON l.id = e.line_id JOIN orders_order o ON o.id = l.order_id
        LEFT JOIN orders_skumapping m ON m.shop_id = o.shop_id AND m.line_key = l.key LEFT JOIN catalog_product p ON p.id = m.product_id
        WHERE o.shop_id = ANY (%s) ORDER BY e.id""",
        list(shops),
    ):
        one = found.setdefault(line, Line(order, at, shop, product, producer, grams or 0, state >= 3))
        one.units[kind] = one.units.get(kind, 0) + units
        one.value[kind] = one.value.get(kind, 0) + amount
    return list(found.values())


@dataclass(frozen=True)
class Sold:
    """What some lines come to."""

    lines: tuple[Line, ...]

    @property
    def orders(self) -> int:
        return len({line.order for line in self.lines})

    @property
    def open(self) -> int:
        return len({line.order for line in self.lines if not line.final})

    def units(self, *kinds: int) -> int:
        return sum(line.units.get(kind, 0) for line in self.lines for kind in kinds)

    def value(self, kind: int) -> int:
        return sum(line.value.get(kind, 0) for line in self.lines)

    def grams(self, kind: int = PLACED) -> int:
        return sum(line.units.get(kind, 0) * line.grams for line in self.lines)

    @property
    def net(self) -> int:
        return self.value(PLACED) - self.value(CANCELLED) - self.value(RETURNED)

    @property
    def net_grams(self) -> int:
        return self.grams() - self.grams(CANCELLED) - self.grams(RETURNED)

    @property
    def revenue(self) -> int:
        return self.value(DELIVERED) - self.value(RETURNED)

    def where(self, test: Callable[[Line], bool]) -> Sold:
        return Sold(tuple(line for line in self.lines if test(line)))


@dataclass(frozen=True)
class Slot:
    """A slot as it stands in its row."""

    position: int
    product: int
    name: str
    minutes: int
    stock: int | None
    price: int | None
    turns: tuple[datetime, ...]
    ended_at: datetime | None
    outcome: str


@dataclass(frozen=True)
class Raw:
    """A livestream as raw rows tell it: its times, its slots, and the lines of its shops on air, after it and before it."""

    planned: tuple[datetime, datetime]
    start: datetime
    end: datetime
    slots: tuple[Slot, ...]
    all: Sold
    live: Sold
    after: Sold

    @classmethod
    def of(cls, code: str) -> Raw:
        """Of that code. On air: in a linked shop, to half an hour after the end; after it: there or in the host's own shop."""
        ((pk, host, *planned, start, end),) = rows(
            "SELECT id, host_id, planned_start, planned_end, actual_start, actual_end FROM livestreams_session WHERE code = %s", code
        )
        linked = [shop for (shop,) in rows("SELECT shop_id FROM orders_shopsession WHERE session_id = %s", pk)]
        own = [shop for (shop,) in rows("SELECT id FROM orders_shop WHERE host_id = %s", host)]
        slots = tuple(
            Slot(*told, turns=tuple(sorted(filter(None, (first, *again)))), ended_at=ended, outcome=outcome)
            for *told, first, again, ended, outcome in rows(
                """SELECT s.position, s.product_id, p.name_en, s.minutes, s.stock, s.offer_price,
                    s.started_at, s.again_at, s.ended_at, s.outcome
                FROM livestreams_slot s JOIN catalog_product p ON p.id = s.product_id WHERE s.session_id = %s ORDER BY s.position""",
                pk,
            )
        )
        shown = {slot.product for slot in slots}
        every = Sold(tuple(lines_of([*linked, *own])))
        fitting = {line.order for line in every.lines if line.product in shown}
        live = every.where(lambda line: line.shop in linked and line.order in fitting and start <= line.placed_at < end + GRACE)
        after = every.where(lambda line: line.order in fitting and end <= line.placed_at < end + DAY and line not in live.lines)
        return cls((planned[0], planned[1]), start, end, slots, every, live, after)

    def before(self, length: timedelta) -> Sold:
        """The products shown, in its shops, in so much time before the start."""
        shown = {slot.product for slot in self.slots}
        return self.all.where(lambda line: line.product in shown and self.start - length <= line.placed_at < self.start)

    def seconds(self, slot: Slot) -> float | None:
        """How long it was on air: each turn to the beginning of the next one, the last one to its end."""
        if not slot.turns:
            return None
        begun = sorted(at for one in self.slots for at in one.turns)
        ends = [next((at for at in begun if at > turn), slot.ended_at or self.end) for turn in slot.turns]
        stopped = [*ends[:-1], min(ends[-1], slot.ended_at or self.end)]
        return sum((end - turn).total_seconds() for turn, end in zip(slot.turns, stopped, strict=True))

    # What the page should say, table by table: text with plain spaces.

    def tiles(self) -> list[Row]:
        live = self.live
        return [
            [count(live.orders), ""],
            [vnd(live.value(PLACED)), ""],
            [vnd(live.net), f"{vnd(live.value(CANCELLED))} cancelled, {vnd(live.value(RETURNED))} returned"],
            [vnd(live.revenue), f"{share(live.open, live.orders)} of orders not final"],
            [count(live.units(PLACED)), ""],
            [kilograms(live.grams()), ""],
        ]

    def times(self) -> list[Row]:
        length = (self.planned[1] - self.planned[0]).total_seconds()
        return [
            ["Start", moment(self.planned[0]), moment(self.start)],
            ["End", moment(self.planned[1]), moment(self.end)],
            ["Minutes", minutes(length), minutes((self.end - self.start).total_seconds())],
            ["Slots", count(len(self.slots)), count(sum(bool(slot.turns) for slot in self.slots))],
            ["Slots skipped", "", count(sum(slot.outcome == "skipped" for slot in self.slots))],
        ]

    def slot_rows(self) -> list[Row]:
        outcomes = {"sold_out": "Sold out", "skipped": "Skipped"}
        found = []
        for slot in self.slots:
            planned = [minutes(60 * slot.minutes), minutes(self.seconds(slot)), count(slot.stock)]
            said = outcomes.get(slot.outcome, "Shown" if slot.turns else "")
            found.append([f"{slot.position}. {slot.name}", *planned, *self._sold(slot.product, vnd(slot.price)), said])
        for product, name in self._beside():
            found.append([f"{name} – outside the run-of-show", "", "", "", *self._sold(product, ""), ""])
        aired = [self.seconds(slot) or 0 for slot in self.slots]
        planned = [minutes(60 * sum(slot.minutes for slot in self.slots)), minutes(sum(aired)), ""]
        live = self.live
        total = [count(live.units(PLACED)), "", "", count(live.orders), vnd(live.net), vnd(live.revenue)]
        return [*found, ["Total", *planned, *total, ""]]

    def _sold(self, product: int | None, price: str) -> Row:
        sold = self.live.where(lambda line: line.product == product)
        units = sold.units(PLACED)
        realised = vnd(sold.value(PLACED) // units if units else None)
        return [count(units), price, realised, count(sold.orders), vnd(sold.net), vnd(sold.revenue)]

    def _beside(self) -> list[tuple[int | None, str]]:
        shown = {slot.product for slot in self.slots}
        others = {line.product for line in self.live.lines} - shown
        named = rows("SELECT id, name_en FROM catalog_product WHERE id = ANY (%s) ORDER BY name_vi", list(filter(None, others)))
        return [*named, *([(None, "SKUs of no known product")] if None in others else [])]

    def after_rows(self) -> list[Row]:
        lengths = (("24 hours after", DAY), ("7 days after", 7 * DAY), ("30 days after", 30 * DAY))
        on_air = ("During the session", self.live, self.end - self.start, "complete")
        told = [on_air, *((words, self.after, length, NOT_YET) for words, length in lengths)]
        return [
            [
                *(words, count(sold.orders), vnd(sold.value(PLACED)), vnd(sold.net), vnd(sold.revenue), kilograms(sold.grams())),
                *(count(self.before(length).orders), vnd(self.before(length).net), files),
            ]
            for words, sold, length, files in told
        ]

    def producer_rows(self) -> list[Row]:
        names = dict(rows("SELECT id, coalesce(nullif(name_en, ''), name) FROM catalog_producer"))
        vietnamese = dict(rows("SELECT id, name FROM catalog_producer"))
        found = []
        for producer in {line.producer for line in (*self.live.lines, *self.after.lines)}:
            live, after = (sold.where(lambda line, one=producer: line.producer == one) for sold in (self.live, self.after))  # type: ignore[misc]
            cells = [
                *(count(live.orders), count(live.units(PLACED)), kilograms(live.grams()), vnd(live.value(PLACED))),
                *(vnd(live.net), vnd(live.revenue), vnd(after.net), vnd(after.revenue)),
            ]
            place = (producer is None, -live.net, vietnamese.get(producer, ""))
            found.append((place, [names.get(producer, "SKUs of no known product"), *cells]))
        return [cells for _place, cells in sorted(found)]

    def owed(self, *, rate: Decimal, fee: int) -> list[Row]:
        """By terms that cover sales after the session too."""
        live, after = self.live.revenue, self.after.revenue
        on_sales = int((live + after) * rate / 100)
        return [
            ["Delivered on air, less returns", vnd(live)],
            ["Delivered in 30 days after, less returns", vnd(after)],
            [f"Commission of {rate}%", vnd(on_sales)],
            ["Fee for the session", vnd(fee)],
            ["Owed in all", vnd(on_sales + fee)],
        ]

    def targets(self, aimed: dict[str, int]) -> list[Row]:
        """The programme's rows: targets in the units of the form, what was reached, and its share."""
        shown = [slot for slot in self.slots if slot.outcome != "skipped"]
        makers = rows("SELECT count(DISTINCT producer_id) FROM catalog_product WHERE id = ANY (%s)", [slot.product for slot in shown])[0][0]
        reached = {"sessions": 1, "products": len(shown), "producers": makers, "orders": self.live.orders, "net": self.live.net}
        counted = [[count(aimed[name]), count(reached[name])] for name in ("sessions", "products", "producers", "orders")]
        cells = [*counted, [vnd(aimed["net"]), vnd(reached["net"])], [weight(1000 * aimed["weight"]), weight(self.live.net_grams)]]
        whole = [*((reached[name], aimed[name]) for name in reached), (self.live.net_grams, 1000 * aimed["weight"])]
        return [[*row, share(*parts)] for row, parts in zip(cells, whole, strict=True)]

    def advice(self) -> set[str]:
        """What the figures suggest for next time, by the report's published thresholds."""
        found = set()
        sold_out = [slot for slot in self.slots if slot.outcome == "sold_out" or self._gone(slot)]
        if sold_out:
            names = ", ".join(slot.name for slot in sold_out)
            found.add(f"Sold out, or ordered beyond the stock (n = {len(sold_out)} slots): {names}. Bring more.")
        back = [(slot, self._of(slot)) for slot in self.slots]
        back = [(slot, sold) for slot, sold in back if sold.units(DELIVERED) >= 20 and 10 * sold.units(RETURNED) >= sold.units(DELIVERED)]
        if back:
            part, whole = (sum(sold.units(kind) for _slot, sold in back) for kind in (RETURNED, DELIVERED))
            names = ", ".join(slot.name for slot, _sold in back)
            words = f"Much came back: {share(part, whole)} of {whole} delivered units (n = {len(back)} slots): {names}. Find out why."
            found.add(words)
        unsold = [slot for slot in self.slots if slot.outcome != "skipped" and not self._of(slot).units(PLACED)]
        if unsold and self.live.orders >= 50:
            raise AssertionError("a case that this livestream does not have")
        return found | self._pace()

    def _of(self, slot: Slot) -> Sold:
        return self.live.where(lambda line: line.product == slot.product)

    def _gone(self, slot: Slot) -> bool:
        return bool(slot.stock) and self._of(slot).units(PLACED) >= (slot.stock or 0)

    def _pace(self) -> set[str]:
        """Units a minute of the slots that were shorter than the middle one, and of the others: told where one is 1.5 times the other."""
        aired = [(self.seconds(slot) or 0, self._of(slot).units(PLACED)) for slot in self.slots if slot.turns and slot.outcome != "skipped"]
        middle = sorted(seconds for seconds, _units in aired)[len(aired) // 2]
        sides = [[one for one in aired if one[0] < middle], [one for one in aired if one[0] >= middle]]
        short, long = (60 * sum(units for _s, units in side) / sum(seconds for seconds, _u in side) for side in sides)
        if min(map(len, sides)) < 4 or max(short, long) < 1.5 * min(short, long):
            return set()
        one, other, first, second = ("Shorter", "longer", short, long) if short > long else ("Longer", "shorter", long, short)
        paces = f"{tenths(first)} units a minute, {other} ones {tenths(second)}"
        return {f"{one} slots sold more: {paces} (n = {len(aired)} slots). Plan {one.lower()} slots."}
