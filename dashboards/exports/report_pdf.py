"""A report as PDF, set by typst: from `official.typ` where it has a letterhead, else from `report.typ`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.exports.drawings import compiled, svg_of
from dashboards.reports.document import Block, Chart, Document, Figures, Table

_PLAIN, _OFFICIAL = ((Path(__file__).parent / name).read_bytes() for name in ("report.typ", "official.typ"))


def report_pdf(document: Document) -> bytes:
    """The report on A4 across, with its reading on every page; with a letterhead upright, as an administrative paper."""
    sections = [
        {"title": section.title, "blocks": [drawn for block in section.blocks if (drawn := _block(block, document.language)) is not None]}
        for section in document.sections
    ]
    data = {
        "title": document.title,
        "author": _("OCOP products and sales portal"),
        "lead": document.lead,
        "about": document.about,
        "footer": footer(document),
        "language": document.language,
        "sections": sections,
        "letterhead": asdict(document.letterhead) if document.letterhead is not None else None,
    }
    return compiled(_PLAIN if document.letterhead is None else _OFFICIAL, data, form="pdf")


def footer(document: Document) -> str:
    """What stands at the foot of every printed page."""
    reading = document.reading
    told = _("Figures of %(time)s, reading %(number)s") % {"time": formats.moment(reading.at), "number": formats.number(reading.number)}
    return f"{document.title} · {told}"


def _block(block: Block, language: str) -> dict[str, Any] | None:
    if isinstance(block, Figures):
        tiles = [{"label": tile.label, "text": tile.cell.text, "note": tile.note, "main": tile.main} for tile in block.tiles]
        return {"block": block.block, "tiles": tiles}
    if isinstance(block, Table):
        return {
            "block": block.block,
            "caption": block.caption,
            "note": block.note,
            "columns": [
                {"label": column.label, "number": column.number, "wide": column.wide, "share": share}
                for column, share in zip(block.columns, block.shares, strict=True)
            ],
            "tight": block.has_several_sentences,
            "rows": [[cell.text for cell in row] for row in block.rows],
            "foot": [cell.text for cell in block.foot],
        }
    if isinstance(block, Chart):
        svg = svg_of(block, language)
        return None if svg is None else {"block": block.block, "caption": block.caption, "alt": block.alt, "svg": svg}
    return {"block": block.block, "kind": block.kind, "title": block.title, "sentences": block.sentences}
