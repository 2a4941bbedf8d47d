"""Cells of a LIVE analytics file as values. A cell that cannot be read is told; a dash or nothing is not known, never 0."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from math import isfinite
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from catalog.spreadsheets import Cell
from livestreams.analytics.columns import Kind

Value = int | str | Decimal | datetime

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MOST = 9_223_372_036_854_775_807  # of a bigint
_ABSENT = frozenset({"", "-", "--", "–", "—", "n/a", "null", "none"})
_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d+)?")
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
_LENGTHS = re.compile(r"(?:(\d+)\s*h)?\s*(?:(\d+)\s*m(?:in)?)?\s*(?:(\d+(?:\.\d+)?)\s*s)?", re.IGNORECASE)
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})")
_TEXT_LIMIT = 300
_LARGEST_EXACT = 2**53
_LONGEST = 31 * 24 * 60 * 60
_MOMENTS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")


class UnreadableCellError(ValueError):
    """A cell is not what its column holds; the message says what it should be, in the reader's language."""


def read(cell: Cell, kind: Kind) -> Value | None:
    """The value of a cell; None where it says nothing. Raises UnreadableCellError."""
    if cell is None or (isinstance(cell, str) and cell.strip().casefold() in _ABSENT):
        return None
    match kind:
        case Kind.TEXT:
            return _text(cell)
        case Kind.MOMENT:
            return _moment(cell)
        case Kind.SECONDS:
            return _seconds(cell)
        case Kind.SHARE:
            return _share(cell)
        case Kind.COUNT:
            return _whole(cell, rounded=False)
        case Kind.ROUNDED:
            return _whole(cell, rounded=True)


def _text(cell: Cell) -> str:
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        if not isfinite(cell) or abs(cell) >= _LARGEST_EXACT:
            raise UnreadableCellError(_("the number has lost its last digits; keep this column as text"))
        return str(int(cell)) if cell == int(cell) else str(cell)
    return re.sub(r"[\x00-\x1f]", " ", str(cell)).strip()[:_TEXT_LIMIT]


def _moment(cell: Cell) -> datetime:
    if isinstance(cell, datetime):
        return _of_our_time(cell, cell)
    if isinstance(cell, date):
        return _of_our_time(datetime.combine(cell, time()), cell)
    text = re.sub(r"\s+", " ", str(cell).replace("T", " ")).strip()
    for form in _MOMENTS:
        try:
            return _of_our_time(datetime.strptime(text, form), cell)  # noqa: DTZ007 - a file says no zone
        except ValueError:
            continue
    raise UnreadableCellError(_("“%(cell)s” is not a time such as 2026-05-20 20:00") % {"cell": _short(cell)})


def _of_our_time(moment: datetime, cell: Cell) -> datetime:
    if not 2016 <= moment.year <= 2100:
        raise UnreadableCellError(_("“%(cell)s” is not a time such as 2026-05-20 20:00") % {"cell": _short(cell)})
    return moment.replace(tzinfo=VIETNAM)


def _seconds(cell: Cell) -> int:
    seconds = _length(cell)
    if seconds > _LONGEST:
        raise UnreadableCellError(_("“%(cell)s” is not a length such as 2h37m or a number of seconds") % {"cell": _short(cell)})
    return seconds


def _length(cell: Cell) -> int:
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return _fits(Decimal(str(cell)) if isfinite(cell) else Decimal(-1), cell)
    text = str(cell).strip()
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    if (length := _LENGTHS.fullmatch(text)) and any(length.groups()):
        hours, minutes = (int(part or 0) for part in length.groups()[:2])
        return hours * 3600 + minutes * 60 + _fits(Decimal(length[3] or 0), cell)
    if _PLAIN.fullmatch(text):
        return _fits(_number(text), cell)
    raise UnreadableCellError(_("“%(cell)s” is not a length such as 2h37m or a number of seconds") % {"cell": _short(cell)})


def _share(cell: Cell) -> Decimal:
    text = str(cell).strip()
    if isinstance(cell, bool) or not re.fullmatch(r"\d+(?:[.,]\d+)?(?:e-?\d+)?\s*%?", text, re.IGNORECASE):
        raise UnreadableCellError(_("“%(cell)s” is not a share such as 3.5%%") % {"cell": _short(cell)})
    ratio = Decimal(text.rstrip("% ").replace(",", "."))
    ratio = ratio / 100 if text.endswith("%") else ratio
    if ratio >= 10_000:
        raise UnreadableCellError(_("“%(cell)s” is not a share such as 3.5%%") % {"cell": _short(cell)})
    return ratio.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP)


def _whole(cell: Cell, *, rounded: bool) -> int:
    """A whole number of 0 or more, also as text with separators; money may have a fraction, which is rounded half up."""
    if isinstance(cell, bool | date):
        raise UnreadableCellError(_("“%(cell)s” is not a number") % {"cell": _short(cell)})
    if isinstance(cell, int | float):
        number = Decimal(str(cell)) if isfinite(cell) else Decimal(-1)
    else:
        number = _number(re.sub(r"[₫đ\s\u00a0]|VND|VNĐ", "", str(cell), flags=re.IGNORECASE))
    if number < 0 or (not rounded and number != number.to_integral_value()):
        raise UnreadableCellError(_("“%(cell)s” is not a whole number of 0 or more") % {"cell": _short(cell)})
    return _fits(number, cell)


def _number(text: str) -> Decimal:
    if grouped := _GROUPED.fullmatch(text):
        separator = grouped[1]
        return Decimal(text.replace(separator, "").replace(",", "."))
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    raise UnreadableCellError(_("“%(cell)s” is not a number") % {"cell": _short(text)})


def _fits(number: Decimal, cell: Cell) -> int:
    try:
        whole = int(number.to_integral_value(rounding=ROUND_HALF_UP))
    except (InvalidOperation, OverflowError, ValueError):
        whole = -1
    if not 0 <= whole <= MOST:
        raise UnreadableCellError(_("“%(cell)s” is not a whole number of 0 or more") % {"cell": _short(cell)})
    return whole


def _short(cell: Cell) -> str:
    text = re.sub(r"[\x00-\x1f]", " ", str(cell))
    return text if len(text) <= 40 else f"{text[:39]}…"
