"""Fairs, conferences and courses of a period as XLSX: one table, so that a report can take its rows as they stand."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboards.boards.audience import Audience
from dashboards.boards.beyond_air import CourseRow, EventRow
from dashboards.exports.tables import Column
from dashboards.exports.workbook import Kind
from dashboards.views.claim_words import shown_claims
from livestreams.models import Claim, Course, OfflineEvent

Row = EventRow | CourseRow


def beyond_air_columns(audience: Audience) -> list[Column[Row]]:
    """The columns of an event or a course, worded in the active language; what is not counted, or is no matter of its kind, stays empty."""
    return [
        Column(_("Code"), lambda row: row.name.code),
        Column(_("Kind"), _kind),
        Column(_("Name"), lambda row: str(row.name), Kind.LONG),
        Column(_("First day"), lambda row: row.first, Kind.DAY),
        Column(_("Last day"), lambda row: row.last, Kind.DAY),
        Column(_("Place"), lambda row: row.place, Kind.LONG),
        Column(_("Booths"), lambda row: row.booths if isinstance(row, EventRow) else None, Kind.NUMBER),
        Column(_("Enterprises"), lambda row: row.enterprises if isinstance(row, EventRow) else None, Kind.NUMBER),
        Column(_("How the number was told"), _qualifier),
        Column(_("Producers"), lambda row: row.producers if isinstance(row, EventRow) else None, Kind.NUMBER),
        Column(_("Net value (VND)"), lambda row: row.sold.value.net if isinstance(row, EventRow) and row.has_orders else None, Kind.VND),
        Column(_("Only reported"), lambda row: _told(row, audience), Kind.LONG),
        Column(_("People"), lambda row: row.people if isinstance(row, CourseRow) else None, Kind.NUMBER),
        Column(_("Women"), lambda row: row.women if isinstance(row, CourseRow) else None, Kind.NUMBER),
        Column(_("Communes"), lambda row: row.communes or None if isinstance(row, CourseRow) else None, Kind.NUMBER),
        Column(_("Demonstration data"), lambda row: _("yes") if row.is_demo else _("no")),
    ]


def _kind(row: Row) -> str:
    if isinstance(row, EventRow):
        return str(OfflineEvent.Kind(row.kind).label)
    return f"{_('Training')}: {Course.Topic(row.topic).label}"


def _qualifier(row: Row) -> str | None:
    if isinstance(row, EventRow) and row.enterprises_qualifier and row.enterprises is not None:
        return str(Claim.Qualifier(row.enterprises_qualifier).label)
    return None


def _told(row: Row, audience: Audience) -> str | None:
    """What was only reported of its sales: where there are orders these count, and nothing is told twice."""
    if isinstance(row, EventRow) and not row.has_orders and row.told:
        return "; ".join(claim.value for claim in shown_claims(row.told, audience))
    return None
