"""A typed order as a platform's table: the checker then reads it as it reads a file's rows."""

from __future__ import annotations

from types import MappingProxyType

from orders.intake.reading.platform import CANCELLED, COMPLETED, DELIVERED, PLACED, SHIPPED, Column, Platform

COLUMNS = (
    Column("order_number", "order", "order_id"),
    Column("sku_id", "product", "sku_id"),
    Column("product_name", "name", "text"),
    Column("units", "units", "units"),
    Column("gross", "price", "vnd"),
    Column("returned", "returned", "units_or_0"),
    Column("state", "state", "status"),
    Column("placed_at", "placed_at", "time"),
    Column("delivered_at", "delivered_at", "time_or_none"),
    Column("cancelled_at", "cancelled_at", "time_or_none"),
)

TYPED = Platform(
    code="typed",
    name="OCOP",
    sheet="",
    headers=tuple(column.header for column in COLUMNS),
    columns=COLUMNS,
    statuses=MappingProxyType({str(state): state for state in (PLACED, SHIPPED, DELIVERED, COMPLETED, CANCELLED)}),
    cancel_kinds=MappingProxyType({}),
    has_descriptions=False,
    marks=frozenset(),
)
"""Its headers are never seen: what is wrong is told at the form's field."""
