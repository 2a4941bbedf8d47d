"""What can be told of an upload from its size and its bytes, before anything opens it."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from unicodedata import normalize

from django.utils.translation import gettext as _

from catalog.media.errors import UploadRefusedError


class Kind(StrEnum):
    """What a file begins like."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"


PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 65_557  # the record itself (22 bytes) and the longest comment (APPNOTE.TXT 4.3.16)
# What makes a file something else besides: a page, a program, an archive, a document. None of these stands in a photo by chance.
_FOREIGN = re.compile(
    rb"<script|<html|<!doctype|<\?php|<svg[\s>]|<iframe|javascript:|%PDF-\d|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x7fELF[\x01\x02]{2}\x01",
    re.I,
)
_HEIF = re.compile(rb"^....ftyp(heic|heix|hevc|heim|heis|mif1|msf1|avif|avis)", re.S)


def called(name: str) -> str:
    """The file's name for messages: without folders and control characters, at most 80 characters."""
    last = re.split(r"[\\/]", normalize("NFC", name))[-1]
    return "".join(sign for sign in last if sign.isprintable())[:80] or _("The file")


def look(path: Path, name: str, *, megabytes: int, kinds: frozenset[Kind]) -> Kind:
    """What the file is. Raises UploadRefusedError for one that is empty, too large, of another kind, or two things at once."""
    size = path.stat().st_size
    if size == 0:
        raise UploadRefusedError(_("%(file)s is empty.") % {"file": name})
    if size > megabytes * 1024 * 1024:
        raise UploadRefusedError(_("%(file)s is larger than %(most)s MB.") % {"file": name, "most": megabytes})
    content = path.read_bytes()
    kind = _kind(content)
    if kind is None or kind not in kinds:
        raise UploadRefusedError(_other_kind(content, kind, kinds) % {"file": name})
    foreign = _FOREIGN.search(content, 1) if kind in PICTURES else _FOREIGN.search(content[:1024], 5)
    if foreign or _ZIP_END in content[-_ZIP_TAIL:]:
        raise UploadRefusedError(
            _("%(file)s holds something else besides what it claims to be, such as a page, a program or an archive. Take another file.")
            % {"file": name}
        )
    if kind is Kind.PDF and not content.rstrip(b"\x00\t\n\x0c\r ").endswith(b"%%EOF"):
        raise UploadRefusedError(_("%(file)s is cut off, or something stands behind its end. Save it again as PDF.") % {"file": name})
    return kind


def _kind(content: bytes) -> Kind | None:
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Kind.WEBP
    return Kind.PDF if content.startswith(b"%PDF-") else None


def _other_kind(content: bytes, kind: Kind | None, kinds: frozenset[Kind]) -> str:
    """A sentence with %(file)s on what the file is and what to do."""
    if kind is Kind.PDF:
        return _("%(file)s is a PDF, not a photo. Papers are uploaded on the page of papers.")
    if _HEIF.match(content):
        return _("%(file)s is a HEIC picture, which many browsers cannot show. Set the camera to JPEG, or save the photo as JPEG.")
    start = content[:512].lstrip(b"\xef\xbb\xbf\t\n\r ").lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype", b"<html")):
        return _("%(file)s is a drawing or a page made of text (SVG, HTML), not a photo. Take a JPEG, PNG or WebP.")
    if content.startswith((b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00")):
        return _("%(file)s is a picture of another format. Save it as JPEG, PNG or WebP.")
    if b"\x00" not in content[:4096] and _is_text(content[:4096]):
        return _("%(file)s is a text, whatever its name says.")
    if Kind.PDF in kinds:
        return _("%(file)s is neither a PDF nor a photo (JPEG, PNG or WebP).")
    return _("%(file)s is not a photo (JPEG, PNG or WebP).")


def _is_text(start: bytes) -> bool:
    try:
        start.decode()
    except UnicodeDecodeError as error:
        return error.start > len(start) - 4  # a character cut in two
    return True
