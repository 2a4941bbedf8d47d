"""Rows of an xlsx file, as a stream.

Why not a library for this one: the fast ones build the whole sheet in memory as a grid from its first to its last cell, so a file of
2 kB with one cell at XFD1048576 ends the process, and one long shared string named by a million cells does the same. Here a row is read
as it is unpacked: memory does not grow with the sheet, what an attacker can write is bounded by what may be unpacked, and the cells of
the buyers' columns are passed over as bytes. python-calamine is what the tests compare with.

Nothing is taken from what the sheet says of itself (its declared dimension may be "A1:A1"), and rows of the same number are one row
(each header may sit in a row of its own).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree

from .cells import Row, RowParser, column_index, column_letters, decode_cell
from .container import Parts
from .errors import DamagedFile, NotASpreadsheet
from .platform import plain
from .shared_strings import SharedStrings
from .source import HEAD_ROWS, Block
from .values import Cell

ROW_LIMIT = 50_000
LONGEST_ROW = 2 << 20
"""Bytes of XML without the end of a row: more is no row of a table."""

_ROOT = re.compile(rb"<worksheet[\s>]")
_DATA = re.compile(rb"<sheetData\s*>|(?=<sheetData\s*/>)")
_END = re.compile(rb"</sheetData\s*>|<sheetData\s*/>")
_ROW = re.compile(rb'\s*<row r="\d+"[^>]*(?<!/)>\s*<c r="[A-Z]{1,3}(\d{1,7})"')
_OPEN = b"<worksheet><sheetData>"


class XlsxSource:
    """See `Source`. Raw cells are the bytes of the file, or `Cell`s where a row had to be parsed."""

    row_limit = ROW_LIMIT

    def __init__(self, path: Path, file_name: str, *, sheet: str) -> None:
        self.file_name = file_name
        self._parts = Parts(path, file_name)
        self._sheet, strings, since_1904 = _find_sheet(self._parts, sheet)
        self.first_day = date(1904, 1, 1) if since_1904 else date(1899, 12, 30)
        self._parts.admit(self._sheet)
        self._strings = SharedStrings(self._parts, strings)

    def decode(self, raw: Any) -> Cell:
        if type(raw) is not bytes:
            parsed: Cell = raw
            return parsed
        try:
            return decode_cell(raw, self._strings.text)
        except ValueError as error:
            raise DamagedFile(self.file_name) from error

    def head(self) -> list[tuple[int, list[str]]]:
        parser = RowParser(self.file_name, self._strings.text, None)
        found: dict[int, dict[bytes, Cell]] = {}
        fed = 0
        for block in self._parts.blocks(self._sheet):
            # In small pieces, so that no more of the buyers' columns is decoded than the first rows hold.
            for start in range(0, len(block), 4096):
                for number, cells in parser.feed(block[start : start + 4096]):
                    fed = 0
                    if number not in found and len(found) == HEAD_ROWS:
                        return _as_texts(found)
                    if any(cells.values()):
                        found.setdefault(number, {}).update(cells)
                fed += 4096
                if fed > LONGEST_ROW:
                    raise DamagedFile(self.file_name)
        return _as_texts(found)

    def blocks(self, columns: Sequence[int], *, width: int, after: int) -> Iterator[Block]:
        letters = [column_letters(index) for index in columns]
        number = 0
        cells: tuple[Any, ...] = ()
        for rows in self._rows(letters):
            numbers: list[int] = []
            picked: list[tuple[Any, ...]] = []
            for row_number, row_cells in rows:
                if row_number == number:
                    cells = tuple(old if new is None else new for old, new in zip(cells, row_cells, strict=True))
                    continue
                if number > after:
                    numbers.append(number)
                    picked.append(cells)
                number, cells = row_number, row_cells
            if numbers:
                yield Block(numbers, picked)
        if number > after:
            yield Block([number], [cells])

    def _rows(self, letters: list[bytes]) -> Iterator[Sequence[tuple[int, tuple[Any, ...]]]]:
        """Rows as they stand in the sheet, the cells of these columns, block by block, for `blocks` to join."""
        find_cells = _cell_pattern(letters).findall
        blocks = self._parts.blocks(self._sheet)
        last = 0
        rest = b""
        started = False
        for block in blocks:
            text = rest + block
            if (b"!" in text and b"<!" in text) or not (started or _ROOT.search(text)):
                # A comment or CDATA may hold anything, and a prefix hides the cells. Everything before this block was plain, so the
                # parser can take over here.
                yield from self._parsed(blocks, text, inside=started, letters=letters, last=last)
                return
            if not started:
                opening = _DATA.search(text)
                if opening is None:
                    rest = text
                    continue
                started = True
                text = text[opening.end() :]
            cut = text.rfind(b"</row>") + 6
            rows: list[tuple[int, tuple[Any, ...]]] = []
            if cut > 5:
                whole, text = text[:cut], text[cut:]
                if whole.count(b"<c") == whole.count(b'<c r="'):
                    for piece in whole.split(b"</row>")[:-1]:
                        if match := _ROW.match(piece):
                            rows.append((int(match[1]), tuple(map(dict(find_cells(piece)).get, letters))))
                        else:
                            rows += self._parse(piece + b"</row>", letters, rows[-1][0] if rows else last)
                else:
                    rows += self._parse(whole, letters, last)
                last = rows[-1][0]
                yield rows
            if ending := _END.search(text):
                if b"<c" in text[: ending.start()]:
                    break  # cells of a row that never ends
                return
            if len(text) > LONGEST_ROW:
                break
            rest = text
        raise DamagedFile(self.file_name)

    def _parse(self, xml: bytes, letters: list[bytes], last: int) -> list[tuple[int, tuple[Any, ...]]]:
        return _picked(RowParser(self.file_name, self._strings.text, letters, number=last).feed(_OPEN + xml), letters)

    def _parsed(
        self, blocks: Iterator[bytes], text: bytes, *, inside: bool, letters: list[bytes], last: int
    ) -> Iterator[list[tuple[int, tuple[Any, ...]]]]:
        """All rows from `text` on; `inside` where it begins among the rows, else at the document's start."""
        parser = RowParser(self.file_name, self._strings.text, letters, number=last)
        unfinished = 0
        for block in chain([_OPEN + text if inside else text], blocks):
            rows = parser.feed(block)
            if rows:
                yield _picked(rows, letters)
            if parser.ended:
                return
            unfinished = 0 if rows else unfinished + len(block)
            if unfinished > LONGEST_ROW:
                break
        raise DamagedFile(self.file_name)


