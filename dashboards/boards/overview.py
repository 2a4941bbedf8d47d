"""The overview of a department: what a province sold over a period, beside the period before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone

from dashboards.boards.amounts import NOTHING, Measures, Orders
from dashboards.boards.freshness import Freshness, freshness
from dashboards.boards.names import Name
from dashboards.boards.overview_sql import (
    Key,
    OverviewCounts,
    OverviewSums,
    SessionNames,
    Span,
    Sums,
    added,
    measures,
    net_value,
    read_counts,
    read_names,
    read_sessions,
    read_sets,
    read_sums,
)
from dashboards.boards.registry_counts import RegistryCounts, registry_counts
from dashboards.claims import ClaimRow, claim_rows
from dashboards.periods import Comparison, Period
from dashboards.targets.board import YearPlan, year_plan
from livestreams.models import Claim
from orders.attribution.models import Bucket

TOP = 10
CLAIMS = 10
NEWEST_CLAIMS = "SELECT * FROM livestreams_claim WHERE province_id = %(province)s ORDER BY as_of DESC, id LIMIT %(most)s"
AFTER = frozenset({Bucket.AFTER_24H.value, Bucket.AFTER_7D.value, Bucket.AFTER_30D.value})


@dataclass(frozen=True, slots=True)
class Compared:
    """A thing's measures in the period and in the one before; `before` without a line means "no earlier figure"."""

    now: Measures
    before: Measures


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day of the period; `before` is the day of the same place in the period before, None where that is shorter or not known.

    `known` is False where no file tells of the day: what is not there then is not 0.
    """

    day: date
    now: Measures
    before: Measures | None
    known: bool


@dataclass(frozen=True, slots=True)
class Ranked:
    """A product, producer or commune (name None: lines that belong to none) or a group or a star."""

    name: Name | None
    sold: Compared


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A session, or a host with the number of `sessions`: what was sold live and what after it, in the period."""

    name: Name
    live: Measures
    after: Measures
    sessions: int = 1
    start: datetime | None = None
    host: Name | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The first TOP of `of` products, producers or communes that sold anything, the `others` together, and what belongs to none.

    The orders of `others` are None: orders with one thing or another are not added up.
    """

    top: tuple[Ranked, ...]
    of: int
    others: Compared
    none: Ranked | None

    @property
    def most(self) -> int:
        """The greatest net value: the length of a full bar."""
        return max((row.sold.now.value.net for row in self.top), default=0)


@dataclass(frozen=True, slots=True)
class Broadcasts:
    """The first TOP sessions, or hosts, of `of` that sold anything live or after."""

    top: tuple[Broadcast, ...]
    of: int

    @property
    def most(self) -> int:
        """The greatest net value sold live."""
        return max((row.live.value.net for row in self.top), default=0)


@dataclass(frozen=True, slots=True)
class OverviewRows:
    """Everything the overview shows, as plain data. Ranked by net value; names in both languages."""

    period: Period
    before: Period
    total: Compared
    days: tuple[DayRow, ...]
    buckets: dict[int, Measures]
    sources: dict[int, Orders]
    bases: dict[int, Orders]
    sessions: Broadcasts
    hosts: Broadcasts
    products: Ranking
    producers: Ranking
    communes: Ranking
    groups: dict[str, Compared]  # by the group's code; "" for products of no group
    stars: dict[int | None, Compared]
    registry: RegistryCounts
    claims: tuple[ClaimRow, ...]
    freshness: Freshness
    plan: YearPlan | None  # of the year in which the period ends; None for a commune, which has none

    @property
    def known(self) -> bool:
        """Whether a file tells of a day of the period: else its figures are unknown, never 0."""
        return not self.total.now.is_empty or self.freshness.known


def overview_rows(
    province: str,
    period: Period,
    commune: str | None = None,
    *,
    comparison: Comparison = Comparison.BEFORE,
    at: datetime | None = None,
) -> OverviewRows:
    """The overview of a province, or of a commune of it, computed now; stars and freshness are those of `at` (now).

    Run it in one REPEATABLE READ transaction (`dashboards.readings.read` does): it takes about fifteen queries, of which three
    read the figures of the period.
    """
    at = at or timezone.now()
    span = Span(province, commune, period, period.compared(comparison))
    sets = read_sets()
    groups = {group: code for _set, group, code in sets}
    sums = read_sums(span, {ocop_set: group for ocop_set, group, _code in sets})
    ranked = {name: _ranked(sums.members[name]) for name in ("product", "producer", "commune")}
    counts = read_counts(span, {**ranked, "group": [*groups, None], "star": [3, 4, 5, None]})
    earlier = (span.before.first, span.before.last)
    fresh = freshness(province, period.first, period.last, at, commune, before=earlier, selling=(counts.shops[1], counts.shops[0]))
    names = read_names(ranked)
    sessions, hosts = _broadcasts(sums, counts)
    return OverviewRows(
        period=period,
        before=span.before,
        total=Compared(_total(sums, counts, 1), _total(sums, counts, 0)),
        days=_days(span, sums, counts, fresh),
        buckets=_buckets(sums, counts),
        sources=counts.sources,
        bases=counts.bases,
        sessions=sessions,
        hosts=hosts,
        products=_ranking("product", ranked["product"], sums, counts, names),
        producers=_ranking("producer", ranked["producer"], sums, counts, names),
        communes=_ranking("commune", ranked["commune"], sums, counts, names),
        groups={groups[key] if key else "": found for key, found in _members("group", sums, counts, commune).items()},
        stars=_members("star", sums, counts, commune),
        registry=registry_counts(province, timezone.localdate(at), commune),
        claims=_claims(province) if commune is None else (),
        freshness=fresh,
        plan=year_plan(province, period.last.year, timezone.localdate(at), fresh.covered) if commune is None else None,
    )


def _total(sums: OverviewSums, counts: OverviewCounts, era: int) -> Measures:
    orders = sum(counts.days[era].values(), Orders())
    return measures(added(sums.days[era].values()), orders)


def _days(span: Span, sums: OverviewSums, counts: OverviewCounts, fresh: Freshness) -> tuple[DayRow, ...]:
    def of(day: date, era: int) -> Measures:
        return measures(sums.days[era].get(day), counts.days[era].get(day, Orders()))

    gaps = [fresh.covered.unknown(one.first, one.last) for one in (span.before, span.period)]

    def known(day: date, era: int) -> bool:
        return day in sums.days[era] or not any(first <= day <= last for first, last in gaps[era])

    before = [of(day, 0) if known(day, 0) else None for day in span.before.days()]
    return tuple(
        DayRow(day, of(day, 1), before[place] if place < len(before) else None, known(day, 1))
        for place, day in enumerate(span.period.days())
    )


def _buckets(sums: OverviewSums, counts: OverviewCounts) -> dict[int, Measures]:
    found: dict[int, Measures] = {}
    for key, row in sums.sessions[1].items():
        found[key[1]] = found.get(key[1], NOTHING) + measures(row, counts.sessions[1].get(key, Orders()))
    return found


def _broadcasts(sums: OverviewSums, counts: OverviewCounts) -> tuple[Broadcasts, Broadcasts]:
    """The ranking of sessions, and that of their hosts, by net value sold live, then after."""
    nothing = added(())
    sold: dict[int, tuple[Sums, Sums]] = {}
    for (session, bucket), row in sums.sessions[1].items():
        if isinstance(session, int):
            live, after = sold.get(session, (nothing, nothing))
            sold[session] = (live, added((after, row))) if bucket in AFTER else (added((live, row)), after)
    known = read_sessions(sold)
    of_host: dict[str, list[SessionNames]] = {}
    for session_names in known:
        if session_names.host is not None:
            of_host.setdefault(session_names.host.code, []).append(session_names)

    net = {session: (net_value(live), net_value(after)) for session, (live, after) in sold.items()}

    def measured(sessions: list[SessionNames]) -> tuple[Measures, Measures]:
        keys = {one.key for one in sessions}
        orders = [(bucket in AFTER, found) for (key, bucket), found in counts.sessions[1].items() if key in keys]
        live, after = (sum((found for is_after, found in orders if is_after is side), Orders()) for side in (False, True))
        sums_live, sums_after = (added(sold[one.key][side] for one in sessions) for side in (0, 1))
        return measures(sums_live, live), measures(sums_after, after)

    def best(groups: list[list[SessionNames]]) -> list[list[SessionNames]]:
        ranked = sorted((*(-sum(net[one.key][side] for one in group) for side in (0, 1)), place) for place, group in enumerate(groups))
        return [groups[place] for _live, _after, place in ranked[:TOP]]

    singles = best([[one] for one in known])
    hosts = best(list(of_host.values()))
    return (
        Broadcasts(tuple(Broadcast(one.name, *measured([one]), start=one.start, host=one.host) for (one,) in singles), len(known)),
        Broadcasts(
            tuple(Broadcast(group[0].host, *measured(group), sessions=len(group)) for group in hosts if group[0].host is not None),
            len(of_host),
        ),
    )


def _ranked(found: tuple[dict[Key, Sums], dict[Key, Sums]]) -> list[Key]:
    """The first TOP by net value, then by that before, of equals the lower id; and None where something belongs to none."""
    before, now = found
    nothing = added(())
    best = sorted(
        (key for key in now if key is not None),
        key=lambda key: (-net_value(now[key]), -net_value(before.get(key, nothing)), str(key).rjust(20)),
    )
    return [*best[:TOP], *([None] if None in now or None in before else [])]


def _ranking(name: str, ranked: list[Key], sums: OverviewSums, counts: OverviewCounts, names: dict[tuple[str, Key], Name]) -> Ranking:
    before, now = sums.members[name]
    orders_before, orders_now = counts.members[name]

    def sold(key: Key) -> Compared:
        return Compared(
            measures(now.get(key), orders_now.get(key, Orders())),
            measures(before.get(key), orders_before.get(key, Orders())),
        )

    rest = [key for key in {*now, *before} if key not in ranked]
    others = Compared(
        measures(added(now[key] for key in rest if key in now), None),
        measures(added(before[key] for key in rest if key in before), None),
    )
    return Ranking(
        tuple(Ranked(names[name, key], sold(key)) for key in ranked if key is not None),
        sum(1 for key in now if key is not None),
        others,
        Ranked(None, sold(None)) if None in ranked else None,
    )


def _members(name: str, sums: OverviewSums, counts: OverviewCounts, commune: str | None) -> dict[Any, Compared]:
    before, now = sums.members[name]
    orders_before, orders_now = counts.members[name]
    none = Orders() if commune is None else None  # distinct orders of a group or star in a commune are not kept
    return {
        key: Compared(measures(now.get(key), orders_now.get(key, none)), measures(before.get(key), orders_before.get(key, none)))
        for key in {*now, *before}
    }


def _claims(province: str) -> tuple[ClaimRow, ...]:
    """The newest claims: each speaks of a period of its own, so the page's period does not choose among them."""
    # Plain SQL: where there is no claim, putting together a query over four tables would cost more than the whole rest of this.
    newest = list(Claim.objects.raw(NEWEST_CLAIMS, {"province": province, "most": CLAIMS}))
    if newest:
        prefetch_related_objects(newest, "session", "programme", "event")
    return claim_rows(newest, province=province)
