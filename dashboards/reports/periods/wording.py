"""How a period, its place and its cells are written in an administrative report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.names import Name
from dashboards.boards.territory import Territory
from dashboards.reports.document import Cell, Kind
from dashboards.reports.periods.models import PeriodKind

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
ABOVE = "SUM(R2C:R[-1]C)"  # the sum of the column above a total


def period_words(kind: str, first: date, programme: Name | None = None) -> str:
    """The period as a report's title names it: “the first 9 months of 2025”."""
    values = {"year": str(first.year), "month": str(first.month), "quarter": ROMAN[(first.month - 1) // 3]}
    if programme is not None:
        return _("the programme “%(name)s”") % {"name": programme}
    return {
        PeriodKind.MONTH: _("month %(month)s of %(year)s"),
        PeriodKind.QUARTER: _("quarter %(quarter)s of %(year)s"),
        PeriodKind.HALF: _("the first 6 months of %(year)s"),
        PeriodKind.NINE: _("the first 9 months of %(year)s"),
        PeriodKind.YEAR: _("the year %(year)s"),
    }[PeriodKind(kind)] % values


def subject(kind: str, first: date, territory: Territory, programme: Name | None = None) -> str:
    """What the report is about, as it stands under its title."""
    words = {"period": period_words(kind, first, programme), "province": lower_kind(territory.name)}
    return _("Sales of OCOP products and livestreams in %(period)s, %(province)s") % words


def lower_kind(province: str) -> str:
    """A province's name within a sentence: “tỉnh Gia Lai”."""
    return province[:1].lower() + province[1:]


def borders(province: str, former: Sequence[str]) -> str:
    """Which borders the figures of a province have; `former`: the provinces of before July 2025 that it is made of."""
    names = {"province": lower_kind(province), "former": ", ".join(map(lower_kind, former))}
    if len(former) < 2:
        return _("Territory: %(province)s, which no other province joined in July 2025.") % names
    return _("Territory: %(province)s as it has been since 1 July 2025, made of %(former)s.") % names


def money(amount: int | None, formula: str = "") -> Cell:
    """Whole VND under a heading that says so."""
    return Cell(formats.number(amount), amount, Kind.COUNT, formula)


def number(value: int | None, formula: str = "") -> Cell:
    """A whole number."""
    return Cell(formats.number(value), value, Kind.COUNT, formula)


def kilograms(grams: int | None, formula: str = "") -> Cell:
    """A weight under a heading that says kg."""
    return Cell(formats.kilograms(grams), None if grams is None else grams / 1000, Kind.KILOGRAMS, formula)


def change(now: int | None, before: int | None, formula: str, *, comparable: bool) -> Cell:
    """The change from `before` to `now`; without anything before, or a day of either that is not known, there is none, and it says so.

    `formula` comes to the same ratio.
    """
    if now is None or not before or before < 0 or not comparable:
        return Cell(formats.change(now, before, comparable=comparable), None, Kind.SHARE)
    ratio = float(round((Decimal(now) - Decimal(before)) / Decimal(before), 6))
    return Cell(formats.change(now, before), ratio, Kind.SHARE, f"ROUND({formula},6)")


def part_of(part: int | None, whole: int | None, formula: str) -> Cell:
    """part ÷ whole as a percentage; not known where the whole is 0 or either is not known."""
    if part is None or not whole:
        return Cell(formats.UNKNOWN, None, Kind.SHARE)
    return Cell(formats.share(part, whole), float(round(Decimal(part) / Decimal(whole), 6)), Kind.SHARE, f"ROUND({formula},6)")
