"""A programme: what it aims at beside what was reached, and everything that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.models import Producer
from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.audience import Audience, sales
from dashboards.boards.beyond_air import CourseRow, EventRow, course_rows, event_rows
from dashboards.boards.session_list import AFTER, SessionRow, session_rows
from dashboards.claims import ClaimRow, claim_rows
from dashboards.readings import Reading
from livestreams.models import Attendance, Claim, OfflineEvent, Programme, Session, Slot, Target
from orders.models import Bucket

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
    sessions = session_rows(audience, programme=programme.pk)
    events = event_rows(audience, programme.offline_events.filter(cancelled_at__isnull=True))
    present = Attendance.objects.filter(course__programme=programme, course__cancelled_at__isnull=True)
    if territory.commune is not None:
        present = present.filter(commune=territory.commune)
    courses = course_rows(programme.courses.filter(cancelled_at__isnull=True), present)
    sold = sales(("bucket",), audience.filters(programme=programme.pk))
    live = sold.get((Bucket.LIVE,), NOTHING)
    fairs = sum((row.sold for row in events), NOTHING)
    known = any(row.known for row in sessions) or not fairs.is_empty
    return ProgrammePage(
        targets=_targets(programme, audience, reading.at, live + fairs if known else None, courses),
        sessions=sessions,
        events=events,
        courses=courses,
        claims=_claims(audience, Q(programme=programme) | Q(session__programme=programme) | Q(event__programme=programme)),
        claims_around=_claims(audience, _around(programme)),
        live=live,
        fairs=fairs,
        after=sum((sold.get((bucket,), NOTHING) for bucket in AFTER), NOTHING),
        known=known,
    )


def _targets(
    programme: Programme, audience: Audience, now: datetime, sold: Measures | None, courses: tuple[CourseRow, ...]
) -> tuple[TargetRow, ...]:
    # A target of weight is kept in kg.
    aimed = {metric: value * (1000 if metric == Metric.WEIGHT else 1) for metric, value in programme.targets.values_list("metric", "value")}
    begun = Session.objects.filter(programme=programme, cancelled_at__isnull=True).alias(begins=Coalesce("actual_start", "planned_start"))
    held = audience.sessions_seen().filter(pk__in=begun.filter(begins__lte=now).values("pk"))
    shown = Slot.objects.filter(session__in=held.values("pk"), product__in=audience.products_seen().values("pk"))
    shown = shown.exclude(outcome=Slot.Outcome.SKIPPED)
    fairs = OfflineEvent.objects.filter(programme=programme, cancelled_at__isnull=True, starts_on__lte=timezone.localdate(now))
    taking_part = Producer.objects.filter(
        Q(pk__in=shown.values("product__producer")) | Q(pk__in=fairs.values("producers")), pk__in=audience.producers_seen().values("pk")
    )
    people = [course.people for course in courses if course.people is not None]
    reached: dict[str, int | None] = {
        Metric.SESSIONS: held.count(),
        Metric.PRODUCTS: shown.order_by().values("product").distinct().count(),
        Metric.PRODUCERS: taking_part.count(),
        Metric.ORDERS: sold.orders.placed if sold and sold.orders else None,
        Metric.NET: sold.value.net if sold else None,
        Metric.WEIGHT: sold.grams.net if sold else None,
        Metric.PEOPLE_TRAINED: sum(people) if people else None,
    }
    return tuple(TargetRow(metric.value, aimed.get(metric.value), reached[metric]) for metric in Metric)


def _around(programme: Programme) -> Q:
    within = Q(period_from__gte=programme.starts_on, period_to__lte=programme.ends_on)
    return within & Q(session__isnull=True, programme__isnull=True, event__isnull=True, province=programme.province_id)


def _claims(audience: Audience, about: Q) -> tuple[ClaimRow, ...]:
    assert audience.territory is not None
    claims = Claim.objects.filter(about).select_related("session", "programme", "event")
    if audience.territory.commune is not None:
        claims = claims.filter(Q(session=None) | Q(session__in=audience.sessions_seen()))
    return claim_rows(claims, province=audience.territory.province, commune=audience.territory.commune)
