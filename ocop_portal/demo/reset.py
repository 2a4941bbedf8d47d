"""Empties the portal's own tables: everything but places, OCOP groups and sets, and the first rules of attribution and of periods."""

from __future__ import annotations

from django.apps import apps
from django.contrib.sessions.models import Session as SignIn
from django.core.cache import cache
from django.db import connection, transaction

from orders.marks.locks import FACTS_LOCK, FOLD_LOCK
from orders.models import IntakeRun, LedgerEntry, OrderLine
from traceability.scans.queue import forget_waiting

OWN_APPS = ("accounts", "catalog", "traceability", "livestreams", "orders", "dashboards")
# Reference data, loaded by migrations and load_reference. TRUNCATE … CASCADE reaches none of them: they point at each other alone.
KEPT = ("catalog_ocopgroup", "catalog_ocopset", "dashboards_reportingrule")
# Rules of attribution name who made them, so it reaches these: those that nobody made came by a migration, and are put back.
SET_ASIDE = "CREATE TEMP TABLE first_rules ON COMMIT DROP AS SELECT * FROM orders_attributionrule WHERE made_by_id IS NULL"
PUT_BACK = """
INSERT INTO orders_attributionrule SELECT * FROM first_rules;
SELECT setval(pg_get_serial_sequence('orders_attributionrule', 'id'), max(id)) FROM orders_attributionrule
"""


def tables() -> list[str]:
    """The tables that a reset empties, by name."""
    found = (
        model._meta.db_table
        for app in OWN_APPS
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    )
    # Sign-ins go too: ids start anew, and nobody may come back as somebody else.
    return sorted({*found, SignIn._meta.db_table}.difference(KEPT))


@transaction.atomic
def empty_portal() -> None:
    """Empty them in one transaction, with the ledger's guards off for it alone.

    Takes the fold's locks first, so that no fold is half way. Tokens of users go with the users.
    """
    quote = connection.ops.quote_name
    guarded = [quote(model._meta.db_table) for model in (LedgerEntry, OrderLine, IntakeRun)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLD_LOCK])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FACTS_LOCK])
        # A failure in between rolls this back too: the ledger is never left unguarded.
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(SET_ASIDE)
        cursor.execute(f"TRUNCATE {', '.join(map(quote, tables()))} RESTART IDENTITY CASCADE")
        cursor.execute(PUT_BACK)
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    # Snapshot numbers start anew as well: a board kept under an old one must not be shown for a new one.
    transaction.on_commit(cache.clear, robust=True)
    # Ids start anew: a scan that waits would count for something else.
    transaction.on_commit(forget_waiting, robust=True)
