"""Order lines as XLSX and CSV."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.line_rows import LinePage, LineRow
from dashboards.exports.tables import Column
from dashboards.exports.workbook import Kind
from orders.models import Basis, Source


def line_columns() -> list[Column[LineRow]]:
    """The columns of an order line, worded in the active language."""
    columns: list[Column[LineRow]] = [
        Column(_("Placed"), lambda row: row.placed_at, Kind.MOMENT),
        Column(_("Order ID"), lambda row: row.number),
        Column(_("Shop"), lambda row: str(row.shop)),
        Column(_("Product code"), lambda row: row.product.code if row.product else None),
        Column(_("Product"), lambda row: str(row.product) if row.product else None, Kind.LONG),
        Column(_("In the shop"), lambda row: row.in_shop, Kind.LONG),
        Column(_("Stars"), lambda row: row.star, Kind.NUMBER),
        Column(_("Producer"), lambda row: str(row.producer) if row.producer else None),
        Column(_("Commune"), lambda row: row.commune),
        Column(_("Livestream"), lambda row: str(row.session) if row.session else None),
        Column(_("Slot"), lambda row: row.slot, Kind.NUMBER),
        Column(_("Attributed to"), lambda row: row.bucket_name),
        Column(_("Basis"), lambda row: str(Basis(row.basis).label)),
        Column(_("State"), lambda row: row.state_name),
        Column(_("Final"), lambda row: _("yes") if row.is_final else _("no"), Kind.NUMBER),
        Column(_("Source"), lambda row: str(Source(row.source).label)),
        Column(_("Units"), lambda row: row.units.placed, Kind.NUMBER),
        Column(_("Cancelled units"), lambda row: row.units.cancelled, Kind.NUMBER),
        Column(_("Returned units"), lambda row: row.units.returned, Kind.NUMBER),
        Column(_("Placed value (VND)"), lambda row: row.value.placed, Kind.VND),
        Column(_("Cancelled (VND)"), lambda row: row.value.cancelled, Kind.VND),
        Column(_("Returned (VND)"), lambda row: row.value.returned, Kind.VND),
        Column(_("Net value (VND)"), lambda row: row.value.net, Kind.VND),
        Column(_("Revenue (VND)"), lambda row: row.value.delivered, Kind.VND),
        Column(_("Weight (kg)"), lambda row: row.grams.placed, Kind.KILOGRAMS),
    ]
    return columns


def withheld_notes(page: LinePage) -> list[tuple[str, str]]:
    """What a file says of lines that are counted and not listed."""
    if not page.withheld:
        return []
    words = _("%(lines)s lines of %(shops)s shops are counted in the portal's figures and not listed: their owners do not share them.")
    return [(_("Not listed"), words % {"lines": formats.number(page.withheld), "shops": formats.number(page.withheld_shops)})]
