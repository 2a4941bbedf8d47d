"""What each figure is called and means (FIGURES): one table for pages, exports and the API's description."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dashboards import formats
from dashboards.boards.amounts import Measures, States

Words = str | Promise


@dataclass(frozen=True)
class Definition:
    """A figure: its name, what it means, how it is read from measures (None: not known) and written."""

    key: str
    label: Words
    meaning: Words
    read: Callable[[Measures], int | None]
    write: Callable[[formats.Number | None], str]


PLACED = Definition(
    "placed",
    _("Placed value"),
    _("All lines as placed, whatever became of them; platforms call it GMV. Sold by the seller: gross less the discounts the seller pays."),
    lambda sold: sold.value.placed,
    formats.vnd,
)
NET = Definition(
    "net",
    _("Net value"),
    _("Placed less cancelled less returned; may still be on the road."),
    lambda sold: sold.value.net,
    formats.vnd,
)
DELIVERED = Definition(
    "delivered",
    _("Revenue (delivered, less returns)"),
    _("Delivered or completed, less returned. Only this is called revenue."),
    lambda sold: sold.value.delivered,
    formats.vnd,
)
ORDERS = Definition(
    "orders",
    _("Orders"),
    _("Distinct orders placed. Of a product: orders with this product, which are never added up across products."),
    lambda sold: sold.orders.placed if sold.orders is not None else None,
    formats.number,
)
UNITS = Definition(
    "units",
    _("Units placed"),
    _("Units of the product as placed: pieces times the units in the pack."),
    lambda sold: sold.units.placed,
    formats.number,
)
WEIGHT = Definition(
    "weight",
    _("Weight placed"),
    _("Units times the net weight of a unit on the day of the order; a product of unknown weight adds nothing."),
    lambda sold: sold.grams.placed,
    formats.weight,
)
DEFINITIONS = (PLACED, NET, DELIVERED, ORDERS, UNITS, WEIGHT)


@dataclass(frozen=True)
class State:
    """One of the five states of an amount; `lines` is the word that narrows `line_list` to lines with something in it."""

    key: str
    label: Words
    meaning: Words
    read: Callable[[States], int]
    lines: str | None = None


STATES = (
    State("placed", _("Placed"), _("as placed, whatever became of it"), lambda amount: amount.placed),
    State("cancelled", _("Cancelled"), _("cancelled, refused or refunded before delivery"), lambda amount: amount.cancelled, "cancelled"),
    State("returned", _("Returned"), _("sent back or refunded after delivery"), lambda amount: amount.returned, "returned"),
    State("net", _("Net"), _("placed less cancelled less returned"), lambda amount: amount.net, "net"),
    State("delivered", _("Delivered"), _("delivered or completed, less returned"), lambda amount: amount.delivered, "delivered"),
)
