"""The tables as CSV and as JSON: the same names in both, codes beside names, and a mark beside each figure."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from django.utils import timezone

from catalog.spreadsheets import inert
from dashboards.boards.names import Name
from dashboards.open_data.rows import CellRow, LivestreamRow, MonthRow, RegistryRow, Statistics

LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"

Record = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A table that is published: its columns in order, and its records."""

    columns: tuple[str, ...]
    records: Callable[[Statistics], Iterable[Record]]


_GROUP = ("group", "group_name_vi", "group_name_en")
_AMOUNTS = ("mark", "orders", "units", "net_vnd")


def _named(prefix: str, name: Name | None) -> Record:
    return {f"{prefix}_code": name.code if name else None, f"{prefix}_name": name.vi if name else None}


def _group_names(group: Name | None) -> Record:
    return dict(zip(_GROUP, (group.code, group.vi, group.en) if group else (None, None, None), strict=True))


def _registry(row: RegistryRow) -> Record:
    return _named("commune", row.commune) | _group_names(row.group) | {"stars": row.stars, "products": row.products}


def _livestream(row: LivestreamRow) -> Record:
    names = {"code": row.session.code, "name_vi": row.session.vi, "name_en": row.session.en}
    times = {"start": timezone.localtime(row.start).isoformat(), "end": timezone.localtime(row.end).isoformat()}
    return {
        **names,
        **times,
        "platform": row.platform,
        **_named("host", row.host),
        **_named("commune", row.commune),
        **_named("programme", row.programme),
        "is_demo": row.is_demo,
    }


def _amounts(cell: CellRow) -> Record:
    return {"mark": cell.mark, "orders": cell.orders, "units": cell.units, "net_vnd": cell.net}


def _day(moment: datetime | None) -> str | None:
    return timezone.localdate(moment).isoformat() if moment else None


def _month(row: MonthRow) -> Record:
    facts = {
        "published_on": _day(row.published_at),
        "shops": row.shops,
        "shops_complete": row.complete,
        "withdrawn_on": _day(row.withdrawn_at),
    }
    return {"month": f"{row.total.month:%Y-%m}", **_amounts(row.total), **facts}


def _group(cell: CellRow) -> Record:
    return {"month": f"{cell.month:%Y-%m}", **_group_names(cell.group), **_amounts(cell)}


TABLES: dict[str, Table] = {
    "registry": Table(("commune_code", "commune_name", *_GROUP, "stars", "products"), lambda told: map(_registry, told.registry)),
    "livestreams": Table(
        (
            *("code", "name_vi", "name_en", "start", "end", "platform", "host_code", "host_name"),
            *("commune_code", "commune_name", "programme_code", "programme_name", "is_demo"),
        ),
        lambda told: map(_livestream, told.livestreams),
    ),
    "months": Table(("month", *_AMOUNTS, "published_on", "shops", "shops_complete", "withdrawn_on"), lambda told: map(_month, told.months)),
    "groups": Table(("month", *_GROUP, *_AMOUNTS), lambda told: (_group(cell) for row in told.months for cell in row.groups)),
}


def csv_of(table: Table, told: Statistics) -> bytes:
    """UTF-8 with a byte order mark, one record a line; an empty cell is a figure that is hidden or not known: `mark` says which."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(table.columns)
    writer.writerows(_cells(table.columns, record) for record in table.records(told))
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _cells(columns: Sequence[str], record: Record) -> list[Any]:
    values = (record[name] for name in columns)
    return [inert(int(value) if isinstance(value, bool) else value) for value in values]
