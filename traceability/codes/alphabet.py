"""Crockford's base 32: digits and letters that a hand cannot confuse (no I, L, O, U), read in either case."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# 5 bits a character. A unit's serial must not be guessed: 65 bits. Lots and products are no secret: theirs need only be unlike.
UNIT_LENGTH = 13
LOT_LENGTH = 10
PRODUCT_LENGTH = 8
_READ = str.maketrans("OILoil", "011011", "- ")


def new_code(length: int) -> str:
    """A code of so many random characters."""
    bits = secrets.randbits(5 * length)
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(length))


def normalise(typed: str) -> str:
    """A code as we write it, from how people write it: lower case, O for 0, I and L for 1, dashes and spaces.

    Whether it has a meaning is not asked; a character outside the alphabet stays and makes the code unknown.
    """
    return typed.translate(_READ).upper()


def is_code(text: str) -> bool:
    """Whether it is written in the alphabet, in one of the lengths in use."""
    return len(text) in {UNIT_LENGTH, LOT_LENGTH, PRODUCT_LENGTH} and set(text) <= set(ALPHABET)
