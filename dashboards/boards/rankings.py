"""Producers, communes and hosts, each with what was sold of theirs in a period and in the one before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.db.models.functions import Coalesce

from catalog.models import Producer
from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.audience import Audience, sales_and_totals, sales_each
from dashboards.boards.held import Seat, products_on, seats_on, seen_by, sits, starred_on
from dashboards.boards.measures import Found
from dashboards.boards.names import Name
from dashboards.boards.session_list import AFTER, midnight
from dashboards.periods import DAY, Period
from livestreams.models import Host
from orders.models import Bucket
from places.models import Commune


@dataclass(frozen=True, slots=True)
class RankedRow:
    """A producer or a commune with its products of today (`starred`: with a star in force) and its sales in both periods.

    `name` None: lines that belong to none, because nobody has said which product their SKU is. `detail` is the producer's commune.
    """

    name: Name | None
    detail: str
    producers: int
    products: int
    starred: int
    now: Measures
    before: Measures


@dataclass(frozen=True)
class Ranking:
    """All rows; `total` and `total_before` are everything, orders counted once."""

    rows: tuple[RankedRow, ...]
    total: Measures
    total_before: Measures


@dataclass(frozen=True, slots=True)
class HostRow:
    """A host with the livestreams begun in the period; sales on air and in the 30 days after, of orders placed in the period."""

    host: Name
    full_name: str
    base: str
    is_demo: bool
    sessions: int
    live: Measures
    live_before: Measures
    after: Measures


def producer_ranking(audience: Audience, period: Period, before: Period, day: date) -> Ranking:
    """Producers that sit in the territory on `day`, and those that sold something there in either period."""
    sold = sales_and_totals(("producer",), audience.filters_of(period, before))
    (now, _), (then, _) = sold
    seats = seats_on(audience, day)
    products, starred = _counted(audience, day, lambda producer: producer, seats)
    producers = Producer.objects.filter(pk__in=seen_by(audience, seats)).order_by("pk")
    rows = [
        RankedRow(
            name=Name(*names),
            detail=seats[pk].commune_name if pk in seats else "",
            producers=1,
            products=products[pk],
            starred=starred[pk],
            now=now.get((pk,), NOTHING),
            before=then.get((pk,), NOTHING),
        )
        for pk, *names in producers.values_list("pk", "code", "name", "name_en")
        if sits(pk, audience, seats) or (pk,) in now or (pk,) in then
    ]
    return _ranking(rows, sold)


def commune_ranking(audience: Audience, period: Period, before: Period, day: date) -> Ranking:
    """Communes of the territory in which a producer sits on `day`, and those with sales in either period."""
    sold = sales_and_totals(("commune",), audience.filters_of(period, before))
    (now, _), (then, _) = sold
    seats = seats_on(audience, day)
    products, starred = _counted(audience, day, lambda producer: seats[producer].commune if producer in seats else None, seats)
    producers = Counter(seat.commune for seat in seats.values())
    codes = {*producers, *(code for (code,) in (*now, *then) if code)}
    communes = Commune.objects.filter(pk__in=codes, **({"province": audience.territory.province} if audience.territory else {}))
    rows = [
        RankedRow(
            name=Name(code, name),
            detail="",
            producers=producers[code],
            products=products[code],
            starred=starred[code],
            now=now.get((code,), NOTHING),
            before=then.get((code,), NOTHING),
        )
        for code, name in communes.values_list("code", "name")
    ]
    return _ranking(rows, sold)


def host_ranking(audience: Audience, period: Period, before: Period) -> tuple[HostRow, ...]:
    """Hosts with a livestream of the period that was not called off, or with sales of one in either period."""
    by = ("host", "bucket")
    now, then = sales_each((by,), audience.filters_of(period, before))[by]
    begun = (
        audience.sessions_seen()
        .not_called_off()
        .alias(begun=Coalesce("actual_start", "planned_start"))
        .filter(host__isnull=False, begun__gte=midnight(period.first), begun__lt=midnight(period.last + DAY))
    )
    sessions: dict[int | None, int] = dict(begun.order_by().values_list("host").annotate(count=Count("pk")))
    found: set[int] = {host for host in sessions if host is not None}
    found |= {host for host, _bucket in (*now, *then) if host is not None}
    hosts = Host.objects.filter(pk__in=found).order_by("pk")
    return tuple(
        HostRow(
            host=Name(code, stage_name),
            full_name=full_name,
            base=base,
            is_demo=is_demo,
            sessions=sessions.get(pk, 0),
            live=now.get((pk, Bucket.LIVE), NOTHING),
            live_before=then.get((pk, Bucket.LIVE), NOTHING),
            after=sum((now.get((pk, bucket), NOTHING) for bucket in AFTER), NOTHING),
        )
        for pk, code, stage_name, full_name, base, is_demo in hosts.values_list("pk", "code", "stage_name", "full_name", "base", "is_demo")
    )


def _ranking(rows: list[RankedRow], sold: list[tuple[Found, Measures]]) -> Ranking:
    """With what belongs to none; `sold` as `sales_and_totals` gives it."""
    (now, total), (then, total_before) = sold
    if (None,) in now or (None,) in then:
        rows.append(RankedRow(None, "", 0, 0, 0, now.get((None,), NOTHING), then.get((None,), NOTHING)))
    return Ranking(tuple(rows), total, total_before)


def _counted(audience: Audience, day: date, member: Callable[[int], Any], seats: dict[int, Seat]) -> tuple[Counter[Any], Counter[Any]]:
    """How many products there are, and how many with a star in force, by the `member` that a producer (id) counts for."""
    held, starred = products_on(audience, seats), starred_on(seen_by(audience, seats), day)
    return Counter(map(member, held.values())), Counter(member(held[pk]) for pk in held.keys() & starred)
