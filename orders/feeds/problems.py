"""What can be wrong with a batch, and how its sender is told: by field, and never by repeating a value, which may be a person's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from orders.feeds.table import MOST_LINES, MOST_ORDERS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LISTED = 100
"""Problems beyond these are not told: the batch as a whole is wrong then."""
NAME_SHOWN = 60

WORDS: Final[dict[str, _StrPromise]] = {
    "unknown_field": _("There is no such field. What is not described is refused: buyers' names, phones and addresses are never taken."),
    "needed": _("This field is needed."),
    "not_text": _("A text is expected."),
    "not_whole": _("A whole number is expected, without quotation marks and without a decimal point."),
    "not_time": _("A time with its offset from UTC is expected, such as 2026-11-28T20:15:00+07:00."),
    "not_list": _("A list is expected."),
    "not_object": _("An object is expected."),
    "list_empty": _("At least one is expected."),
    "list_long": format_lazy(
        _("At most {orders} orders, and {lines} lines of an order, are taken at once."), orders=MOST_ORDERS, lines=MOST_LINES
    ),
    "duplicate_order": _("An order before this one has the same number; send each order once in a batch."),
    "empty": _("This field is empty."),
    "bad_id": _("Up to 64 letters, digits, “-” and “_” are expected."),
    "unknown_status": _("There is no such state."),
    "negative": _("The number is negative."),
    "zero_units": _("A line has at least one unit."),
    "too_big": _("The number is too large to be true."),
    "too_big_together": _("With the other lines of the same product in this order the number is too large to be true."),
    "date_range": _("The time lies in the future or before 2015."),
    "too_long": _("The text is too long."),
    "bad_text": _("The text holds characters that cannot be stored."),
    "no_product": _("Neither a SKU id nor a product name says what was sold."),
    "no_sku_id": _("Order files of this platform have no SKU id. Leave it out: there the product's name and variation are the line's key."),
    "discount_too_large": _("The discount is more than the line is worth."),
    "units_differ": _("Cancelled and delivered units are together more than the units of the line."),
    "returned_too_many": _("More units are returned than were delivered."),
    "cancelled_in_part": _("The state is cancelled, but not all units are cancelled or returned."),
    "unknown_place": _("There is no such code today, or the commune lies in another province."),
    "unknown_session": _("No livestream of that code sells through this shop."),
    "unknown_host": _("No host of that code owns this shop or leads a livestream that sells through it."),
}
_SAID_AS: Final = {"digits_lost": "bad_id", "phone": "bad_id", "bad_number": "not_whole", "bad_date": "not_time"}


class BodyError(ValueError):
    """The body is no batch at all; the text says why."""


class Problems(list[dict[str, str]]):
    """What is wrong with a batch: `field` (`orders[3].lines[0].units`), `code` and `message` of each problem, LISTED at most."""

    def __init__(self) -> None:
        super().__init__()
        self._fields: set[str] = set()

    def add(self, field: str, code: str) -> None:
        """One more; the first of each field counts."""
        if len(self) < LISTED and field not in self._fields:
            self._fields.add(field)
            said = _SAID_AS.get(code, code)
            self.append({"field": field, "code": said, "message": str(WORDS[said])})


class BatchError(ValueError):
    """The batch is refused as a whole: nothing of it was taken in."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def shown(name: str) -> str:
    """A field's name as far as it is repeated, without what no log or terminal should get."""
    return "".join(character if character.isprintable() else "?" for character in name[:NAME_SHOWN])
