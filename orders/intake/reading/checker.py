"""Blocks of raw rows to observations and rejections.

A block is checked column by column: each column has a memory of the raw cells it has seen, so of the values that repeat (statuses, units,
prices, names, days) nearly every cell is one dictionary look-up made in C. Only where a column reports a problem are the block's rows gone
through one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from math import isfinite
from operator import mul
from typing import Any

from .columns import LONGEST_CELL, MEMORY, Decode, make_columns
from .platform import CANCELLED, COMPLETED, DELIVERED, RETURNED, SHIPPED, Platform, plain
from .readers import readers_for
from .rejections import SHOWN, Rejection
from .source import Block
from .values import LIMITS, MOST_VND, Problem, written_moment

OBSERVATION_FIELDS = (
    "row",
    "order_number",
    "line_key",
    "sku_id",
    "seller_sku",
    "product_name",
    "variation",
    "state",
    "units",
    "gross",
    "seller_discount",
    "platform_discount",
    "cancelled_units",
    "returned_units",
    "was_delivered",
    "placed_at",
    "shipped_at",
    "delivered_at",
    "cancelled_at",
    "order_amount",
    "order_refund",
    "shipping_provider",
    "delivery_province",
    "delivery_commune",
    "delivery_district",
    "cancel_kind",
)
"""What stands in an observation, in this order.

Numbers are int: `row` as a spreadsheet counts, `state` ranked as in `platform`, units, VND. `*_at` are aware datetimes (+07:00), or the
same written in ISO 8601 for who asks for that; all but `placed_at` may be None; so may `order_amount` and `order_refund`. The rest are
str, "" where the file says nothing; `was_delivered` is bool, `cancel_kind` is "", "cancel" or "return". Where the commune's cell is empty,
the district's is taken for it (files of today have none): then `delivery_district` is "".
"""

Observation = tuple[Any, ...]

_NOTHING = {
    **dict.fromkeys(("sku_id", "seller_sku", "product_name", "variation", "shipping_provider", "cancel_kind"), ""),
    **dict.fromkeys(("delivery_province", "delivery_commune", "delivery_district"), ""),
    **dict.fromkeys(("returned", "seller_discount", "platform_discount"), 0),
    **dict.fromkeys(("shipped_at", "delivered_at", "cancelled_at", "order_amount", "order_refund"), None),
}
"""What stands for a field that the platform's files do not have."""
_SEEN_AT = {"sku_id": "product_name", "gross": "unit_price"}
_SAID_AS = {"no_product": "empty"}
_OF_ONE_UNIT = (("gross", "unit_price"), ("platform_discount", "unit_platform_discount"))


