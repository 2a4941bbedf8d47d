"""The merge: whatever the order of arrival, the ledger says what all files together say."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livestreams.models import Organisation
from orders.ledger.models import LedgerEntry, Order, OrderLine
from orders.marks.models import Mark
from orders.shops.models import Shop
from places.models import Province
from tests.orders.observations import EPOCH, File, Seen, expected_ledger, hours, ledger_of, lines_of, rolled_back, take_in

pytestmark = pytest.mark.django_db


def make_shop(code: str = "S", *, platform: str = "tiktok") -> Shop:
    """A partner's shop in Gia Lai."""
    partner, _ = Organisation.objects.get_or_create(code="P", defaults={"kind": "company", "name_vi": "P"})
    return Shop.objects.create(code=code, name=code, platform=platform, province=Province.objects.get(code="52"), partner=partner)


@st.composite
def observations(draw: st.DrawFn) -> Seen:
    """Any row a reader could let through, over few orders and keys so that files overlap."""
    units = draw(st.integers(1, 4))
    cancelled = draw(st.integers(0, units))
    delivered = draw(st.sampled_from([0, units - cancelled]))
    at = st.sampled_from([None, None, EPOCH + hours(30), EPOCH + hours(40)])
    gross = draw(st.integers(0, 1000))
    return Seen(
        number=draw(st.sampled_from(["A", "B"])),
        key=draw(st.sampled_from(["x", "y"])),
        state=draw(st.integers(0, 4)),
        units=units,
        gross=gross,
        seller_discount=draw(st.integers(0, gross)),
        cancelled=cancelled,
        delivered=delivered,
        returned=draw(st.integers(0, delivered)),
        placed_at=EPOCH + hours(draw(st.sampled_from([0, 0, 0, 1]))),
        delivered_at=draw(at) if delivered else None,
        cancelled_at=draw(at) if cancelled else None,
    )


def files() -> st.SearchStrategy[list[File]]:
    """Up to four files, some exported at the same moment."""
    moments: st.SearchStrategy[datetime] = st.sampled_from([EPOCH + hours(h) for h in (48, 72, 96)])
    rows = st.lists(observations(), min_size=1, max_size=4).map(tuple)
    return st.lists(st.builds(File, exported_at=moments, rows=rows), min_size=1, max_size=4)


@pytest.mark.slow
@pytest.mark.no_cover
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(arrivals=files(), data=st.data())
def test_any_order_of_arrival_gives_the_ledger_of_all_files(arrivals: list[File], data: st.DataObject) -> None:
    with rolled_back():
        shop, other = make_shop("one"), make_shop("two")
        for file in arrivals:
            take_in(shop, file)
        for file in data.draw(st.permutations(arrivals)):
            take_in(other, file)
        expected = expected_ledger(arrivals)
        assert ledger_of(shop) == expected
        assert ledger_of(other) == expected
        assert lines_of(shop) == lines_of(other)
        before = LedgerEntry.objects.count()
        take_in(shop, arrivals[-1])
        assert ledger_of(shop) == expected
        assert LedgerEntry.objects.count() == before, "the same file again writes no entry"


def test_first_file_counts_and_marks() -> None:
    shop = make_shop()
    run = take_in(shop, File(EPOCH + hours(1), (Seen(key="x"), Seen(key="y", units=2), Seen(number="2", key="x"))))
    assert (run.orders_new, run.lines_new, run.orders_changed, run.lines_changed, run.unchanged, run.unmapped) == (2, 3, 0, 0, 0, 3)
    assert (Order.objects.count(), OrderLine.objects.count(), Mark.objects.count()) == (2, 3, 2)


def test_same_file_again_changes_nothing_and_marks_nothing() -> None:
    shop = make_shop()
    file = File(EPOCH + hours(1), (Seen(key="x", state=3, delivered=1), Seen(key="y")))
    take_in(shop, file)
    Mark.objects.all().delete()
    run = take_in(shop, file)
    assert (run.orders_new, run.lines_new, run.orders_changed, run.lines_changed, run.unchanged) == (0, 0, 0, 0, 2)
    assert Mark.objects.count() == 0


def test_older_file_after_newer_changes_no_state_but_dates_the_return() -> None:
    shop = make_shop()
    newer = Seen(state=3, units=2, delivered=2, returned=1, delivered_at=EPOCH + hours(20))
    take_in(shop, File(EPOCH + hours(72), (newer,)))
    take_in(shop, File(EPOCH + hours(48), (newer,)))
    returned = {
        (entry.happened_at, entry.units, entry.amount)
        for entry in LedgerEntry.objects.filter(line__order__shop=shop, kind=3).order_by("pk")
    }
    assert returned == {(EPOCH + hours(72), 1, 50_000), (EPOCH + hours(72), -1, -50_000), (EPOCH + hours(48), 1, 50_000)}


def test_value_taken_off_is_the_floor_of_the_share() -> None:
    shop = make_shop()
    take_in(shop, File(EPOCH + hours(48), (Seen(state=3, units=3, gross=100, delivered=3, returned=1),)))
    take_in(shop, File(EPOCH + hours(72), (Seen(state=3, units=3, gross=100, delivered=3, returned=2),)))
    amounts = list(LedgerEntry.objects.filter(line__order__shop=shop, kind=3).order_by("happened_at").values_list("units", "amount"))
    assert amounts == [(1, 33), (1, 33)]


def test_ledger_is_append_only() -> None:
    take_in(make_shop(), File(EPOCH + hours(1), (Seen(),)))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE stumbles over the pending foreign keys first
    for statement in (
        "UPDATE orders_ledgerentry SET amount = 1",
        "DELETE FROM orders_ledgerentry",
        "TRUNCATE orders_ledgerentry CASCADE",
    ):
        with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize("table", ["orders_orderline", "orders_intakerun"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_the_ledger_names_stays(table: str, statement: str) -> None:
    take_in(make_shop(), File(EPOCH + hours(1), (Seen(),)))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(InternalError, match="none is ever deleted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_an_order_does_not_go_without_its_lines() -> None:
    take_in(make_shop(), File(EPOCH + hours(1), (Seen(),)))
    with pytest.raises(IntegrityError, match="orders_orderline"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM orders_order")
