"""Ids of what the intake writes are taken a hundred at a time.

A file of 50,000 lines draws 220,000 ids; one by one that costs a few hundredths of the server's work. What is lost: ids are no longer given in the
order of commits across connections (they never were within a transaction), and a connection that ends leaves a gap. Nothing orders by
them alone: marks are taken whatever their id, the ledger is read by time.
"""

from django.db import migrations

TABLES = ("orders_order", "orders_orderline", "orders_ledgerentry", "orders_mark")


def cached(ids):
    return "".join(
        f"DO $$ BEGIN EXECUTE format('ALTER SEQUENCE %s CACHE {ids}', pg_get_serial_sequence('{table}', 'id')); END $$;" for table in TABLES
    )


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_shop_owners")]

    operations = [migrations.RunSQL(cached(100), cached(1))]
