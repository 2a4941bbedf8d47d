"""Writes made-up orders as the csv file that TikTok Shop's Seller Centre would give at a moment."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from ocop_portal.demo.clock import VIETNAM
from ocop_portal.demo.sales import Fate, Line, Order
from orders.intake.reading.tiktok import HEADERS
from orders.sampling.files import LAYOUTS


def write_export(path: Path, orders: Iterable[Order], exported_at: datetime) -> int:
    """Write what an export at `exported_at` shows: every order placed before it, a row per line. Returns the number of rows."""
    rows = [row for order in orders if order.placed_at < exported_at for row in rows_of(order, exported_at)]
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, HEADERS, restval="")
        writer.writeheader()
        writer.writerow(dict(zip(HEADERS, LAYOUTS["tiktok"].descriptions or (), strict=True)))
        writer.writerows(rows)
    return len(rows)


def rows_of(order: Order, seen_at: datetime) -> Iterator[dict[str, object]]:
    """The order's rows as seen at a moment; order-level sums stand on each row, as the platform writes them."""
    whole = {**_state(order, seen_at), **_constant(order)}
    returned = order.returned if order.fate is Fate.RETURNED and seen_at >= order.returned_at else 0
    for place, line in enumerate(order.lines):
        back = returned if place == 0 else 0
        # Only the line that came back is of the return; the rest of the order stays as it is.
        kind = {"Cancelation/Return Type": "Return/Refund"} if back else {}
        yield {**whole, **_line(line), **kind, "Sku Quantity of return": back}


def _state(order: Order, seen_at: datetime) -> dict[str, object]:
    if order.fate is Fate.CANCELLED and seen_at >= order.cancelled_at:
        return {
            "Order Status": "Đã hủy",
            "Order Substatus": "Đã hủy",
            "Cancelation/Return Type": "Cancel",
            "Paid Time": _time(order.placed_at),
            "Cancelled Time": _time(order.cancelled_at),
            "Cancel By": "User",
            "Cancel Reason": "Đổi ý",
            "Order Refund Amount": order.amount,
        }
    found: dict[str, object] = {"Order Status": "Chờ giao hàng", "Order Substatus": "Chờ lấy hàng", "Paid Time": _time(order.placed_at)}
    if seen_at >= order.shipped_at:
        found |= {"Order Status": "Đã vận chuyển", "Order Substatus": "Đang vận chuyển", "Shipped Time": _time(order.shipped_at)}
        found["RTS Time"] = found["Shipped Time"]
    if seen_at >= order.delivered_at:
        found |= {"Order Status": "Đã giao", "Order Substatus": "Đã giao", "Delivered Time": _time(order.delivered_at)}
    if seen_at >= order.completed_at:
        found |= {"Order Status": "Hoàn thành", "Order Substatus": "Hoàn thành"}
    if order.fate is Fate.RETURNED and seen_at >= order.returned_at:
        first = order.lines[0]
        found["Order Refund Amount"] = first.value * order.returned // first.units
    return found


def _constant(order: Order) -> dict[str, object]:
    province, commune = order.place
    return {
        "Order ID": f"{order.number}\t",
        "Normal or Pre-order": "Normal",
        "Shipping Fee After Discount": 0,
        "Original Shipping Fee": 32000,
        "Shipping Fee Platform Discount": 32000,
        "Order Amount": order.amount,
        "Created Time": _time(order.placed_at),
        "Fulfillment Type": "Fulfillment by seller",
        "Delivery Option": "Standard shipping",
        "Shipping Provider Name": order.provider,
        "Buyer Username": "nguoi.mua.minh.hoa",
        "Recipient": "N***",
        "Phone #": "(+84)9*****00",
        "Country": "Vietnam",
        "Province": province,
        "Commune": commune,
        "Detail Address": "***",
        "Payment Method": "Cash on delivery",
    }


def _line(line: Line) -> dict[str, object]:
    product = line.item.product
    return {
        "SKU ID": f"{line.item.sku_id}\t",
        "Seller SKU": product.code,
        "Product Name": product.name_vi,
        "Variation": "Default",
        "Quantity": line.units,
        "SKU Unit Original Price": line.item.list_price,
        "SKU Subtotal Before Discount": line.gross,
        "SKU Platform Discount": line.subsidy,
        "SKU Seller Discount": line.seller_discount,
        "SKU Subtotal After Discount": line.value - line.subsidy,
    }


def _time(moment: datetime) -> str:
    """As the platform writes it: day first, with a tab after it."""
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}\t"
