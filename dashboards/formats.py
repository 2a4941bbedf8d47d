"""How figures are written: money, weight, shares, changes, days and times.

One place for pages, exports and mail. Vietnamese writes 1.234.567,5 and English 1,234,567.5; days are dd/mm/yyyy in both,
because officials file both side by side. `None` is "not known" and is written as a dash, never as 0.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

Number = int | float | Decimal

UNKNOWN = "–"
MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
DONG = "₫"

# (thousands, decimal) by language; a language we do not know is written as English.
SEPARATORS = {"vi": (".", ","), "en": (",", ".")}


def language_or_active(language: str | None) -> str:
    """Return the two-letter code to write in: the one given, else the active one, else Vietnamese."""
    return (language or get_language() or "vi").split("-")[0]


def number(value: Number | None, decimals: int = 0, *, trim: bool = False, language: str | None = None) -> str:
    """Write a number with grouped thousands, rounded half up to `decimals`; `trim` drops zeros at the end of the fraction."""
    if value is None:
        return UNKNOWN
    thousands, point = SEPARATORS.get(language_or_active(language), SEPARATORS["en"])
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,f}"
    if trim and "." in text:
        text = text.rstrip("0").rstrip(".")
    text = text.replace(",", "\0").replace(".", point).replace("\0", thousands)
    return f"{MINUS}{text}" if rounded < 0 else text


def vnd(value: Number | None, *, language: str | None = None) -> str:
    """Write whole VND: `1.234.567 ₫`."""
    if value is None:
        return UNKNOWN
    return f"{number(value, language=language)}{NBSP}{DONG}"


def vnd_short(value: Number | None, *, language: str | None = None) -> str:
    """Write VND to three significant figures for tight places: `1,8 tỷ ₫`, `133 triệu ₫`; below a million in full.

    Never in a table that is added up or exported: the exact figure stands next to it or one click away.
    """
    if value is None:
        return UNKNOWN
    exact = Decimal(str(value))
    for size, word in ((10**9, gettext("billion")), (10**6, gettext("million"))):
        # 999,999,999.6 must not become "1,000 million": compare after the rounding that will be shown.
        if abs(exact) >= size - size // 2000:
            scaled = exact / size
            decimals = 2 if abs(scaled) < 10 else 1 if abs(scaled) < 100 else 0
            shown = number(scaled, decimals, trim=True, language=language)
            return f"{shown}{NBSP}{word}{NBSP}{DONG}"
    return vnd(value, language=language)


def weight(grams: Number | None, *, language: str | None = None) -> str:
    """Write grams as kg (`850 kg`, `12,5 kg`), from 1,000 kg on as tonnes with two decimals (`1,25 tấn`)."""
    if grams is None:
        return UNKNOWN
    kilograms = Decimal(str(grams)) / 1000
    if abs(kilograms) >= 1000:
        word = gettext("tonnes")
        return f"{number(kilograms / 1000, 2, trim=True, language=language)}{NBSP}{word}"
    decimals = 1 if abs(kilograms) >= 10 else 2
    return f"{number(kilograms, decimals, trim=True, language=language)}{NBSP}kg"


def kilograms(grams: Number | None, *, language: str | None = None) -> str:
    """Write grams as exact kg without the unit, for a column whose heading says kg: `1.250,375`."""
    if grams is None:
        return UNKNOWN
    return number(Decimal(str(grams)) / 1000, 3, trim=True, language=language)


def share(part: Number | None, whole: Number | None = 1, *, language: str | None = None) -> str:
    """Write part ÷ whole as a percentage with one decimal; `part` alone is taken as a ratio (0.08 is 8%)."""
    if part is None or not whole:
        return UNKNOWN
    ratio = Decimal(str(part)) / Decimal(str(whole))
    return f"{number(ratio * 100, 1, trim=True, language=language)}%"


def change(now: Number | None, before: Number | None, *, comparable: bool = True, language: str | None = None) -> str:
    """Write the change from `before` to `now` as a signed percentage: `+12,4%`, `−100%`, `0%`.

    With nothing before there is no percentage to give, and it says so ("no earlier figure"); nor is there one unless the two are
    `comparable`, every day of both being known.
    """
    if now is None:
        return UNKNOWN
    if not before or before < 0:
        return gettext("no earlier figure")
    if not comparable:
        return gettext("not comparable")
    percent = (Decimal(str(now)) - Decimal(str(before))) / Decimal(str(before)) * 100
    text = number(percent, 0 if abs(percent) >= 1000 else 1, trim=True, language=language)
    # The sign is that of what is shown: +0.04% is written 0%.
    return f"{text}%" if text in {"0"} or text.startswith(MINUS) else f"+{text}%"


def direction(now: Number | None, before: Number | None, *, comparable: bool = True) -> str:
    """Return `up`, `down`, `same`, or `none` where nothing can be compared: the class of a change on a page."""
    if now is None or not before or before < 0 or not comparable:
        return "none"
    return "up" if now > before else "down" if now < before else "same"


def signed(value: Number | None, decimals: int = 0, *, language: str | None = None) -> str:
    """Write a number with its sign, as the movements of the ledger are shown: `+3`, `−2`, `0`."""
    text = number(value, decimals, language=language)
    return f"+{text}" if value is not None and value > 0 else text


def day(value: date | None) -> str:
    """Write a day as dd/mm/yyyy; a time is first brought to Asia/Ho_Chi_Minh."""
    if value is None:
        return UNKNOWN
    return _local(value).strftime("%d/%m/%Y")


def days(first: date | None, last: date | None) -> str:
    """Write a span of days, both included: `01/11–21/11/2026`; the year stands once where it is the same."""
    if first is None or last is None:
        return UNKNOWN
    if first == last:
        return day(first)
    start = first.strftime("%d/%m") if first.year == last.year else day(first)
    return f"{start}–{day(last)}"


def moment(value: datetime | None) -> str:
    """Write a time as dd/mm/yyyy hh:mm in Asia/Ho_Chi_Minh."""
    return UNKNOWN if value is None else _local(value).strftime(f"%d/%m/%Y{NBSP}%H:%M")


def clock(value: datetime | None) -> str:
    """Write the time of day of a moment, hh:mm in Asia/Ho_Chi_Minh."""
    return UNKNOWN if value is None else _local(value).strftime("%H:%M")


def minutes(value: Number | None) -> str:
    """Write a length in minutes: `5 min`, `2 h 37 min`."""
    if value is None:
        return UNKNOWN
    hours, rest = divmod(int(value), 60)
    if not hours:
        return ngettext("%(count)d min", "%(count)d min", rest) % {"count": rest}
    return gettext("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": rest}


def span(seconds: Number | None) -> str:
    """Write how long work takes: `0.3 s`, `42 s`, `2 min`, `1 h 05 min`."""
    if seconds is None:
        return UNKNOWN
    if seconds < 60:
        return gettext("%(seconds)s s") % {"seconds": number(seconds, 1 if seconds < 10 else 0)}
    return minutes(round(float(seconds) / 60))


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value
