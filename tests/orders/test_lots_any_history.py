"""Any history of lots and orders gives what a naive recomputation gives."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Product
from orders.lots.services import choose_lot, forget_choice
from orders.models import OrderLine, Shop
from tests import builders
from tests.orders.lot_stage import buy, day, folded, given_to, lot, product_and_shop, settle
from tests.orders.observations import rolled_back
from traceability.models import Lot

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold() -> tuple[Product, Shop]:
    """A product and the shop that sells it."""
    return product_and_shop()


@dataclass(frozen=True)
class Bought:
    """An order as last seen."""

    days: int
    units: int
    cancelled: int = 0
    chosen: str | None = None


@dataclass(frozen=True)
class Made:
    """A lot as it stands."""

    made: int
    packs: int
    best: int | None
    recalled: int | None = None


@dataclass
class Story:
    """What plain Python knows of it all."""

    orders: dict[int, Bought] = field(default_factory=dict)
    lots: dict[str, Made] = field(default_factory=dict)

    def naive(self) -> list[tuple[str, str | None, int]]:
        """Line by line in their order, lot by lot in theirs."""
        left = {name: lot.packs for name, lot in self.lots.items()}
        lines = sorted(self.orders.items(), key=lambda one: (one[1].days, one[0]))
        found: list[tuple[int, str | None, int]] = []
        needs = {number: bought.units - bought.cancelled for number, bought in lines}
        for number, bought in lines:
            chosen = bought.chosen
            if chosen is None or self._recalled_by(chosen, bought.days):
                continue
            units = min(needs[number], left[chosen])
            left[chosen] -= units
            needs[number] -= units
            found.append((number, chosen, units))
        for number, bought in lines:
            for name, made in sorted(self.lots.items(), key=lambda one: one[1].made):  # of one day the one kept first
                good = made.made <= bought.days and (made.best is None or bought.days <= made.best)
                if good and not self._recalled_by(name, bought.days):
                    units = min(needs[number], left[name])
                    left[name] -= units
                    needs[number] -= units
                    found.append((number, name, units))
            if any(lot.made <= bought.days for lot in self.lots.values()):
                found.append((number, None, needs[number]))
        shown = [(str(number), name, units) for number, name, units in found if units]
        return sorted(shown, key=lambda row: (int(row[0]), row[1] is None, row[1] or ""))

    def _recalled_by(self, name: str, days: int) -> bool:
        recalled = self.lots[name].recalled
        return recalled is not None and recalled <= days


Step = tuple[str, int, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["order", "order", "order", "cancel", "lot", "lot", "change", "recall", "choose", "forget", "settle"]),
        st.integers(1, 6),
        st.integers(0, 6),
        st.integers(1, 5),
    ),
    min_size=4,
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_any_history_gives_what_a_naive_recomputation_gives(steps: list[Step]) -> None:
    with rolled_back():
        product = builders.product("SP1", builders.producer("SX1"))
        sold = product, builders.shop("CH1", product.producer, sells=[product])
        story = Story()
        for seen, step in enumerate(steps):
            _play(story, sold, seen, step)
        settle()
        assert given_to() == story.naive()


def _play(story: Story, sold: tuple[Product, Shop], seen: int, step: Step) -> None:
    """One step, in the database and in plain Python; one that is about nothing does nothing."""
    what, which, days, units = step
    name, bought, made = f"L{which}", story.orders.get(which), story.lots.get(f"L{which}")
    if what == "order" and bought is None:
        story.orders[which] = Bought(days, units)
        # Ids of orders follow their arrival, and would decide between lines of one moment: each has a moment of its own.
        buy(sold, which, days + which / 1000, units)
    elif what == "cancel" and bought is not None:
        story.orders[which] = replace(bought, cancelled=min(units, bought.units))
        buy(sold, which, bought.days + which / 1000, bought.units, cancelled=min(units, bought.units), seen=seen + 1)
    elif what == "lot" and made is None:
        best = None if units == 5 else days + units
        story.lots[name] = Made(days, units * 2, best)
        lot(sold[0], name, days, units * 2, best_before=None if best is None else day(best))
    elif what == "change" and made is not None:
        story.lots[name] = replace(made, packs=units)
        Lot.objects.filter(number=name).update(quantity=units)
    elif what == "recall" and made is not None and made.recalled is None:
        story.lots[name] = replace(made, recalled=days)
        moment = datetime.combine(day(days), datetime.min.time(), builders.VIETNAM)
        Lot.objects.filter(number=name).update(recalled_at=moment, state="closed", closed_at=moment)
    elif what in {"choose", "forget"} and bought is not None:
        line = folded(OrderLine.objects.get(order__number=str(which)))
        name = f"L{units}"
        if what == "forget":
            story.orders[which] = replace(bought, chosen=None)
            forget_choice(line=line)
        elif name in story.lots and not story._recalled_by(name, bought.days):
            story.orders[which] = replace(bought, chosen=name)
            choose_lot(line=line, lot=Lot.objects.get(number=name), by=None)
    elif what == "settle":
        settle()
