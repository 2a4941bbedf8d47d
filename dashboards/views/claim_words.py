"""Claims in words: the value with its qualifier and unit, and where the ledger's figure beside it can be opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboards import formats
from dashboards.boards.audience import Audience
from dashboards.boards.lines import lines_address
from dashboards.claims import ClaimRow
from livestreams.models import Claim


@dataclass(frozen=True)
class ShownClaim:
    """A claim with its words; `ledger` is empty where the ledger has nothing of its scope, `lines` where it cannot be opened."""

    row: ClaimRow
    metric: str
    value: str
    ledger: str
    lines: str


def shown_claims(rows: Iterable[ClaimRow], audience: Audience) -> list[ShownClaim]:
    """The rows in the active language."""
    return [_shown(row, audience) for row in rows]


def _shown(row: ClaimRow, audience: Audience) -> ShownClaim:
    value = row.told_as or formats.UNKNOWN
    if row.value is not None:
        amount = formats.vnd(row.value) if row.is_money else f"{formats.number(row.value)} {row.unit}"
        qualifier = str(Claim.Qualifier(row.qualifier).label) if row.qualifier != Claim.Qualifier.EXACT else ""
        value = f"{qualifier} {amount}".strip()
    ledger = "" if row.ledger is None else formats.vnd(row.ledger) if row.is_money else formats.number(row.ledger)
    lines = ""
    if ledger and row.about_kind == "session" and row.about is not None:
        lines = lines_address(None, audience.territory, session=row.about.code, bucket="live")
    return ShownClaim(row, str(Claim.Metric(row.metric).label), value, ledger, lines)
