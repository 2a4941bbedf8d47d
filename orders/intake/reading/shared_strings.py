"""The table of texts that the cells of a workbook may point into.

It holds the buyers' columns too, so its entries stay undecoded bytes; only what a cell of a kept column points to is ever decoded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from .cells import text_content, text_of
from .container import MOST_BYTES, Parts
from .errors import DamagedFile, FileTooLarge

MOST_STRINGS = 4_000_000
LONGEST_STRING = 2 << 20
LONGEST_TEXT = 40_000

_ITEM = re.compile(rb"<si\b[^>]*?(?:/>|>(<t[^>]*>[^<]*</t>(?=</si>)|.*?)</si>)", re.DOTALL)


class SharedStrings:
    """The table in the part `name`, or an empty one for None."""

    def __init__(self, parts: Parts, name: str | None) -> None:
        self._file_name = parts.file_name
        self._items: list[bytes] = []
        if name is not None:
            parts.admit(name)
            self._items = _load(parts, name)

    def text(self, index: int) -> str:
        """An entry's text; ValueError where there is no such entry."""
        if not 0 <= index < len(self._items):
            raise ValueError(f"no shared string {index}")
        item = self._items[index]
        if len(item) > LONGEST_TEXT:
            # More than a cell can hold. Its beginning shows what it is, and a million cells may point here.
            return item[:LONGEST_TEXT].decode(errors="replace")
        return text_content(item)


def _load(parts: Parts, name: str) -> list[bytes]:
    items: list[bytes] = []
    rest = b""
    for block in parts.blocks(name):
        text = rest + block
        # A comment or CDATA could hold "</si>"; a prefix would hide the items from the pattern. Both are valid, and rare.
        if (b"!" in text and b"<!" in text) or b":si>" in text:
            return _load_by_parser(parts, name)
        cut = max(text.rfind(b"</si>"), text.rfind(b"<si/>")) + 5
        if cut > 4:
            items += _ITEM.findall(text, 0, cut)
            rest = text[cut:]
        else:
            rest = text
        _check(parts, len(items), len(rest))
    if b"</sst>" not in rest and b"<sst" not in rest:
        raise DamagedFile(parts.file_name)
    return items


def _load_by_parser(parts: Parts, name: str) -> list[bytes]:
    parser: ElementTree.XMLPullParser[ElementTree.Element] = ElementTree.XMLPullParser(["start", "end"])
    items: list[bytes] = []
    root: ElementTree.Element | None = None
    unfinished = 0
    try:
        for block in parts.blocks(name):
            parser.feed(block)
            unfinished += len(block)
            for event, element in cast("Iterator[tuple[str, ElementTree.Element]]", parser.read_events()):
                root = element if root is None else root
                if event == "end" and element.tag.rpartition("}")[2] == "si":
                    items.append(b"<t>" + escape(text_of(element)).encode() + b"</t>")
                    unfinished = 0
                    root.clear()
            _check(parts, len(items), unfinished)
        parser.close()
    except ElementTree.ParseError as error:
        raise DamagedFile(parts.file_name) from error
    return items


def _check(parts: Parts, count: int, unfinished: int) -> None:
    if count > MOST_STRINGS:
        raise FileTooLarge(parts.file_name, megabytes=MOST_BYTES >> 20)
    if unfinished > LONGEST_STRING:
        raise DamagedFile(parts.file_name)
