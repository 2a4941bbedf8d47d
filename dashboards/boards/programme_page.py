"""A programme: what it aims at beside what was reached, and everything that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.audience import Audience
from dashboards.boards.beyond_air import CourseRow, EventRow, course_rows, event_rows
from dashboards.boards.session_list import SessionRow, listed, rows_of
from dashboards.claims import ClaimRow, claim_rows
from dashboards.readings import Reading
from livestreams.models import Attendance, Claim, OfflineEvent, Programme, Session, Slot, Target

Metric = Target.Metric


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A figure of the plan: `target` (None: none was set) beside what was reached; money in VND, weight in grams.

    `reached` is None where nothing is known of it yet.
    """

    metric: str
    target: int | None
    reached: int | None


@dataclass(frozen=True)
class ProgrammePage:
    """A programme's plan against actual. `live`: sold on air, `fairs`: at its events; `after`: in the 30 days after, in no target."""

    targets: tuple[TargetRow, ...]
    sessions: tuple[SessionRow, ...]
    events: tuple[EventRow, ...]
    courses: tuple[CourseRow, ...]
    claims: tuple[ClaimRow, ...]
    # Told of the province in days of the programme: of another scope.
    claims_around: tuple[ClaimRow, ...]
    live: Measures
    fairs: Measures
    after: Measures
    known: bool

    @property
    def has_targets(self) -> bool:
        """Whether anything was aimed at."""
        return any(row.target is not None for row in self.targets)


def programme_page(programme: Programme, audience: Audience, reading: Reading) -> ProgrammePage:
    """The page's rows; figures are those of the audience's territory (a commune: its producers' lines alone)."""
    territory = audience.territory
    assert territory is not None
    found = listed(audience, programme=programme.pk)
    sessions = rows_of(audience, found)
    events = event_rows(audience, programme.offline_events.filter(cancelled_at__isnull=True))
    present = Attendance.objects.filter(course__programme=programme, course__cancelled_at__isnull=True)
    if territory.commune is not None:
        present = present.filter(commune=territory.commune)
    courses = course_rows(programme.courses.filter(cancelled_at__isnull=True), present)
    # An order is of one livestream, and whatever sold something is among those that are seen: both may be added up.
    live = sum((row.live for row in sessions), NOTHING)
    fairs = sum((row.sold for row in events), NOTHING)
    known = any(row.known for row in sessions) or not fairs.is_empty
    people = [course.people for course in courses if course.people is not None]
    reached = {
        **_held(programme if events else None, audience, found, reading.at),
        **_sold(live + fairs if known else None),
        Metric.PEOPLE_TRAINED: sum(people) if people else None,
    }
    claims, claims_around = _claims(audience, programme)
    return ProgrammePage(
        targets=_targets(programme, reached),
        sessions=sessions,
        events=events,
        courses=courses,
        claims=claims,
        claims_around=claims_around,
        live=live,
        fairs=fairs,
        after=sum((row.after for row in sessions), NOTHING),
        known=known,
    )


def _targets(programme: Programme, reached: dict[str, int | None]) -> tuple[TargetRow, ...]:
    # A target of weight is kept in kg.
    aimed = {metric: value * (1000 if metric == Metric.WEIGHT else 1) for metric, value in programme.targets.values_list("metric", "value")}
    return tuple(TargetRow(metric.value, aimed.get(metric.value), reached[metric]) for metric in Metric)


def _held(fairs_of: Programme | None, audience: Audience, sessions: list[Session], now: datetime) -> dict[str, int | None]:
    """How many `sessions` were held by `now`, how many products they showed, and how many producers took part in them or at a fair."""
    held = [session.pk for session in sessions if session.cancelled_at is None and session.start <= now]
    slots = Slot.objects.filter(session__in=held, product__in=audience.products_seen().values("pk")).exclude(outcome=Slot.Outcome.SKIPPED)
    shown: dict[int, int] = dict(slots.order_by().values_list("product", "product__producer").distinct())
    producers = set(shown.values())
    if fairs_of is not None:
        fairs = OfflineEvent.objects.filter(programme=fairs_of, cancelled_at__isnull=True, starts_on__lte=timezone.localdate(now))
        producers |= set(audience.producers_seen().filter(pk__in=fairs.values("producers")).values_list("pk", flat=True))
    return {Metric.SESSIONS: len(held), Metric.PRODUCTS: len(shown), Metric.PRODUCERS: len(producers)}


def _sold(sold: Measures | None) -> dict[str, int | None]:
    return {
        Metric.ORDERS: sold.orders.placed if sold and sold.orders else None,
        Metric.NET: sold.value.net if sold else None,
        Metric.WEIGHT: sold.grams.net if sold else None,
    }


def _claims(audience: Audience, programme: Programme) -> tuple[tuple[ClaimRow, ...], tuple[ClaimRow, ...]]:
    """Those about the programme, its livestreams and its events; and those about the province in days of the programme."""
    territory = audience.territory
    assert territory is not None
    own = Q(programme=programme) | Q(session__programme=programme) | Q(event__programme=programme)
    within = Q(period_from__gte=programme.starts_on, period_to__lte=programme.ends_on)
    around = within & Q(session__isnull=True, programme__isnull=True, event__isnull=True, province=programme.province_id)
    claims = Claim.objects.filter(own | around).select_related("session", "programme", "event")
    if territory.commune is not None:
        claims = claims.filter(Q(session=None) | Q(session__in=audience.sessions_seen()))
    rows = claim_rows(claims, province=territory.province, commune=territory.commune)
    return tuple(row for row in rows if row.about), tuple(row for row in rows if row.about is None)