def _picked(rows: Iterable[Row], letters: list[bytes]) -> list[tuple[int, tuple[Any, ...]]]:
    return [(number, tuple(map(cells.get, letters))) for number, cells in rows]


def _cell_pattern(letters: list[bytes]) -> re.Pattern[bytes]:
    """Finds the cells of these columns in a row: (letters, everything from the reference to the cell's end)."""
    one = b"".join(name for name in letters if len(name) == 1)
    more = [name for name in letters if len(name) > 1]
    # Columns by their first letter: a class of letters is matched several times faster than many alternatives.
    by_first = {name[:-1]: b"".join(other[-1:] for other in more if other[:-1] == name[:-1]) for name in more}
    names = [b"[" + one + b"]"] if one else []
    names += [first + b"[" + second + b"]" for first, second in by_first.items()]
    return re.compile(
        rb'<c r="(' + b"|".join(names) + rb')\d+"([^>]*>(?:<is><t>[^<]*</t></is></c>|<v>[^<]*</v></c>|(?<=/>)|.*?</c>))', re.DOTALL
    )


def _as_texts(found: dict[int, dict[bytes, Cell]]) -> list[tuple[int, list[str]]]:
    rows = []
    for number, cells in found.items():
        texts = [""] * (1 + max(map(column_index, cells)))
        for letters, cell in cells.items():
            texts[column_index(letters)] = "" if cell is None else str(cell)
        rows.append((number, texts))
    return rows


def _find_sheet(parts: Parts, wanted: str) -> tuple[str, str | None, bool]:
    """The part of the sheet named `wanted`, else of the first one; the part of the shared strings; whether dates count from 1904."""
    book = _tree(parts, "xl/workbook.xml")
    relations = _tree(parts, "xl/_rels/workbook.xml.rels")
    targets = {relation.get("Id"): _part_name(relation.get("Target", "")) for relation in relations}
    kinds = {relation.get("Id"): relation.get("Type", "").rpartition("/")[2] for relation in relations}
    sheets: list[tuple[str, str]] = []
    since_1904 = False
    for element in book.iter():
        name = element.tag.rpartition("}")[2]
        if name == "workbookPr":
            since_1904 = element.get("date1904") in ("1", "true")
        elif name == "sheet":
            relation_id = next((value for key, value in element.items() if key.rpartition("}")[2] == "id"), None)
            if kinds.get(relation_id) == "worksheet" and targets[relation_id] in parts:
                sheets.append((plain(element.get("name", "")), targets[relation_id]))
    if not sheets:
        raise NotASpreadsheet(parts.file_name)
    sheet = next((part for name, part in sheets if name == plain(wanted)), sheets[0][1])
    strings = next((targets[key] for key, kind in kinds.items() if kind == "sharedStrings" and targets[key] in parts), None)
    return sheet, strings, since_1904


def _tree(parts: Parts, name: str) -> ElementTree.Element:
    if name not in parts:
        raise DamagedFile(parts.file_name)
    try:
        return ElementTree.fromstring(parts.read(name))  # noqa: S314 - document types are refused in Parts
    except ElementTree.ParseError as error:
        raise DamagedFile(parts.file_name) from error


def _part_name(target: str) -> str:
    return target[1:] if target.startswith("/") else str(PurePosixPath("xl") / target)
