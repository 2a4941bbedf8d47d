"""Tết and the public holidays, from the lunar and the solar calendar of Vietnam (library `holidays`)."""

from __future__ import annotations

from datetime import date
from functools import cache

import holidays
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_TET, _NATIONAL = "Lunar New Year", "National Day"
# The days themselves, by the library's names: not their eves, the days after them, nor days off given for them.
_MARKED: dict[str, str | Promise] = {
    "New Year's Day": _("New Year"),
    _TET: _("Tết"),
    "Hung Kings' Commemoration Day": _("Hùng Kings' Day"),
    "Liberation Day/Reunification Day": _("Reunification Day"),
    "International Labor Day": _("Labour Day"),
    _NATIONAL: _("National Day"),
    "Vietnam Cultural Day": _("Culture Day"),
}


@cache
def tet_of(year: int) -> date:
    """The first day of the lunar year that begins in that year: between 20 January and 21 February."""
    return next(day for day, name in _named(year) if name == _TET)


def holidays_between(first: date, last: date) -> dict[date, str]:
    """The holidays of these days, both included, in order of time and in the reader's language."""
    return {day: str(_MARKED[name]) for year in range(first.year, last.year + 1) for day, name in _named(year) if first <= day <= last}


@cache
def _named(year: int) -> tuple[tuple[date, str], ...]:
    """The days of the year that are marked, in order. Where two fall on one day the library joins their names."""
    known = sorted(holidays.country_holidays("VN", years=[year], language="en_US").items())
    named = ((day, name) for day, names in known for name in names.split("; ") if name in _MARKED)
    # National Day is 2 September; the free day beside it bears its name, too.
    return tuple((day, name) for day, name in named if name != _NATIONAL or day.day == 2)
