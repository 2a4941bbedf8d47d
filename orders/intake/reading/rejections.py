"""What can be wrong with one row, and how it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SHOWN = 60
"""A value is shown up to this many characters: enough to find it, short enough for a list."""

MESSAGES: dict[str, _StrPromise] = {
    "empty": _("“{column}” is empty."),
    "bad_id": _("“{value}” is not an identifier: up to 64 letters and digits without spaces are expected in “{column}”."),
    "phone": _("“{column}” holds a telephone number. It is a person's, so it is not kept: the order's own number is needed."),
    "digits_lost": _(
        "“{column}” is the number {value}: a spreadsheet program has rounded its last digits. Upload the file just as the platform gave it."
    ),
    "unknown_status": _("“{value}” is not a status we know. Nothing was guessed; tell the portal's administrator about it."),
    "bad_number": _("“{value}” in “{column}” is not a whole number."),
    "not_whole": _("“{value}” in “{column}” has decimals; whole numbers are expected (VND and units have none)."),
    "negative": _("“{column}” is negative: {value}."),
    "zero_units": _("“{column}” is 0; an order line has at least one unit."),
    "other_currency": _("“{value}” in “{column}” is not in VND, and amounts in another currency are not converted."),
    "too_big": _("“{value}” in “{column}” is too large to be true."),
    "too_big_together": _("With the other rows of the same product in this order “{column}” is more than {limit}, too large to be true."),
    "bad_date": _("“{value}” in “{column}” is not a date and time like 31/05/2024 09:56:09 or 2024-05-31 09:56:09."),
    "no_time": _(
        "“{value}” in “{column}” has no time of day. Where no day in the file has one, say so among the columns: "
        "tick “Days have no time of day” and upload the file again."
    ),
    "date_range": _("“{value}” in “{column}” lies in the future or before 2015."),
    "too_long": _("“{value}” in “{column}” is longer than {limit} characters."),
    "bad_text": _("“{column}” holds characters that cannot be stored."),
    "no_product": _("Neither “{column}” nor a product name says what was sold."),
    "returned_too_many": _("“{column}” is {value}, more than the units of the line."),
    "discount_too_large": _("“{column}” is {value}, more than the line is worth."),
    "columns_differ": _("The row has {value} columns where the header has {limit}: a separator or a quotation mark is out of place."),
    "bad_quotes": _("A quotation mark in this row is not closed, or a field is far too long."),
}


def rejection_message(code: str, *, column: str = "", value: str = "", limit: int | str = "") -> str:
    """The sentence for a rejected row, from what is stored of the rejection: a lazy string, translated when it is shown."""
    return cast("str", format_lazy(MESSAGES[code], column=column, value=value, limit=limit))


class Rejection(NamedTuple):
    """A data row that was not taken in.

    `row` is the row's number as the spreadsheet shows it (1 is the header), `column` the header concerned or "" for the whole row.
    `value_shown` is cut to 60 characters and only ever comes from a column that may be kept. `code` and `limit` are what to store to
    show the message in the reader's language. `cells` are the row's kept columns as (field, text or number), for a file to mend; none where
    the row could not be taken apart, because then nobody knows which column a cell is of.
    `faulty`: the fields whose cells could not be read.
    """

    row: int
    column: str
    value_shown: str
    code: str
    limit: int | str = ""
    cells: tuple[tuple[str, str | float], ...] = ()
    faulty: frozenset[str] = frozenset()

    @property
    def message(self) -> str:
        """The sentence, lazily translated."""
        return rejection_message(self.code, column=self.column, value=self.value_shown, limit=self.limit)
