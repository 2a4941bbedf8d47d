"""One cell to one value. A reader never guesses: what can be read in two ways is a problem, and a problem rejects the row.

A cell is text, a number (a number cell of a workbook) or None (no cell). Each reader returns its value or a `Problem`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from types import MappingProxyType
from typing import Any, Final

from .platform import DateOrder, plain

Cell = str | float | None
Reader = Callable[[Cell], Any]

LOCAL = timezone(timedelta(hours=7), "+07:00")
"""Asia/Ho_Chi_Minh has had one offset and no summer time since 1975, so a fixed one is exact and fast."""

EARLIEST = datetime(2015, 1, 1, tzinfo=LOCAL)
EXACT = 2**53
"""From here on a number cell (a double) no longer tells neighbouring integers apart."""
MOST_VND = 10**11
MOST_UNITS = 100_000
"""Of a row, and of rows with one order and key together. Their product, by which the ledger's shares are worked out, fits into a bigint,
and so do the figures of nine million such lines (packs and grams: figures.fold_sql): no row can make a whole file fail, or the fold."""

LIMITS: Final[Mapping[str, int]] = {
    "seller_sku": 200,
    "product_name": 500,
    "variation": 300,
    "shipping_provider": 100,
    "delivery_province": 100,
    "delivery_district": 100,
    "delivery_commune": 100,
    "line_key": 400,
    "shop": 100,
}
"""Longest text of each field, in characters."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell could not be read: a code of `rejections.MESSAGES`, and the limit its sentence names."""

    code: str
    limit: int | str = ""


_PHONE = r"(?:0|84)[35789]\d{8}"
# A buyer's telephone number would pass for an order's: no platform's looks like one.
ID = re.compile(rf"(?!{_PHONE}\Z)[0-9A-Za-z_-]{{1,64}}")
_PHONE_ALONE = re.compile(_PHONE)
_ROUNDED_ID = re.compile(r"\d+(?:[.,]\d+)?[eE]\+\d+|\d+[.,]\d+[eE]\d+|\d{16,}[.,]0+")
_WHOLE = re.compile(r"(\d+)(?:[.,]0{1,2})?")
_GROUPED = re.compile(r"(?P<whole>[1-9]\d{0,2}(?P<mark>[., \xa0\u202f])\d{3}(?:(?P=mark)\d{3})*)(?:(?!(?P=mark))[.,]0{1,2})?")
_DECIMAL = re.compile(r"\d[\d.,]*[.,]\d+")
VND_SIGN = re.compile(r"^(?:₫|vnđ|vnd|đ)\s*|\s*(?:₫|vnđ|vnd|đ)$", re.IGNORECASE)
_OTHER_CURRENCY = re.compile(r"[$€£¥฿]|(?<![a-z])(?:us|usd|eur|gbp|jpy|cny|rmb|thb|sgd|krw|lak|khr|tệ)(?![a-z])", re.IGNORECASE)
_WRITTEN: Mapping[DateOrder, str] = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "ymd": "%Y-%m-%d"}
_LOCAL_TIME = re.compile(r"(\d\d)/(\d\d)/(\d{4}) (\d\d):(\d\d):(\d\d)")
_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?")


def order_id(cell: Cell) -> str | Problem:
    """An identifier, kept as text. From a number cell only while a double still holds every digit."""
    text = _identifier(cell)
    return Problem("empty") if text == "" else text


def sku_id(cell: Cell) -> str | Problem:
    """Like `order_id`, but may be empty."""
    return _identifier(cell)


def _identifier(cell: Cell) -> str | Problem:
    if isinstance(cell, float):
        if math.isnan(cell) or abs(cell) >= EXACT:
            return Problem("digits_lost")
        return str(int(cell)) if cell >= 0 and cell.is_integer() else Problem("bad_id")
    text = (cell or "").strip()
    if not text or ID.fullmatch(text):
        return text
    if _PHONE_ALONE.fullmatch(text):
        return Problem("phone")
    return Problem("digits_lost") if _ROUNDED_ID.fullmatch(text) else Problem("bad_id")


def text_reader(limit: int) -> Reader:
    """Text with single spaces, NFC, of at most `limit` characters; "" where the cell is empty."""

    def read(cell: Cell) -> str | Problem:
        if cell is None:
            return ""
        text = format(cell, ".15g") if isinstance(cell, float) else " ".join(unicodedata.normalize("NFC", cell).split())
        if "\0" in text:
            return Problem("bad_text")
        return Problem("too_long", limit) if len(text) > limit else text

    return read


def choice_reader(
    choices: Mapping[str, Any], *, problem: str | None, beginnings: Mapping[str, Any] = MappingProxyType({}), otherwise: Any = ""
) -> Reader:
    """One of the platform's words, or a sentence with one of the `beginnings`; without a `problem`, else `otherwise`."""

    def read(cell: Cell) -> Any:
        word = plain(cell) if isinstance(cell, str) else ""
        if word in choices:
            return choices[word]
        for beginning, meaning in beginnings.items():
            if word.startswith(beginning):
                return meaning
        if problem is None:
            return otherwise
        return Problem(problem) if word or isinstance(cell, float) else Problem("empty")

    return read


