"""Orders as they are drawn: what is bought, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random
from typing import NamedTuple

from .catalogue import SampleSku

PLANTED = ("khach.gia.dinh", "Khách Giả Định", "(+84)000", "Đường Không Có Thật", "Lời nhắn bịa", "Ghi chú bịa", "VANDONBIA")
"""What the columns of buyers, messages, notes and tracking hold, recognisably: none of it may be found anywhere after reading."""

PLACES = (
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
PROVIDERS = ("J&T Express", "GHN", "Viettel Post", "Vietnam Post")

# Of 100 orders: what becomes of them in the end.
_FATES = ("kept",) * 86 + ("cancelled",) * 8 + ("refused",) + ("refunded",) + ("returned",) * 3 + ("taken_back",)
# Rows of an order: 1.35 on average.
_SIZES = (1,) * 72 + (2,) * 22 + (3,) * 5 + (4,)
_UNITS = (1,) * 75 + (2,) * 17 + (3,) * 5 + (4, 5, 10)


MINUTE, HOUR, DAY = 60, 3_600, 86_400


class Life(NamedTuple):
    """What becomes of an order, and when: seconds since the start of the period."""

    fate: str
    placed: int
    paid: int
    packed: int
    shipped: int
    delivered: int
    completed: int
    ended: int  # the moment of the cancellation or return


class Line(NamedTuple):
    """One row of an order. `seller` and `platform` are draws from 0 to 19 that decide about discounts."""

    sku: SampleSku
    units: int
    seller: int
    platform: int


class Order(NamedTuple):
    """An order as it was drawn; `returned` units of its first line are returned if anything is, `draw` decides about the rest."""

    number: str
    life: Life
    lines: list[Line]
    returned: int
    draw: int


def _draw(random: Random, number: int, placed: int, room: int, skus: Sequence[SampleSku]) -> Order:
    """An order of at most `room` rows. What is drawn does not depend on the moment of observation."""

    def between(least: int, most: int) -> int:
        return least + int(random.random() * (most - least))

    paid = placed + between(20, 20 * MINUTE)
    packed = paid + between(2 * HOUR, 25 * HOUR)
    shipped = packed + between(HOUR, 15 * HOUR)
    delivered = shipped + between(20 * HOUR, 5 * DAY)
    fate = _FATES[between(0, len(_FATES))]
    if fate == "cancelled":
        ended = paid + between(MINUTE, 110 * MINUTE)
    elif fate in ("refused", "refunded"):
        ended = shipped + between(HOUR, 18 * HOUR)
    else:
        ended = delivered + between(10 * HOUR, 5 * DAY)
    life = Life(fate, placed, paid, packed, shipped, delivered, delivered + 7 * DAY, ended)
    size = min(_SIZES[between(0, len(_SIZES))], room, len(skus))
    chosen: list[SampleSku] = []
    while len(chosen) < size:
        sku = skus[between(0, len(skus))]
        if sku not in chosen:
            chosen.append(sku)
    lines = [Line(sku, _UNITS[between(0, len(_UNITS))], between(0, 20), between(0, 20)) for sku in chosen]
    return Order(str(number), life, lines, between(1, lines[0].units + 1), between(0, 1 << 30))


def status_of(life: Life, now: int) -> str:
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


def amounts_of(line: Line) -> tuple[int, int, int, int]:
    """Before discounts, the platform's and the seller's discount (whole hundreds of VND), after discounts."""
    gross = line.sku.price * line.units
    # Two lines in five have a seller's discount of 5 to 24 %, one in four a platform's of 2 to 6 %.
    by_seller = gross * (5 + line.seller) // 10_000 * 100 if line.seller < 6 or line.seller > 17 else 0
    by_platform = gross * (2 + line.platform) // 10_000 * 100 if line.platform < 5 else 0
    return gross, by_platform, by_seller, gross - by_platform - by_seller


def draw_orders(*, rows: int, seed: int, skus: Sequence[SampleSku], start: datetime, end: datetime) -> Iterator[Order]:
    """Orders of together `rows` rows, oldest first, fallen evenly on [start, end)."""
    random = Random(seed)  # noqa: S311 - made-up data that has to come out the same again
    number = 576_000_000_000_000_000 + random.randrange(10**9) * 4_000_003
    span = (end - start).total_seconds() / rows
    row = 0
    while row < rows:
        order = _draw(random, number := number + random.randrange(1, 9_999), int(span * (row + random.random())), rows - row, skus)
        yield order
        row += len(order.lines)
