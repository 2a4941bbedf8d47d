"""`{% load lots %}`: quantities of lots."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def amount(value: Decimal | None) -> str:
    """`{{ lot.quantity|amount }}`: 1.250 or 12,5; as many decimals as it has, three at most."""
    if value is None:
        return "–"
    plain = f"{value:f}"
    decimals = len(plain.rstrip("0").partition(".")[2]) if "." in plain else 0
    return str(number_format(value, decimals, force_grouping=True))
