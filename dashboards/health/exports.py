"""Data health as a table of files: a row for each thing that is ill."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from django.utils.translation import gettext as _

from dashboards.exports.tables import Column
from dashboards.exports.workbook import Kind
from dashboards.health.words import Ill, Row

IllRow: TypeAlias = tuple[Ill, Row]


def ill_rows(ills: Sequence[Ill]) -> list[IllRow]:
    """Every row of every kind, in the order of the page."""
    return [(ill, row) for ill in ills for row in ill.rows]


def ill_columns() -> list[Column[IllRow]]:
    """The columns of a thing that is ill."""
    return [
        Column(_("Kind"), lambda pair: pair[0].title, Kind.LONG),
        Column(_("Of what"), lambda pair: pair[0].of),
        Column(_("Name"), lambda pair: pair[1].name, Kind.LONG),
        Column(_("Detail"), lambda pair: pair[1].detail, Kind.LONG),
        Column(_("What is known"), lambda pair: pair[1].known, Kind.LONG),
        Column(_("Remedy"), lambda pair: pair[0].remedy, Kind.LONG),
    ]
