"""A shop's mapping as a platform's table: the same reader and the same checker then read its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _

from orders.intake.mapping.models import ColumnMapping
from orders.intake.reading.platform import RETURNED, Column, DateOrder, Kind, Platform
from orders.ledger.models import LineState

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


NO_SUCH_COLUMN = _("No such column")


@dataclass(frozen=True, slots=True)
class Field:
    """One of our fields that a column can be chosen for: its name in an observation, its words, and how its cells are read.

    `nothing`: what it means that there is none.
    """

    name: str
    words: _StrPromise
    kind: Kind
    needed: bool = False
    nothing: _StrPromise = NO_SUCH_COLUMN


STATES = [*LineState.choices, (RETURNED, _("Returned after delivery, all pieces of the row"))]
"""What a word for a state can mean."""


def state_words(state: int, *, units: int = 0, returned_units: int = 0) -> str:
    """What a row's state is called where it is shown as it was read; `units` of which so many came back."""
    return str(dict(STATES)[RETURNED if units and returned_units == units else state])


FIELDS = (
    Field("order_number", _("Order number"), "order_id", needed=True),
    Field("placed_at", _("Ordered at"), "time", needed=True),
    Field("product_name", _("Product"), "text", needed=True),
    Field("variation", _("Variation"), "text"),
    Field("units", _("Quantity"), "units", nothing=_("No such column: each row is one piece")),
    Field("unit_price", _("Price of one piece"), "vnd"),
    Field("gross", _("Amount of the line"), "vnd"),
    Field("state", _("State of the order"), "status"),
    Field("seller_discount", _("Discount paid by the seller"), "vnd_or_0"),
    Field("platform_discount", _("Discount paid by the platform"), "vnd_or_0"),
    Field("returned", _("Pieces returned"), "units_or_0"),
    Field("sku_id", _("The platform's SKU id"), "sku_id"),
    Field("seller_sku", _("The seller's own SKU"), "text"),
    Field("shipped_at", _("Shipped at"), "time_or_none"),
    Field("delivered_at", _("Delivered at"), "time_or_none"),
    Field("cancelled_at", _("Cancelled at"), "time_or_none"),
    Field("order_amount", _("Amount of the whole order"), "vnd_or_none"),
    Field("shipping_provider", _("Shipping partner"), "text"),
    Field("delivery_province", _("Province of delivery"), "text"),
    Field("delivery_district", _("District of delivery"), "text"),
    Field("delivery_commune", _("Commune of delivery"), "text"),
    Field("currency", _("Currency"), "currency"),
    Field("shop_name", _("Name of the shop"), "shop"),
)
"""What may be kept of a spreadsheet (the last two are only checked). Nothing of a buyer is among it, nor can it be chosen."""

KINDS: Mapping[str, Kind] = MappingProxyType({field.name: field.kind for field in FIELDS})


def layout_of(mapping: ColumnMapping) -> Platform:
    """The table by which a file of the mapping's shop is read."""
    columns = tuple(Column(name, mapping.columns[name], kind) for name, kind in KINDS.items() if name in mapping.columns)
    headers = tuple(column.header for column in columns)
    return Platform(
        code=mapping.shop.platform,
        name=mapping.shop.name,
        sheet="",
        headers=headers,
        columns=columns,
        statuses=MappingProxyType(dict(mapping.statuses)),
        cancel_kinds=MappingProxyType({}),
        has_descriptions=False,
        marks=frozenset(headers),
        default_state=mapping.default_state,
        date_order=cast(DateOrder, mapping.date_order),
        days_alone=mapping.days_alone,
        money_unit=mapping.money_unit,
    )
