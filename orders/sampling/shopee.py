"""Drawn orders as rows of Shopee's export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from orders.intake.reading.shopee import HEADERS

from .orders import DAY, PLACES, PROVIDERS, Life, Order, amounts_of, status_of

_AT = {header: index for index, header in enumerate(HEADERS)}
_STATUS = {
    "unpaid": "Chờ giao hàng",
    "to_ship": "Chờ giao hàng",
    "shipped": "Đang giao",
    "delivered": "Đã giao",
    "completed": "Hoàn thành",
    "canceled": "Đã hủy",
}
_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWX"


class ShopeeWriter:
    """Orders as rows in the columns of HEADERS, as they stand at one moment; quantities as int, money as text with two decimals."""

    def __init__(self, start: datetime, now: int) -> None:
        self._start = start
        self._now = now
        self._days: dict[int, str] = {}

    def rows_of(self, order: Order) -> Iterator[list[str | int]]:
        """The order's rows."""
        life, now = order.life, self._now
        status = status_of(life, now)
        cancelled = status == "canceled"
        gives_back = life.fate in ("refunded", "returned") and now >= life.ended
        whole: list[str | int] = [""] * len(HEADERS)
        amounts = [amounts_of(line) for line in order.lines]
        self._put(
            whole,
            {
                "Mã đơn hàng": _number(self._start + timedelta(seconds=life.placed), int(order.number)),
                "Ngày đặt hàng": self._time(life.placed),
                "Trạng Thái Đơn Hàng": self._status(status, order, life),
                "Đơn Vị Vận Chuyển": PROVIDERS[order.draw % len(PROVIDERS)],
                "Tổng giá trị đơn hàng (VND)": _money(sum(after for *_parts, after in amounts)),
                "Lý do hủy": "Đổi ý" if cancelled else "",
                "Quốc gia": "VN",
                **self._times(life, status),
                **_buyer(order),
            },
        )
        for index, line in enumerate(order.lines):
            gross, by_platform, by_seller, after = amounts[index]
            asked = gives_back and index == 0
            row = whole.copy()
            # Now and then a buyer asks, and nobody has agreed yet.
            refused = not asked and order.draw % 23 == 0 and status in ("delivered", "completed")
            self._put(
                row,
                {
                    "Trạng thái Trả hàng/Hoàn tiền": "Đã Chấp Thuận Yêu Cầu" if asked else "Đang chờ" if refused else "",
                    "SKU phân loại hàng": line.sku.seller_sku,
                    "Tên sản phẩm": line.sku.product_name,
                    "Tên phân loại hàng": line.sku.variation,
                    "Giá gốc": _money(line.sku.price),
                    "Được Shopee trợ giá": _money(by_platform // line.units),
                    "Tổng số tiền được người bán trợ giá": _money(by_seller),
                    "Giá ưu đãi": _money((gross - by_seller) // line.units),
                    "Số lượng": line.units,
                    "Số lượng sản phẩm được hoàn trả": order.returned if asked else 1 if refused else 0,
                    "Tổng số tiền Người mua thanh toán": _money(after),
                },
            )
            yield row

    def _status(self, status: str, order: Order, life: Life) -> str:
        if status == "delivered" and order.draw % 3 == 0:
            until = self._start + timedelta(seconds=life.completed)
            return f"Người mua xác nhận đã nhận được hàng, vẫn có thể yêu cầu trả hàng đến {until:%Y-%m-%d}"
        return _STATUS[status]

    def _times(self, life: Life, status: str) -> dict[str, str | int]:
        now = self._now
        until = min(now, life.ended) if status == "canceled" or life.fate == "refunded" else now
        times: dict[str, str | int] = {}
        if until >= life.shipped:
            times["Ngày gửi hàng"] = self._time(life.shipped)
        if until >= life.delivered:
            times["Thời gian giao hàng"] = self._time(life.delivered)
        if status == "completed":
            times["Thời gian hoàn thành đơn hàng"] = self._time(life.completed)
        return times

    def _time(self, seconds: int) -> str:
        """As the platform writes it: to the minute."""
        day, rest = divmod(seconds, DAY)
        if (text := self._days.get(day)) is None:
            text = self._days[day] = f"{self._start + timedelta(days=day):%Y-%m-%d}"
        return f"{text} {rest // 3600:02d}:{rest // 60 % 60:02d}"

    @staticmethod
    def _put(row: list[str | int], values: dict[str, str | int]) -> None:
        for header, value in values.items():
            row[_AT[header]] = value


def _number(placed: datetime, number: int) -> str:
    """Six digits of the day and eight letters and digits, as Shopee's order numbers look."""
    letters = []
    for _place in range(8):
        number, last = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[last])
    return f"{placed:%y%m%d}{''.join(letters)}"


def _money(vnd: int) -> str:
    return f"{vnd}.00"


def _buyer(order: Order) -> dict[str, str | int]:
    person = order.draw % 99_991
    province, district, commune = PLACES[order.draw % len(PLACES)]
    return {
        "Mã vận đơn": f"VANDONBIA{order.number[-9:]}",
        "Nhận xét từ Người mua": "Lời nhắn bịa: gọi trước khi giao" if order.draw % 17 == 0 else "",
        "Người Mua": f"khach.gia.dinh.{person}",
        "Tên Người nhận": f"Khách Giả Định {person}",
        "Số điện thoại": f"(+84)000{person:06d}",
        "Tỉnh/Thành phố": province,
        "TP / Quận / Huyện": commune or district,
        "Địa chỉ nhận hàng": f"Số {order.draw % 997}, Đường Không Có Thật",
        "Ghi chú": "Ghi chú bịa" if order.draw % 19 == 0 else "",
    }
