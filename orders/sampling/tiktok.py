"""Drawn orders as rows of TikTok Shop's export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from orders.intake.reading.tiktok import HEADERS

from .orders import DAY, PLACES, PROVIDERS, Life, Order, amounts_of, status_of

_AT = {header: index for index, header in enumerate(HEADERS)}

_STATUS = {
    "vi": {
        "unpaid": "Chờ thanh toán",
        "to_ship": "Chờ giao hàng",
        "shipped": "Đã vận chuyển",
        "delivered": "Đã giao",
        "completed": "Hoàn thành",
        "canceled": "Đã hủy",
    },
    "en": {
        "unpaid": "Unpaid",
        "to_ship": "To ship",
        "shipped": "Shipped",
        "delivered": "Delivered",
        "completed": "Completed",
        "canceled": "Canceled",
    },
}
_REASONS = {"vi": ("Đổi ý", "Đặt nhầm", "Không liên hệ được"), "en": ("Changed my mind", "Ordered by mistake", "Could not be reached")}

_CONSTANT = {
    "Normal or Pre-order": "Normal",
    "Fulfillment Type": "Fulfillment by seller",
    "Warehouse Name": "Kho chính",
    "Delivery Option": "Standard shipping",
    "Weight(kg)": "0.5",
    "Product Category": "Thực phẩm & đồ uống",
    "Checked Status": "Unchecked",
}

_ORDER_ID, _ORDER_STATUS, _ORDER_SUBSTATUS = _AT["Order ID"], _AT["Order Status"], _AT["Order Substatus"]
_CANCEL_KIND, _CANCEL_BY, _CANCEL_REASON = _AT["Cancelation/Return Type"], _AT["Cancel By"], _AT["Cancel Reason"]
_CREATED, _PAID, _PACKED = _AT["Created Time"], _AT["Paid Time"], _AT["RTS Time"]
_SHIPPED, _DELIVERED, _CANCELLED = _AT["Shipped Time"], _AT["Delivered Time"], _AT["Cancelled Time"]
_ORDER_AMOUNT, _ORDER_REFUND = _AT["Order Amount"], _AT["Order Refund Amount"]
_PROVIDER, _TRACKING, _PACKAGE_ID = _AT["Shipping Provider Name"], _AT["Tracking ID"], _AT["Package ID"]
_SKU = slice(_AT["SKU ID"], _AT["SKU Subtotal After Discount"] + 1)
_FEES = slice(_AT["Shipping Fee After Discount"], _AT["Taxes"] + 1)
_BUYER = slice(_AT["Buyer Message"], _AT["Detail Address"] + 1)


class TiktokWriter:
    """Orders as rows in the columns of HEADERS, in one language, as they stand at one moment; text as str, quantities and VND as int."""

    def __init__(self, start: datetime, language: str, now: int) -> None:
        self._start = start
        self._statuses = _STATUS[language]
        self._reasons = _REASONS[language]
        self._now = now
        self._days: dict[int, str] = {}
        self._row: list[str | int] = [""] * len(HEADERS)
        for header, value in _CONSTANT.items():
            self._row[_AT[header]] = value

    def rows_of(self, order: Order) -> Iterator[list[str | int]]:
        """The order's rows."""
        life, now = order.life, self._now
        status = status_of(life, now)
        cancelled = status == "canceled"
        gives_back = life.fate in ("refunded", "returned") and now >= life.ended
        whole = self._row.copy()
        whole[_ORDER_ID] = order.number
        whole[_ORDER_STATUS] = whole[_ORDER_SUBSTATUS] = self._statuses[status]
        whole[_PACKAGE_ID] = f"1{order.number[1:]}"
        self._put_times(whole, life, status)
        if cancelled:
            whole[_CANCEL_BY] = "User" if life.fate == "cancelled" else "System"
            whole[_CANCEL_REASON] = self._reasons[order.draw % 3]
        if whole[_SHIPPED]:
            whole[_PROVIDER] = PROVIDERS[order.draw % len(PROVIDERS)]
            whole[_TRACKING] = f"VANDONBIA{order.number[-9:]}"
        _put_buyer(whole, order.draw)
        amounts = [amounts_of(line) for line in order.lines]
        _put_amount(whole, order.draw, sum(after for *_parts, after in amounts))
        if cancelled:
            whole[_ORDER_REFUND] = whole[_ORDER_AMOUNT]
        elif gives_back:
            whole[_ORDER_REFUND] = amounts[0][3] * order.returned // order.lines[0].units
        for index, line in enumerate(order.lines):
            back = order.returned if gives_back and index == 0 else line.units if cancelled and life.fate == "taken_back" else 0
            row = whole.copy()
            if cancelled or back:
                row[_CANCEL_KIND] = "Return/Refund" if back else "Cancel"
            sku = line.sku
            row[_SKU] = (sku.sku_id, sku.seller_sku, sku.product_name, sku.variation, line.units, back, sku.price, *amounts[index])
            yield row

    def _put_times(self, row: list[str | int], life: Life, status: str) -> None:
        now = self._now
        row[_CREATED] = self._time(life.placed)
        if now >= life.paid:
            row[_PAID] = self._time(life.paid)
        # A cancelled order stops where it was.
        until = min(now, life.ended) if status == "canceled" or life.fate == "refunded" else now
        if until >= life.packed:
            row[_PACKED] = self._time(life.packed)
        if until >= life.shipped:
            row[_SHIPPED] = self._time(life.shipped)
        if until >= life.delivered:
            row[_DELIVERED] = self._time(life.delivered)
        if status == "canceled":
            row[_CANCELLED] = self._time(life.ended)

    def _time(self, seconds: int) -> str:
        """As the platform writes it: day first, with a tab after it."""
        day, rest = divmod(seconds, DAY)
        if (text := self._days.get(day)) is None:
            text = self._days[day] = f"{self._start + timedelta(days=day):%d/%m/%Y}"
        return f"{text} {rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}\t"


def _put_amount(row: list[str | int], draw: int, after_discounts: int) -> None:
    fee = 16_500 if draw % 4 == 0 else 0
    voucher = 5_000 if draw % 5 == 0 else 0
    row[_FEES] = (fee, 32_700, 0, 32_700 - fee, voucher, 0)
    row[_ORDER_AMOUNT] = max(after_discounts + fee - voucher, 0)
    row[_ORDER_REFUND] = 0


def _put_buyer(row: list[str | int], draw: int) -> None:
    person = draw % 99_991
    row[_BUYER] = (
        "Lời nhắn bịa: gọi trước khi giao,\n“cảm ơn” & hẹn gặp lại" if draw % 17 == 0 else "",
        f"khach.gia.dinh.{person}",
        f"Khách Giả Định {person}",
        f"(+84)000{person:06d}",
        "Vietnam",
        *PLACES[draw % len(PLACES)],
        f"Số {draw % 997}, Đường Không Có Thật",
    )
    if draw % 19 == 0:
        row[_AT["Seller Note"]] = 'Ghi chú bịa "gói kỹ"'
    row[_AT["Payment Method"]] = "Cash on delivery" if draw % 3 else "Bank transfer"
