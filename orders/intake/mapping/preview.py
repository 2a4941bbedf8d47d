"""What the first rows of a file are once read by a mapping that nobody has confirmed yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orders.intake.mapping.layout import layout_of, state_words
from orders.intake.mapping.models import ColumnMapping
from orders.intake.reading import OBSERVATION_FIELDS, Rejection, read_observations

ROWS_SHOWN = 10
REASONS_SHOWN = 5


@dataclass(frozen=True)
class Preview:
    """`rows`: the first ones as read (names as in OBSERVATION_FIELDS, and `state_words`); `rejected` of the `looked_at` first ones."""

    rows: list[dict[str, Any]]
    rejected: int
    reasons: list[Rejection]
    looked_at: int


def preview_of(mapping: ColumnMapping, path: Path, *, file_name: str) -> Preview:
    """Reads no more than the first thousand rows. Raises an `UnreadableFile`."""
    chunk = next(read_observations(path, file_name=file_name, platform=layout_of(mapping)).chunks())
    rows = [dict(zip(OBSERVATION_FIELDS, seen, strict=True)) for seen in chunk.accepted[:ROWS_SHOWN]]
    return Preview(
        rows=[{**row, "state_words": state_words(row["state"], units=row["units"], returned_units=row["returned_units"])} for row in rows],
        rejected=len(chunk.rejected),
        reasons=chunk.rejected[:REASONS_SHOWN],
        looked_at=len(chunk.accepted) + len(chunk.rejected),
    )
