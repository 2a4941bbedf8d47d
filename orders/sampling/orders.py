"""Rows of made-up orders, as they stand in an export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from orders.intake.reading.tiktok import HEADERS

from .catalogue import SampleSku

PLANTED = ("khach.gia.dinh", "Khách Giả Định", "(+84)000", "Đường Không Có Thật", "Lời nhắn bịa", "Ghi chú bịa", "VANDONBIA")
"""What the columns of buyers, messages, notes and tracking hold, recognisably: none of it may be found anywhere after reading."""

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
_PLACES = (
    ("Thành phố Hồ Chí Minh", "", "Phường Bến Thành"),
    ("Thành phố Hồ Chí Minh", "", "Phường Tân Định"),
    ("Thành phố Hà Nội", "", "Phường Hoàn Kiếm"),
    ("Thành phố Đà Nẵng", "", "Phường Hải Châu"),
    ("Thành phố Cần Thơ", "Phường Ninh Kiều", ""),
    ("Tỉnh Cà Mau", "", "Xã Quách Phẩm"),
    ("Tỉnh Gia Lai", "Phường Pleiku", ""),
    ("Tỉnh Đồng Nai", "", "Phường Trấn Biên"),
    ("Tỉnh Cà Mau", "Huyện Trần Văn Thời", "Xã Khánh Hưng"),
)
_PROVIDERS = ("J&T Express", "GHN", "Viettel Post", "Vietnam Post")
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

# Of 100 orders: what becomes of them in the end.
_FATES = ("kept",) * 86 + ("cancelled",) * 8 + ("refused",) + ("refunded",) + ("returned",) * 3 + ("taken_back",)
# Rows of an order: 1.35 on average.
_SIZES = (1,) * 72 + (2,) * 22 + (3,) * 5 + (4,)
_UNITS = (1,) * 75 + (2,) * 17 + (3,) * 5 + (4, 5, 10)


_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


class _Life(NamedTuple):
    """What becomes of an order, and when: seconds since the start of the period."""

    fate: str
    placed: int
    paid: int
    packed: int
    shipped: int
    delivered: int
    completed: int
    ended: int  # the moment of the cancellation or return


class _Line(NamedTuple):
    """One row of an order. `seller` and `platform` are draws from 0 to 19 that decide about discounts."""

    sku: SampleSku
    units: int
    seller: int
    platform: int


class _Order(NamedTuple):
    """An order as it was drawn; `returned` units of its first line are returned if anything is, `draw` decides about the rest."""

    number: str
    life: _Life
    lines: list[_Line]
    returned: int
    draw: int


def sample_rows(
    *, rows: int, seed: int, skus: Sequence[SampleSku], start: datetime, end: datetime, language: str, observed_at: datetime
) -> Iterator[list[str | int]]:
    """`rows` rows in the columns of HEADERS, oldest order first; text as str, quantities and VND as int.

    Orders fall evenly on [start, end) and are shown as they stand at `observed_at`: the same seed observed later gives the same orders
    further on their way. An order has one to four rows, never two of the same SKU, and repeats what belongs to the order in each.
    """
    random = Random(seed)  # noqa: S311 - made-up data that has to come out the same again
    writer = _Writer(start, language, int((observed_at - start).total_seconds()))
    number = 576_000_000_000_000_000 + random.randrange(10**9) * 4_000_003
    span = (end - start).total_seconds() / rows
    row = 0
    while row < rows:
        order = _draw(random, number := number + random.randrange(1, 9_999), int(span * (row + random.random())), rows - row, skus)
        yield from writer.rows_of(order)
        row += len(order.lines)


def _draw(random: Random, number: int, placed: int, room: int, skus: Sequence[SampleSku]) -> _Order:
    """An order of at most `room` rows. What is drawn does not depend on the moment of observation."""

    def between(least: int, most: int) -> int:
        return least + int(random.random() * (most - least))

    paid = placed + between(20, 20 * _MINUTE)
    packed = paid + between(2 * _HOUR, 25 * _HOUR)
    shipped = packed + between(_HOUR, 15 * _HOUR)
    delivered = shipped + between(20 * _HOUR, 5 * _DAY)
    fate = _FATES[between(0, len(_FATES))]
    if fate == "cancelled":
        ended = paid + between(_MINUTE, 110 * _MINUTE)
    elif fate in ("refused", "refunded"):
        ended = shipped + between(_HOUR, 18 * _HOUR)
    else:
        ended = delivered + between(10 * _HOUR, 5 * _DAY)
    life = _Life(fate, placed, paid, packed, shipped, delivered, delivered + 7 * _DAY, ended)
    size = min(_SIZES[between(0, len(_SIZES))], room, len(skus))
    chosen: list[SampleSku] = []
    while len(chosen) < size:
        sku = skus[between(0, len(skus))]
        if sku not in chosen:
            chosen.append(sku)
    lines = [_Line(sku, _UNITS[between(0, len(_UNITS))], between(0, 20), between(0, 20)) for sku in chosen]
    return _Order(str(number), life, lines, between(1, lines[0].units + 1), between(0, 1 << 30))


class _Writer:
    """Orders as rows, in one language, as they stand at one moment."""

    def __init__(self, start: datetime, language: str, now: int) -> None:
        self._start = start
        self._statuses = _STATUS[language]
        self._reasons = _REASONS[language]
        self._now = now
        self._days: dict[int, str] = {}
        self._row: list[str | int] = [""] * len(HEADERS)
        for header, value in _CONSTANT.items():
            self._row[_AT[header]] = value

    def rows_of(self, order: _Order) -> Iterator[list[str | int]]:
        """The order's rows."""
        life, now = order.life, self._now
        status = _status(life, now)
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
            whole[_PROVIDER] = _PROVIDERS[order.draw % len(_PROVIDERS)]
            whole[_TRACKING] = f"VANDONBIA{order.number[-9:]}"
        _put_buyer(whole, order.draw)
        amounts = [_amounts(line) for line in order.lines]
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

    def _put_times(self, row: list[str | int], life: _Life, status: str) -> None:
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
        day, rest = divmod(seconds, _DAY)
        if (text := self._days.get(day)) is None:
            text = self._days[day] = f"{self._start + timedelta(days=day):%d/%m/%Y}"
        return f"{text} {rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}\t"


