"""Lists of stars as .xlsx."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter
from django.utils.translation import gettext as _

from catalog.stars.ending import Ending


def endings_workbook(endings: Sequence[Ending]) -> bytes:
    """The stars that end, one row each; text is text and days are days, so that nothing is computed."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#1f6b3b", "font_color": "#ffffff"})
    day = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
    sheet = book.add_worksheet(_("Stars that end"))
    columns = (
        (_("Product code"), 14), (_("Product"), 36), (_("Producer"), 36), (_("Commune"), 22), (_("Stars"), 7), (_("Decision"), 22),
        (_("Valid until"), 12), (_("Days left"), 10), (_("Application"), 28),
    )  # fmt: skip
    for position, (title, width) in enumerate(columns):
        sheet.set_column(position, position, width)
        sheet.write_string(0, position, title, head)
    for row, ending in enumerate(endings, start=1):
        rating = ending.rating
        texts = (ending.product.code, ending.product.name, str(ending.product.producer), ending.commune)
        for position, text in enumerate(texts):
            sheet.write_string(row, position, text)
        sheet.write_number(row, 4, rating.stars)
        sheet.write_string(row, 5, rating.decision.number)
        sheet.write_datetime(row, 6, ending.last_day, day)
        sheet.write_number(row, 7, ending.days_left)
        sheet.write_string(row, 8, ending.application.get_state_display() if ending.application else _("None"))
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(endings), 1), len(columns) - 1)
    book.close()
    return buffer.getvalue()
