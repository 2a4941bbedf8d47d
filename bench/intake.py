"""The intake against four peers, on one server, on the same lines of a TikTok Shop export, then of a Shopee export.

- csv_vs_copy: time of a bare COPY of the resulting orders, lines, ledger entries and marks into empty tables with the same keys,
  indexes, checks and foreign keys, in one transaction ÷ time of the whole intake from the csv file to the committed merge.
- csv_vs_import_export: time of django-import-export with `use_bulk` (its quickest settings: no diff, no look-up of known rows) into
  one bare table of lines without an index ÷ time of our intake.
- csv_vs_import_export_default: the same with its default settings, known rows looked up by (order, SKU) through a unique index; on
  10,000 of the lines (it takes minutes for all), both sides counted per line.
- xlsx_vs_read: time that python-calamine needs merely to read the xlsx file ÷ time of the whole intake of that file.

- mb: peak memory (MB) of a process of its own that takes the csv file in by the command, start of Python and Django included.

All others are times faster (or the share of the floor's speed reached); medians of 5 interleaved rounds; the worse platform is told.
200,000 lines (50,000 for xlsx); OCOP_BENCH_LINES and OCOP_BENCH_ROUNDS make it smaller for a first look. Where the time goes: docs/intake.md.
"""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable
from datetime import date
from itertools import count, islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench._portal import ROOT, interleaved, portal

LINES = int(os.environ.get("OCOP_BENCH_LINES", "200000"))
ROUNDS = int(os.environ.get("OCOP_BENCH_ROUNDS", "5"))
DEFAULT_LINES = min(LINES, 10_000)
TABLES = ("orders_order", "orders_orderline", "orders_ledgerentry", "orders_mark")


PLATFORMS = ("tiktok", "shopee")


def main() -> None:
    """Print a line a round and platform, and on the last line the worse platform's ratio of the medians."""
    with portal(), tempfile.TemporaryDirectory() as folder:
        from catalog.models import Producer, Product

        producer = Producer.objects.create(code="BENCH", name="Bench")
        Product.objects.create(code="BENCH", producer=producer, name_vi="Bench")
        found = [measure(platform, Path(folder)) for platform in PLATFORMS]
    worst = {name: (max if name == "mb" else min)(figures[name] for figures in found) for name in found[0]}
    print(
        "intake"
        f" csv_vs_copy={worst['copy']:.3f} csv_vs_import_export={worst['bulk']:.2f} csv_vs_import_export_default={worst['default']:.1f}"
        f" xlsx_vs_read={worst['read']:.3f} mb={worst['mb']:.0f}"
    )


def measure(platform: str, folder: Path) -> dict[str, float]:
    """The ratios of one platform's medians, and the peak memory."""
    from orders.sampling import write_sample

    csv_file, xlsx_file = folder / f"{platform}.csv", folder / f"{platform}.xlsx"
    write_sample(csv_file, LINES, 1, "csv", platform=platform)
    write_sample(xlsx_file, min(LINES, 50_000), 1, "xlsx", platform=platform)
    ours = Intake(platform)
    memory = peak_megabytes(csv_file, platform)
    print(platform)
    median = interleaved(
        {
            "csv": lambda: ours.take_in(csv_file),
            "copy": copy_peer(ours, csv_file, platform),
            "import-export": import_export_peer(csv_file, platform, bulk=True, lines=LINES),
            "import-export default": import_export_peer(csv_file, platform, bulk=False, lines=DEFAULT_LINES),
            "xlsx": lambda: ours.take_in(xlsx_file),
            "read xlsx": lambda: read_xlsx(xlsx_file),
        },
        rounds=ROUNDS,
        before={"csv": ours.new_shop, "xlsx": ours.new_shop},
    )
    return {
        "copy": median["copy"] / median["csv"],
        "bulk": median["import-export"] / median["csv"],
        "default": (median["import-export default"] / DEFAULT_LINES) / (median["csv"] / LINES),
        "read": median["read xlsx"] / median["xlsx"],
        "mb": memory,
    }


