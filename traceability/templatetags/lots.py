"""`{% load lots %}`: quantities of lots, and what happened to them."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.formats import number_format

from traceability.epcis.models import Event
from traceability.page.captured import words_of

register = template.Library()


@register.filter
def amount(value: Decimal | None) -> str:
    """`{{ lot.quantity|amount }}`: 1.250 or 12,5; as many decimals as it has, three at most."""
    if value is None:
        return "–"
    plain = f"{value:f}"
    decimals = len(plain.rstrip("0").partition(".")[2]) if "." in plain else 0
    return str(number_format(value, decimals, force_grouping=True))


@register.filter
def happened(event: Event) -> str:
    """`{{ event|happened }}`: in the words of a buyer, as the page behind the code has it."""
    return words_of(event)
