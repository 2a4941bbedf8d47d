"""Claims beside the ledger: what somebody reported, the ledger's figure of the same scope, and whether they agree.

A claim is never added to a ledger figure or to another claim (FIGURES: Claims). What a claim about a session, a programme or an
event covers is known, so it can be compared. What a claim about the province covers is told in words only (“TikTok livestreams,
nine months”): the ledger's figure of the province and period stands beside it, and the scope is another one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext

from dashboards.boards.booths import sold_at
from dashboards.boards.measures import Filters, Measures, measure, measure_total
from dashboards.boards.names import Name
from livestreams.models import Claim, Session
from orders.attribution.models import Bucket


class State(StrEnum):
    """How a claim stands beside the ledger; also the kind of its badge."""

    MATCHES = "matches"
    DIFFERS = "differs"
    OTHER_SCOPE = "other_scope"
    UNVERIFIED = "unverified"

    @property
    def words(self) -> str:
        """The state as it is written in exports; pages draw its badge."""
        return {
            State.MATCHES: gettext("Matches the ledger"),
            State.DIFFERS: gettext("Differs from the ledger"),
            State.OTHER_SCOPE: gettext("Other scope"),
            State.UNVERIFIED: gettext("Cannot be verified"),
        }[self]


# What the ledger knows: orders, and the value as it was placed, which is what platforms and organisers report.
COUNTED = {Claim.Metric.ORDERS: "orders", Claim.Metric.PLACED: "placed", Claim.Metric.SALES: "placed"}
MONEY = frozenset({Claim.Metric.PLACED, Claim.Metric.SALES})


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim as it is shown. `value` is None where it was told too vaguely, `ledger` where the ledger has nothing of that scope.

    `about` names a session, programme or event (`about_kind`), else it is about the province. Money in whole VND.
    """

    pk: int
    about_kind: str
    about: Name | None
    metric: str
    value: int | None
    qualifier: str
    unit: str
    scope: Name
    territory: Name
    period_from: date | None
    period_to: date | None
    told_as: str
    source_name: str
    source_url: str
    as_of: date
    ledger: int | None
    state: State

    @property
    def is_money(self) -> bool:
        """Whether value and ledger are VND."""
        return self.metric in MONEY

    @property
    def difference(self) -> int | None:
        """By how much the ledger is above the claim; None where the two are not of one scope."""
        if self.state not in {State.MATCHES, State.DIFFERS} or self.value is None or self.ledger is None:
            return None
        return self.ledger - self.value


def state_of(claim: Claim, ledger: int | None, *, partial: bool = False) -> State:
    """How the claim stands beside the ledger's figure (None: the ledger has no line of that scope, or does not know the metric).

    Exact and about: within 1 % of what was claimed; more than: the ledger is above it. With `partial` the ledger's figure is of one
    commune alone, which no claim speaks of.
    """
    if claim.value is None or claim.metric not in COUNTED:
        return State.UNVERIFIED
    if partial or _kind(claim) == "province":
        return State.OTHER_SCOPE
    if ledger is None:
        return State.UNVERIFIED
    if claim.qualifier == Claim.Qualifier.MORE_THAN:
        return State.MATCHES if ledger > claim.value else State.DIFFERS
    return State.MATCHES if 100 * abs(ledger - claim.value) <= claim.value else State.DIFFERS


def claim_rows(claims: Iterable[Claim], *, province: str, commune: str | None = None) -> tuple[ClaimRow, ...]:
    """The claims with the ledger's figures, as far as these lie in the territory; a handful of queries for any number of claims.

    Read `claims` with `select_related("session", "programme", "event")`.
    """
    known = list(claims)
    ledger = _Ledger(Filters(province=province, commune=commune), known)
    return tuple(_row(claim, ledger.figure(claim), partial=commune is not None) for claim in known)


class _Ledger:
    """The ledger's figures for a list of claims: of sessions and programmes what was sold live, of events what their shops sold then."""

    def __init__(self, where: Filters, claims: list[Claim]) -> None:
        counted = [claim for claim in claims if claim.metric in COUNTED and claim.value is not None]
        self._where = where
        self._spans: dict[tuple[date, date], Measures] = {}
        self._events = sold_at({claim.event for claim in counted if claim.event}, where)
        programmes = {claim.programme_id for claim in counted if claim.programme_id}
        members = Session.objects.filter(programme__in=programmes).values_list("pk", "programme") if programmes else ()
        self._sessions: dict[int, list[int]] = {}
        for session, programme in members:
            self._sessions.setdefault(programme, []).append(session)
        wanted = {claim.session_id for claim in counted if claim.session_id} | {pk for pks in self._sessions.values() for pk in pks}
        live = where & {"session": tuple(sorted(wanted)), "bucket": Bucket.LIVE.value}
        self._live = {key[0]: found for key, found in measure(("session",), live).items()} if wanted else {}

    def figure(self, claim: Claim) -> int | None:
        """Orders or placed value of the claim's scope; None where there is nothing to set beside it."""
        if claim.value is None or claim.metric not in COUNTED:
            return None
        found = self._measures(claim)
        if found is None or found.is_empty:
            return None
        if COUNTED[Claim.Metric(claim.metric)] == "placed":
            return found.value.placed
        return found.orders.placed if found.orders is not None else None

    def _measures(self, claim: Claim) -> Measures | None:
        if claim.session_id:
            return self._live.get(claim.session_id)
        if claim.programme_id:
            found = [self._live[pk] for pk in self._sessions.get(claim.programme_id, ()) if pk in self._live]
            return sum(found[1:], found[0]) if found else None
        if claim.event:
            return self._events.get(claim.event.pk)
        if claim.period_from is None or claim.period_to is None:
            return None
        return self._days(claim.period_from, claim.period_to)

    def _days(self, first: date, last: date) -> Measures:
        key = first, last
        if key not in self._spans:
            self._spans[key] = measure_total(self._where & {"first": first, "last": last})
        return self._spans[key]


def _kind(claim: Claim) -> str:
    return "session" if claim.session_id else "programme" if claim.programme_id else "event" if claim.event_id else "province"


def _row(claim: Claim, ledger: int | None, *, partial: bool) -> ClaimRow:
    about = claim.session or claim.programme or claim.event
    return ClaimRow(
        pk=claim.pk,
        about_kind=_kind(claim),
        about=Name(about.code, about.name_vi, about.name_en) if about else None,
        metric=claim.metric,
        value=claim.value,
        qualifier=claim.qualifier,
        unit=claim.unit,
        scope=Name("", claim.scope_vi, claim.scope_en),
        territory=Name("", claim.territory_vi, claim.territory_en),
        period_from=claim.period_from,
        period_to=claim.period_to,
        told_as=claim.told_as,
        source_name=claim.source_name,
        source_url=claim.source_url,
        as_of=claim.as_of,
        ledger=ledger,
        state=state_of(claim, ledger, partial=partial),
    )
