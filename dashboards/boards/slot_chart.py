"""Net value by slot as the chart `slot_sales` draws it, on the page and in the report of a session."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.session_page import SessionPage


def chart_rows(page: SessionPage, part: str) -> list[dict[str, Any]]:
    """The slots in order, and in one bar what had none; products are named in the active language."""
    rows: list[dict[str, Any]] = [
        {"slot": row.position, "product": str(row.product), "value": row.sold[part].value.net}
        for row in page.slots
        if row.position is not None and row.mine
    ]
    beside = sum(row.sold[part].value.net for row in page.slots if row.position is None)
    return [*rows, {"slot": None, "product": "", "value": beside}] if beside else rows


def chart_alt(rows: list[dict[str, Any]]) -> str:
    """What is to be seen in it, in a sentence."""
    best = max(rows, key=lambda row: row["value"], default=None)
    if best is None:
        return ""
    return _("Net value by slot; the greatest is %(product)s with %(value)s.") % {
        "product": best["product"] or _("no slot"),
        "value": formats.vnd(best["value"]),
    }
