"""One index for the days of a product's scans, with the counts, instead of two without; nobody waits for it.

Where a product of a country was looked for day by day, `scans_of_a_day` was read for all products. An index that holds the counts spares
the rows, as long as a vacuum came by after they were written: by default that would be once a fifth of the table is new, after months.
"""

from __future__ import annotations

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

# Rows written anew and for the first time between two vacuums.
ROWS = 10_000
_OPTIONS = ("autovacuum_vacuum_scale_factor", "autovacuum_vacuum_insert_scale_factor")
_THRESHOLDS = ("autovacuum_vacuum_threshold", "autovacuum_vacuum_insert_threshold")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("traceability", "0012_often_scanned_cleared")]

    operations = [
        AddIndexConcurrently(
            "scancount", models.Index(fields=["product", "day"], include=["scans", "visits"], name="scans_of_a_product")
        ),
        RemoveIndexConcurrently("scancount", "scans_of_a_day"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "scancount",
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="scan_counts", to="catalog.product", db_index=False
                    ),
                )
            ],
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX CONCURRENTLY IF EXISTS traceability_scancount_product_id_22691c18",
                    "CREATE INDEX CONCURRENTLY traceability_scancount_product_id_22691c18 ON traceability_scancount (product_id)",
                )
            ],
        ),
        migrations.RunSQL(
            f"ALTER TABLE traceability_scancount SET ({', '.join([f'{name} = 0' for name in _OPTIONS] + [f'{name} = {ROWS}' for name in _THRESHOLDS])})",
            f"ALTER TABLE traceability_scancount RESET ({', '.join(_OPTIONS + _THRESHOLDS)})",
        ),
    ]
