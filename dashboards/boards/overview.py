"""The overview of a department: what a province sold over a period, beside the period before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.models import OcopSet
from dashboards.boards.amounts import NOTHING, Measures, Orders
from dashboards.boards.freshness import Freshness, freshness
from dashboards.boards.names import Name
from dashboards.boards.overview_sql import (
    Key,
    OverviewCounts,
    OverviewSums,
    Span,
    Sums,
    added,
    measures,
    net_value,
    read_counts,
    read_names,
    read_sums,
)
from dashboards.boards.registry_counts import RegistryCounts, registry_counts
from dashboards.claims import ClaimRow, claim_rows
from dashboards.periods import Comparison, Period
from livestreams.models import Claim, Session
from orders.attribution.models import Bucket

TOP = 10
CLAIMS = 10
AFTER = frozenset({Bucket.AFTER_24H.value, Bucket.AFTER_7D.value, Bucket.AFTER_30D.value})


@dataclass(frozen=True, slots=True)
class Compared:
    """A thing's measures in the period and in the one before; `before` without a line means "no earlier figure"."""

    now: Measures
    before: Measures


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day of the period; `before` is the day of the same place in the period before, None where that is shorter.

    `known` is False where no file was exported on that day or later: what is not there then is not 0.
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

    @property
    def known(self) -> bool:
        """Whether a file reaches into the period: then what is missing was not sold; else figures are unknown, never 0."""
        return not self.total.now.is_empty or self.freshness.knows(self.period.first)


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
    sets = list(OcopSet.objects.order_by().values_list("pk", "group_id", "group__code"))
    groups = {group: code for _set, group, code in sets}
    sums = read_sums(span, {ocop_set: group for ocop_set, group, _code in sets})
    ranked = {name: _ranked(sums.members[name]) for name in ("product", "producer", "commune")}
    counts = read_counts(span, {**ranked, "group": [*groups, None], "star": [3, 4, 5, None]})
    fresh = freshness(province, period.first, period.last, at, commune, selling=counts.shops)
    names = read_names(ranked)
    sessions, hosts = _broadcasts(_sessions(sums, counts))
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
    )


def _total(sums: OverviewSums, counts: OverviewCounts, era: int) -> Measures:
    orders = sum(counts.days[era].values(), Orders())
    return measures(added(sums.days[era].values()), orders)


def _days(span: Span, sums: OverviewSums, counts: OverviewCounts, fresh: Freshness) -> tuple[DayRow, ...]:
    def of(day: date, era: int) -> Measures:
        return measures(sums.days[era].get(day), counts.days[era].get(day, Orders()))

    before = span.before.days()
    return tuple(
        DayRow(day, of(day, 1), of(before[place], 0) if place < len(before) else None, day in sums.days[1] or fresh.knows(day))
        for place, day in enumerate(span.period.days())
    )


def _buckets(sums: OverviewSums, counts: OverviewCounts) -> dict[int, Measures]:
    found: dict[int, Measures] = {}
    for key, row in sums.sessions[1].items():
        found[key[1]] = found.get(key[1], NOTHING) + measures(row, counts.sessions[1].get(key, Orders()))
    return found


def _sessions(sums: OverviewSums, counts: OverviewCounts) -> dict[int, tuple[Measures, Measures]]:
    """What each session sold live and after, in the period."""
    found: dict[int, tuple[Measures, Measures]] = {}
    for (session, bucket), row in sums.sessions[1].items():
        if not isinstance(session, int):
            continue
        live, after = found.get(session, (NOTHING, NOTHING))
        more = measures(row, counts.sessions[1].get((session, bucket), Orders()))
        found[session] = (live, after + more) if bucket in AFTER else (live + more, after)
    return found


def _broadcasts(sold: dict[int, tuple[Measures, Measures]]) -> tuple[Broadcasts, Broadcasts]:
    """The ranking of sessions, and that of their hosts."""
    sessions: dict[int, Broadcast] = {}
    hosts: dict[str, Broadcast] = {}
    start = Coalesce("actual_start", "planned_start")
    columns = ("pk", "code", "name_vi", "name_en", "host__code", "host__stage_name", start)
    for pk, code, vi, en, host_code, stage_name, began in Session.objects.filter(pk__in=list(sold)).order_by("pk").values_list(*columns):
        live, after = sold[pk]
        host = Name(host_code, stage_name) if host_code else None
        sessions[pk] = Broadcast(Name(code, vi, en), live, after, 1, began, host)
        if host is not None:
            known = hosts.get(host.code, Broadcast(host, NOTHING, NOTHING, 0))
            hosts[host.code] = replace(known, live=known.live + live, after=known.after + after, sessions=known.sessions + 1)
    return _best(sessions.values()), _best(hosts.values())


def _best(found: Collection[Broadcast]) -> Broadcasts:
    best = sorted(found, key=lambda row: (-row.live.value.net, -row.after.value.net, row.name.code))
    return Broadcasts(tuple(best[:TOP]), len(best))


def _ranked(found: tuple[dict[Key, Sums], dict[Key, Sums]]) -> list[Key]:
    """The first TOP by net value, then by that before; and None where something belongs to none."""
    before, now = found
    nothing = added(())
    best = sorted(
        (key for key in now if key is not None), key=lambda key: (-net_value(now[key]), -net_value(before.get(key, nothing)), str(key))
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
    newest = Claim.objects.filter(province=province).select_related("session", "programme", "event")
    return claim_rows(newest[:CLAIMS], province=province)
