"""What a period report says, as plain data: read once, in one state of the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from dashboards.boards.amounts import NOTHING, Measures, Orders, States
from dashboards.boards.audience import Audience
from dashboards.boards.beyond_air import CourseRow, EventRow, beyond_air, course_rows, event_rows
from dashboards.boards.freshness import Freshness, freshness
from dashboards.boards.measures import measure
from dashboards.boards.names import Name
from dashboards.boards.overview import Compared, Ranked, Ranking
from dashboards.boards.overview_sql import read_names
from dashboards.boards.session_list import SessionRow, session_rows
from dashboards.boards.territory import Territory, merged_from
from dashboards.claims import ClaimRow, claim_rows
from dashboards.periods import add_months
from dashboards.readings import Reading
from dashboards.reports.periods.calendar import DAY, Span
from dashboards.reports.periods.stars import StarRow, star_rows
from dashboards.targets.models import YearTarget
from livestreams.models import Attendance, Claim, Programme
from orders.attribution.models import Bucket
from orders.spans.rule import Days

TOP = 10
MERGER = date(2025, 7, 1)
WEEK = 7  # days: the parts of a period that is one month


@dataclass(frozen=True, slots=True)
class Part:
    """A month of the period, or seven days of one month; `known` is False for one whose days are not counted yet or told of by no file.

    Of its `days` that are counted so many are `unknown`. `known_before`, `days_before` and `unknown_before`: the same of last year's.
    """

    first: date
    last: date
    sold: Compared
    known: bool
    known_before: bool
    days: int
    unknown: int
    days_before: int
    unknown_before: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A figure that was aimed at, with its paper; money in VND, weight in grams."""

    metric: str
    target: int
    source: str


