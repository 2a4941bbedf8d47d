"""An order belongs to the slot of its product that was begun last, also where a slot was shown again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from livestreams.models import Slot
from orders.figures.verify import verify_figures
from orders.models import Contribution, Mark
from tests import builders, order_builders
from tests.order_builders import Line

pytestmark = pytest.mark.django_db
START = builders.at("2026-11-20 20:00")
MINUTE = timedelta(minutes=1)


def test_orders_follow_the_turns_of_a_slot() -> None:
    maker = builders.producer("HTX")
    product = builders.product("SP", maker)
    shop = builders.shop("CH", maker, sells=[product])
    session = builders.session("PH", START, products=[product, product], shops=[shop])
    for number, minutes in enumerate((2, 7, 12), start=1):
        order_builders.order(shop, str(number), START + minutes * MINUTE, Line(product))
    order_builders.fold()

    def positions() -> list[int]:
        slots = dict(Slot.objects.values_list("pk", "position"))
        return [slots[slot] for slot in Contribution.objects.order_by("order__placed_at").values_list("slot", flat=True)]

    assert positions() == [1, 2, 2]
    # The first one is shown again ten minutes after the start: whoever ordered later ordered in its second turn.
    session.slots.filter(position=1).update(again_at=[START + 10 * MINUTE])
    assert Mark.objects.count() == 3
    order_builders.fold()
    assert positions() == [1, 2, 1]
    assert verify_figures().differences == []
    session.slots.filter(position=1).update(again_at=[])
    order_builders.fold()
    assert positions() == [1, 2, 2]
