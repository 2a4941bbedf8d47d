"""Files as people send them: photos as a phone makes them, PDFs of a few objects, and what only pretends to be one of these."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

# EXIF: 0x0112 orientation, 0x010F maker of the camera; GPS 1–4: latitude and longitude with their hemispheres.
GPS = {1: "N", 2: (13.0, 58.0, 12.0), 3: "E", 4: (108.0, 0.0, 30.0)}


def photo(
    width: int = 640,
    height: int = 480,
    *,
    form: str = "JPEG",
    mode: str = "RGB",
    orientation: int | None = None,
    place: bool = False,
    colour: object = "seagreen",
) -> bytes:
    """A picture whose upper left quarter is white, so that turning it can be seen."""
    image = Image.new("RGB", (width, height), colour)  # type: ignore[arg-type]
    image.paste("white", (0, 0, width // 2, height // 2))
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    if place:
        exif[0x010F] = "Camera của tôi"
        exif[0x8825] = GPS
    output = io.BytesIO()
    extra = {"exif": exif} if len(exif) else {}
    image.convert(mode).save(output, form, **extra)
    return output.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds a row or so: what unpacks to far more than it weighs."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def animated(form: str) -> bytes:
    """Two frames."""
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue")]
    output = io.BytesIO()
    frames[0].save(output, form, save_all=True, append_images=frames[1:])
    return output.getvalue()


def archive() -> bytes:
    """A ZIP of one page."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as zipped:
        zipped.writestr("index.html", "<p>")
    return output.getvalue()


def pdf(*objects: bytes, trailer: bytes = b"", catalog: bytes = b"") -> bytes:
    """A PDF of one page; `objects` are numbered from 4 on, `catalog` and `trailer` are entries of these dictionaries."""
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        *objects,
    ]
    output, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(output))
        output += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, trailer, len(output))
    return output + b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1) + table + b"trailer\n" + end


def packed(objects: Sequence[bytes]) -> bytes:
    """A compressed stream of objects, numbered from 10 on: what a search through the bytes does not see (ISO 32000-2, 7.5.7)."""
    bodies, heads = b"", []
    for number, body in enumerate(objects, start=10):
        heads.append(b"%d %d" % (number, len(bodies)))
        bodies += body + b" "
    head = b" ".join(heads) + b" "
    data = zlib.compress(head + bodies)
    entries = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d" % (len(objects), len(head), len(data))
    return b"<< " + entries + b" >>\nstream\n" + data + b"\nendstream"


def written(folder: Path, content: bytes, name: str = "tệp.bin") -> Path:
    """A file with that content."""
    path = folder / name
    path.write_bytes(content)
    return path
