"""The register of claims as a table of files: one row a claim, and no row that adds any up."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboards.boards.claim_list import RegisteredClaim
from dashboards.exports.tables import Column
from dashboards.exports.workbook import Kind
from dashboards.views.claim_words import unit_of, why_of
from livestreams.models import Claim


def claim_columns() -> list[Column[RegisteredClaim]]:
    """The columns of a claim, worded in the active language; money and counts in the unit that stands beside them."""
    return [
        Column(_("Figure"), lambda claim: str(Claim.Metric(claim.row.metric).label)),
        Column(_("About"), lambda claim: str(claim.row.about) if claim.row.about else _("The province"), Kind.LONG),
        Column(_("Scope"), lambda claim: str(claim.row.scope), Kind.LONG),
        Column(_("Territory"), lambda claim: str(claim.row.territory), Kind.LONG),
        Column(_("First day"), lambda claim: claim.days[0] if claim.days else None, Kind.DAY),
        Column(_("Last day"), lambda claim: claim.days[1] if claim.days else None, Kind.DAY),
        Column(_("Qualifier"), lambda claim: str(Claim.Qualifier(claim.row.qualifier).label)),
        Column(_("Claimed"), lambda claim: claim.row.value, Kind.VND),
        Column(_("Unit"), lambda claim: unit_of(claim.row)),
        Column(_("As told"), lambda claim: claim.row.told_as, Kind.LONG),
        Column(_("In the ledger"), lambda claim: claim.row.ledger, Kind.VND),
        Column(_("Ledger less claim"), lambda claim: claim.row.difference, Kind.VND),
        Column(_("Beside the ledger"), lambda claim: claim.row.state.words),
        Column(_("Why"), lambda claim: why_of(claim.row), Kind.LONG),
        Column(_("Source"), lambda claim: claim.row.source_name, Kind.LONG),
        Column(_("Source address"), lambda claim: claim.row.source_url, Kind.LONG),
        Column(_("As of"), lambda claim: claim.row.as_of, Kind.DAY),
        Column(_("Paper"), lambda claim: claim.paper, Kind.LONG),
        Column(_("Entered by"), lambda claim: claim.entered_by, Kind.LONG),
        Column(_("Entered at"), lambda claim: claim.entered_at, Kind.MOMENT),
    ]