def vnd(cell: Cell) -> int | Problem | None:
    """Whole VND, or None where the cell is empty. "1.234.000", "1,234,000", "17000.00" and "150000 ₫" are read; "17.5" is not."""
    if isinstance(cell, float):
        return whole_number(cell, MOST_VND)
    text = (cell or "").strip()
    if not text:
        return None
    text = VND_SIGN.sub("", text, count=1)
    if match := _WHOLE.fullmatch(text):
        value = int(match[1])
    elif match := _GROUPED.fullmatch(text):
        value = int(match["whole"].replace(match["mark"], ""))
    else:
        return _number_problem(text)
    return Problem("too_big") if value > MOST_VND else value


def units(cell: Cell) -> int | Problem | None:
    """A count of units, or None where the cell is empty. No thousands separators: "1.000" could be 1 or 1000."""
    if isinstance(cell, float):
        return whole_number(cell, MOST_UNITS)
    text = (cell or "").strip()
    if not text:
        return None
    match = _WHOLE.fullmatch(text)
    if match is None:
        return _number_problem(text)
    value = int(match[1])
    return Problem("too_big") if value > MOST_UNITS else value


def whole_number(number: float, most: int) -> int | Problem:
    """A number cell as a whole number from 0 to `most`."""
    if math.isnan(number):
        return Problem("bad_number")
    if number < 0:
        return Problem("negative")
    if number > most:
        return Problem("too_big")
    whole = round(number)
    # A formula's result may miss the integer by the noise of a double.
    return whole if abs(number - whole) < 1e-6 else Problem("not_whole")


def _number_problem(text: str) -> Problem:
    if _OTHER_CURRENCY.search(text):
        return Problem("other_currency")
    if text[:1] in ("-", "−", "(") and any(character.isdigit() for character in text):
        return Problem("negative")
    return Problem("not_whole" if _DECIMAL.fullmatch(text) else "bad_number")


def needed(read: Reader) -> Reader:
    """`read`, but an empty cell is a problem."""

    def read_needed(cell: Cell) -> Any:
        value = read(cell)
        return Problem("empty") if value is None else value

    return read_needed


def or_zero(read: Reader) -> Reader:
    """`read`, but an empty cell is 0."""

    def read_or_zero(cell: Cell) -> Any:
        value = read(cell)
        return 0 if value is None else value

    return read_or_zero


def positive(read: Reader) -> Reader:
    """`read`, but 0 is a problem."""

    def read_positive(cell: Cell) -> Any:
        value = read(cell)
        return Problem("zero_units") if value == 0 else value

    return read_positive


def written_moment(cell: float, *, first_day: date, order: DateOrder = "dmy", days_alone: bool = True) -> str | None:
    """A moment as a workbook counts it (days since `first_day`), written as people do and read back by a reader of this `order`.

    "25/11/2027" or "25/11/2027 09:05:00"; midnight is a day alone, unless `days_alone` is off. None for a number that is no day.
    """
    if not 1 <= cell < 100_000:
        return None
    moment = datetime.combine(first_day, time()) + timedelta(seconds=round(cell * 86_400))
    day = moment.strftime(_WRITTEN[order])
    return day if days_alone and moment.time() == time() else f"{day} {moment:%H:%M:%S}"


def time_reader(*, latest: datetime, first_day: date) -> Reader:
    """A moment as an aware datetime (+07:00, whole seconds), or None where the cell is empty.

    `latest` is the last moment that is believed. `first_day` is day 0 of a workbook's serial dates (1899-12-30, or 1904-01-01).
    Text without an offset is local time. A date without a time is a problem: the minute decides about a livestream.
    """
    midnight = datetime.combine(first_day, time(), LOCAL)
    days: dict[str, date] = {}
    clocks: dict[str, time] = {}

    def parse(text: str) -> datetime | None:
        # Days and times of day repeat where moments do not, so the parts are remembered.
        day, clock = days.get(text[:11]), clocks.get(text[11:])
        if day is not None and clock is not None:
            return datetime.combine(day, clock)
        if _LOCAL_TIME.fullmatch(text):
            day = days[text[:11]] = date(int(text[6:10]), int(text[3:5]), int(text[:2]))
            clock = clocks[text[11:]] = time(int(text[11:13]), int(text[14:16]), int(text[17:19]), tzinfo=LOCAL)
            return datetime.combine(day, clock)
        if _ISO_TIME.fullmatch(text):
            moment = datetime.fromisoformat(text).replace(microsecond=0)
            return moment.replace(tzinfo=LOCAL) if moment.tzinfo is None else moment.astimezone(LOCAL)
        return None

    def read(cell: Cell) -> datetime | Problem | None:
        moment: datetime | None
        if isinstance(cell, float):
            if not 1 <= cell < 100_000:
                return Problem("bad_date")
            moment = midnight + timedelta(seconds=round(cell * 86_400))
        else:
            text = (cell or "").strip()
            if not text:
                return None
            try:
                moment = parse(text)
            except (ValueError, OverflowError):
                moment = None
            if moment is None:
                return Problem("bad_date")
        return moment if EARLIEST <= moment <= latest else Problem("date_range")

    return read
