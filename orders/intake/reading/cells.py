"""Cells of a worksheet: as the bytes that stand in the file, and parsed where a row is written unusually."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

from .errors import DamagedFile, ForbiddenXml
from .values import Cell

Strings = Callable[[int], str]
"""An entry of the table of shared strings."""

_PLAIN_TEXT = re.compile(rb"(?:<t(?: [^>]*)?>([^<]*)</t>|<t(?: [^>]*)?/>)?\s*")
_TYPE = re.compile(rb"""\bt\s*=\s*["'](\w+)["']""")
_VALUE = re.compile(rb"<v(?: [^>]*)?>([^<]*)</v>")
_INLINE = re.compile(rb"<is>(.*)</is>", re.DOTALL)
_ENTITY = re.compile(r"&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|\w{2,4});")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")


class Row(NamedTuple):
    """A row that was parsed: its number and its cells by column letters: each a `Cell`."""

    number: int
    cells: dict[bytes, Any]


def text_content(inner: bytes) -> str:
    """The text of what stands inside `<si>` or `<is>`: plain, or in runs of formatting; phonetic hints are left out."""
    if match := _PLAIN_TEXT.fullmatch(inner):
        return unescape(match[1] or b"")
    try:
        item = ElementTree.fromstring(b"<si>" + inner + b"</si>")  # noqa: S314 - document types are refused in Parts
    except ElementTree.ParseError:
        raise ValueError("not well-formed") from None
    return text_of(item)


def text_of(item: ElementTree.Element) -> str:
    """The text of an `<si>` or `<is>` element."""
    texts = []
    for child in item:
        name = child.tag.rpartition("}")[2]
        if name == "t":
            texts.append(child.text or "")
        elif name == "r":
            texts += [run.text or "" for run in child if run.tag.rpartition("}")[2] == "t"]
    return "".join(texts)


def unescape(text: bytes) -> str:
    """XML character data as text."""
    decoded = text.decode()
    return _ENTITY.sub(_character, decoded) if "&" in decoded else decoded


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if name[0] != "#":
        return _NAMED.get(name, match[0])
    code = int(name[2:], 16) if name[1] == "x" else int(name[1:])
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def decode_cell(raw: bytes, strings: Strings) -> Cell:
    """The content of a cell, from the bytes after its reference up to its end: ` t="s"><v>12</v></c>`. ValueError for nonsense."""
    attributes, _, content = raw.partition(b">")
    if attributes.endswith(b"/") or not content:
        return None
    if content.startswith(b"<v>") and content.endswith(b"</v></c>") and attributes.endswith(b't="s"'):
        return strings(int(content[3:-8]))  # what most workbooks are full of
    kind = match[1] if (match := _TYPE.search(attributes)) else b"n"
    if kind == b"inlineStr":
        inner = _INLINE.search(content)
        return text_content(inner[1]) if inner else None
    value = _VALUE.search(content)
    return value_of(kind.decode(), unescape(value[1]) if value else "", strings)


def value_of(kind: str, text: str, strings: Strings) -> Cell:
    """A cell's content from its type attribute and the text of its `<v>`. Truth values stay words, so that no reader takes one for 1."""
    if not text:
        return None
    if kind == "s":
        return strings(int(text))
    if kind == "n":
        return float(text)
    if kind == "b":
        return "TRUE" if text == "1" else "FALSE"
    return text  # "str": the result of a formula; "d": an ISO date; "e": an error such as #N/A


class RowParser:
    """Rows of any well-formed sheet, however it is written: prefixes, comments, CDATA, cells without references.

    Ten times slower than looking for the cells in the bytes, so only used where that is not possible. `wanted`: column letters, or None
    for all. `ended` says that the sheet's last row was seen.
    """

    def __init__(self, file_name: str, strings: Strings, wanted: Collection[bytes] | None, *, number: int = 0) -> None:
        self.rows: list[Row] = []
        self._file_name = file_name
        self._strings = strings
        self._wanted = wanted
        self._row = Row(number, {})
        self._column = 0
        self._letters = b""
        self._kind = "n"
        self._texts: list[str] = []
        self._taking = False
        self._phonetic = False
        self.ended = False
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, xml: bytes) -> list[Row]:
        """The rows that end in `xml`, in order. DamagedFile where it is not well-formed."""
        self.rows = []
        try:
            self._parser.Parse(xml, False)
        except (expat.ExpatError, ValueError) as error:
            raise DamagedFile(self._file_name) from error
        return self.rows

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._kind = attributes.get("t", "n")
            self._texts = []
            if match := _REFERENCE.fullmatch(attributes.get("r", "")):
                self._letters = match[1].upper().encode()
                self._column = column_index(self._letters)
                # The cell's own reference is right where its row says something else.
                if int(match[2]) != self._row.number and not self._row.cells:
                    self._row = Row(int(match[2]), {})
            else:
                self._letters = column_letters(self._column)
            self._column += 1
        elif name == "row":
            number = attributes.get("r", "")
            following = int(number) if number.isdecimal() else self._row.number + 1
            if following != self._row.number:
                self._column = 0
            self._row = Row(following, {})
        elif name in ("v", "t"):
            self._taking = not self._phonetic
        elif name == "rPh":
            self._phonetic = True

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in ("v", "t"):
            self._taking = False
        elif name == "c":
            if self._wanted is None or self._letters in self._wanted:
                text = "".join(self._texts)
                self._row.cells[self._letters] = (text or None) if self._kind == "inlineStr" else value_of(self._kind, text, self._strings)
        elif name == "row":
            self.rows.append(self._row)
        elif name == "sheetData":
            self.ended = True
        elif name == "rPh":
            self._phonetic = False

    def _characters(self, text: str) -> None:
        if self._taking:
            self._texts.append(text)

    def _doctype(self, *_args: object) -> None:
        raise ForbiddenXml(self._file_name)


def column_letters(index: int) -> bytes:
    """0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters.encode()


def column_index(letters: bytes) -> int:
    """A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1
