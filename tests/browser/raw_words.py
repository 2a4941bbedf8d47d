"""Numbers as the English pages write them, written without the portal's own code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo


def count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"


def vnd(amount: int | None) -> str:
    return "–" if amount is None else f"{amount:,} ₫".replace("-", "−")


def kilograms(grams: int) -> str:
    return trimmed(f"{Decimal(grams) / 1000:,.3f}")


def weight(grams: int) -> str:
    kilos = Decimal(grams) / 1000
    if kilos >= 1000:
        return f"{rounded(kilos / 1000, '0.01')} tonnes"
    return f"{rounded(kilos, '0.1' if kilos >= 10 else '0.01')} kg"


def minutes(seconds: float | None) -> str:
    return "–" if seconds is None else trimmed(f"{round(seconds / 6) / 10:,.1f}")


def share(part: int, whole: int) -> str:
    return f"{rounded(Decimal(part) / Decimal(whole) * 100, '0.1')}%"


def tenths(number: float) -> str:
    return rounded(Decimal(str(round(number, 1))), "0.1")


def rounded(number: Decimal, to: str) -> str:
    return trimmed(f"{number.quantize(Decimal(to), ROUND_HALF_UP):,f}")


def trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def moment(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo('Asia/Ho_Chi_Minh')):%d/%m/%Y %H:%M}"


def plain(cells: Iterable[str]) -> list[str]:
    """Cells as a page holds them, with plain spaces."""
    return [" ".join(cell.replace("\N{NO-BREAK SPACE}", " ").split()) for cell in cells]
