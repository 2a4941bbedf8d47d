"""Beyond the air: fairs, conferences and courses of a period, each counted once, with what was sold there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.audience import Audience
from dashboards.boards.booths import sold_at
from dashboards.boards.names import Name
from dashboards.claims import ClaimRow, claim_rows
from livestreams.models import Attendance, Claim, Course, OfflineEvent


@dataclass(frozen=True, slots=True)
class EventRow:
    """A fair or conference. What was sold there is `sold` (order lines of its booths) or, without any, what `told` claims: never both.

    `enterprises` and `booths` are None where nobody counted. Of an event whose claims were told before orders came in, `told` holds them
    still, and the ledger counts.
    """

    name: Name
    kind: str
    first: date
    last: date
    place: str
    booths: int | None
    enterprises: int | None
    enterprises_qualifier: str
    producers: int
    is_demo: bool
    sold: Measures
    told: tuple[ClaimRow, ...]

    @property
    def has_orders(self) -> bool:
        """Whether the ledger knows what was sold."""
        return not self.sold.is_empty

    @property
    def told_beside(self) -> bool:
        """Whether sales were claimed although the ledger knows them: the ledger counts."""
        return self.has_orders and bool(self.told)


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course with who came; `people` is None where that was not recorded, `women` where not all were counted."""

    name: Name
    topic: str
    first: date
    last: date
    place: str
    communes: int
    people: int | None
    women: int | None
    is_demo: bool


@dataclass(frozen=True)
class BeyondAir:
    """The events and courses that began in the period; an event or a course belongs to one period alone, so periods add up.

    `producers` and `communes` are counted once each, however often they took part or sent people.
    """

    events: tuple[EventRow, ...]
    courses: tuple[CourseRow, ...]
    producers: int
    communes: int

    @property
    def fairs(self) -> int:
        """Fairs and exhibitions."""
        return sum(row.kind == OfflineEvent.Kind.FAIR for row in self.events)

    @property
    def conferences(self) -> int:
        """Conferences."""
        return sum(row.kind == OfflineEvent.Kind.CONFERENCE for row in self.events)

    @property
    def booths(self) -> int | None:
        """Booths, of those events of which they were counted; None where of none."""
        return _sum(row.booths for row in self.events)

    @property
    def enterprises(self) -> int | None:
        """Enterprises, as booths; one at two events counts twice."""
        return _sum(row.enterprises for row in self.events)

    @property
    def enterprises_exact(self) -> bool:
        """Whether no event told them as “about” or “more than”."""
        return not any(row.enterprises_qualifier for row in self.events)

    @property
    def sold(self) -> Measures:
        """What the ledger holds of their booths."""
        return sum((row.sold for row in self.events), NOTHING)

    @property
    def people(self) -> int | None:
        """People who came to courses."""
        return _sum(row.people for row in self.courses)

    @property
    def women(self) -> int | None:
        """Women among them, of courses where all were counted."""
        return _sum(row.women for row in self.courses)


def beyond_air(audience: Audience, first: date, last: date) -> BeyondAir:
    """Events and courses of the audience's territory that began from `first` to `last` (both included) and were not called off.

    A commune's are those that it holds, in which its producers took part or to which it sent people, with its own numbers of these.
    """
    territory = audience.territory
    if territory is None:
        return BeyondAir((), (), 0, 0)
    events = OfflineEvent.objects.filter(province=territory.province).held(first, last)
    courses = Course.objects.filter(province=territory.province).held(first, last)
    present = Attendance.objects.filter(course__in=courses.values("pk"))
    own = audience.producers_seen().values("pk")
    if territory.commune is not None:
        taking = OfflineEvent.producers.through.objects.filter(offlineevent=OuterRef("pk"), producer__in=own)
        events = events.filter(Q(commune=territory.commune) | Exists(taking))
        present = present.filter(commune=territory.commune)
        courses = courses.filter(Q(commune=territory.commune) | Exists(present.filter(course=OuterRef("pk"))))
    taking_part = OfflineEvent.producers.through.objects.filter(offlineevent__in=events.values("pk"))
    if territory.commune is not None:
        taking_part = taking_part.filter(producer__in=own)
    return BeyondAir(
        events=event_rows(audience, events),
        courses=course_rows(courses, present),
        producers=taking_part.values("producer").distinct().count(),
        communes=present.values("commune").distinct().count(),
    )


def event_rows(audience: Audience, events: QuerySet[OfflineEvent]) -> tuple[EventRow, ...]:
    """The events with what was sold at each in the audience's territory; a handful of queries for any number."""
    assert audience.territory is not None
    found: list[Any] = list(
        events.select_related("commune").annotate(taking_part=Count("producers", distinct=True)).order_by("-starts_on", "code")
    )
    keys = [event.pk for event in found]
    sold = sold_at(found, audience.filters())
    told: dict[int, list[ClaimRow]] = {}
    claims = list(Claim.objects.of_sales().filter(event__in=keys).select_related("session", "programme", "event")) if keys else []
    territory = audience.territory
    for claim, row in zip(claims, claim_rows(claims, province=territory.province, commune=territory.commune), strict=True):
        assert claim.event_id is not None
        told.setdefault(claim.event_id, []).append(row)
    return tuple(
        EventRow(
            name=Name(event.code, event.name_vi, event.name_en),
            kind=event.kind,
            first=event.starts_on,
            last=event.ends_on,
            place=_place(event.place, event.commune),
            booths=event.booths,
            enterprises=event.enterprises,
            enterprises_qualifier=event.enterprises_qualifier,
            producers=event.taking_part,
            is_demo=event.is_demo,
            sold=sold.get(event.pk, NOTHING),
            told=tuple(told.get(event.pk, ())),
        )
        for event in found
    )


def course_rows(courses: QuerySet[Course], present: QuerySet[Attendance]) -> tuple[CourseRow, ...]:
    """The courses with those of `present` who came to each; two queries."""
    found = list(courses.select_related("commune"))
    if not found:
        return ()
    sums = present.filter(course__in=[course.pk for course in found]).order_by().values("course")
    came = {
        row["course"]: row for row in sums.annotate(communes=Count("pk"), came=Sum("people"), of_women=Sum("women"), counted=Count("women"))
    }
    rows = []
    for course in found:
        here = came.get(course.pk)
        rows.append(
            CourseRow(
                name=Name(course.code, course.title_vi, course.title_en),
                topic=course.topic,
                first=course.starts_on,
                last=course.ends_on,
                place=_place(course.place, course.commune),
                communes=here["communes"] if here else 0,
                people=here["came"] if here else None,
                women=here["of_women"] if here and here["counted"] == here["communes"] else None,
                is_demo=course.is_demo,
            )
        )
    return tuple(rows)


def _place(place: str, commune: object | None) -> str:
    return ", ".join(part for part in (place, str(commune) if commune else "") if part)


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
