"""What reading the largest files costs in memory, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

import pytest

from orders.sampling import files, sample_rows, sample_skus
from tests.orders.order_files import LOCAL

MEASURE = """
import resource, sys
from pathlib import Path
from django.conf import settings
settings.configure(USE_I18N=False)
from orders.intake.reading import read_observations
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
reading = read_observations(Path(sys.argv[1]), file_name="orders")
for chunk in reading.chunks():
    pass
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(reading.rows, reading.rejected, (after - before) // 1024)
"""


@pytest.mark.parametrize(("name", "rows"), [("orders.csv", 200_000), ("orders.xlsx", 50_000)])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str, rows: int) -> None:
    path = tmp_path / name
    # The same orders again and again: quicker to write, and no easier to read.
    end = datetime(2026, 11, 1, tzinfo=LOCAL)
    made = list(sample_rows(rows=5_000, seed=4, skus=sample_skus(), start=end - timedelta(90), end=end, language="vi", observed_at=end))
    write = {".csv": files.write_csv, ".xlsx": files.write_xlsx}[path.suffix]
    write(path, islice(cycle(made), rows), files.LAYOUTS["tiktok"])
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    read, rejected, megabytes = map(int, measured.stdout.split())
    assert (read, rejected) == (rows, 0)
    # Measured: about 20 MB. A reader that holds the sheet needs over 200.
    assert megabytes < 60
