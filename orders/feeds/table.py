"""The table of a batch's fields, as `reading.platform` has one of each platform's columns: the checker is the same.

What is not listed here is refused by its name: so nobody's name, phone or address can come in.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from orders.intake.reading import CANCELLED, COMPLETED, DELIVERED, PLACED, SHIPPED
from orders.intake.reading.platform import Column, Platform

MOST_ORDERS = 1_000
MOST_LINES = 100
"""Lines of one order."""

STATES: Final = MappingProxyType(
    {"placed": PLACED, "shipped": SHIPPED, "delivered": DELIVERED, "completed": COMPLETED, "cancelled": CANCELLED}
)
Kind = Literal["text", "whole", "time"]


class Field(NamedTuple):
    """A field of an order or a line: its name, what JSON it is, whether it must be there."""

    name: str
    kind: Kind
    needed: bool = False


ORDER: Final = (
    Field("number", "text", needed=True),
    Field("placed_at", "time", needed=True),
    Field("amount", "whole"),
    Field("refund", "whole"),
    Field("shipping_provider", "text"),
    Field("delivery_province", "text"),
    Field("delivery_commune", "text"),
    Field("reported_session", "text"),
    Field("reported_host", "text"),
)
LINE: Final = (
    Field("state", "text", needed=True),
    Field("sku_id", "text"),
    Field("seller_sku", "text"),
    Field("product_name", "text"),
    Field("variation", "text"),
    Field("units", "whole", needed=True),
    Field("gross", "whole", needed=True),
    Field("seller_discount", "whole"),
    Field("platform_discount", "whole"),
    Field("shipped_at", "time"),
    Field("delivered_at", "time"),
    Field("cancelled_at", "time"),
    Field("cancelled_units", "whole"),
    Field("returned_units", "whole"),
    Field("delivered_units", "whole"),
)

OF_ORDER: Final = 7
"""Fields of ORDER that the checker reads; `reported_session` and `reported_host` are no columns of any file."""
OF_LINE: Final = 12
"""Fields of LINE that the checker reads; what became of the units is told apart, where files leave it to be concluded."""

BATCH: Final = Platform(
    code="api",
    name="API",
    sheet="",
    headers=(),
    columns=(
        Column("order_number", "number", "order_id"),
        Column("placed_at", "placed_at", "time"),
        Column("order_amount", "amount", "vnd_or_none"),
        Column("order_refund", "refund", "vnd_or_none"),
        Column("shipping_provider", "shipping_provider", "text"),
        Column("delivery_province", "delivery_province", "text"),
        Column("delivery_commune", "delivery_commune", "text"),
        Column("state", "state", "status"),
        Column("sku_id", "sku_id", "sku_id"),
        Column("seller_sku", "seller_sku", "text"),
        Column("product_name", "product_name", "text"),
        Column("variation", "variation", "text"),
        Column("units", "units", "units"),
        Column("gross", "gross", "vnd"),
        Column("seller_discount", "seller_discount", "vnd_or_0"),
        Column("platform_discount", "platform_discount", "vnd_or_0"),
        Column("shipped_at", "shipped_at", "time_or_none"),
        Column("delivered_at", "delivered_at", "time_or_none"),
        Column("cancelled_at", "cancelled_at", "time_or_none"),
    ),
    statuses=STATES,
    cancel_kinds=MappingProxyType({}),
    has_descriptions=False,
    marks=frozenset(),
)
"""Columns in the order of the first OF_ORDER fields of ORDER and the first OF_LINE of LINE."""
