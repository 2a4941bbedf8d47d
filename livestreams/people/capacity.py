"""How much a host has taken on: sessions of a month beside how many the host can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from livestreams.models import Session
from livestreams.people.models import Host

MONTHS = 4


@dataclass(frozen=True)
class MonthLoad:
    """Sessions planned or held in the month that begins on `first`; `most` None: how many the host can take is not known."""

    first: date
    sessions: int
    most: int | None

    @property
    def full(self) -> bool:
        """Whether the host takes on no more."""
        return self.most is not None and self.sessions >= self.most

    @property
    def left(self) -> int | None:
        """How many more; None where that is not known."""
        return None if self.most is None else max(self.most - self.sessions, 0)


def next_month(day: date) -> date:
    """The first day of the month after that of `day`."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def loads(hosts: Iterable[int], first: date, last: date) -> Counter[tuple[int, date]]:
    """Sessions of each host (by id) and month (its first day) of the days from `first` to `last`, cancelled ones left out. One query."""
    begin, end = _midnight(first.replace(day=1)), _midnight(next_month(last))
    found = Session.objects.filter(host__in=list(hosts), cancelled_at__isnull=True, planned_start__gte=begin, planned_start__lt=end)
    starts = found.order_by().values_list("host", "planned_start")
    return Counter((host, timezone.localdate(start).replace(day=1)) for host, start in starts if host is not None)


def sessions_in_month(hosts: Iterable[int], day: date) -> dict[int, int]:
    """How many sessions each host has in the month of `day`."""
    return {host: count for (host, _month), count in loads(hosts, day, day).items()}


def months_ahead(host: Host, today: date) -> list[MonthLoad]:
    """This month and the three after it."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.append(next_month(months[-1]))
    found = loads([host.pk], months[0], months[-1])
    return [MonthLoad(month, found[host.pk, month], host.sessions_a_month) for month in months]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
