"""What kind of file it is, and its parts where it is a workbook: opened with nothing believed that it says of itself.

A workbook is a zip of XML files. Before anything is unpacked, the sizes that the directory declares are summed for the parts we would
read; while a part is unpacked, zipfile never gives more than it declared and checks its checksum at the end.
"""

from __future__ import annotations

import mmap
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from .errors import DamagedFile, EmptyFile, EncryptedFile, FileTooLarge, ForbiddenXml, NotASpreadsheet, OldWorkbook

MOST_BYTES = 400 << 20
"""All parts we read may unpack to this together. 50,000 rows of 54 columns are about 130 MB."""
MOST_RATIO = 200
"""Sheets shrink to about a tenth; what shrinks more than this was made to grow."""
RATIO_FROM = 20 << 20
MOST_PARTS = 2_000
BLOCK = 1 << 18
"""Unpacked bytes at a time: some hundred rows, which stay in the processor's cache while they are taken apart."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OTHER_MAGIC = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!", b"{\\rtf", b"SQLite format")
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']""")


def is_workbook(path: Path, file_name: str) -> bool:
    """True for a zip (an xlsx or nothing), False for what may be text. The name's ending is not asked: people rename files."""
    with path.open("rb") as stream:
        start = stream.read(16)
        if not start:
            raise EmptyFile(file_name)
        if start.startswith(_OLE):
            # A workbook with a password is an OLE container around an encrypted stream; without it is an old .xls.
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
                encrypted = content.find("EncryptedPackage".encode("utf-16-le")) >= 0
            raise EncryptedFile(file_name) if encrypted else OldWorkbook(file_name)
    if start.startswith(_OTHER_MAGIC):
        raise NotASpreadsheet(file_name)
    return start.startswith(_ZIP)


class Parts:
    """The parts of a workbook's zip, each readable as a stream of checked blocks."""

    def __init__(self, path: Path, file_name: str) -> None:
        self.path = path
        self.file_name = file_name
        self._promised = 0
        try:
            with zipfile.ZipFile(path) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, OSError) as error:
            raise DamagedFile(file_name) from error
        self._entries = {entry.filename: entry for entry in entries}
        if len(entries) > MOST_PARTS or len(self._entries) != len(entries):
            raise DamagedFile(file_name)
        if any(entry.flag_bits & 1 for entry in entries):
            raise EncryptedFile(file_name)
        # Other methods are allowed in a zip, but in no workbook, and zipfile unpacks them in pieces of any size.
        if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
            raise DamagedFile(file_name)
        if "xl/workbook.xml" not in self._entries:
            other_kind = "xl/workbook.bin" in self._entries or "content.xml" in self._entries
            raise OldWorkbook(file_name) if other_kind else NotASpreadsheet(file_name)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def admit(self, name: str) -> None:
        """Adds a part to those that will be read; FileTooLarge where they would be too much together."""
        entry = self._entries[name]
        self._promised += entry.file_size
        bloated = entry.file_size > RATIO_FROM and entry.file_size > MOST_RATIO * max(entry.compress_size, 1)
        if bloated or self._promised > MOST_BYTES:
            raise FileTooLarge(self.file_name, megabytes=MOST_BYTES >> 20)

    def read(self, name: str) -> bytes:
        """A small part as a whole (at most 4 MB)."""
        if self._entries[name].file_size > 4 << 20:
            raise FileTooLarge(self.file_name, megabytes=4)
        return b"".join(self.blocks(name))

    def blocks(self, name: str) -> Iterator[bytes]:
        """The part's XML in blocks; DamagedFile at the block where it breaks off, ForbiddenXml for a document type."""
        seam = b""
        first = True
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(self._entries[name]) as stream:
                while block := _read(stream):
                    if first:
                        self._check_encoding(block)
                        first = False
                    # "!" is rare, so most blocks are passed over at the speed of memory.
                    if b"!" in block or b"!" in seam:
                        joined = seam + block
                        if b"<!DOCTYPE" in joined or b"<!ENTITY" in joined:
                            raise ForbiddenXml(self.file_name)
                    seam = block[-9:]
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise DamagedFile(self.file_name) from error

    def _check_encoding(self, block: bytes) -> None:
        """XML in another encoding would slip past the byte-wise checks; no spreadsheet program writes it."""
        declared = _ENCODING.match(block.removeprefix(b"\xef\xbb\xbf").lstrip()[:200])
        if b"\0" in block[:64] or (declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")):
            raise DamagedFile(self.file_name)


def _read(stream: IO[bytes]) -> bytes:
    return stream.read(BLOCK)
