"""The empty registry file that is handed out: products, and the sheet of groups and sets."""

from __future__ import annotations

import io

import xlsxwriter
from django.utils.translation import gettext as _

from catalog.models import OcopSet, in_language
from catalog.registry.columns import COLUMNS, EXPLANATION

FILLED_ROWS = 2000  # formatted as text, so that codes and bar codes keep their zeros
_TEXT_COLUMNS = frozenset({"code", "producer_code", "commune", "ocop_set", "gtin", "decision_number", "tax_code", "net_weight"})


def registry_template() -> bytes:
    """The template as .xlsx, in the reader's language: needed columns first and marked with *, a row of explanations below."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    head = {"bold": True, "text_wrap": True, "valign": "top", "border": 1}
    needed = book.add_format({**head, "bg_color": "#1f6b3b", "font_color": "#ffffff"})
    optional = book.add_format({**head, "bg_color": "#e4efe6"})
    hint = book.add_format({**head, "bold": False, "italic": True, "font_color": "#4c5951"})
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
    products = book.add_worksheet(_("Products"))
    for position, column in enumerate(COLUMNS):
        products.set_column(position, position, column.width, text if column.key in _TEXT_COLUMNS else None)
        products.write_string(0, position, f"{column.title} *" if column.needed else column.title, needed if column.needed else optional)
        explanation = str(column.hint)
        if position == 0:
            explanation = f"{in_language(*(word.capitalize() for word in EXPLANATION))}: {explanation}"
        products.write_string(1, position, explanation, hint)
    products.set_row(0, 32)
    products.set_row(1, 64)
    products.freeze_panes(2, 2)
    stars = next(position for position, column in enumerate(COLUMNS) if column.key == "stars")
    products.data_validation(2, stars, FILLED_ROWS, stars, {"validate": "list", "source": ["3", "4", "5"], "ignore_blank": True})
    sets = book.add_worksheet(_("Groups and sets"))
    for position, (title, width) in enumerate(((_("Code"), 8), (_("Product set"), 60), (_("Group"), 50))):
        sets.set_column(position, position, width, text)
        sets.write_string(0, position, title, bold)
    for row, ocop_set in enumerate(OcopSet.objects.select_related("group"), start=1):
        for position, value in enumerate((ocop_set.code, ocop_set.name, ocop_set.group.name)):
            sets.write_string(row, position, value)
    sets.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()
