"""`{% load figures %}`: the number formats of `dashboards.formats` as template filters."""

from __future__ import annotations

from datetime import date, datetime

from django import template

from dashboards import formats
from dashboards.formats import Number
from livestreams.calendar.holidays import holidays_between

register = template.Library()


@register.filter
def number(value: Number | None, decimals: int = 0) -> str:
    """`{{ orders|number }}` 12.700; `{{ points|number:1 }}` 87,5."""
    return formats.number(value, decimals)


@register.filter
def vnd(value: Number | None) -> str:
    """`{{ net|vnd }}` 1.234.567 ₫."""
    return formats.vnd(value)


@register.filter
def vnd_short(value: Number | None) -> str:
    """`{{ net|vnd_short }}` 1,8 tỷ ₫; for tight places only."""
    return formats.vnd_short(value)


@register.filter
def weight(grams: Number | None) -> str:
    """`{{ grams|weight }}` 12,5 kg or 1,25 tấn."""
    return formats.weight(grams)


@register.filter
def kilograms(grams: Number | None) -> str:
    """`{{ grams|kilograms }}` 1.250,375, for columns whose heading says kg."""
    return formats.kilograms(grams)


@register.filter
def share(part: Number | None, whole: Number | None = 1) -> str:
    """`{{ not_final|share:orders }}` 8%; `{{ ratio|share }}` takes a ratio."""
    return formats.share(part, whole)


@register.filter
def change(now: Number | None, before: Number | None) -> str:
    """`{{ net|change:net_before }}` +12,4%, −100%, or "no earlier figure"."""
    return formats.change(now, before)


@register.simple_tag
def changed(now: Number | None, before: Number | None, comparable: bool) -> str:
    """`change` of figures that are told of only where every day of both is known: `{% changed now before coverage.comparable %}`."""
    return formats.change(now, before, comparable=bool(comparable))


@register.filter
def signed(value: Number | None, decimals: int = 0) -> str:
    """`{{ entry.units|signed }}` +3 or −2."""
    return formats.signed(value, decimals)


@register.filter
def day(value: date | None) -> str:
    """`{{ order.placed_at|day }}` 21/11/2026."""
    return formats.day(value)


@register.filter
def moment(value: datetime | None) -> str:
    """`{{ order.placed_at|moment }}` 21/11/2026 14:05, Vietnam time."""
    return formats.moment(value)


@register.filter
def clock(value: datetime | None) -> str:
    """`{{ slot.started_at|clock }}` 14:05, Vietnam time."""
    return formats.clock(value)


@register.filter
def minutes(value: Number | None) -> str:
    """`{{ slot.minutes|minutes }}` 5 min."""
    return formats.minutes(value)


@register.filter
def span(value: Number | None) -> str:
    """`{{ run.seconds|span }}` 0.3 s."""
    return formats.span(value)


@register.simple_tag
def days(first: date | None, last: date | None) -> str:
    """`{% days period.first period.last %}` 01/11–21/11/2026."""
    return formats.days(first, last)


@register.filter
def holiday(day: date) -> str:
    """`{{ row.day|holiday }}` Tết, Quốc khánh; nothing on another day."""
    return holidays_between(day, day).get(day, "")
