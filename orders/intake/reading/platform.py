"""What we need to know of a platform's order file: its columns, states and quirks, as data."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as field_of
from types import MappingProxyType
from typing import Literal

Kind = Literal[
    "order_id",
    "sku_id",
    "text",
    "status",
    "cancel_kind",
    "units",
    "units_or_0",
    "vnd",
    "vnd_or_0",
    "vnd_or_none",
    "time",
    "time_or_none",
    "currency",
    "shop",
]
"""How a column is read: `*_or_0` and `*_or_none` say what an empty cell means; without it an empty cell rejects the row.

A *currency* other than VND rejects the row; a *shop* other than that of the first row refuses the file. Neither is kept.
"""

DateOrder = Literal["dmy", "mdy", "ymd"]

PLACED, SHIPPED, DELIVERED, COMPLETED, CANCELLED = range(5)
"""The states of a line, ranked: on a tie of two observations the later one wins."""
RETURNED = 5
"""What a word of a file may mean beside them: delivered, and all pieces of the row came back. Never a line's state: that is COMPLETED."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column that may be kept. A column that is not listed is never looked at.

    `field` is our name, `header` the platform's, exactly (after NFC). A file without a `needed` column is refused; without another
    one, its field stays empty.
    """

    field: str
    header: str
    kind: Kind
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform's order export.

    `sheet` is the worksheet's name in xlsx (else the first worksheet is read). `headers` are all the columns the platform is known to
    write; `columns` is the allow-list, and nothing else is read. `statuses` and
    `cancel_kinds` map what the file says, as `plain()` writes it, to our state and to "cancel" or "return". `has_descriptions`: the row
    below the headers may describe the columns. `marks` are headers by which such a file is recognised when another was expected.
    `status_beginnings`: states told by a sentence, known by how it begins. `returns_are_requests`: units sent back count only where the
    row's cancel kind says that the return was granted. A field `unit_price` (or `unit_platform_discount`) stands for one unit, and its
    line's `gross` (or `platform_discount`) is that times the units. `default_state` stands where the files have no column of states.

    Quirks of spreadsheets that are no platform's: `date_order` of days written with numbers (None: as platforms write them), `days_alone`:
    a day without a time of day counts as 00:00, `money_unit`: VND that an amount of 1 stands for (1 or 1,000).
    """

    code: str
    name: str
    sheet: str
    headers: tuple[str, ...]
    columns: tuple[Column, ...]
    statuses: Mapping[str, int]
    cancel_kinds: Mapping[str, str]
    has_descriptions: bool
    marks: frozenset[str]
    status_beginnings: Mapping[str, int] = field_of(default_factory=lambda: MappingProxyType({}))
    returns_are_requests: bool = False
    default_state: int = PLACED
    date_order: DateOrder | None = None
    days_alone: bool = False
    money_unit: int = 1

    def header_of(self, field: str) -> str | None:
        """The platform's header of our field; None where it has none."""
        return next((column.header for column in self.columns if column.field == field), None)


@dataclass(frozen=True, slots=True)
class OtherLayout:
    """A file that is not taken in, but common enough to be called by its name. `marks`: headers that all occur in it."""

    name: str
    marks: frozenset[str]


def clean_header(text: str) -> str:
    """A header as it is compared: NFC, without BOM, zero-width and outer white space. Case counts: some headers differ by it alone."""
    return unicodedata.normalize("NFC", text).strip(" \t\r\n\xa0\ufeff\u200b")


def plain(text: str) -> str:
    """A status or a product name as it is compared: NFC, case folded, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