class Intake:
    """The portal's own way, each time into a new shop whose SKUs are mapped: these are there before the file comes."""

    def __init__(self, platform: str) -> None:
        self.platform, self.numbers = platform, count(1)

    def new_shop(self) -> None:
        """The shop of the next file, and what its SKUs are."""
        from catalog.models import Producer, Product
        from orders.intake.reading.platform import plain
        from orders.models import Shop, SkuMapping
        from orders.sampling import sample_skus

        producer, product = Producer.objects.get(code="BENCH"), Product.objects.get(code="BENCH")
        code = f"BENCH-{self.platform}-{next(self.numbers)}"
        self.shop = Shop.objects.create(code=code, name="Bench", platform=self.platform, province_id="52", producer=producer)
        keys = [
            sku.sku_id if self.platform == "tiktok" else " / ".join(map(plain, (sku.product_name, sku.variation))) for sku in sample_skus()
        ]
        SkuMapping.objects.bulk_create(SkuMapping(shop=self.shop, line_key=key, product=product, since=date(2020, 1, 1)) for key in keys)

    def take_in(self, path: Path) -> Any:
        """The merged run of the file at `path`."""
        from orders.intake.services import take_in_file

        run = take_in_file(path=path, shop=self.shop, file_name=path.name, commit=True)
        assert (run.rejected, run.lines_new, run.unmapped) == (0, run.rows, 0), (run.rejected, run.lines_new, run.rows, run.unmapped)
        return run


_STARTED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_megabytes(csv_file: Path, platform: str) -> float:
    """The most memory that the command, in a process of its own, held at once while it took the file in."""
    from catalog.models import Producer
    from orders.models import Shop

    code = f"BENCH-MB-{platform}"
    Shop.objects.create(code=code, name="Bench", platform=platform, province_id="52", producer=Producer.objects.get(code="BENCH"))
    command = [sys.executable, str(ROOT / "manage.py"), "intake_orders", str(csv_file), "--shop", code, "--commit", "--json"]
    # Started by a small process: what is started by this one is counted as large as this one has grown, by the peers too.
    started = subprocess.run([sys.executable, "-c", _STARTED, *command], stdout=subprocess.PIPE, check=True)
    return int(started.stdout) / 1024


def copy_peer(ours: Intake, csv_file: Path, platform: str) -> Callable[[], None]:
    """COPY of what an intake of the file made, into tables made like the originals, foreign keys included."""
    from django.db import connection, transaction

    ours.new_shop()
    run = ours.take_in(csv_file)
    wanted = {
        "orders_order": f"SELECT * FROM orders_order WHERE run_id = {run.pk}",
        "orders_orderline": f"SELECT l.* FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id WHERE o.run_id = {run.pk}",
        "orders_ledgerentry": f"SELECT * FROM orders_ledgerentry WHERE run_id = {run.pk}",
        "orders_mark": f"SELECT m.* FROM orders_mark m JOIN orders_order o ON o.id = m.order_id WHERE o.run_id = {run.pk}",
    }
    rows: dict[str, io.BytesIO] = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"CREATE TABLE peer_{platform}_{table} (LIKE {table} INCLUDING ALL)")
        for table in TABLES:
            cursor.execute(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass", [table]
            )
            for name, original in cursor.fetchall():
                definition = re.sub(rf"REFERENCES ({'|'.join(TABLES)})\(", rf"REFERENCES peer_{platform}_\1(", original)
                cursor.execute(f'ALTER TABLE peer_{platform}_{table} ADD CONSTRAINT "peer_{name}" {definition}')
            rows[table] = io.BytesIO()
            cursor.cursor.copy_expert(f"COPY ({wanted[table]}) TO STDOUT", rows[table])

    def copy() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for table in TABLES:
                rows[table].seek(0)
                cursor.cursor.copy_expert(f"COPY peer_{platform}_{table} FROM STDIN", rows[table], size=1 << 18)

    def timed() -> None:
        copy()

    def emptied() -> None:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE " + ", ".join(f"peer_{platform}_{table}" for table in TABLES))

    return _before(emptied, timed)


