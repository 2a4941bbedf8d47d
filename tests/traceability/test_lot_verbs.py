"""Opening lots: what goes into them, and how much of what is left."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from catalog.models import Producer, Product
from tests import builders, trace_builders
from traceability.lots.services import Ingredient, MadeLaterError, NotEnoughError, left_of, open_lot
from traceability.models import Lot
from traceability.steps.kinds import Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def beans() -> Lot:
    """600 kg of beans of a grower."""
    grower = builders.producer("GROWER")
    return trace_builders.lot(builders.product("BEANS", grower), "B1", unit="KGM", quantity=Decimal(600), best_before=None)


def new(product: Product, number: str = "N1", made_on: date = date(2026, 11, 3)) -> Lot:
    return Lot(product=product, number=number, made_on=made_on, quantity=Decimal(100))


def part(source: Lot, quantity: str) -> Ingredient:
    return Ingredient(source=source, quantity=Decimal(quantity))


def test_a_lot_with_what_went_into_it(beans: Lot) -> None:
    by = builders.member(beans.product.producer)
    lot = open_lot(lot=new(beans.product), by=by, ingredients=[part(beans, "250.5"), Ingredient(words="Củi", quantity=None)])
    assert (lot.opened_by, lot.is_open, len(lot.code)) == (by, True, 10)
    assert [(one.source, one.words, one.quantity, one.unit) for one in lot.inputs.order_by("-words")] == [
        (None, "Củi", None, "KGM"),
        (beans, "", Decimal("250.500"), "KGM"),
    ]
    assert left_of(beans, beans.product.producer_id) == Decimal("349.500")


@pytest.mark.parametrize("quantity", ["600.001", "0", "-1"])
def test_more_than_there_is_goes_into_nothing(beans: Lot, quantity: str) -> None:
    with pytest.raises(NotEnoughError) as caught:
        open_lot(lot=new(beans.product), by=None, ingredients=[Ingredient(words="Củi"), part(beans, quantity)])
    assert (caught.value.lot, caught.value.left) == (beans, Decimal(600))
    assert list(Lot.objects.all()) == [beans]


def test_what_was_sent_off_or_used_before_is_gone(beans: Lot) -> None:
    trace_builders.step(beans, Kind.SHIPPED, quantity=Decimal(300))
    open_lot(lot=new(beans.product, "N1"), by=None, ingredients=[part(beans, "200")])
    with pytest.raises(NotEnoughError) as caught:
        open_lot(lot=new(beans.product, "N2"), by=None, ingredients=[part(beans, "101")])
    assert caught.value.left == Decimal(100)


def test_somebody_elses_lot_only_as_far_as_it_was_sent_off(beans: Lot) -> None:
    roaster: Producer = builders.producer("ROASTER", nth_commune=1)
    coffee = builders.product("COFFEE", roaster)
    with pytest.raises(NotEnoughError):
        open_lot(lot=new(coffee, "N1"), by=None, ingredients=[part(beans, "1")])
    trace_builders.step(beans, Kind.SHIPPED, quantity=Decimal(320))
    open_lot(lot=new(coffee, "N1"), by=None, ingredients=[part(beans, "320")])
    with pytest.raises(NotEnoughError):
        open_lot(lot=new(coffee, "N2"), by=None, ingredients=[part(beans, "1")])
    # The grower's own beans are counted once: sent off is gone, whoever used it.
    assert left_of(beans, beans.product.producer_id) == Decimal(280)


def test_a_lot_that_was_sent_off_as_a_whole_is_there_for_whoever_got_it(beans: Lot) -> None:
    coffee = builders.product("COFFEE", builders.producer("ROASTER", nth_commune=1))
    trace_builders.step(beans, Kind.SHIPPED)
    assert left_of(beans, beans.product.producer_id) == Decimal(0)
    open_lot(lot=new(coffee), by=None, ingredients=[part(beans, "600")])
    assert left_of(beans, coffee.producer_id) == Decimal(0)


def test_nothing_is_made_of_what_was_made_later(beans: Lot) -> None:
    with pytest.raises(MadeLaterError):
        open_lot(lot=new(beans.product, made_on=date(2026, 10, 31)), by=None, ingredients=[part(beans, "1")])
    assert Lot.objects.count() == 1
