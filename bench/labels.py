"""10,000 unique labels to PDF against the library `qrcode` making the 10,000 matrices alone, in one run, in turn.

- vs_matrices: median time of a whole run of labels (codes read from the database, symbols, words, pages, the file kept) ÷ median time
  that `qrcode` needs for the matrices of the same addresses at the same error level, without drawing anything.
- mb: peak memory of the process that drew, measured in a process of its own.

OCOP_BENCH_LABELS (10,000) and OCOP_BENCH_ROUNDS (3) make it smaller for a first look.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench._portal import ROOT, interleaved, portal

LABELS = int(os.environ.get("OCOP_BENCH_LABELS", "10000"))
ROUNDS = int(os.environ.get("OCOP_BENCH_ROUNDS", "3"))
# What a worker does, and what it took: draws one run and prints its peak memory in kB.
DRAW = """
import resource, sys
import django
django.setup()
from traceability.labels import services
assert services.draw_run(run_id=int(sys.argv[1]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def main() -> None:
    """Print a line a round, and the ratio and the peak on the last line."""
    with portal():
        from traceability.labels import services

        lot = _lot()
        services.label_units(lot=lot, count=LABELS, form="csv", sheet="", by=None)
        medians = interleaved({"labels": lambda: _print(lot), "matrices": lambda: _matrices(lot)}, rounds=ROUNDS)
        peaks = [_peak(lot) for _round in range(2)]
    print(f"labels vs_matrices={medians['labels'] / medians['matrices']:.3f} mb={statistics.median(peaks) / 1024:.0f}")


def _lot():  # type: ignore[no-untyped-def]
    from datetime import date

    from catalog.models import Producer, Product
    from traceability.models import Lot

    producer = Producer.objects.create(code="P", name="Hợp tác xã Nông nghiệp và Dịch vụ Ia Boòng")
    product = Product.objects.create(code="S", producer=producer, name_vi="Cà phê rang xay nguyên chất", gtin="9520000000011")
    return Lot.objects.create(product=product, number="L2026-11-01", made_on=date(2026, 11, 1), quantity=LABELS)


def _ordered(lot):  # type: ignore[no-untyped-def]
    """A run of all the lot's codes, printed again: the codes are made before the clock starts, for both sides."""
    from traceability.labels import services
    from traceability.models import LabelRun

    first = LabelRun.objects.filter(lot=lot).earliest("pk")
    LabelRun.objects.filter(pk=first.pk).update(form="pdf", sheet="a4-24")
    first.refresh_from_db()
    return services.print_again(run=first, first=1, last=LABELS, reason="bench", by=None)


def _print(lot) -> None:  # type: ignore[no-untyped-def]
    from traceability.labels import services

    assert services.draw_run(run_id=_ordered(lot).pk)


def _matrices(lot) -> None:  # type: ignore[no-untyped-def]
    import qrcode

    from traceability.labels.content import labels_of
    from traceability.models import LabelRun

    for label in labels_of(LabelRun.objects.filter(lot=lot).earliest("pk"), 1, LABELS):
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
        code.add_data(label.address)
        code.make()
        code.get_matrix()


def _peak(lot) -> int:  # type: ignore[no-untyped-def]
    run = _ordered(lot)
    done = subprocess.run([sys.executable, "-c", DRAW, str(run.pk)], cwd=ROOT, check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1])


if __name__ == "__main__":
    main()