PEER_COLUMNS = {
    "tiktok": {
        "order_id": "Order ID",
        "sku_id": "SKU ID",
        "status": "Order Status",
        "product_name": "Product Name",
        "variation": "Variation",
        "quantity": "Quantity",
        "returned": "Sku Quantity of return",
        "gross": "SKU Subtotal Before Discount",
        "platform_discount": "SKU Platform Discount",
        "seller_discount": "SKU Seller Discount",
        "created": "Created Time",
    },
    "shopee": {
        "order_id": "Mã đơn hàng",
        # Unique within an order of a sample, as a SKU id would be.
        "sku_id": "SKU phân loại hàng",
        "status": "Trạng Thái Đơn Hàng",
        "product_name": "Tên sản phẩm",
        "variation": "Tên phân loại hàng",
        "quantity": "Số lượng",
        "returned": "Số lượng sản phẩm được hoàn trả",
        "gross": "Giá gốc",
        "platform_discount": "Được Shopee trợ giá",
        "seller_discount": "Tổng số tiền được người bán trợ giá",
        "created": "Ngày đặt hàng",
    },
}


def import_export_peer(csv_file: Path, platform: str, *, bulk: bool, lines: int) -> Callable[[], None]:
    """django-import-export 4 from the csv text to a table of lines."""
    import tablib
    from django.db import connection, models
    from import_export import resources
    from import_export.fields import Field

    columns = PEER_COLUMNS[platform]
    table = f"bare_{platform}_{'bulk' if bulk else 'default'}"
    fields: dict[str, Any] = {name: models.TextField() for name in columns}
    constraints = [] if bulk else [models.UniqueConstraint(fields=["order_id", "sku_id"], name=f"{table}_key")]
    meta = type("Meta", (), {"app_label": "orders", "db_table": table, "constraints": constraints})
    model = type(f"Bare{platform}{'Bulk' if bulk else ''}", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})
    with connection.schema_editor() as editor:
        editor.create_model(model)

    options: dict[str, Any] = {"model": model, "fields": tuple(columns), "import_id_fields": ("order_id", "sku_id")}
    if bulk:
        options |= {"use_bulk": True, "batch_size": 1000, "skip_diff": True, "force_init_instance": True}
    resource_fields = {name: Field(attribute=name, column_name=header) for name, header in columns.items()}
    resource = type("LineResource", (resources.ModelResource,), {"Meta": type("Meta", (), options), **resource_fields})
    # Row 2 of TikTok's export describes the columns; the peer is given the file without it, and with headers in one form.
    above = 2 if platform == "tiktok" else 1
    with csv_file.open(encoding="utf-8-sig", newline="") as file:
        first, *rows = islice(csv.reader(file), lines + above)
    header, rows = [unicodedata.normalize("NFC", name) for name in first], rows[above - 1 :]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    content = text.getvalue()

    def emptied() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table}")

    def load() -> None:
        result = resource().import_data(tablib.Dataset().load(content, format="csv"), raise_errors=True)
        assert result.totals["new"] == lines, result.totals

    return _before(emptied, load)


def _before(prepare: Callable[[], None], action: Callable[[], None]) -> Callable[[], None]:
    """`action` with `prepare` done first; emptying a table takes milliseconds and is counted against nobody who matters."""

    def both() -> None:
        prepare()
        action()

    return both


def read_xlsx(path: Path) -> None:
    """Read every row of the first sheet, the quicker of calamine's two ways."""
    from python_calamine import CalamineWorkbook

    with path.open("rb") as file:
        rows = sum(1 for _ in CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).iter_rows())
    assert rows > 0


if __name__ == "__main__":
    main()
