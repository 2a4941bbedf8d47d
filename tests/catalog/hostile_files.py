"""Broken and hostile files by the hundred: made up by a seeded generator, each one such that it must be refused."""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from PIL import Image

from tests.catalog import upload_files
from tests.catalog.upload_files import pdf, photo

NAMES = (
    "ảnh.jpg",
    "a.png",
    "../../../etc/passwd.webp",
    "C:\\fakepath\\giấy.pdf",
    "<img src=x onerror=alert(1)>.jpg",
    "\u202egpj.exe",
    "a" * 240 + ".pdf",
    "a.jpg\r\nX-Injected: 1",
    "%00.pdf",
    "{{ 7*7 }}.jpg",
    ".htaccess",
    "CON",
)
ACTIVE = (
    b"<script>alert(1)</script>",
    b"<?php system($_GET[0]); ?>",
    b"<html><body onload=alert(1)>",
    b"<svg onload=alert(1)>",
    b"<iframe src=x>",
)
ACTIONS = (
    (b"/S /JavaScript /JS (app.alert)", b"JavaScript"),
    (b"/S /Launch /F (cmd.exe)", b"Launch"),
    (b"/S /SubmitForm /F (http://a.example)", b"SubmitForm"),
    (b"/S /ImportData /F (a.fdf)", b"ImportData"),
    (b"/S /GoToE /T << >>", b"GoToE"),
    (b"/Type /EmbeddedFile", b"EmbeddedFile"),
    (b"/Subtype /RichMedia", b"RichMedia"),
    (b"/XFA [(x) 3 0 R]", b"XFA"),
    (b"/S /Rendition", b"Rendition"),
    (b"/EF << /F 3 0 R >>", b"EF"),
)


@dataclass(frozen=True)
class Hostile:
    """A file: whether it is sent as a photo (else as a paper), its name and bytes, and what it is, for whoever reads a failure."""

    as_photo: bool
    name: str
    content: bytes
    what: str


def hostile_files(seed: int, count: int) -> Iterator[Hostile]:
    """So many files, the same for the same seed; every maker takes its turn."""
    chance = random.Random(seed)
    makers = [*PICTURES, *DOCUMENTS, *ANYTHING]
    for number in range(count):
        make = makers[number % len(makers)]
        as_photo = make in PICTURES or (make in ANYTHING and chance.random() < 0.5)
        yield Hostile(as_photo, chance.choice(NAMES), make(chance), make.__name__)


def _good(chance: random.Random) -> bytes:
    form = chance.choice(("JPEG", "PNG", "WEBP"))
    return _noise(chance, form)


def _noise(chance: random.Random, form: str) -> bytes:
    small = Image.frombytes("RGB", (16, 12), chance.randbytes(16 * 12 * 3))
    output = io.BytesIO()
    small.resize((chance.randrange(120, 400), chance.randrange(120, 300)), Image.Resampling.BICUBIC).save(output, form)
    return output.getvalue()


def cut_off(chance: random.Random) -> bytes:
    """A picture whose end never came."""
    whole = _good(chance)
    return whole[: int(len(whole) * chance.uniform(0.1, 0.7))]


