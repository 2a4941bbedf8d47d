"""The amounts a board shows: five states of value, units and weight, and distinct orders.

They are tuples, because a board makes thousands of them and keeps them: a frozen dataclass takes twice as long to make. Adding two of them
adds the amounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class States(NamedTuple):
    """One amount (VND, units or grams) in the states of FIGURES; `handed_over` is what was delivered, also where it came back."""

    placed: int = 0
    cancelled: int = 0
    returned: int = 0
    handed_over: int = 0

    @property
    def net(self) -> int:
        """Placed less cancelled and returned; may still be on the road."""
        return self.placed - self.cancelled - self.returned

    @property
    def delivered(self) -> int:
        """Delivered less returned; of value, only this is called doanh thu."""
        return self.handed_over - self.returned

    def __add__(self, other: States) -> States:  # type: ignore[override]
        return States(
            self.placed + other.placed,
            self.cancelled + other.cancelled,
            self.returned + other.returned,
            self.handed_over + other.handed_over,
        )


class Orders(NamedTuple):
    """Distinct orders: placed, with a unit left (`net`), with a delivered unit left, and not final (`open`).

    They may be added over days, shops, sessions, hosts, buckets, bases and sources, never over products, producers, communes, groups
    or stars.
    """

    placed: int = 0
    net: int = 0
    delivered: int = 0
    open: int = 0

    def __add__(self, other: Orders) -> Orders:  # type: ignore[override]
        return Orders(self.placed + other.placed, self.net + other.net, self.delivered + other.delivered, self.open + other.open)


class Measures(NamedTuple):
    """Everything measured of one thing: `value` in VND, `units`, `grams`; `orders` is None where they cannot be counted for it."""

    lines: int = 0
    value: States = States()
    units: States = States()
    grams: States = States()
    orders: Orders | None = Orders()

    @property
    def is_empty(self) -> bool:
        """Whether no order line is behind it: then there is nothing to show, not a zero."""
        return self.lines == 0

    def __add__(self, other: Measures) -> Measures:  # type: ignore[override]
        """The sum over things whose orders differ (see Orders)."""
        # Most of what a board adds up is absent.
        if self is NOTHING or other is NOTHING:
            return other if self is NOTHING else self
        orders = self.orders + other.orders if self.orders is not None and other.orders is not None else None
        return Measures(self.lines + other.lines, self.value + other.value, self.units + other.units, self.grams + other.grams, orders)


NOTHING = Measures()

# The sums a query must give, in the order that `from_sums` reads them: columns of orders.figures.models.Measures.
STATES = ("placed", "cancelled", "returned", "delivered")
SUMS = ("lines", *(f"{state}_{amount}" for amount in ("value", "units", "grams") for state in STATES))
ORDER_SUMS = ("orders", "net_orders", "delivered_orders", "open_orders")


def from_sums(sums: Sequence[int], orders: Orders | None) -> Measures:
    """Measures from the sums named in SUMS, in their order."""
    return Measures(sums[0], States(*sums[1:5]), States(*sums[5:9]), States(*sums[9:13]), orders)
