"""The life of an order: each change with the time it happened and the time we learned of it, whatever came late or went backwards."""

from __future__ import annotations

import pytest
from django.db.models import F

from orders.ledger.life import Happening, Kind, life_of
from orders.models import LedgerEntry, LineState, Order, OrderLine, StagedRow
from tests.orders.observations import EPOCH, File, Seen, hours, take_in
from tests.orders.test_merge import make_shop

pytestmark = pytest.mark.django_db
PLACED, SHIPPED, DELIVERED, COMPLETED, CANCELLED = LineState.values


def life(*, whole: bool = True) -> list[Happening]:
    """That of the only order."""
    order = Order.objects.get()
    return life_of(order, list(order.lines.values_list("pk", flat=True)), whole=whole)


def told(*, whole: bool = True) -> list[tuple[Kind, float, int, int]]:
    """Kind, hours since EPOCH, pieces and amount."""
    return [(one.kind, (one.happened_at - EPOCH).total_seconds() / 3600, one.pieces, one.amount) for one in life(whole=whole)]


def test_placed_shipped_delivered_each_with_both_dates() -> None:
    shop = make_shop()
    first = take_in(shop, File(EPOCH + hours(24), (Seen(state=PLACED),)))
    second = take_in(shop, File(EPOCH + hours(48), (Seen(state=SHIPPED),)))
    StagedRow.objects.filter(run=second).update(shipped_at=EPOCH + hours(30))
    third = take_in(shop, File(EPOCH + hours(96), (Seen(state=COMPLETED, delivered=1, delivered_at=EPOCH + hours(70)),)))
    assert told() == [(Kind.PLACED, 0, 1, 100_000), (Kind.SHIPPED, 30, 0, 0), (Kind.DELIVERED, 70, 1, 100_000)]
    learned = [one.learned_at for one in life()]
    assert learned[1] == second.merged_at
    entries = LedgerEntry.objects.order_by("pk").values_list("run", "learned_at")
    assert list(entries) == [(first.pk, learned[0]), (third.pk, learned[2])]


def test_partial_returns_over_several_files_are_one_entry_each() -> None:
    shop = make_shop()
    bought = {"state": COMPLETED, "units": 4, "delivered": 4, "delivered_at": EPOCH + hours(20)}
    for hour, returned in ((48, 0), (72, 1), (96, 1), (120, 3)):
        take_in(shop, File(EPOCH + hours(hour), (Seen(returned=returned, **bought),)))  # type: ignore[arg-type]
    assert told() == [
        (Kind.PLACED, 0, 4, 100_000),
        (Kind.DELIVERED, 20, 4, 100_000),
        (Kind.RETURNED, 72, 1, 25_000),
        (Kind.RETURNED, 120, 2, 50_000),
    ]


def test_an_exchange_is_a_return_and_a_line_that_was_added_later() -> None:
    shop = make_shop()
    sent = Seen(key="x", state=COMPLETED, delivered=1, delivered_at=EPOCH + hours(20))
    take_in(shop, File(EPOCH + hours(48), (sent,)))
    back = Seen(key="x", state=COMPLETED, delivered=1, returned=1, delivered_at=EPOCH + hours(20))
    take_in(shop, File(EPOCH + hours(72), (back, Seen(key="y", state=SHIPPED))))
    names = dict(OrderLine.objects.values_list("pk", "key"))
    assert [(one.kind, names.get(one.line or 0)) for one in life()] == [
        (Kind.PLACED, "x"),
        (Kind.ADDED, "y"),
        (Kind.DELIVERED, "x"),
        (Kind.RETURNED, "x"),
        (Kind.SHIPPED, "y"),
    ]
    assert LedgerEntry.objects.count() == 4


def test_money_back_without_goods_back_moves_no_unit_and_is_told() -> None:
    shop = make_shop()
    bought = Seen(state=COMPLETED, delivered=1, delivered_at=EPOCH + hours(20))
    for hour, refund in ((48, None), (72, 40_000), (96, 40_000), (120, 60_000)):
        run = take_in(shop, File(EPOCH + hours(hour), (bought,)))
        StagedRow.objects.filter(run=run).update(order_refund=refund)
    assert told() == [
        (Kind.PLACED, 0, 1, 100_000),
        (Kind.DELIVERED, 20, 1, 100_000),
        (Kind.REFUNDED, 72, 0, 40_000),
        (Kind.REFUNDED, 120, 0, 60_000),
    ]
    # The platform's sum is of the whole order: whoever sees a part of it does not see that.
    assert Kind.REFUNDED not in {kind for kind, *_rest in told(whole=False)}


def test_a_cancelled_line() -> None:
    shop = make_shop()
    take_in(shop, File(EPOCH + hours(48), (Seen(),)))
    take_in(shop, File(EPOCH + hours(72), (Seen(state=CANCELLED, cancelled=1, cancelled_at=EPOCH + hours(50)),)))
    assert told() == [(Kind.PLACED, 0, 1, 100_000), (Kind.CANCELLED, 50, 1, 100_000)]


def test_a_state_that_goes_backwards_is_told_and_corrected_by_entries() -> None:
    shop = make_shop()
    take_in(shop, File(EPOCH + hours(48), (Seen(state=DELIVERED, delivered=1, delivered_at=EPOCH + hours(40)),)))
    take_in(shop, File(EPOCH + hours(72), (Seen(state=SHIPPED),)))
    assert told() == [
        (Kind.PLACED, 0, 1, 100_000),
        (Kind.DELIVERED, 40, 1, 100_000),
        (Kind.DELIVERED, 40, -1, -100_000),
        (Kind.SHIPPED, 72, 0, 0),
        (Kind.TAKEN_BACK, 72, 0, 0),
    ]
    assert [(one.before, one.state) for one in life() if one.kind == Kind.TAKEN_BACK] == [(DELIVERED, SHIPPED)]
    assert OrderLine.objects.filter(state=SHIPPED, delivered_units=0).count() == 1


def test_a_late_file_tells_of_something_earlier_and_changes_no_state() -> None:
    shop = make_shop()
    later = Seen(state=COMPLETED, units=2, delivered=2, returned=1, delivered_at=EPOCH + hours(20))
    take_in(shop, File(EPOCH + hours(96), (later,)))
    take_in(shop, File(EPOCH + hours(48), (Seen(state=SHIPPED, units=2),)))
    late = take_in(shop, File(EPOCH + hours(72), (later,)))
    happened = [(one.kind, one.happened_at, one.pieces) for one in life() if one.kind == Kind.RETURNED]
    assert happened == [
        (Kind.RETURNED, EPOCH + hours(72), 1),
        (Kind.RETURNED, EPOCH + hours(96), 1),
        (Kind.RETURNED, EPOCH + hours(96), -1),
    ]
    # Shipped was learned of last, and stands where it happened.
    assert [(one.happened_at) for one in life() if one.kind == Kind.SHIPPED] == [EPOCH + hours(48)]
    assert Kind.TAKEN_BACK not in {one.kind for one in life()}
    assert LedgerEntry.objects.filter(run=late).exclude(happened_at=F("learned_at")).count() == 2
