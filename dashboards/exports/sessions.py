"""The list of livestreams as XLSX."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboards.boards.session_list import SessionRow
from dashboards.exports.tables import Column
from dashboards.exports.workbook import Kind


def session_columns() -> list[Column[SessionRow]]:
    """The columns of a livestream, worded in the active language; cells of figures that are not known stay empty."""
    return [
        Column(_("Code"), lambda row: row.session.code),
        Column(_("Livestream"), lambda row: str(row.session), Kind.LONG),
        Column(_("Programme"), lambda row: str(row.programme) if row.programme else None, Kind.LONG),
        Column(_("Host"), lambda row: str(row.host) if row.host else None),
        Column(_("Platform"), lambda row: row.platform_name),
        Column(_("Start"), lambda row: row.start, Kind.MOMENT),
        Column(_("End"), lambda row: row.end, Kind.MOMENT),
        Column(_("Products"), lambda row: row.products, Kind.NUMBER),
        Column(_("Orders on air"), lambda row: row.live.orders.placed if row.known and row.live.orders else None, Kind.NUMBER),
        Column(_("Units"), lambda row: row.live.units.placed if row.known else None, Kind.NUMBER),
        Column(_("Placed value (VND)"), lambda row: row.live.value.placed if row.known else None, Kind.VND),
        Column(_("Cancelled (VND)"), lambda row: row.live.value.cancelled if row.known else None, Kind.VND),
        Column(_("Returned (VND)"), lambda row: row.live.value.returned if row.known else None, Kind.VND),
        Column(_("Net value (VND)"), lambda row: row.live.value.net if row.known else None, Kind.VND),
        Column(_("Revenue (VND)"), lambda row: row.live.value.delivered if row.known else None, Kind.VND),
        Column(_("Weight (kg)"), lambda row: row.live.grams.placed if row.known else None, Kind.KILOGRAMS),
        Column(_("Placed in 30 days after (VND)"), lambda row: row.after.value.placed if row.known else None, Kind.VND),
        Column(_("Net in 30 days after (VND)"), lambda row: row.after.value.net if row.known else None, Kind.VND),
        Column(_("Demonstration data"), lambda row: _("yes") if row.is_demo else _("no")),
    ]
