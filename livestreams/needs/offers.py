"""What a need is offered: coming sessions, hosts that are free, leaders of the place; read for `suggesting.reasons_for`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import User
from catalog.models import ProducerSeat, ProductFacts, StarRating
from catalog.standing import star_on
from livestreams.needs.models import Need
from livestreams.needs.stock import on_hand
from livestreams.needs.suggesting import Offer, Reason, Wanted, reasons_for
from livestreams.people.capacity import loads, next_month
from livestreams.people.models import Guest, GuestTitle, Host
from livestreams.sessions.models import Session
from places.models import Commune

MOST, SHOWN = 50, 8
"""Sessions and hosts that are looked at, each: the soonest, the first by name; and how many of them, and of leaders, are named."""


@dataclass(frozen=True)
class Suggestion:
    """A session, or a host without one, with the reasons; `total` is their sum."""

    session: Session | None
    host: Host | None
    reasons: tuple[Reason, ...]

    @property
    def total(self) -> int:
        """What it is ranked by."""
        return sum(reason.points for reason in self.reasons)


@dataclass(frozen=True)
class Leader:
    """A leader with the title of that day; `own`: of the producer's own commune."""

    guest: Guest
    title: GuestTitle
    own: bool


@dataclass(frozen=True)
class Suggested:
    """Sessions and hosts, the greatest sum first, and leaders, those of the commune first."""

    sessions: tuple[Suggestion, ...] = ()
    hosts: tuple[Suggestion, ...] = ()
    leaders: tuple[Leader, ...] = ()


def suggestions_for(need: Need, *, user: User, results: Mapping[int, float], now: datetime) -> Suggested:
    """What `user` may give the need. `results`: units sold for each slot by host (id), a figure that an upper floor hands down.

    Nothing for wishes that no slot answers. The number of queries does not grow with what is found.
    """
    if not need.asks_for_session or need.product is None:
        return Suggested()
    today = timezone.localdate(now)
    first = max(today, need.window_from)
    if need.window_to < first:
        return Suggested()
    seat = _commune(need, today)
    wanted = _wanted(need, seat, today)
    known = _Known(list(need.product.ratings.select_related("decision")), results)
    sessions = _sessions(need, user, now, first)
    hosts = list(Host.objects.kept_by(user).named().prefetch_related("groups")[:MOST]) if need.wish == Need.Wish.KOL else []
    free = _free(hosts, first, need.window_to)
    return Suggested(
        sessions=_ranked(Suggestion(session, session.host, reasons_for(wanted, _session_offer(session, known))) for session in sessions),
        hosts=_ranked(
            Suggestion(None, host, reasons_for(wanted, _host_offer(host, free[host.pk], first, known)))
            for host in hosts
            if free[host.pk] != 0
        ),
        leaders=_leaders(seat, first) if need.wish == Need.Wish.LEADER else (),
    )


def _ranked(found: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    return tuple(sorted(found, key=lambda one: (-one.total, one.session.planned_start.isoformat() if one.session else "", str(one.host))))[
        :SHOWN
    ]


def _commune(need: Need, today: date) -> Commune | None:
    seat = ProducerSeat.objects.in_force(need.producer, today).select_related("commune").first()
    return seat.commune if seat else None


def _wanted(need: Need, seat: Commune | None, today: date) -> Wanted:
    assert need.product is not None
    facts = ProductFacts.objects.in_force(need.product, today).select_related("ocop_set__group").first()
    return Wanted(
        wish=need.wish,
        first=need.window_from,
        last=need.window_to,
        group=facts.ocop_set.group.code if facts and facts.ocop_set else "",
        commune=seat.pk if seat else "",
        quantity=need.quantity,
        on_hand=on_hand(need.product.pk, need.unit, facts.net_weight_g if facts else None, today),
    )


def _sessions(need: Need, user: User, now: datetime, first: date) -> list[Session]:
    """Sessions still to come on days of the window, without those in which the product is already."""
    begin = max(now, _midnight(first))
    found = Session.objects.planned_by(user).filter(cancelled_at__isnull=True, actual_start__isnull=True)
    found = found.filter(planned_start__gte=begin, planned_start__lt=_midnight(need.window_to + timedelta(days=1)))
    fresh = found.exclude(slots__product=need.product).select_related("host", "commune").order_by("planned_start", "pk")
    return list(fresh.prefetch_related("host__groups", "guests", "slots")[:MOST])


@dataclass(frozen=True)
class _Known:
    """What is the same for every offer: the product's ratings, and what each host (id) sold for each slot."""

    ratings: list[StarRating]
    results: Mapping[int, float]

    @property
    def best(self) -> float | None:
        return max(self.results.values(), default=None)

    def stars_on(self, day: date) -> int | None:
        star = star_on(self.ratings, day)
        return star.stars if star and star.in_force else None


def _session_offer(session: Session, known: _Known) -> Offer:
    day = timezone.localdate(session.planned_start)
    length = (session.planned_end - session.planned_start) // timedelta(minutes=1)
    return Offer(
        day=day,
        groups=frozenset(group.code for group in session.host.groups.all()) if session.host else None,
        commune=session.commune_id or "",
        rate=known.results.get(session.host.pk) if session.host else None,
        best=known.best,
        minutes_left=length - sum(slot.minutes for slot in session.slots.all()),
        star=known.stars_on(day),
        has_leader=any(guest.kind == Guest.Kind.LEADER for guest in session.guests.all()),
    )


def _host_offer(host: Host, left: int | None, first: date, known: _Known) -> Offer:
    return Offer(
        day=None,
        groups=frozenset(group.code for group in host.groups.all()),
        commune=host.commune_id or "",
        rate=known.results.get(host.pk),
        best=known.best,
        sessions_left=left,
        star=known.stars_on(first),
    )


def _free(hosts: list[Host], first: date, last: date) -> dict[int, int | None]:
    """How many more sessions each host (by id) takes on in the months from `first` to `last`; None: not known."""
    taken = loads([host.pk for host in hosts], first, last)
    months = [first.replace(day=1)]
    while next_month(months[-1]) <= last:
        months.append(next_month(months[-1]))
    return {
        host.pk: None if host.sessions_a_month is None else sum(max(host.sessions_a_month - taken[host.pk, month], 0) for month in months)
        for host in hosts
    }


def _leaders(seat: Commune | None, day: date) -> tuple[Leader, ...]:
    """Leaders with a title on `day`: those of the commune, then those of the province who hold it for no commune."""
    if seat is None:
        return ()
    leaders = Guest.objects.named().filter(kind=Guest.Kind.LEADER, province=seat.province_id)
    held = [(guest, guest.held_on(day)) for guest in leaders.prefetch_related("titles__organisation", "titles__commune")]
    found = [
        Leader(guest, title, own=title.commune_id == seat.pk)
        for guest, title in held
        if title is not None and title.commune_id in (seat.pk, None)
    ]
    return tuple(sorted(found, key=lambda leader: not leader.own))[:SHOWN]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
