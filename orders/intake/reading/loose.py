"""Cells of spreadsheets that are no platform's: days as people write them, thousands of đồng, other currencies."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from .platform import DateOrder, plain
from .values import EARLIEST, LOCAL, MOST_VND, VND_SIGN, Cell, Problem, Reader, whole_number

_VND = frozenset({"", "vnd", "vnđ", "đ", "₫", "đồng", "dong", "việt nam đồng", "viet nam dong"})
_HALVES = re.compile(r"(\d{1,9})[.,](\d{1,2})")
_A_DAY = r"(?P<first>\d{1,4})(?P<mark>[/.-])(?P<second>\d{1,2})(?P=mark)(?P<third>\d{4}|\d{1,2})"
_A_CLOCK = r"(?P<hour>\d{1,2})[:h](?P<minute>\d\d)(?::(?P<seconds>\d\d))?(?: ?(?P<half>[ap]m))?"
DAY = re.compile(rf"\s*{_A_DAY}\s*")
"""A day without a time of day."""
_LOOSE = re.compile(rf"{_A_DAY}(?:[ T,]+{_A_CLOCK})?", re.IGNORECASE)
_LOOSE_CLOCK_FIRST = re.compile(rf"{_A_CLOCK}[ ,]+{_A_DAY}", re.IGNORECASE)


def currency(cell: Cell) -> str | Problem:
    """Always "VND": an amount of another currency is never taken for one of ours."""
    return "VND" if not isinstance(cell, float) and plain(cell or "") in _VND else Problem("other_currency")


def of_thousands(read: Reader) -> Reader:
    """Amounts told in thousands of đồng: "120" is 120,000 VND, "85,5" is 85,500; three digits after a mark are still thousands: "1.200"."""

    def read_thousands(cell: Cell) -> Any:
        if isinstance(cell, float):
            whole: Any = whole_number(cell * 1000, MOST_VND)
            return whole
        text = VND_SIGN.sub("", (cell or "").strip(), count=1).strip().removesuffix("k").removesuffix("K")
        if match := _HALVES.fullmatch(text):
            value = int(match[1]) * 1000 + int(match[2].ljust(3, "0"))
            return Problem("too_big") if value > MOST_VND else value
        value = read(text)
        if not isinstance(value, int):
            return value
        return Problem("too_big") if value * 1000 > MOST_VND else value * 1000

    return read_thousands


def loose_time_reader(read: Reader, *, order: DateOrder, days_alone: bool, latest: datetime) -> Reader:
    """`read`, and moments as people write them: "5/6/2026 9:05", "9h05 5-6-26", "05.06.2026" with `days_alone`.

    `order` says which number is the month, unless the year comes first; one that cannot be what the order says is a problem.
    """

    def read_loosely(cell: Cell) -> Any:
        text = " ".join(cell.split()) if isinstance(cell, str) else ""
        match = _LOOSE.fullmatch(text) or _LOOSE_CLOCK_FIRST.fullmatch(text)
        if match is None:
            return read(cell)
        year_first = len(match["first"]) == 4
        if len(match["first"]) == 3 or (order == "ymd" and not year_first):
            return Problem("bad_date")
        numbers = dict(zip("ymd" if year_first else order, (match["first"], match["second"], match["third"]), strict=True))
        year = int(numbers["y"]) + (2000 if len(numbers["y"]) == 2 else 0)
        hour = int(match["hour"] or 0)
        if half := (match["half"] or "").lower():
            if not 1 <= hour <= 12:
                return Problem("bad_date")
            hour = hour % 12 + (12 if half == "pm" else 0)
        try:
            day = date(year, int(numbers["m"]), int(numbers["d"]))
            moment = datetime.combine(day, time(hour, int(match["minute"] or 0), int(match["seconds"] or 0)), LOCAL)
        except ValueError:
            return Problem("bad_date")
        if match["hour"] is None and not days_alone:
            return Problem("no_time")
        return moment if EARLIEST <= moment <= latest else Problem("date_range")

    return read_loosely
