"""Livestreams with what each of them sold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.models import Platform
from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.audience import Audience, sales
from dashboards.boards.names import Name
from dashboards.boards.reach import reach_of_sessions
from dashboards.periods import Period
from livestreams.models import Session
from orders.models import Bucket

# Of a programme's hundred livestreams most are of few hosts: names alone, where each host would be made anew for each.
_NAMED = {
    "host_code": "host__code",
    "host_name": "host__stage_name",
    "programme_code": "programme__code",
    "programme_vi": "programme__name_vi",
    "programme_en": "programme__name_en",
}
AFTER = (Bucket.AFTER_24H, Bucket.AFTER_7D, Bucket.AFTER_30D)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A livestream: who led it, when, how many products it showed, what it sold on air (`live`) and in the 30 days after (`after`).

    `has_file`: one of its shops tells what was sold from its start on; without one nothing is known of its sales.
    """

    session: Name
    host: Name | None
    programme: Name | None
    platform: str
    start: datetime
    end: datetime
    products: int
    is_demo: bool
    called_off: bool
    has_file: bool
    live: Measures
    after: Measures

    @property
    def known(self) -> bool:
        """Whether its sales can be told; what has not come is not 0."""
        return self.has_file or self.live.lines > 0 or self.after.lines > 0

    @property
    def platform_name(self) -> str:
        """The platform in words."""
        return str(Platform(self.platform).label)

    def state_at(self, now: datetime) -> str:
        """`cancelled`; else `planned`, `live` or `done`, by the clock."""
        if self.called_off:
            return "cancelled"
        return "planned" if now < self.start else "live" if now < self.end else "done"


@dataclass(frozen=True)
class SessionBoard:
    """The livestreams of the days asked for, and those of the earlier days that they are compared with (none: nothing is compared)."""

    rows: tuple[SessionRow, ...]
    earlier: tuple[SessionRow, ...]


def session_board(audience: Audience, first: date | None, last: date | None, before: Period | None) -> SessionBoard:
    """Both as `session_rows`."""
    rows = session_rows(audience, first, last)
    return SessionBoard(rows, session_rows(audience, before.first, before.last) if before else ())


def session_rows(
    audience: Audience, first: date | None = None, last: date | None = None, *, programme: int | None = None
) -> tuple[SessionRow, ...]:
    """The livestreams that the audience may see, begun in these days (both included), the newest first; sales are its own lines'.

    `programme` (id): those of one programme.
    """
    found = listed(audience, first, last, programme=programme)
    return rows_of(audience, found, all_seen=first is None and last is None and programme is None)


def listed(audience: Audience, first: date | None = None, last: date | None = None, *, programme: int | None = None) -> list[Session]:
    """The livestreams of `session_rows`, with what these are made of besides sales."""
    begun = Coalesce("actual_start", "planned_start")
    sessions = (
        audience.sessions_seen()
        .annotate(begun=begun, products=Count("slots__product", distinct=True))
        .annotate(**{name: F(path) for name, path in _NAMED.items()})
        .order_by("-begun", "-pk")
    )
    if first is not None:
        sessions = sessions.filter(begun__gte=midnight(first))
    if last is not None:
        sessions = sessions.filter(begun__lt=midnight(last + timedelta(days=1)))
    if programme is not None:
        sessions = sessions.filter(programme=programme)
    return list(sessions)


def rows_of(audience: Audience, found: Sequence[Any], *, all_seen: bool = False) -> tuple[SessionRow, ...]:
    """The rows of livestreams that were `listed`; `all_seen`: nothing that the audience sees was left out."""
    shops = reach_of_sessions([session.pk for session in found])
    chosen = {} if all_seen else {"session": tuple(session.pk for session in found)}
    sold = sales(("session", "bucket"), audience.filters(**chosen))
    return tuple(
        SessionRow(
            session=Name(session.code, session.name_vi, session.name_en),
            host=Name(session.host_code, session.host_name) if session.host_code else None,
            programme=Name(session.programme_code, session.programme_vi, session.programme_en) if session.programme_code else None,
            platform=session.platform,
            start=session.start,
            end=session.end,
            products=session.products,
            is_demo=session.is_demo,
            called_off=session.called_off,
            has_file=any(shop.tells_from(session.start) for shop in shops[session.pk]),
            live=sold.get((session.pk, Bucket.LIVE), NOTHING),
            after=sum((sold.get((session.pk, bucket), NOTHING) for bucket in AFTER), NOTHING),
        )
        for session in found
    )


def midnight(day: date) -> datetime:
    """The moment at which the day begins in Vietnam."""
    return timezone.make_aware(datetime.combine(day, time()))
