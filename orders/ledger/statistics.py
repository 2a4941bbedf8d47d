"""What PostgreSQL's planner knows of the ledger's tables, right after much came in.

A file is merged in one transaction. Where autovacuum comes by in the middle of it, it counts the rows that nobody sees yet as none, and
until its next round (a minute) every plan is made for an empty table: a join of three tables then reads each of them for each row.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection

PAGES = 64  # of 8 kB; of smaller tables no plan is bad

# Rows are far shorter than a page: one that holds less than a row, as its statistics say, was filled since they were made.
_STALE = """
SELECT c.oid::regclass::text FROM pg_class c
WHERE c.oid = ANY (%(tables)s::regclass[]) AND c.relkind = 'r' AND pg_relation_size(c.oid) > %(pages)s * 8192
    AND c.reltuples < pg_relation_size(c.oid) / 8192
ORDER BY 1
"""


def renew_statistics() -> list[str]:
    """ANALYZE the tables of this app whose statistics were made before they were filled; their names."""
    tables = [model._meta.db_table for model in apps.get_app_config("orders").get_models()]
    with connection.cursor() as cursor:
        cursor.execute(_STALE, {"tables": tables, "pages": PAGES})
        stale = [name for (name,) in cursor.fetchall()]
        for name in stale:
            cursor.execute(f"ANALYZE {name}")
    return stale
