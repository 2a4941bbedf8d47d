"""How fresh and how complete figures are: what every page says beside them (FIGURES: Freshness and completeness)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from dashboards.boards.covered import Covered
from dashboards.boards.names import Name
from dashboards.boards.reach import TERRITORY, read_shops
from dashboards.periods import DAY
from orders.intake.models import IntakeRun
from orders.shops.silence import SILENT_AFTER
from orders.spans.rule import Days

LIVE_BEHIND_AFTER = timedelta(minutes=15)
PENDING_AT_MOST = 20_000

# Plain SQL, because the overview reads these with every page: putting them together by the ORM takes longer than running them.
# Sessions on air for more than 15 minutes, of which no file came in the last 15. One that was not ended keeps its planned length, also
# where it began late (as the fold reads it).
_BEHIND = """
SELECT l.code, l.name_vi, l.name_en FROM livestreams_session l
WHERE l.province_id = %(province)s AND l.actual_start <= %(since)s
    AND coalesce(l.actual_end, l.actual_start + (l.planned_end - l.planned_start)) > %(at)s
    AND NOT EXISTS (
        SELECT FROM orders_shopsession k JOIN orders_intakerun r ON r.shop_id = k.shop_id
        WHERE k.session_id = l.id AND r.state = %(merged)s AND r.exported_at >= %(since)s)
ORDER BY l.actual_start, l.id
"""
_HELD = f"""
SELECT (SELECT min(day) FROM orders_figure f WHERE {TERRITORY}), (SELECT max(day) FROM orders_figure f WHERE {TERRITORY}),
    (SELECT count(DISTINCT m.order_id) FROM (SELECT order_id FROM orders_mark LIMIT %(most)s) m
        JOIN orders_order o ON o.id = m.order_id JOIN orders_shop s ON s.id = o.shop_id AND s.province_id = %(province)s)
"""  # noqa: S608  (built of this module's constants)


@dataclass(frozen=True, slots=True)
class SilentShop:
    """A shop of which nothing came for 14 days; `last_export` is None where nothing ever came."""

    name: Name
    last_export: datetime | None


@dataclass(frozen=True, slots=True)
class Freshness:
    """Of a territory's shops `complete` of `shops` are complete to the day `complete_to`: a file exported after it came and tells of it.

    `pending` orders are taken in and not yet in the figures (PENDING_AT_MOST: so many or more); `behind` are sessions on air whose
    shops sent nothing for 15 minutes; of `told_today` shops a file tells of the day of the reading; `first_day` and `last_day` are
    the ends of what the figures hold at all (None: nothing). `covered`: which days files tell of; of the days asked for none is known
    unless `known`, and of those from their first to `complete_to` the spans `unknown` are not. The same of the days `before` that they
    are compared with: `unknown_before`.
    """

    shops: int
    complete: int
    complete_to: date
    last_export: datetime | None
    told_today: int
    silent: tuple[SilentShop, ...]
    behind: tuple[Name, ...]
    pending: int
    first_day: date | None
    last_day: date | None
    covered: Covered
    known: bool
    unknown: tuple[Days, ...]
    unknown_before: tuple[Days, ...]

    @property
    def stale(self) -> bool:
        """Whether the page warns: a session on air is behind, or a shop is silent."""
        return bool(self.silent or self.behind)

    @property
    def comparable(self) -> bool:
        """Whether every day is known, and every day before: of a part of either no change is told."""
        return not (self.unknown or self.unknown_before)

    @property
    def no_file_yet(self) -> bool:
        """Whether nothing ever came: then a figure is not 0 but unknown."""
        return self.last_export is None and self.last_day is None

    def knows(self, day: date) -> bool:
        """Whether a file tells of that day: what is missing then was not sold."""
        return self.covered.knows(day)


def freshness(
    province: str,
    first: date,
    last: date,
    at: datetime,
    commune: str | None = None,
    *,
    before: Days | None = None,
    selling: tuple[Collection[int], Collection[int]] | None = None,
) -> Freshness:
    """The freshness, at the time `at`, of figures of the days from `first` (EARLIEST: without a bound) to `last`, compared with `before`.

    The shops are the province's own (a commune's: those of the producers that sit there) and those elsewhere that sold something of
    the territory in these days; `selling` names these by id, and those of the earlier days, where they are known already. A fair's shop
    is complete when a file came after the fair.
    """
    # Today is never complete: a day is so when a file was exported after it.
    complete_to = min(last, timezone.localdate(at) - DAY)
    parameters: dict[str, Any] = {
        "province": province,
        "commune": commune,
        "at": at,
        "since": at - LIVE_BEHIND_AFTER,
        "merged": IntakeRun.State.MERGED,
        "most": PENDING_AT_MOST,
    }
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    found = read_shops(province, commune, (first, last), before, timezone.localdate(at), selling=selling)
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, parameters)
        behind = tuple(Name(*row) for row in cursor.fetchall())
        cursor.execute(_HELD, parameters)
        first_day, last_day, pending = cursor.fetchone()
    known = [(shop.name, shop.exported_at, shop.ends_on) for shop in found if shop.of_these_days]
    covered = Covered.of(found)
    return Freshness(
        shops=len(known),
        complete=sum(shop.complete_to(complete_to) for shop in found if shop.of_these_days),
        complete_to=complete_to,
        last_export=max((export for _name, export, _ended in known if export), default=None),
        # A file of 0:00 is of the day before.
        told_today=sum(1 for _name, export, _ended in known if export and export > midnight),
        silent=tuple(
            SilentShop(name, export)
            for name, export, ended in known
            # Once a fair is over nothing more is expected of its shop.
            if (export is None or at - export > SILENT_AFTER) and not (ended and export and timezone.localdate(export) > ended)
        ),
        behind=behind,
        pending=pending,
        first_day=first_day,
        last_day=last_day,
        covered=covered,
        known=covered.knows_some(first, last),
        unknown=covered.unknown_to(first, complete_to),
        unknown_before=covered.unknown(*before) if before else (),
    )
