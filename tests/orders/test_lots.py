"""Order lines against lots: first made first, whatever arrives when; never sold beyond what was made."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.utils import timezone

from catalog.models import Product, ProductFacts
from livestreams.models import Session
from orders.figures.fold import fold_all
from orders.lots.services import OtherProductError, RecalledLotError, allot_all, allot_product, choose_lot, forget_choice
from orders.models import IntakeRun, LotAllocation, LotStale, Shop
from orders.tasks import set_lots
from tests import builders
from tests.orders.lot_stage import NOON, buy, day, folded, given_to, lot, product_and_shop, settle
from tests.orders.observations import take_back
from traceability.models import Lot, LotInput, LotSale

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold() -> tuple[Product, Shop]:
    """A product and the shop that sells it."""
    return product_and_shop()


# What first made first says


def test_the_oldest_lot_goes_first_and_a_line_may_need_two(sold: tuple[Product, Shop]) -> None:
    lot(sold[0], "B", 1, 10)
    lot(sold[0], "A", 0, 3)
    buy(sold, 1, 2, 2)
    buy(sold, 2, 3, 4)
    settle()
    assert given_to() == [("1", "A", 2), ("2", "A", 1), ("2", "B", 3)]


def test_a_line_takes_of_no_lot_that_was_made_later_or_is_past_its_date(sold: tuple[Product, Shop]) -> None:
    lot(sold[0], "A", 0, 9, best_before=day(4))
    lot(sold[0], "B", 6, 9)
    for number, days in enumerate((-1, 0, 4, 5, 6), start=1):
        buy(sold, number, days, 1)
    settle()
    # On day −1 there was no lot yet: nothing is said. On day 5 there were lots, and none was good.
    assert given_to() == [("2", "A", 1), ("3", "A", 1), ("4", None, 1), ("5", "B", 1)]


def test_the_local_day_counts(sold: tuple[Product, Shop]) -> None:
    lot(sold[0], "A", 1, 9)
    buy(sold, 1, 0.499, 1)
    buy(sold, 2, 0.501, 1)
    settle()
    assert given_to() == [("2", "A", 1)]


def test_what_was_cancelled_takes_nothing_and_what_came_back_does(sold: tuple[Product, Shop]) -> None:
    lot(sold[0], "A", 0, 5)
    buy(sold, 1, 1, 4)
    buy(sold, 2, 2, 4, delivered=4, returned=4)
    settle()
    assert given_to() == [("1", "A", 4), ("2", "A", 1), ("2", None, 3)]
    buy(sold, 1, 1, 4, cancelled=3, seen=1)
    settle()
    assert given_to() == [("1", "A", 1), ("2", "A", 4)]


def test_an_order_that_arrives_late_moves_the_later_ones(sold: tuple[Product, Shop]) -> None:
    lot(sold[0], "A", 0, 3)
    lot(sold[0], "B", 1, 3)
    buy(sold, 2, 2, 3)
    settle()
    assert given_to() == [("2", "A", 3)]
    buy(sold, 1, 1, 2)
    settle()
    assert given_to() == [("1", "A", 2), ("2", "A", 1), ("2", "B", 2)]


def test_a_time_that_is_corrected_within_its_day_changes_the_order_of_lines(sold: tuple[Product, Shop]) -> None:
    lot(sold[0], "A", 0, 1)
    buy(sold, 1, 1, 1)
    buy(sold, 2, 1.01, 1)
    settle()
    buy(sold, 1, 1.02, 1, seen=1)
    settle()
    assert given_to() == [("1", None, 1), ("2", "A", 1)]


def test_a_recalled_lot_serves_only_what_was_placed_before(sold: tuple[Product, Shop]) -> None:
    recalled = lot(sold[0], "A", 0, 9)
    buy(sold, 1, 1, 1)
    buy(sold, 2, 3, 1)
    settle()
    Lot.objects.filter(pk=recalled.pk).update(recalled_at=NOON + timedelta(days=2), state="closed", closed_at=timezone.now())
    settle()
    assert given_to() == [("1", "A", 1), ("2", None, 1)]


def test_closing_a_lot_does_not_end_its_sale(sold: tuple[Product, Shop]) -> None:
    lot(sold[0], "A", 0, 9, state="closed", closed_at=NOON)
    buy(sold, 1, 1, 1)
    settle()
    assert given_to() == [("1", "A", 1)]


def test_kilograms_are_packs_by_the_net_weight_less_what_went_into_other_lots_and_litres_are_none(sold: tuple[Product, Shop]) -> None:
    product = sold[0]
    kilos = lot(product, "A", 0, 3, unit="KGM")
    lot(product, "L", 0, 1000, unit="LTR")
    buy(sold, 1, 1, 9)
    settle()
    assert given_to() == [("1", "A", 6), ("1", None, 3)]
    LotInput.objects.create(lot=lot(product, "MIX", 400, 5), source=kilos, quantity=Decimal("1.2"), unit="KGM")
    settle()
    assert given_to() == [("1", "A", 3), ("1", None, 6)]
    ProductFacts.objects.filter(product=product).update(net_weight_g=300)
    settle()
    assert given_to() == [("1", "A", 6), ("1", None, 3)]


def test_a_product_without_lots_says_nothing_and_becomes_stale_never(sold: tuple[Product, Shop]) -> None:
    buy(sold, 1, 1, 4)
    fold_all()
    assert not LotStale.objects.exists()
    lot(sold[0], "A", 0, 3)
    settle()
    assert given_to() == [("1", "A", 3), ("1", None, 1)]


def test_a_mapping_that_is_corrected_moves_the_line_to_the_other_products_lots(sold: tuple[Product, Shop]) -> None:
    product, shop = sold
    other = builders.product("SP2", product.producer)
    lot(product, "A", 0, 9)
    lot(other, "B", 0, 9)
    buy(sold, 1, 1, 2)
    settle()
    shop.sku_mappings.update(product=other, units=3)
    settle()
    assert given_to() == [("1", "B", 6)]


def test_a_run_that_is_undone_frees_the_packs_of_its_lines(sold: tuple[Product, Shop]) -> None:
    lot(sold[0], "A", 0, 3)
    buy(sold, 1, 1, 2)
    buy(sold, 2, 2, 2)
    settle()
    assert given_to() == [("1", "A", 2), ("2", "A", 1), ("2", None, 1)]
    take_back(IntakeRun.objects.earliest("pk"))
    settle()
    assert given_to() == [("2", "A", 2)]


# Chosen by hand


def test_a_chosen_lot_goes_before_the_days(sold: tuple[Product, Shop]) -> None:
    lot(sold[0], "A", 0, 9)
    chosen = lot(sold[0], "B", 3, 4)
    buy(sold, 1, 4, 9)
    later = buy(sold, 2, 5, 3)
    settle()
    assert given_to() == [("1", "A", 9), ("2", "B", 3)]
    pre_order = folded(buy(sold, 3, 1, 3))
    choose_lot(line=pre_order, lot=chosen, by=None)
    settle()
    assert given_to() == [("1", "A", 9), ("2", "B", 1), ("2", None, 2), ("3", "B", 3)]
    choose_lot(line=later, lot=Lot.objects.get(number="A"), by=None)
    settle()
    assert given_to() == [("1", "A", 6), ("1", "B", 1), ("1", None, 2), ("2", "A", 3), ("3", "B", 3)]
    assert forget_choice(line=pre_order) is True
    assert forget_choice(line=pre_order) is False
    settle()
    assert given_to() == [("1", "A", 3), ("1", "B", 4), ("1", None, 2), ("2", "A", 3), ("3", "A", 3)]


def test_a_chosen_line_that_is_cancelled_frees_its_packs_for_earlier_lines(sold: tuple[Product, Shop]) -> None:
    only = lot(sold[0], "A", 0, 3)
    buy(sold, 1, 1, 3)
    choose_lot(line=folded(buy(sold, 2, 5, 2)), lot=only, by=None)
    settle()
    assert given_to() == [("1", "A", 1), ("1", None, 2), ("2", "A", 2)]
    buy(sold, 2, 5, 2, cancelled=2, seen=1)
    settle()
    assert given_to() == [("1", "A", 3)]


def test_no_lot_of_another_product_and_none_recalled_before_is_chosen(sold: tuple[Product, Shop]) -> None:
    line = folded(buy(sold, 1, 5, 1))
    other = lot(builders.product("SP2", sold[0].producer), "X", 0, 5)
    with pytest.raises(OtherProductError):
        choose_lot(line=line, lot=other, by=None)
    recalled = lot(sold[0], "R", 0, 5, recalled_at=NOON + timedelta(days=2), state="closed", closed_at=NOON)
    with pytest.raises(RecalledLotError):
        choose_lot(line=line, lot=recalled, by=None)


# The database's own word


def test_the_database_lets_no_lot_be_sold_beyond_what_was_made(sold: tuple[Product, Shop]) -> None:
    made = lot(sold[0], "A", 0, 3)
    line = buy(sold, 1, 1, 9)
    with pytest.raises(InternalError, match="beyond what was made"), transaction.atomic():
        LotAllocation.objects.create(line=line, product=sold[0], lot=made, units=4)
    LotAllocation.objects.create(line=line, product=sold[0], lot=made, units=3)
    with pytest.raises(IntegrityError, match="lot_allocation_once"), transaction.atomic():
        LotAllocation.objects.create(line=line, product=sold[0], lot=made, units=1)


def test_workers_take_turns_at_a_product_and_are_woken_by_the_fold(sold: tuple[Product, Shop]) -> None:
    product = sold[0]
    lot(product, "A", 0, 3)
    buy(sold, 1, 1, 2)
    fold_all()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN; SELECT pg_advisory_xact_lock(5202, %s)", [product.pk])
            assert allot_product(product=product.pk) is False
            assert allot_all() == 0
            assert LotStale.objects.exists()
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    set_lots()
    assert given_to() == [("1", "A", 2)]


# The trace page


def test_the_trace_page_learns_in_which_livestream_a_lot_was_sold_and_forgets_it(sold: tuple[Product, Shop]) -> None:
    product, shop = sold
    lot(product, "A", 0, 9)
    session = builders.session("PH1", NOON + timedelta(days=1), products=[product], shops=[shop])
    buy(sold, 1, 1.01, 2)
    buy(sold, 2, 1.02, 3)
    buy(sold, 3, 1.9, 1)  # after it
    settle()
    told = LotSale.objects.values_list("lot__number", "session_code", "name_vi", "sold_on", "units")
    assert list(told) == [("A", "PH1", session.name_vi, day(1), 5)]
    Session.objects.filter(pk=session.pk).update(planned_start=NOON + timedelta(days=40), planned_end=NOON + timedelta(days=41))
    Session.objects.filter(pk=session.pk).update(actual_start=None, actual_end=None)
    settle()
    assert not LotSale.objects.exists()
