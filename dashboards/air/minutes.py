"""Sales by the minute, with the slots as bands: read at most every few seconds for all who look."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from dashboards import formats
from dashboards.air.fragments import moment_of
from dashboards.air.room import room_of
from dashboards.air.sales import MINUTE, Minute, by_minute
from dashboards.views.pictures import drawn
from livestreams.models import Session

log = logging.getLogger(__name__)

PACE = 15  # seconds for which rows are shared
KEPT = 600


@dataclass(frozen=True, slots=True)
class Band:
    """A turn of a slot: from when to when it ran."""

    position: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Minutes:
    """Every minute with its sales, and the turns of the slots; `version` names these very rows."""

    minutes: tuple[Minute, ...]
    bands: tuple[Band, ...]

    @property
    def version(self) -> str:
        """In the address of the picture, which shows these rows and no others."""
        return sha256(repr((self.minutes, self.bands)).encode()).hexdigest()[:16]

    @property
    def best(self) -> Minute:
        """The minute with the greatest value."""
        return max(self.minutes, key=lambda minute: minute.value)

    @property
    def rows(self) -> list[tuple[Minute, int | None]]:
        """For the table: each minute with an order, and the slot that ran when it began or was begun within it."""
        found = []
        for minute in self.minutes:
            if minute.orders:
                running = [band.position for band in self.bands if band.first < minute.at + MINUTE and band.last > minute.at]
                found.append((minute, running[-1] if running else None))
        return found

    @property
    def alt(self) -> str:
        """The picture in a sentence."""
        return _("Value of orders by the minute; the greatest is %(value)s at %(time)s.") % {
            "value": formats.vnd(self.best.value),
            "time": formats.clock(self.best.at),
        }

    def chart_rows(self) -> list[Mapping[str, Any]]:
        """As the chart takes them: times in minutes since the first of them."""
        zero = min([self.minutes[0].at, *(band.first for band in self.bands)])

        def since(at: datetime) -> float:
            return round((at - zero).total_seconds() / 60, 2)

        bands = [{"kind": "slot", "slot": band.position, "from": since(band.first), "to": since(band.last)} for band in self.bands]
        sold = [{"kind": "minute", "from": since(minute.at), "value": minute.value} for minute in self.minutes]
        return [{"kind": "zero", "clock": formats.clock(zero)}, *bands, *sold]


def minutes_of(session: Session) -> Minutes:
    """The rows of now, perhaps some seconds old; in a replay as of its moment."""
    moment, replay = moment_of(session)
    key = f"air:minutes:{session.pk}:{replay.began.timestamp() if replay else ''}:{int(moment.at.timestamp()) // PACE}"
    found = _get(key)
    if found is None:
        room = room_of(session, moment)
        bands = [
            Band(slot.position, first, last)
            for slot in room.slots
            for first, last in _turns(slot.times.began, slot.times.ended_at or moment.at, room.state.slots)
        ]
        found = Minutes(tuple(by_minute(session, moment.as_of)), tuple(sorted(bands, key=lambda band: band.first)))
        _set(key, found, PACE)
    return found


def _turns(began: tuple[datetime, ...], ended: datetime, slots: Mapping[int, Any]) -> list[tuple[datetime, datetime]]:
    """Each turn of a slot: to the next beginning of any slot, the last one to its end."""
    beginnings = sorted(moment for times in slots.values() for moment in times.began)
    return [(first, min([moment for moment in beginnings if moment > first], default=ended)) for first in began[:-1]] + [
        (first, ended) for first in began[-1:]
    ]


def minutes_picture(request: HttpRequest, session: Session) -> HttpResponse:
    """The chart in the size and theme that the address asks for; 404 for one that there is not or while nothing was sold."""
    rows = minutes_of(session)
    if not rows.minutes:
        raise Http404
    return drawn(request, "minute_sales", rows.chart_rows(), kept=KEPT if request.GET.get("v") == rows.version else 0)


def _get(key: str) -> Minutes | None:
    try:
        found: Minutes | None = cache.get(key)
    except (RedisError, OSError) as error:
        log.warning("the minutes are read anew, the cache is away: %s", error)
        return None
    return found


def _set(key: str, rows: Minutes, seconds: int) -> None:
    try:
        cache.set(key, rows, timeout=seconds)
    except (RedisError, OSError) as error:
        log.warning("the minutes are not shared, the cache is away: %s", error)
