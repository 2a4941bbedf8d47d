"""Telephone numbers and e-mail addresses are taken out of a text before it is kept: no personal data of buyers is stored."""

from __future__ import annotations

import re

MASK = "•••"
_EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>().,;:!?]+")
# Vietnamese numbers, 0 or +84 and 8 to 10 digits, however they are grouped; a GTIN or a serial does not begin like this.
_PHONE = re.compile(r"(?<![\w+])(?:\(?\+?84\)?|\(?0)[\s.\-]{0,2}\(?\d(?:[\s.\-()]{0,2}\d){7,9}(?!\w)")


def masked(text: str) -> str:
    """The text without what looks like a telephone number or an e-mail address."""
    return _PHONE.sub(MASK, _EMAIL.sub(MASK, text))