def only_begins_well(chance: random.Random) -> bytes:
    """The first bytes of a picture, and noise."""
    return chance.choice((b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\x00\x00\x00WEBPVP8 ")) + chance.randbytes(
        chance.randrange(400)
    )


def two_things(chance: random.Random) -> bytes:
    """A good picture with something behind it."""
    return _good(chance) + chance.choice((*ACTIVE, upload_files.archive(), pdf()))


def within(chance: random.Random) -> bytes:
    """A good JPEG with something in its comment."""
    text = chance.choice(ACTIVE)
    return b"\xff\xd8\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + _noise(chance, "JPEG")[2:]


def bomb(chance: random.Random) -> bytes:
    """A few bytes that claim hundreds of megapixels, or fewer than there are."""
    return upload_files.png_header(chance.randrange(6_000, 60_000), chance.randrange(9_000, 60_000))


def out_of_measure(chance: random.Random) -> bytes:
    """A good picture, far too wide or far too small."""
    return chance.choice((photo(12_001 + chance.randrange(8_000), 100, form="PNG"), photo(chance.randrange(1, 100), 300)))


def moving(chance: random.Random) -> bytes:
    """Frames."""
    return upload_files.animated(chance.choice(("PNG", "WEBP")))


def other_picture(chance: random.Random) -> bytes:
    """A picture of a format that is not taken."""
    return photo(120, 120, form=chance.choice(("GIF", "BMP", "TIFF", "ICO", "PPM", "TGA")))


def acts(chance: random.Random) -> bytes:
    """A PDF that does something, in the open, with escaped letters, deep inside, or in a compressed stream."""
    action, name = chance.choice(ACTIONS)
    letter = chance.randrange(len(name))
    hidden = name[:letter] + b"#%02x" % name[letter] + name[letter + 1 :]
    written = chance.choice((action, action.replace(name, hidden)))
    depth = chance.randrange(4)
    body = b"<< /A [" * depth + b"<< " + written + b" >>" + b"] >>" * depth
    return pdf(chance.choice((body, upload_files.packed([body]), b"<< /Length 0 /Next " + body + b" >>")))


def broken_pdf(chance: random.Random) -> bytes:
    """A PDF that is cut off, goes on behind its end, holds nothing, goes in circles, is locked, nested without end, or a bomb."""
    return chance.choice(
        (
            pdf()[: chance.randrange(20, 280)],
            pdf() + chance.randbytes(30) + b"!",
            b"%PDF-1.7\n" + chance.randbytes(chance.randrange(600)) + b"\n%%EOF",
            pdf().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"),
            pdf().replace(b"/Type /Pages", b"/Type /Nothing").replace(b"/Kids", b"/Cats"),
            pdf(b"<< /Filter /Standard /V 1 /R 2 /O <00> /U <00> /P -1 >>", trailer=b"/Encrypt 4 0 R /ID [<00> <00>]"),
            pdf(b"[" * 30_000 + b"]" * 30_000),
            _pdf_bomb(),
        )
    )


@cache
def _pdf_bomb() -> bytes:
    packed = zlib.compress(bytes(60_000_000), 6)
    return pdf(b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream")


def a_text(chance: random.Random) -> bytes:
    """A text, a page, a drawing, a script, whatever its name says."""
    start = chance.choice(
        ("Xin chào", "<svg xmlns='http://www.w3.org/2000/svg'>", "<!DOCTYPE html>", "#!/bin/sh\nrm -rf /", "=cmd|' /C calc'!A0", "{}")
    )
    return (start + "\n" + "ạ" * chance.randrange(2000)).encode()


def a_program(chance: random.Random) -> bytes:
    """A program or an archive."""
    start = chance.choice((b"MZ\x90\x00", b"\x7fELF\x02\x01\x01", b"PK\x03\x04", b"Rar!\x1a\x07\x00", b"\xca\xfe\xba\xbe", b"\x1f\x8b\x08"))
    return start + chance.randbytes(chance.randrange(10, 3000))


def nothing(chance: random.Random) -> bytes:
    """Nothing, or hardly anything."""
    return chance.choice((b"", b"\x00", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


def noise(chance: random.Random) -> bytes:
    """Any bytes that begin like nothing."""
    return b"\x01" + chance.randbytes(chance.randrange(1, 5000))


Maker = Callable[[random.Random], bytes]
PICTURES: tuple[Maker, ...] = (cut_off, only_begins_well, two_things, within, bomb, out_of_measure, moving, other_picture)
DOCUMENTS: tuple[Maker, ...] = (acts, broken_pdf, acts, two_things, acts, broken_pdf)
ANYTHING: tuple[Maker, ...] = (a_text, a_program, nothing, noise, cut_off)