class Checker:
    """Checks the rows of one file.

    `fields`: the platform's fields that the file has, in the order of a block's cells; a field it lacks is read from an empty cell.
    `decode` is the source's; `first_day` its day 0 of serial dates; `latest` the last moment that is believed. `shops`: the names that
    a column of shops has held so far.
    """

    def __init__(
        self,
        platform: Platform,
        fields: Sequence[str],
        *,
        decode: Decode,
        first_day: date,
        latest: datetime,
        written_times: bool = False,
    ) -> None:
        self._platform = platform
        self._decode = decode
        self._fields = tuple(fields)
        readers = readers_for(platform, latest=latest, first_day=first_day)
        kinds = {column.field: column.kind for column in platform.columns}
        self._columns = make_columns(
            [(field, kinds[field]) for field in fields], decode, readers, latest=latest, written_times=written_times
        )
        absent = [column.field for column in platform.columns if column.field not in fields]
        self._absent = {**_NOTHING, "state": platform.default_state, "units": 1, **{field: readers[field](None) for field in absent}}
        self._kinds = kinds
        self._first_day = first_day
        self._shop = next((index for index, field in enumerate(fields) if kinds[field] == "shop"), None)
        self.shops: set[str] = set()
        self._outcomes = _Outcomes()
        self._line_keys = _LineKeys()

    def check(self, block: Block) -> tuple[list[Observation], list[Rejection]]:
        """The block's observations, and rejections in the order of rows. A blank row is neither."""
        if not block.rows:
            return [], list(block.rejected)
        numbers: Sequence[int] = block.numbers
        values: list[Sequence[Any]] = []
        problems = 0
        for column, raws in zip(self._columns, zip(*block.rows, strict=True), strict=True):
            values.append(column.values_of(raws))
            problems += column.problems
        rejected = list(block.rejected)
        raw_rows: Sequence[tuple[Any, ...]] = block.rows
        if self._shop is not None:
            self.shops.update(name for name in values[self._shop] if name and type(name) is not Problem)
        if problems:
            rows = zip(numbers, block.rows, zip(*values, strict=True), strict=True)
            good = [(number, raws, read) for number, raws, read in rows if not self._refused(number, raws, read, rejected)]
            if not good:
                return [], sorted(rejected)
            numbers = [number for number, _raws, _read in good]
            raw_rows = [raws for _number, raws, _read in good]
            values = list(zip(*(read for _number, _raws, read in good), strict=True))
        observations = self._settle(numbers, raw_rows, values, rejected)
        return observations, sorted(rejected) if rejected else rejected

    def _refused(self, number: int, raws: tuple[Any, ...], read: tuple[Any, ...], rejected: list[Rejection]) -> bool:
        """Whether the row has a problem or is blank; its first problem is added to `rejected`."""
        for field, raw, value in zip(self._fields, raws, read, strict=True):
            if type(value) is Problem:
                if any(map(self._shown, raws)):
                    faulty = frozenset(name for name, found in zip(self._fields, read, strict=True) if type(found) is Problem)
                    refused = self._rejection(number, field, self._shown(raw, field), value, raws)
                    rejected.append(refused._replace(faulty=faulty))
                return True
        return False

    def _settle(
        self, numbers: Sequence[int], rows: Sequence[tuple[Any, ...]], values: list[Sequence[Any]], rejected: list[Rejection]
    ) -> list[Observation]:
        """What follows from several columns of a row: its outcome, its key, and whether they agree."""
        columns = {
            **{field: [value] * len(numbers) for field, value in self._absent.items()},
            **dict(zip(self._fields, values, strict=True)),
        }
        if len(self._line_keys) > MEMORY:
            self._line_keys.clear()
        if len(self._outcomes) > MEMORY:
            self._outcomes.clear()
        columns["row"] = numbers
        for field, each in _OF_ONE_UNIT:
            if each in columns:
                columns[field] = list(map(mul, columns[each], columns["units"]))
        if self._platform.returns_are_requests:
            columns["returned"] = [
                units if kind == "return" else 0 for units, kind in zip(columns["returned"], columns["cancel_kind"], strict=True)
            ]
        outcomes = list(
            map(
                self._outcomes.__getitem__,
                zip(
                    columns["state"],
                    columns["units"],
                    columns["returned"],
                    [moment is not None for moment in columns["delivered_at"]],
                    strict=True,
                ),
            )
        )
        columns["state"], columns["cancelled_units"], columns["returned_units"], columns["was_delivered"] = zip(*outcomes, strict=True)
        columns["line_key"] = [
            sku or self._line_keys[name, variation]
            for sku, name, variation in zip(columns["sku_id"], columns["product_name"], columns["variation"], strict=True)
        ]
        communes, districts = columns["delivery_commune"], columns["delivery_district"]
        columns["delivery_commune"] = [commune or district for commune, district in zip(communes, districts, strict=True)]
        columns["delivery_district"] = [district if commune else "" for commune, district in zip(communes, districts, strict=True)]
        observations = list(zip(*(columns[field] for field in OBSERVATION_FIELDS), strict=True))
        problems = [
            (index, *problem)
            for index, (units_returned, key, gross, discount) in enumerate(
                zip(columns["returned_units"], columns["line_key"], columns["gross"], columns["seller_discount"], strict=True)
            )
            if units_returned < 0 or type(key) is Problem or discount > gross or gross > MOST_VND
            for problem in [_disagreement(units_returned, key, columns["returned"][index], discount, gross)]
        ]
        if problems:
            for index, field, shown, problem in problems:
                rejected.append(self._rejection(numbers[index], field, shown, problem, rows[index]))
            dropped = {index for index, *_rest in problems}
            observations = [observation for index, observation in enumerate(observations) if index not in dropped]
        return observations

    def _rejection(self, number: int, field: str, shown: str, problem: Problem, raws: tuple[Any, ...]) -> Rejection:
        header, code = self._platform.header_of(field), problem.code
        if header is None:
            # What the platform's files lack cannot be where the fault is seen.
            header, code = self._platform.header_of(_SEEN_AT[field]) or "", _SAID_AS.get(code, code)
        return Rejection(number, header, shown[:SHOWN], code, problem.limit, self._cells(raws))

    def _cells(self, raws: tuple[Any, ...]) -> tuple[tuple[str, str | float], ...]:
        """The row's cells that are not empty, by field. Days that a workbook counts are written out, so that they are read again just
        as they stand: a csv has no such cells.
        """
        order, days_alone = self._platform.date_order or "dmy", self._platform.days_alone
        cells: list[tuple[str, str | float]] = []
        for field, cell in zip(self._fields, map(self._decode, raws), strict=True):
            if isinstance(cell, float):
                moment = None
                if self._kinds[field].startswith("time"):
                    moment = written_moment(cell, first_day=self._first_day, order=order, days_alone=days_alone)
                cells.append((field, moment or (cell if isfinite(cell) else str(cell))))
            elif text := (cell or "")[:LONGEST_CELL].replace("\0", "").strip():
                cells.append((field, text))
        return tuple(cells)

    def _shown(self, raw: Any, field: str = "") -> str:
        cell = self._decode(raw)
        if isinstance(cell, float):
            moment = written_moment(cell, first_day=self._first_day) if self._kinds.get(field, "").startswith("time") else None
            return moment or format(cell, ".15g")
        return " ".join((cell or "")[:1_000].replace("\0", "").split())


