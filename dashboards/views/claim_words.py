"""Claims in words: the value with its qualifier and unit, and where the ledger's figure beside it can be opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import npgettext

from dashboards import formats
from dashboards.boards.audience import Audience
from dashboards.boards.lines import lines_address
from dashboards.claims import COUNTED, ClaimRow, State
from livestreams.models import Claim


@dataclass(frozen=True)
class ShownClaim:
    """A claim with its words; `ledger` is empty where the ledger has nothing of its scope, `lines` where it cannot be opened.

    `difference` is by how much the ledger is above or below a figure of the same scope, `why` what the state means for this claim.
    """

    row: ClaimRow
    metric: str
    value: str
    ledger: str
    difference: str
    why: str
    lines: str


def shown_claims(rows: Iterable[ClaimRow], audience: Audience) -> list[ShownClaim]:
    """The rows in the active language."""
    return [_shown(row, audience) for row in rows]


def _shown(row: ClaimRow, audience: Audience) -> ShownClaim:
    value = row.told_as or formats.UNKNOWN
    if row.value is not None:
        amount = formats.vnd(row.value) if row.is_money else f"{formats.number(row.value)} {unit_of(row)}"
        qualifier = str(Claim.Qualifier(row.qualifier).label) if row.qualifier != Claim.Qualifier.EXACT else ""
        value = f"{qualifier} {amount}".strip()
    ledger = "" if row.ledger is None else formats.vnd(row.ledger) if row.is_money else formats.number(row.ledger)
    lines = ""
    if ledger and row.about_kind == "session" and row.about is not None:
        lines = lines_address(None, audience.territory, session=row.about.code, bucket="live")
    return ShownClaim(row, str(Claim.Metric(row.metric).label), value, ledger, _difference(row), why_of(row), lines)


def unit_of(row: ClaimRow) -> str:
    """In what the claim counts. Units are kept in the source's language; those that the portal itself enters are worded in the reader's."""
    count = 2 if row.value is None else row.value
    known = {
        "đơn": npgettext("unit", "order", "orders", count),
        "lượt": npgettext("unit", "time", "times", count),
        "doanh nghiệp": npgettext("unit", "enterprise", "enterprises", count),
        "người": npgettext("unit", "person", "people", count),
    }
    return known.get(row.unit, row.unit)


def _difference(row: ClaimRow) -> str:
    if not row.difference:
        return ""
    amount = formats.signed(row.difference) + (f"{formats.NBSP}{formats.DONG}" if row.is_money else "")
    return f"{amount} ({formats.change(row.ledger, row.value)})" if row.value else amount


def why_of(row: ClaimRow) -> str:
    """What its state means for this claim: how far off it is, why nothing is compared, or why nothing can be."""
    if row.state is State.MATCHES:
        if row.qualifier == Claim.Qualifier.MORE_THAN:
            return _("The ledger is above it.")
        return _("The ledger holds the same.") if not row.difference else _("Within 1% of the ledger.")
    if row.state is State.DIFFERS:
        if row.qualifier == Claim.Qualifier.MORE_THAN:
            return _("The ledger is not above it.")
        return _("The ledger holds less.") if (row.difference or 0) < 0 else _("The ledger holds more.")
    if row.state is State.OTHER_SCOPE:
        if row.about_kind != "province":
            return _("The ledger's figure is of one commune alone, which the claim does not speak of.")
        if row.ledger is None:
            return _("Its scope is told in words, and the ledger has no figure of its days.")
        return _("Its scope is told in words; the ledger's figure is of all sales of the province in these days.")
    if row.value is None:
        return _("Told too vaguely to hold a number.")
    if row.metric not in COUNTED:
        return _("The ledger does not count this figure.")
    return _("No order line of this scope has come into the ledger.")
