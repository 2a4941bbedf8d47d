"""How fresh and how complete figures are: what every page says beside them (FIGURES: Freshness and completeness)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Exists, Max, Min, OuterRef, Q, Subquery
from django.utils import timezone

from catalog.models import ProducerSeat
from dashboards.boards.names import Name
from livestreams.models import Session
from orders.figures.models import Figure
from orders.intake.models import IntakeRun
from orders.shops.models import Shop

SILENT_AFTER = timedelta(days=14)
LIVE_BEHIND_AFTER = timedelta(minutes=15)
PENDING_AT_MOST = 20_000
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SilentShop:
    """A shop of which nothing came for 14 days; `last_export` is None where nothing ever came."""

    name: Name
    last_export: datetime | None


@dataclass(frozen=True, slots=True)
class Freshness:
    """Of a territory's shops `complete` of `shops` are complete to the day `complete_to`: a file exported after that day has come.

    `pending` orders are taken in and not yet in the figures (PENDING_AT_MOST: so many or more); `behind` are sessions on air whose
    shops sent nothing for 15 minutes; `first_day` and `last_day` are the ends of what the figures hold at all (None: nothing).
    """

    shops: int
    complete: int
    complete_to: date
    last_export: datetime | None
    silent: tuple[SilentShop, ...]
    behind: tuple[Name, ...]
    pending: int
    first_day: date | None
    last_day: date | None

    @property
    def stale(self) -> bool:
        """Whether the page warns: a session on air is behind, or a shop is silent."""
        return bool(self.silent or self.behind)

    @property
    def no_file_yet(self) -> bool:
        """Whether nothing ever came: then a figure is not 0 but unknown."""
        return self.last_export is None and self.last_day is None

    def knows(self, day: date) -> bool:
        """Whether a file was exported on that day or after it: what is missing then was not sold."""
        return self.last_export is not None and timezone.localdate(self.last_export) >= day


def freshness(
    province: str, first: date, last: date, at: datetime, commune: str | None = None, *, selling: Collection[int] | None = None
) -> Freshness:
    """The freshness, at the time `at`, of figures of the days from `first` to `last`.

    The shops are the province's own (a commune's: those of the producers that sit there) and those elsewhere that sold something of
    the territory in these days; `selling` names these by id where they are known already. A fair's shop is complete when a file
    came after the fair.
    """
    # Today is never complete: a day is so when a file was exported after it.
    complete_to = min(last, timezone.localdate(at) - DAY)
    territory = {"province": province, **({"commune": commune} if commune else {})}
    figures = Figure.objects.filter(**territory)
    sold = Q(pk__in=figures.filter(day__gte=first, day__lte=last).values("shop") if selling is None else selling)
    if commune is None:
        shops = Shop.objects.filter(sold | Q(province=province))
    else:
        seat = ProducerSeat.objects.in_force(OuterRef("producer"), timezone.localdate(at))
        shops = Shop.objects.annotate(seat=Subquery(seat.values("commune")[:1])).filter(sold | Q(seat=commune))
    merged = Q(intake_runs__state=IntakeRun.State.MERGED)
    known = list(
        shops.annotate(last_export=Max("intake_runs__exported_at", filter=merged), event_end=Max("event__ends_on"))
        .order_by("name")
        .values_list("code", "name", "last_export", "event_end")
    )
    complete = sum(
        1 for _code, _name, export, ended in known if export and timezone.localdate(export) > min(complete_to, ended or complete_to)
    )
    silent = tuple(
        SilentShop(Name(code, name), export)
        for code, name, export, ended in known
        # Once a fair is over nothing more is expected of its shop.
        if (export is None or at - export > SILENT_AFTER) and not (ended and export and timezone.localdate(export) > ended)
    )
    held = figures.aggregate(first=Min("day"), last=Max("day"))
    return Freshness(
        shops=len(known),
        complete=complete,
        complete_to=complete_to,
        last_export=max((export for _code, _name, export, _ended in known if export), default=None),
        silent=silent,
        behind=_behind(province, at),
        pending=_pending(province),
        first_day=held["first"],
        last_day=held["last"],
    )


def _behind(province: str, at: datetime) -> tuple[Name, ...]:
    """Sessions of the province on air at `at` for more than 15 minutes, of which no file came in the last 15."""
    since = at - LIVE_BEHIND_AFTER
    came = IntakeRun.objects.filter(shop__session_links__session=OuterRef("pk"), state=IntakeRun.State.MERGED, exported_at__gte=since)
    on_air = Session.objects.filter(
        Q(actual_end__isnull=True, planned_end__gt=at) | Q(actual_end__gt=at), province=province, actual_start__lte=since
    )
    rows = on_air.filter(~Exists(came)).order_by("actual_start").values_list("code", "name_vi", "name_en")
    return tuple(Name(*row) for row in rows)


def _pending(province: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(DISTINCT m.order_id) FROM (SELECT order_id FROM orders_mark LIMIT %s) m
            JOIN orders_order o ON o.id = m.order_id JOIN orders_shop s ON s.id = o.shop_id AND s.province_id = %s
            """,
            [PENDING_AT_MOST, province],
        )
        (pending,) = cursor.fetchone()
    return int(pending)