def _status(life: _Life, now: int) -> str:
    if life.fate in ("cancelled", "refused", "taken_back") and now >= life.ended:
        return "canceled"
    # What was refused or refunded on the road never arrives.
    arrives = life.fate not in ("refused", "refunded")
    if arrives and now >= life.completed:
        return "completed"
    if arrives and now >= life.delivered:
        return "delivered"
    if now >= life.shipped:
        return "shipped"
    return "to_ship" if now >= life.paid else "unpaid"


def _amounts(line: _Line) -> tuple[int, int, int, int]:
    """Before discounts, the platform's and the seller's discount (whole hundreds of VND), after discounts."""
    gross = line.sku.price * line.units
    # Two lines in five have a seller's discount of 5 to 24 %, one in four a platform's of 2 to 6 %.
    by_seller = gross * (5 + line.seller) // 10_000 * 100 if line.seller < 6 or line.seller > 17 else 0
    by_platform = gross * (2 + line.platform) // 10_000 * 100 if line.platform < 5 else 0
    return gross, by_platform, by_seller, gross - by_platform - by_seller


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
        *_PLACES[draw % len(_PLACES)],
        f"Số {draw % 997}, Đường Không Có Thật",
    )
    if draw % 19 == 0:
        row[_AT["Seller Note"]] = 'Ghi chú bịa "gói kỹ"'
    row[_AT["Payment Method"]] = "Cash on delivery" if draw % 3 else "Bank transfer"
