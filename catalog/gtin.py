"""GTIN: the number under a product's bar code (GS1 General Specifications, sections 1.4, 2.1 and 7.9)."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext_noop

LENGTHS = (8, 12, 13, 14)
RESTRICTED = gettext_noop("Numbers that begin with 02, 04 or 20–29 are for use inside a shop; a product in trade has its own GTIN.")


class GtinError(ValueError):
    """Not a GTIN that a product in trade can have; `message` is an English sentence to be translated."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def check_digit(body: str) -> int:
    """The last digit of a GTIN whose other digits are `body`: weights 3 and 1 from the right."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return -total % 10


@lru_cache(maxsize=4096)
def parse(text: str, *, restricted: bool = False) -> str:
    """The GTIN in its one written form: 8 digits (GTIN-8), 13 (GTIN-13, also for GTIN-12), or 14 with a packaging digit.

    Spaces and dashes are dropped. For a GS1 Digital Link fill it up with zeros to 14 digits. A number kept for use inside a company or
    shop is refused unless `restricted`. Raises GtinError.
    """
    digits = text.replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in LENGTHS:
        raise GtinError(gettext_noop("A GTIN has 8, 12, 13 or 14 digits."))
    if check_digit(digits[:-1]) != int(digits[-1]):
        raise GtinError(gettext_noop("The last digit of the GTIN does not fit the others: a digit is mistyped."))
    significant = digits.lstrip("0")
    if not significant:
        raise GtinError(gettext_noop("A GTIN has 8, 12, 13 or 14 digits."))
    if len(digits) == 8 or (len(digits) == 14 and len(significant) <= 8):
        written = significant.zfill(8)
    elif len(digits) == 14 and digits[0] != "0":
        written = digits
    else:
        written = digits.zfill(14)[1:]
    if not restricted and is_restricted(written):
        raise GtinError(RESTRICTED)
    return written


def is_restricted(written: str) -> bool:
    """Whether a number as `parse` writes it is kept for use inside a company or a shop."""
    if len(written) == 8:
        # GTIN-8 that begin with 0 or 2 are kept for use inside one company.
        return written[0] in "02"
    thirteen = written[-13:]
    # 02 and 20–29: inside a company or a shop, and goods of variable measure; 04: inside a company.
    return thirteen[:2] in {"02", "04"} or thirteen[0] == "2"
