"""Values of GS1 Application Identifiers: their length, their characters, their check digits.

What each AI may hold comes from `biip` (the list of the GS1 General Specifications, section 3); it checks no check digit, so that is
done here (section 7.9: the same sum for every key). A value is refused for one reason, so that the answer can name it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from biip import ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier

from catalog.gtin import check_digit


class Reason(StrEnum):
    """Why a Digital Link is malformed."""

    STRUCTURE = "structure"
    LENGTH = "length"
    CHARACTERS = "characters"
    CHECK_DIGIT = "check_digit"
    VALUE = "value"
    ORDER = "order"
    DUPLICATE = "duplicate"
    RESTRICTED = "restricted"


class MalformedLinkError(ValueError):
    """No GS1 Digital Link; `ai` is the Application Identifier that is at fault, or empty."""

    def __init__(self, reason: Reason, ai: str = "") -> None:
        super().__init__(f"{reason} ({ai})" if ai else str(reason))
        self.reason = reason
        self.ai = ai


# The sets of the General Specifications, figures 7.11-1 (82), 7.11-2 (39) and 7.11-3 (64); N is digits.
_SETS = {
    "N": re.compile(r"[0-9]*"),
    "X": re.compile(r"[!\"%-?A-Z_a-z]*"),
    "Y": re.compile(r"[A-Z0-9/#-]*"),
    "Z": re.compile(r"[0-9A-Za-z_-]*"),
}
_PART = re.compile(r"(\[?)\+?([NXYZ])(\.\.)?(\d+)")
# How many leading digits end in a check digit.
_CHECKED = {"00": 18, "01": 14, "02": 14, "03": 14, "253": 13, "255": 13, "402": 17, "8003": 14, "8006": 14, "8017": 18, "8018": 18}
_CHECKED |= {f"41{last}": 13 for last in range(8)}


@dataclass(frozen=True)
class _Form:
    """What fits an AI: the characters of all its parts together, and how many there may be."""

    characters: re.Pattern[str]
    shortest: int
    longest: int
    whole: re.Pattern[str]


@cache
def _form(ai: str) -> _Form | None:
    """The form of an AI; None for what is no AI. Cached: there are some 540 of them."""
    try:
        known = GS1ApplicationIdentifier.extract(ai)
    except ParseError:
        return None
    if known.ai != ai:
        return None
    parts = _PART.findall(known.format)[1:]
    widest = next((kind for kind in "XYZ" if any(part[1] == kind for part in parts)), "N")
    shortest = sum(0 if optional else 1 if upto else int(length) for optional, _, upto, length in parts)
    return _Form(_SETS[widest], shortest, sum(int(part[3]) for part in parts), re.compile(known.pattern))


def is_identifier(ai: str) -> bool:
    """Whether it is an Application Identifier of the General Specifications."""
    return _form(ai) is not None


def check_value(ai: str, value: str) -> None:
    """Raises MalformedLinkError with the first reason for which the value does not fit the AI."""
    form = _form(ai)
    if form is None:
        raise MalformedLinkError(Reason.STRUCTURE, ai)
    if not form.characters.fullmatch(value):
        raise MalformedLinkError(Reason.CHARACTERS, ai)
    if not form.shortest <= len(value) <= form.longest:
        raise MalformedLinkError(Reason.LENGTH, ai)
    if not form.whole.match(ai + value):
        raise MalformedLinkError(Reason.VALUE, ai)
    end = _CHECKED.get(ai)
    if end is not None and check_digit(value[: end - 1]) != int(value[end - 1]):
        raise MalformedLinkError(Reason.CHECK_DIGIT, ai)
