"""Made-up orders, each with its whole life, and what an export of a given moment shows of them.

Shop files of different moments come from the same orders, so a later export only ever tells more. Nobody buys here: buyer columns
hold the same invented words in every row, and the intake drops them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from catalog.models import Product

PROVIDERS = ("J&T Express", "Viettel Post", "GHN", "SPX Express", "VNPost Nhanh")


class Fate(Enum):
    """How an order ends."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    RETURNED = "returned"


@dataclass(frozen=True)
class Item:
    """A product as a shop offers it: list price and what it is sold for, VND a piece."""

    product: Product
    sku_id: str
    list_price: int
    price: int


@dataclass
class Line:
    """Units of an item in an order; `rebate`: VND that the seller takes off the whole line besides the offer; `subsidy`: the platform."""

    item: Item
    units: int = 1
    rebate: int = 0
    subsidy: int = 0

    @property
    def gross(self) -> int:
        """VND before any discount."""
        return self.item.list_price * self.units

    @property
    def seller_discount(self) -> int:
        """VND that the seller takes off."""
        return (self.item.list_price - self.item.price) * self.units + self.rebate

    @property
    def value(self) -> int:
        """VND for which the seller sold the goods."""
        return self.gross - self.seller_discount


@dataclass
class Order:
    """An order with what will become of it. `place`: province and commune of delivery, by name."""

    number: str
    placed_at: datetime
    lines: list[Line]
    place: tuple[str, str]
    provider: str
    fate: Fate = Fate.COMPLETED
    pace: float = 1.0
    returned: int = 0  # units of the first line

    @property
    def shipped_at(self) -> datetime:
        """Handed to the carrier a day or two after it was placed."""
        return self.placed_at + timedelta(hours=26 * self.pace)

    @property
    def delivered_at(self) -> datetime:
        """Two to five days later."""
        return self.shipped_at + timedelta(hours=60 * self.pace)

    @property
    def completed_at(self) -> datetime:
        """A week after delivery the platform closes an order."""
        return self.delivered_at + timedelta(days=7)

    @property
    def cancelled_at(self) -> datetime:
        """Cancelled before it was shipped."""
        return self.placed_at + timedelta(hours=9 * self.pace)

    @property
    def returned_at(self) -> datetime:
        """Sent back some days after delivery."""
        return self.delivered_at + timedelta(hours=70 * self.pace)

    @property
    def value(self) -> int:
        """VND of all lines."""
        return sum(line.value for line in self.lines)

    @property
    def amount(self) -> int:
        """VND that the buyer pays: the value less what the platform pays (shipping is free)."""
        return self.value - sum(line.subsidy for line in self.lines)


@dataclass
class Maker:
    """Makes a shop's orders with numbers of its own; `shop_number` is different for each shop."""

    shop_number: int
    places: Sequence[tuple[str, str]]
    chance: random.Random
    made: list[Order] = field(default_factory=list)
    shares: tuple[float, float, float] = (0.9, 0.06, 0.04)

    def order(self, placed_at: datetime, lines: list[Line]) -> Order:
        """An order placed at that time; its fate is drawn by `shares` (completed, cancelled, returned)."""
        for line in lines:
            if self.chance.random() < 0.2:
                line.subsidy = line.value // 20_000 * 1000
        (fate,) = self.chance.choices(list(Fate), self.shares)
        order = Order(
            number=str(576_000_000_000_000_000 + self.shop_number * 10**12 + len(self.made) * 7919 + 1013),
            placed_at=placed_at.replace(microsecond=0),
            lines=lines,
            place=self.chance.choice(self.places),
            provider=self.chance.choice(PROVIDERS),
            fate=fate,
            pace=self.chance.uniform(0.7, 1.6),
        )
        if fate is Fate.RETURNED:
            order.returned = self.chance.randint(1, lines[0].units)
        self.made.append(order)
        return order


def on_air(slots: Sequence[tuple[datetime, Item]], moment: datetime, chance: random.Random) -> Item:
    """What somebody who orders at `moment` buys: mostly what is being shown, else something shown before."""
    shown = [item for begun, item in slots if begun <= moment] or [slots[0][1]]
    return shown[-1] if chance.random() < 0.65 else chance.choice(shown)


def moment_between(start: datetime, end: datetime, chance: random.Random) -> datetime:
    """A moment from `start` to before `end`; the middle and the end of a broadcast sell more than its beginning."""
    seconds = (end - start).total_seconds()
    return start + timedelta(seconds=min(int(seconds * chance.betavariate(1.7, 1.3)), int(seconds) - 1))