@dataclass(frozen=True, slots=True)
class PeriodRows:
    """A period report before it is worded. `estimate` is of the days after `span.counted_to` (None: no such day, or nothing to go by).

    `before` are the figures of the whole period a year earlier.
    """

    span: Span
    territory: Territory
    programme: Name | None
    total: Measures
    estimate: Measures | None
    before: Measures
    parts: tuple[Part, ...]
    buckets: Mapping[int, Measures]
    products: Ranking
    producers: Ranking
    communes: Ranking
    sessions: tuple[SessionRow, ...]
    events: tuple[EventRow, ...]
    courses: tuple[CourseRow, ...]
    stars: tuple[StarRow, ...]
    claims: tuple[ClaimRow, ...]
    plan: tuple[Plan, ...]
    freshness: Freshness
    merged_from: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Whether a file tells of a day of the period: else its figures are unknown, never 0."""
        return not self.total.is_empty or self.freshness.known

    @property
    def whole(self) -> Measures:
        """Actual figures and estimate together."""
        return self.total if self.estimate is None else self.total + self.estimate

    @property
    def reached(self) -> Measures | None:
        """What counts towards `plan`; None: not known. Of a programme, as on its page: sold on air and at its fairs, no estimate."""
        if self.programme is None:
            return self.whole if self.known else None
        sold = self.buckets.get(Bucket.LIVE, NOTHING) + sum((event.sold for event in self.events), NOTHING)
        return sold if self.known or not sold.is_empty else None


def period_rows(territory: Territory, span: Span, reading: Reading) -> PeriodRows:
    """The rows as of `reading`; run it in one REPEATABLE READ transaction. About thirty queries."""
    audience = Audience(territory=territory)
    programme = Programme.objects.get(pk=span.programme) if span.programme else None
    year_before = span.whole.last_year()
    now_in = audience.filters(first=span.first, last=span.counted_to, programme=span.programme)
    then_in = audience.filters(first=year_before.first, last=year_before.last, programme=span.programme)
    days, days_before = ({day: found for (day,), found in measure(("day",), where).items()} for where in (now_in, then_in))
    total = sum(days.values(), NOTHING)
    found = {name: (measure((name,), now_in), measure((name,), then_in)) for name in ("product", "producer", "commune")}
    ranked = {name: _best(now) for name, (now, _then) in found.items()}
    names = read_names(ranked)
    events, courses = _beyond(audience, span, programme)
    fresh = freshness(
        territory.province,
        span.first,
        max(span.counted_to, span.first),
        reading.at,
        before=(year_before.first, year_before.last),
    )
    return PeriodRows(
        span=span,
        territory=territory,
        programme=Name(programme.code, programme.name_vi, programme.name_en) if programme else None,
        total=total,
        estimate=estimated(total, span.days_counted - days_in(fresh.unknown), span.days_left),
        before=sum(days_before.values(), NOTHING),
        parts=_parts(span, days, days_before, fresh),
        buckets={bucket: sold for (bucket,), sold in measure(("bucket",), now_in).items()},
        **{f"{name}s": _ranking(name, ranked[name], found[name], names) for name in found},
        sessions=_sessions(audience, span, reading),
        events=events,
        courses=courses,
        stars=() if programme else star_rows(territory.province, span.first, min(span.last, reading.day)),
        claims=_claims(territory, span),
        plan=_plan(territory, span, programme, reading.day),
        freshness=fresh,
        merged_from=merged_from(territory.province),
    )


def days_in(spans: Sequence[Days]) -> int:
    """How many days these are."""
    return sum(max((last - first).days + 1, 0) for first, last in spans)


def within(spans: Sequence[Days], first: date, last: date) -> list[Days]:
    """What of these lies in the days from `first` to `last`."""
    return [(max(begin, first), min(end, last)) for begin, end in spans if begin <= last and end >= first]


def estimated(total: Measures, counted: int, left: int) -> Measures | None:
    """What the days left bring if each brings the mean of the counted days that are known; every amount rounded half up to a whole one."""
    if not left or not counted or total.is_empty:
        return None

    def of(amount: int) -> int:
        return (2 * amount * left + counted) // (2 * counted)

    def states(known: States) -> States:
        return States(of(known.placed), of(known.cancelled), of(known.returned), of(known.handed_over))

    known = total.orders or Orders()
    orders = Orders(of(known.placed), of(known.net), of(known.delivered))
    return Measures(total.lines, states(total.value), states(total.units), states(total.grams), orders)


def _parts(span: Span, days: Mapping[date, Measures], days_before: Mapping[date, Measures], fresh: Freshness) -> tuple[Part, ...]:
    starts = [span.first]
    monthly = (span.first.year, span.first.month) != (span.last.year, span.last.month)
    while (start := add_months(starts[-1].replace(day=1), 1) if monthly else starts[-1] + DAY * WEEK) <= span.last:
        starts.append(start)
    ends = [*(start - DAY for start in starts[1:]), span.last]
    # The parts a year earlier meet as these do, so that they add up to the whole period of that year.
    before = [add_months(start, -12) for start in starts]
    before_ends = [*(start - DAY for start in before[1:]), span.whole.last_year().last]

    def sold(known: Mapping[date, Measures], first: date, last: date) -> Measures:
        return sum((one for day, one in known.items() if first <= day <= last), NOTHING)

    def part(first: date, last: date, earlier: date, earlier_last: date) -> Part:
        both = Compared(sold(days, first, last), sold(days_before, earlier, earlier_last))
        counted_to = min(last, span.counted_to)
        return Part(
            first,
            last,
            both,
            known=not both.now.is_empty or fresh.covered.knows_some(first, counted_to),
            known_before=not both.before.is_empty or fresh.covered.knows_some(earlier, earlier_last),
            days=days_in([(first, counted_to)]),
            unknown=days_in(within(fresh.unknown, first, counted_to)),
            days_before=days_in([(earlier, earlier_last)]),
            unknown_before=days_in(within(fresh.unknown_before, earlier, earlier_last)),
        )

    return tuple(part(*days_of) for days_of in zip(starts, ends, before, before_ends, strict=True))


Found = Mapping[tuple[Any, ...], Measures]


def _best(now: Found) -> list[Any]:
    keys = [key for (key,) in now if key is not None]
    return sorted(keys, key=lambda key: (-now[key,].value.net, -now[key,].value.placed, str(key).rjust(20)))[:TOP]


def _ranking(kind: str, ranked: list[Any], found: tuple[Found, Found], names: Mapping[tuple[str, Any], Name]) -> Ranking:
    """The first TOP by net value, the others together, and what belongs to none."""
    now, then = found
    rest = [key for (key,) in {**now, **then} if key is not None and key not in ranked]

    def together(known: Found) -> Measures:
        return sum((known[key,] for key in rest if (key,) in known), Measures(orders=None))

    nobody = Compared(now.get((None,), NOTHING), then.get((None,), NOTHING))
    return Ranking(
        top=tuple(Ranked(names[kind, key], Compared(now[key,], then.get((key,), NOTHING))) for key in ranked),
        of=sum(1 for (key,) in now if key is not None),
        others=Compared(together(now), together(then)),
        none=None if nobody.now.is_empty and nobody.before.is_empty else Ranked(None, nobody),
    )


def _sessions(audience: Audience, span: Span, reading: Reading) -> tuple[SessionRow, ...]:
    """Livestreams begun in the counted days (of a programme: all begun by now), in the order of time."""
    found = session_rows(audience, programme=span.programme) if span.programme else session_rows(audience, span.first, span.counted_to)
    return tuple(reversed([row for row in found if not row.called_off and row.start <= reading.at]))


def _beyond(audience: Audience, span: Span, programme: Programme | None) -> tuple[tuple[EventRow, ...], tuple[CourseRow, ...]]:
    if programme is None:
        found = beyond_air(audience, span.first, span.counted_to)
        return tuple(reversed(found.events)), tuple(reversed(found.courses))
    events = programme.offline_events.filter(cancelled_at__isnull=True)
    courses = programme.courses.filter(cancelled_at__isnull=True)
    return event_rows(audience, events), course_rows(courses, Attendance.objects.filter(course__in=courses.values("pk")))


def _claims(territory: Territory, span: Span) -> tuple[ClaimRow, ...]:
    """What was told of the period: claims whose days touch it; of a programme, its own and those of its sessions and events."""
    of_programme = Q(programme=span.programme) | Q(session__programme=span.programme) | Q(event__programme=span.programme)
    touching = Q(period_from__lte=span.last, period_to__gte=span.first)
    claims = Claim.objects.filter(of_programme if span.programme else touching, province=territory.province)
    ordered = claims.select_related("session", "programme", "event").order_by("period_from", "source_name", "pk")
    return claim_rows(ordered, province=territory.province)


def _plan(territory: Territory, span: Span, programme: Programme | None, day: date) -> tuple[Plan, ...]:
    if programme is not None:
        found = [(str(target.metric), target.value, str(programme)) for target in programme.targets.all()]
    else:
        in_force = YearTarget.objects.in_force(territory.province, span.last.year, day)
        found = [(metric, target.value, target.source) for metric, target in in_force.items()]
    known = [metric.value for metric in YearTarget.Metric]
    plans = [Plan(metric, value * (1000 if metric == YearTarget.Metric.WEIGHT else 1), source) for metric, value, source in found]
    return tuple(sorted((plan for plan in plans if plan.metric in known), key=lambda plan: known.index(plan.metric)))
