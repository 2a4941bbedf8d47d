"""The claims about a territory, beside the ledger, and which of them tell of days that overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone

from dashboards.boards.audience import Audience
from dashboards.claims import MONEY, ClaimRow, claim_rows
from livestreams.claims.models import ClaimQuerySet
from livestreams.models import Claim


@dataclass(frozen=True, slots=True)
class RegisteredClaim:
    """A claim in the register: who entered it and when, the name of its paper ("": none), and the days it tells of (None: not told).

    These are its own, else those of the session, programme or event that it is about.
    """

    row: ClaimRow
    entered_by: str
    entered_at: datetime
    paper: str
    days: tuple[date, date] | None


def claims_seen(audience: Audience) -> ClaimQuerySet:
    """Those about the province and what belongs to it; nobody's for a member. Of other communes' livestreams a commune sees nothing."""
    if audience.territory is None:
        return Claim.objects.none()
    claims = Claim.objects.filter(province=audience.territory.province)
    if audience.territory.commune is not None:
        claims = claims.filter(Q(session=None) | Q(session__in=audience.sessions_seen()))
    return claims


def newest_change() -> int:
    """The number of the newest change of any claim: with it, rows that were kept before are not asked for again."""
    changes: Any = Claim.pgh_event_model.objects  # type: ignore[attr-defined]
    return changes.aggregate(newest=Max("pgh_id"))["newest"] or 0


def claims_of(audience: Audience) -> tuple[ClaimRow, ...]:
    """The claims of the audience beside the ledger."""
    return _beside(audience, list(claims_seen(audience).select_related("session", "programme", "event")))


def claim_register(audience: Audience) -> tuple[RegisteredClaim, ...]:
    """The same with what the register says of each."""
    claims = list(claims_seen(audience).select_related("session", "programme", "event", "entered_by", "paper"))
    return tuple(
        RegisteredClaim(
            row=row,
            entered_by=str(claim.entered_by) if claim.entered_by else "",
            entered_at=claim.entered_at,
            paper=claim.paper.name if claim.paper else "",
            days=_days(claim),
        )
        for claim, row in zip(claims, _beside(audience, claims), strict=True)
    )


def side_by_side(claims: Iterable[RegisteredClaim]) -> tuple[tuple[RegisteredClaim, ...], ...]:
    """Those that a reader could take for parts of one sum: of one kind of figure (orders, money) and of overlapping days.

    In groups, the earliest first; a claim without days is in none. That they are of different scope is why nothing adds them up.
    """
    dated = [(claim.days, claim) for claim in claims if claim.days is not None]
    found: list[tuple[RegisteredClaim, ...]] = []
    for metrics in ({Claim.Metric.ORDERS}, MONEY):
        kind = [(days, claim) for days, claim in dated if claim.row.metric in metrics]
        group = [
            (days, claim.row.pk, claim)
            for days, claim in kind
            if any(days[0] <= last and first <= days[1] for (first, last), other in kind if other is not claim)
        ]
        if group:
            found.append(tuple(claim for _days, _pk, claim in sorted(group, key=lambda one: one[:2])))
    return tuple(found)


def _beside(audience: Audience, claims: list[Claim]) -> tuple[ClaimRow, ...]:
    if audience.territory is None:
        return ()
    return claim_rows(claims, province=audience.territory.province, commune=audience.territory.commune)


def _days(claim: Claim) -> tuple[date, date] | None:
    if claim.period_from is not None and claim.period_to is not None:
        return claim.period_from, claim.period_to
    if claim.session is not None:
        start = timezone.localdate(claim.session.actual_start or claim.session.planned_start)
        return start, start
    about = claim.programme or claim.event
    return (about.starts_on, about.ends_on) if about else None
