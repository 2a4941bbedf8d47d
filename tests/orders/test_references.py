"""Shops and runs that orders and the ledger name: as safe as by a foreign key, though they are looked up once a statement."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from orders.intake.models import IntakeRun
from orders.ledger.models import LedgerEntry, Order
from orders.shops.models import Shop
from tests.orders.observations import EPOCH, File, Seen, hours, take_in
from tests.orders.test_merge import make_shop

pytestmark = pytest.mark.django_db
NOBODY = 999_999_999
INSERT = "INSERT INTO orders_order (shop_id, number, placed_at, shipping_provider, exported_at, run_id)"


@pytest.fixture
def shop() -> Shop:
    """A shop with an order of one line and one entry, and a run that staged nothing."""
    shop = make_shop()
    take_in(shop, File(EPOCH + hours(1), (Seen(),)))
    IntakeRun.objects.create(shop=shop, platform=shop.platform, file_name="empty.csv", exported_at=EPOCH)
    return shop


@pytest.mark.parametrize(
    "statement",
    [
        # two rows, one of them wrong
        f"{INSERT} SELECT s.shop, s.number, now(), '', now(), r.id"
        f" FROM orders_intakerun r, LATERAL (VALUES (r.shop_id, 'a' || r.id), ({NOBODY}, 'b')) s (shop, number)",
        f"{INSERT} SELECT r.shop_id, 'a', now(), '', now(), {NOBODY} FROM orders_intakerun r LIMIT 1",
        f"UPDATE orders_order SET shop_id = {NOBODY}",
        f"UPDATE orders_order SET run_id = {NOBODY}",
        "INSERT INTO orders_ledgerentry (line_id, kind, units, amount, happened_at, learned_at, run_id)"
        f" SELECT line_id, kind, units, amount, happened_at, now(), {NOBODY} FROM orders_ledgerentry",
        "DELETE FROM orders_intakerun WHERE state = 'merged'",
        f"UPDATE orders_intakerun SET id = {NOBODY} WHERE state = 'merged'",
        f"UPDATE orders_shop SET id = {NOBODY}",
        "DELETE FROM orders_shop",
    ],
)
def test_nothing_can_name_what_does_not_exist(shop: Shop, statement: str) -> None:
    before = Order.objects.count(), LedgerEntry.objects.count(), IntakeRun.objects.count(), Shop.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert (Order.objects.count(), LedgerEntry.objects.count(), IntakeRun.objects.count(), Shop.objects.count()) == before


def test_what_nobody_names_can_go(shop: Shop) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM orders_intakerun WHERE state <> 'merged'")
        assert cursor.rowcount == 1
    other = make_shop("other")
    other.delete()
    assert list(Shop.objects.all()) == [shop]
