"""Made-up order files of the platforms, with the quirks of real ones: for tests, benchmarks and trying things out."""

from __future__ import annotations

from .catalogue import SampleSku, sample_skus
from .files import Sample, sample_rows, write_sample
from .orders import PLANTED

__all__ = ["PLANTED", "Sample", "SampleSku", "sample_rows", "sample_skus", "write_sample"]
