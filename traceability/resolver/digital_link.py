"""A GS1 Digital Link read: key, qualifiers in their order, attributes (GS1 Digital Link URI syntax 1.6, sections 4 and 5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from catalog import gtin
from traceability.resolver.identifiers import MalformedLinkError, Reason, check_value, is_identifier

GTIN, VARIANT, LOT, SERIAL = "01", "22", "10", "21"
# Primary keys and their qualifiers in the order in which they must stand. (235) stands in the place of lot and serial.
KEYS: Mapping[str, tuple[str, ...]] = {
    "00": (),
    GTIN: (VARIANT, LOT, SERIAL, "235"),
    "253": (),
    "255": (),
    "401": (),
    "402": (),
    **{f"41{last}": () for last in (0, 1, 2, 3, 6)},
    "414": ("254", "7040"),
    "415": ("8020",),
    "417": ("7040",),
    "8003": (),
    "8004": ("7040",),
    "8006": (VARIANT, LOT, SERIAL),
    "8010": ("8011",),
    "8013": (),
    "8017": ("8019",),
    "8018": ("8019",),
}


class OtherFormError(Exception):
    """A GTIN of 8, 12 or 13 digits: the same link with 14 digits is at `path`."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True)
class DigitalLink:
    """A link that is well formed; whether anybody knows its key is another question."""

    key: str
    value: str
    qualifiers: Mapping[str, str]

    @cached_property
    def path(self) -> str:
        """The link's own path, without attributes and trailing slash."""
        pairs = [(self.key, self.value), *self.qualifiers.items()]
        return "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in pairs)


def read(path: str, query: Iterable[tuple[str, str]] = ()) -> DigitalLink:
    """The link at a path (as the server hands it over: percent signs resolved), with the parameters of its query string.

    A trailing slash is tolerated. Raises MalformedLinkError, and OtherFormError for a shorter GTIN.
    """
    segments = path.removeprefix("/").removesuffix("/").split("/")
    key = segments[0]
    if key not in KEYS or len(segments) % 2 or not all(segments):
        raise MalformedLinkError(Reason.STRUCTURE, key if is_identifier(key) else "")
    pairs = list(zip(segments[::2], segments[1::2], strict=True))
    value = pairs[0][1]
    shorter = key == GTIN and value.isascii() and value.isdigit() and len(value) in gtin.LENGTHS
    if shorter:
        value = value.zfill(14)
    check_value(key, value)
    if key == GTIN:
        _refuse_restricted(value)
    qualifiers = _qualifiers(key, pairs[1:])
    _check_attributes({key, *qualifiers}, query)
    link = DigitalLink(key, value, qualifiers)
    if shorter and value != pairs[0][1]:
        raise OtherFormError(link.path)
    return link


def _refuse_restricted(value: str) -> None:
    """02, 04 and 20–29 are used inside companies and shops: such a number names a thing of ours by accident only."""
    try:
        gtin.parse(value)
    except gtin.GtinError as error:
        raise MalformedLinkError(Reason.RESTRICTED, GTIN) from error


def _qualifiers(key: str, pairs: list[tuple[str, str]]) -> dict[str, str]:
    allowed = KEYS[key]
    found: dict[str, str] = {}
    for ai, value in pairs:
        if ai == key or ai in found:
            raise MalformedLinkError(Reason.DUPLICATE, ai)
        if ai not in allowed:
            raise MalformedLinkError(Reason.STRUCTURE, ai)
        if any(allowed.index(ai) < allowed.index(before) for before in found):
            raise MalformedLinkError(Reason.ORDER, ai)
        if ai == "235" and {LOT, SERIAL} & found.keys():
            raise MalformedLinkError(Reason.STRUCTURE, ai)
        check_value(ai, value)
        found[ai] = value
    return found


def _check_attributes(in_path: set[str], query: Iterable[tuple[str, str]]) -> None:
    """A parameter whose name is digits alone is an AI and must be a good one; other names are nobody's business here."""
    seen = set(in_path)
    for name, value in query:
        if not (name.isascii() and name.isdigit()):
            continue
        if name in seen:
            raise MalformedLinkError(Reason.DUPLICATE, name)
        seen.add(name)
        check_value(name, value)