class _Outcomes(dict[tuple[int, int, int, bool], tuple[int, int, int, bool]]):
    """(state, units, returned, has a delivery time) → (state, cancelled units, returned units, was delivered).

    Units that go back before delivery are cancelled, after it returned (FIGURES: cancelled and returned). A parcel that has a time of
    delivery was delivered, whatever its status says. -1 returned units stand for more than were sold.
    """

    def __missing__(self, key: tuple[int, int, int, bool]) -> tuple[int, int, int, bool]:
        state, units, returned, has_time = key
        if state == RETURNED:
            state, has_time, returned = COMPLETED, True, max(units, returned)
        delivered = has_time or DELIVERED <= state < CANCELLED
        if state == SHIPPED and delivered:
            state = DELIVERED
        back = units if state == CANCELLED else returned
        outcome = (state, 0, -1, delivered) if returned > units else (state, 0, back, True) if delivered else (state, back, 0, False)
        self[key] = outcome
        return outcome


class _LineKeys(dict[tuple[str, str], Any]):
    """(product name, variation) → the key of a line without a SKU id, or a Problem."""

    def __missing__(self, names: tuple[str, str]) -> str | Problem:
        key = " / ".join(filter(None, map(plain, names)))
        if len(key) > LIMITS["line_key"]:
            return Problem("too_long", LIMITS["line_key"])
        if not names[0]:
            return Problem("no_product")
        self[names] = key
        return key


def _disagreement(units_returned: int, key: Any, returned: int, discount: int, gross: int) -> tuple[str, str, Problem]:
    """The first reason why a row's values do not agree: field, value, problem."""
    if gross > MOST_VND:
        return "gross", str(gross), Problem("too_big")
    if type(key) is Problem:
        return ("sku_id" if key.code == "no_product" else "product_name"), "", key
    if units_returned < 0:
        return "returned", str(returned), Problem("returned_too_many")
    return "seller_discount", str(discount), Problem("discount_too_large")
