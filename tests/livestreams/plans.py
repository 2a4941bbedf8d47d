"""A planned session and its parts, as the tests of plans need them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from catalog.models import Paper, Product
from livestreams.models import Session, Slot
from livestreams.sessions.run_of_show import add_slot
from tests import builders
from tests.builders import at

START = at("2027-03-10 20:00")


def planned(code: str = "P1", start: datetime = START, *, minutes: int = 60, **more: Any) -> Session:
    """A session that is still to come."""
    return builders.session(code, start, minutes=minutes, aired=False, **more)


def slots(session: Session) -> list[tuple[int, str]]:
    """Position and product code of each slot, in order."""
    return list(session.slots.order_by("position").values_list("position", "product__code"))


def slot_of(session: Session, product: Product, **values: Any) -> Slot:
    """A slot that nothing is wrong with but what `values` say: confirmed, with its sample, without the mark."""
    slot = add_slot(session=session, product=product, by=builders.user())
    right: dict[str, Any] = {"answer": "confirmed", "sample_arrived_on": "2027-03-01", "shows_mark": False}
    Slot.objects.filter(pk=slot.pk).update(**(right | values))
    return Slot.objects.get(pk=slot.pk)


def paper(product: Product, **values: Any) -> Paper:
    """A paper that everybody sees and that does not end."""
    return Paper.objects.create(**({"product": product, "kind": Paper.Kind.TEST_RESULT, "shown": True} | values))
