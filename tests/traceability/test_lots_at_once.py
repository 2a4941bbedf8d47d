"""Everybody at once: what is left of a lot is given away once, a step is kept once, and numbers of codes are nobody's twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from tests import builders, trace_builders
from traceability.codes.services import CodeCountError, issue_codes
from traceability.lots.services import Ingredient, NotEnoughError, NumberTakenError, open_lot
from traceability.models import Event, Lot, LotInput, Step, UnitCode
from traceability.steps.kinds import Kind
from traceability.steps.services import TooMuchError

AT_ONCE = 4


def all_at_once(work: Callable[[int], Any]) -> list[Any]:
    """What each of four calls returned, or the refusal that it raised."""
    start = Barrier(AT_ONCE)

    def run(number: int) -> Any:
        start.wait()
        try:
            return work(number)
        except (NotEnoughError, TooMuchError, CodeCountError, NumberTakenError) as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


@pytest.mark.usefixtures("fresh_db")
def test_nothing_is_given_away_twice() -> None:
    product = builders.product("P", builders.producer("X"))
    source = trace_builders.lot(product, "S", quantity=Decimal(100))

    def use(number: int) -> Any:
        lot = Lot(product=product, number=f"L{number}", made_on=trace_builders.MADE, quantity=Decimal(1))
        return open_lot(lot=lot, by=None, ingredients=[Ingredient(source=source, quantity=Decimal(40))])

    assert all_at_once(use).count(NotEnoughError) == 2
    assert (LotInput.objects.count(), Lot.objects.count()) == (2, 3)
    # The same form four times: one lot, and three times a sentence at the field.
    made = all_at_once(lambda _: open_lot(lot=Lot(product=product, number="T", made_on=trace_builders.MADE, quantity=Decimal(1)), by=None))
    assert (made.count(NumberTakenError), Lot.objects.filter(number="T").count()) == (3, 1)
    # 20 are left, and four want 15 each.
    found = all_at_once(lambda number: trace_builders.step(source, Kind.SHIPPED, quantity=Decimal(15), note=str(number)))
    assert found.count(TooMuchError) == 3
    # The same step from a phone that tried four times.
    all_at_once(lambda _: trace_builders.step(source, Kind.STORED))
    assert (Step.objects.count(), Event.objects.count()) == (2, 2)
    # Codes for 100 packs: three times 33 fit.
    assert all_at_once(lambda _: issue_codes(lot=source, count=33)).count(CodeCountError) == 1
    assert sorted(UnitCode.objects.values_list("number", flat=True)) == list(range(1, 100))
