"""Registry files that are handed out: the columns with their explanations, rows below, and the sheet of groups and sets."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from catalog.models import OcopSet, in_language
from catalog.registry.columns import COLUMNS, EXPLANATION, Column

SheetCell = str | int | float | bool | Decimal | date | None
FILLED_ROWS = 2000  # formatted as text, so that codes and bar codes keep their zeros
_TEXT_COLUMNS = frozenset({"code", "producer_code", "commune", "ocop_set", "gtin", "decision_number", "tax_code", "net_weight"})
_REASON_WIDTH = 48


def registry_workbook(rows: Sequence[Mapping[str, SheetCell]] = (), *, reasons: Sequence[str] | None = None) -> bytes:
    """An .xlsx in the reader's language: needed columns first and marked with *, a row of explanations, then `rows` by column key.

    With `reasons`, one for each row, a column in front says why the row was rejected; a registry file may keep that column. Text is
    written as text, whatever it begins with: nothing is computed or linked.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = _formats(book)
    products = book.add_worksheet(_("Products"))
    shift = 0 if reasons is None else 1
    if reasons is not None:
        products.set_column(0, 0, _REASON_WIDTH)
        products.write_string(0, 0, _("Why it was rejected"), formats["wrong"])
    for position, column in enumerate(COLUMNS, start=shift):
        _head(products, position, column, formats, first=position == shift)
    for number, row in enumerate(rows, start=2):
        if reasons is not None:
            products.write_string(number, 0, reasons[number - 2], formats["reason"])
        for position, column in enumerate(COLUMNS, start=shift):
            _write(products, number, position, row.get(column.key), formats)
    products.set_row(0, 32)
    products.set_row(1, 64)
    products.freeze_panes(2, 2 + shift)
    stars = shift + next(position for position, column in enumerate(COLUMNS) if column.key == "stars")
    last = max(FILLED_ROWS, len(rows) + 1)
    products.data_validation(2, stars, last, stars, {"validate": "list", "source": ["3", "4", "5"], "ignore_blank": True})
    _sets(book, formats)
    book.close()
    return buffer.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    head = {"bold": True, "text_wrap": True, "valign": "top", "border": 1}
    return {
        "needed": book.add_format({**head, "bg_color": "#1f6b3b", "font_color": "#ffffff"}),
        "optional": book.add_format({**head, "bg_color": "#e4efe6"}),
        "wrong": book.add_format({**head, "bg_color": "#8c2f1b", "font_color": "#ffffff"}),
        "hint": book.add_format({**head, "bold": False, "italic": True, "font_color": "#4c5951"}),
        "reason": book.add_format({"text_wrap": True, "valign": "top", "font_color": "#8c2f1b"}),
        "text": book.add_format({"num_format": "@"}),
        "day": book.add_format({"num_format": "dd/mm/yyyy", "align": "left"}),
        "bold": book.add_format({"bold": True}),
    }


def _head(sheet: Any, position: int, column: Column, formats: Mapping[str, Any], *, first: bool) -> None:
    sheet.set_column(position, position, column.width, formats["text"] if column.key in _TEXT_COLUMNS else None)
    title = f"{column.title} *" if column.needed else column.title
    sheet.write_string(0, position, title, formats["needed" if column.needed else "optional"])
    explanation = str(column.hint)
    if first:
        explanation = f"{in_language(*(word.capitalize() for word in EXPLANATION))}: {explanation}"
    sheet.write_string(1, position, explanation, formats["hint"])


def _write(sheet: Any, row: int, position: int, cell: SheetCell, formats: Mapping[str, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, date):
        sheet.write_datetime(row, position, cell, formats["day"])
    elif isinstance(cell, str):
        sheet.write_string(row, position, cell)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, position, cell)
    else:
        sheet.write_number(row, position, float(cell))


def _sets(book: Any, formats: Mapping[str, Any]) -> None:
    sheet = book.add_worksheet(_("Groups and sets"))
    for position, (title, width) in enumerate(((_("Code"), 8), (_("Product set"), 60), (_("Group"), 50))):
        sheet.set_column(position, position, width, formats["text"])
        sheet.write_string(0, position, title, formats["bold"])
    for row, ocop_set in enumerate(OcopSet.objects.select_related("group"), start=1):
        for position, value in enumerate((ocop_set.code, ocop_set.name, ocop_set.group.name)):
            sheet.write_string(row, position, value)
    sheet.freeze_panes(1, 0)
