"""Which figures of a month are hidden from the public, so that nobody's own sales can be read or reckoned from what is published.

The rule stands in words in docs/open-data.md and on the page. A month is published once and for ever, and nothing is published that
adds months up; so the only sum that ties published figures to each other is: the province's total is the sum of its groups.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

LEAST_PRODUCERS = 3
LEAST_ORDERS = 10
MOST_PERCENT = 80  # of a cell's value or units that may be one producer's

Key = TypeVar("Key", bound=Hashable)
Producer = int | None


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a cell: orders placed (at least so many), and net VND and units by producer (None: nobody knows whose)."""

    orders: int
    net: Mapping[Producer, int]
    units: Mapping[Producer, int]

    @property
    def may_be_shown(self) -> bool:
        """Whether enough producers and orders stand behind it, and no producer holds most of it."""
        return self.orders >= LEAST_ORDERS and _spread(self.net) and _spread(self.units)

    @property
    def size(self) -> tuple[int, int]:
        """By what the cell that is hidden besides is chosen: the smallest loses the reader least."""
        return sum(self.net.values()), sum(self.units.values())


def hidden_parts(parts: Mapping[Key, Behind], total: Behind) -> tuple[bool, frozenset[Key]]:
    """Whether the total is hidden, and which of its parts are.

    Where the total is shown, what is hidden can be reckoned as one sum: total less the parts shown. So at least two parts are hidden,
    and as many as it takes until that sum itself could be shown. A part in which nothing was ordered hides nothing: it is 0.
    """
    sold = {key: part for key, part in parts.items() if part.orders}
    hidden = {key for key, part in sold.items() if not part.may_be_shown}
    if not total.may_be_shown:
        return total.orders > 0, frozenset(hidden)
    smallest_first = sorted(sold.keys() - hidden, key=lambda key: (sold[key].size, str(key)))
    while hidden and smallest_first and (len(hidden) < 2 or not _together(sold[key] for key in hidden).may_be_shown):
        hidden.add(smallest_first.pop(0))
    return False, frozenset(hidden)


def _spread(amounts: Mapping[Producer, int]) -> bool:
    """Whether enough producers have a share and none has most; what nobody knows whose it is may be the greatest one's."""
    known = [amount for producer, amount in amounts.items() if producer is not None and amount > 0]
    total = sum(amounts.values())
    return len(known) >= LEAST_PRODUCERS and 100 * (max(known) + amounts.get(None, 0)) <= MOST_PERCENT * total


def _together(cells: Iterable[Behind]) -> Behind:
    """Several parts as one; of its orders no more is sure than that they are as many as those of the part with most."""
    orders, net, units = 0, dict[Producer, int](), dict[Producer, int]()
    for cell in cells:
        orders = max(orders, cell.orders)
        for amounts, more in ((net, cell.net), (units, cell.units)):
            for producer, amount in more.items():
                amounts[producer] = amounts.get(producer, 0) + amount
    return Behind(orders, net, units)
