"""A document as plain JSON and back: what a signed report is kept as.

`canonical` writes the same bytes for the same content, so that its digest says whether anything of it has changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from dashboards.readings import Reading
from dashboards.reports.document import Block, Cell, Chart, Column, Document, Figures, Kind, Letterhead, Remarks, Section, Table, Tile


class DamagedContentError(ValueError):
    """What is kept does not have the digest it was kept with."""


def canonical(content: Mapping[str, Any]) -> str:
    """The content as JSON with sorted keys and no spaces."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_of(content: str) -> str:
    """Its SHA-256, in hexadecimal digits."""
    return sha256(content.encode()).hexdigest()


def read_content(content: str, digest: str) -> dict[str, Any]:
    """The content that was kept. Raises DamagedContentError."""
    if digest_of(content) != digest:
        raise DamagedContentError(digest)
    found: dict[str, Any] = json.loads(content)
    return found


def plain(document: Document) -> dict[str, Any]:
    """The document as what JSON can hold; its letterhead is left to whoever keeps it."""
    return {
        "name": document.name,
        "title": document.title,
        "lead": document.lead,
        "about": [list(pair) for pair in document.about],
        "sections": [
            {"key": section.key, "title": section.title, "blocks": [_plain_block(block) for block in section.blocks]}
            for section in document.sections
        ],
        "language": document.language,
    }


def document_from(kept: Mapping[str, Any], reading: Reading, letterhead: Letterhead | None) -> Document:
    """The document that `plain` wrote."""
    return Document(
        name=kept["name"],
        title=kept["title"],
        lead=kept["lead"],
        about=tuple((label, words) for label, words in kept["about"]),
        sections=tuple(Section(one["key"], one["title"], tuple(map(_block, one["blocks"]))) for one in kept["sections"]),
        reading=reading,
        language=kept["language"],
        letterhead=letterhead,
    )


def _plain_block(block: Block) -> dict[str, Any]:
    if isinstance(block, Figures):
        return {"block": block.block, "tiles": [{**asdict(tile), "cell": _plain_cell(tile.cell)} for tile in block.tiles]}
    if isinstance(block, Table):
        return {
            "block": block.block,
            "key": block.key,
            "caption": block.caption,
            "columns": [asdict(column) for column in block.columns],
            "rows": [[_plain_cell(cell) for cell in row] for row in block.rows],
            "note": block.note,
            "foot": [_plain_cell(cell) for cell in block.foot],
        }
    if isinstance(block, Chart):
        return {**asdict(block), "rows": [dict(row) for row in block.rows]}
    return {**asdict(block), "sentences": list(block.sentences)}


def _plain_cell(cell: Cell) -> list[Any]:
    value = cell.value.astimezone(UTC).isoformat() if isinstance(cell.value, datetime) else cell.value
    return [cell.text, value, cell.kind.name, cell.formula]


def _cell(kept: list[Any]) -> Cell:
    text, value, kind, formula = kept
    known = Kind[kind]
    return Cell(text, datetime.fromisoformat(value) if known is Kind.MOMENT and value is not None else value, known, formula)


def _block(kept: Mapping[str, Any]) -> Block:
    fields = {name: value for name, value in kept.items() if name != "block"}
    if kept["block"] == "figures":
        return Figures(tuple(Tile(**{**tile, "cell": _cell(tile["cell"])}) for tile in fields["tiles"]))
    if kept["block"] == "table":
        return Table(
            key=fields["key"],
            caption=fields["caption"],
            columns=tuple(Column(**column) for column in fields["columns"]),
            rows=tuple(tuple(map(_cell, row)) for row in fields["rows"]),
            note=fields["note"],
            foot=tuple(map(_cell, fields["foot"])),
        )
    if kept["block"] == "chart":
        return Chart(**{**fields, "rows": tuple(fields["rows"])})
    return Remarks(**{**fields, "sentences": tuple(fields["sentences"])})
