"""Looks through a PDF for whatever acts by itself, in a process of its own: `python -m catalog.media.pdf_child FILE`.

Writes one line of JSON: `{"pages": 3}`, or `{"refused": reason}`. Every object of the file is looked at, those in compressed streams
of objects too; names are read with their escapes (`/J#53` is `/JS`). The names are those of ISO 32000-2, 12.6 (actions), 7.11 (files),
12.7.8 (XFA), 13 (media).
"""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any

from catalog.child_limits import limit_resources

MEMORY = 500 * 1024 * 1024
SECONDS = 20
MOST_PAGES = 200
MOST_OBJECTS = 200_000
MOST_UNPACKED = 20_000_000  # bytes of one stream of objects

FORBIDDEN = {
    "/JavaScript": "script",
    "/JS": "script",
    "/Launch": "launch",
    "/SubmitForm": "launch",
    "/ImportData": "launch",
    "/GoToE": "launch",
    "/EmbeddedFile": "embedded",
    "/EmbeddedFiles": "embedded",
    "/EF": "embedded",
    "/RichMedia": "media",
    "/RichMediaContent": "media",
    "/Movie": "media",
    "/Rendition": "media",
    "/Screen": "media",
    "/3D": "media",
    "/XFA": "script",
}
# Long enough not to stand in compressed bytes by chance; found wherever they are, even where the file's own table names no object.
_PLAIN = re.compile(rb"/(JavaScript|Launch|SubmitForm|ImportData|EmbeddedFiles?|RichMedia)(?![A-Za-z0-9])")
_ANY = re.compile(b"(" + b"|".join(re.escape(name.encode()) for name in FORBIDDEN) + rb")(?![A-Za-z0-9])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def check(path: str) -> int:
    """The number of pages. Raises ValueError with the reason of a refusal."""
    from pypdf import PdfReader, overwrite_configuration  # after the limits
    from pypdf.errors import PyPdfError

    with open(path, "rb") as file:
        content = file.read()
    if found := _PLAIN.search(_unescaped(content)):
        raise ValueError(FORBIDDEN[f"/{found[1].decode()}"])
    overwrite_configuration(zlib_maximum_output_length=MOST_UNPACKED)
    try:
        reader = PdfReader(path)
        if reader.is_encrypted:
            raise ValueError("locked")
        _look_through(reader)
        pages = len(reader.pages)
        for page in reader.pages:
            page.get_object()
    except ValueError as error:
        raise ValueError(str(error) if str(error) in {"locked", "long", *FORBIDDEN.values()} else "damaged") from error
    except (PyPdfError, ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RuntimeError, TypeError) as error:
        # A reader of so free a format fails in many ways; all of them mean that the file cannot be looked through.
        raise ValueError("damaged") from error
    if not pages:
        raise ValueError("damaged")
    if pages > MOST_PAGES:
        raise ValueError("long")
    return pages


def _unescaped(content: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _look_through(reader: Any) -> None:
    from pypdf.generic import IndirectObject, StreamObject

    known = {(number, generation) for generation, numbers in reader.xref.items() for number in numbers}
    known |= {(number, 0) for number in reader.xref_objStm}
    if len(known) > MOST_OBJECTS:
        raise ValueError("long")
    _look(reader.trailer)
    for number, generation in known:
        thing = reader.get_object(IndirectObject(number, generation, reader))
        _look(thing)
        if isinstance(thing, StreamObject) and thing.get("/Type") == "/ObjStm" and (found := _ANY.search(_unescaped(thing.get_data()))):
            # Also objects that no table names: a reader that mends a broken table may find them.
            raise ValueError(FORBIDDEN[found[1].decode()])


def _look(thing: Any) -> None:
    from pypdf.generic import NameObject

    waiting, seen = [thing], 0
    while waiting:
        seen += 1
        if seen > MOST_OBJECTS:
            raise ValueError("long")
        part = waiting.pop()
        if isinstance(part, dict):
            names = [*part, *(value for value in part.values() if isinstance(value, NameObject))]
            waiting += [value for value in part.values() if isinstance(value, dict | list)]
        elif isinstance(part, list):
            names = [value for value in part if isinstance(value, NameObject)]
            waiting += [value for value in part if isinstance(value, dict | list)]
        else:
            continue
        for name in names:
            if reason := FORBIDDEN.get(str(name)):
                raise ValueError(reason)


if __name__ == "__main__":
    logging.disable()
    limit_resources(memory=MEMORY, seconds=SECONDS)
    try:
        answer: dict[str, Any] = {"pages": check(sys.argv[1])}
    except ValueError as refusal:
        answer = {"refused": str(refusal)}
    print(json.dumps(answer))
