"""Phone numbers: written as E.164 in the database, as people write them on pages.

Vietnamese mobile numbers have nine digits after +84 and begin with 3, 5, 7, 8 or 9 (the numbering plan of Circular
22/2014/TT-BTTTT with the change of prefixes of 2018); a land line gets no text message, so it is none to sign in with.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

_SEPARATORS = re.compile(r"[\s.()\-\u00a0\u2010-\u2015]+")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_MOBILE = re.compile(r"[35789][0-9]{8}", re.ASCII)


class PhoneError(ValueError):
    """What was typed is no phone number that a text message reaches; the text says why, in the reader's language."""


def parse(text: str) -> str:
    """`0912 345 678`, `84912345678` or `+84 912.345.678` as `+84912345678`; numbers of other countries begin with +.

    Raises PhoneError.
    """
    digits = _SEPARATORS.sub("", text.strip())
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if digits.startswith("0"):
        digits = "+84" + digits[1:]
    elif re.fullmatch(r"84[35789][0-9]{8}", digits, re.ASCII):
        digits = "+" + digits
    if digits.startswith("+840"):  # +84 (0)912 …
        digits = "+84" + digits[4:]
    if digits.startswith("+84"):
        if not _MOBILE.fullmatch(digits[3:]):
            raise PhoneError(_("This is no mobile number of Vietnam: write its ten digits, for example 0912 345 678."))
    elif not _INTERNATIONAL.fullmatch(digits):
        raise PhoneError(_("This is no phone number: write it like 0912 345 678, or with + and the country for another one."))
    return digits


def shown(number: str) -> str:
    """`+84912345678` as `0912 345 678`; other countries' numbers as they are kept."""
    if number.startswith("+84") and len(number) == 12:
        return f"0{number[3:6]} {number[6:9]} {number[9:]}"
    return number


def masked(contact: str) -> str:
    """A phone number or e-mail address of which a colleague sees enough to tell it from others: `0912 *** 678`, `n***@example.vn`."""
    if "@" in contact:
        name, _at, host = contact.rpartition("@")
        return f"{name[:1]}***@{host}"
    number = shown(contact)
    return f"{number[:4]} *** {number[-3:]}" if len(number) >= 10 else "***"
