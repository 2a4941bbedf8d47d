"""What is published of a province, as plain rows: page, CSV and JSON say the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.utils import timezone

from catalog.models import OcopGroup, Product, ProductFacts, SearchEntry
from dashboards.boards.names import Name
from dashboards.boards.territory import merged_from
from dashboards.open_data.models import PublishedCell, PublishedMonth
from dashboards.periods import add_months
from dashboards.readings import Answer, Query, Reading, read
from livestreams.models import Session
from places.models import Commune, Province

# Three marks that are never the same: a figure (also 0), a figure that is hidden, and no figure at all.
SHOWN, HIDDEN, NO_DATA = "shown", "hidden", "no_data"
Part = PublishedCell.Part


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """Public products whose star is valid today, of one commune, group (None: of none yet) and star."""

    commune: Name
    group: Name | None
    stars: int
    products: int


@dataclass(frozen=True, slots=True)
class LivestreamRow:
    """A livestream that was or is on air: it began, and ended when it did, else as planned."""

    session: Name
    start: datetime
    end: datetime
    platform: str
    host: Name | None
    commune: Name | None
    programme: Name | None
    is_demo: bool


@dataclass(frozen=True, slots=True)
class CellRow:
    """A figure of a month: `part` total, group or no_group; amounts are None unless `mark` is shown. `net` in VND."""

    month: date
    part: str
    group: Name | None
    mark: str
    orders: int | None = None
    units: int | None = None
    net: int | None = None


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month with its total and groups; `complete` of its `shops` were complete. `published_at` None: no data of it at all.

    One that was withdrawn has no data either.
    """

    total: CellRow
    groups: tuple[CellRow, ...]
    published_at: datetime | None
    shops: int | None = None
    complete: int | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class Statistics:
    """Everything published of a province: months from the first published one to the last, the newest first; livestreams too.

    `former`: the provinces of before July 2025 that it is made of; `has_demo`: some of it is made up.
    """

    province: Name
    former: tuple[str, ...]
    registry: tuple[RegistryRow, ...]
    livestreams: tuple[LivestreamRow, ...]
    months: tuple[MonthRow, ...]
    has_demo: bool


def provinces_told() -> QuerySet[Province]:
    """Provinces of which something is published: products, a livestream or a month; by code."""
    seats = SearchEntry.objects.published().values("commune__province")
    on_air = _on_air(Session.objects.all(), timezone.now()).values("province")
    months = PublishedMonth.objects.values("province")
    return Province.objects.filter(Q(code__in=seats) | Q(code__in=on_air) | Q(code__in=months)).order_by("code")


def province_told(code: str) -> Province:
    """The province with that code. Raises Http404 where nothing is published of it, or nothing could be."""
    # What is no code at all (a NUL, say) must not reach the database, which would refuse it with an error.
    found = provinces_told().filter(code=code).first() if code.isalnum() else None
    if found is None:
        raise Http404
    return found


def statistics_of(province: Province) -> Answer[Statistics]:
    """What is published of the province, of the reading that pages share."""
    return read(Query.of("open_data", province=province.code), lambda reading: _statistics(province, reading))


def _statistics(province: Province, reading: Reading) -> Statistics:
    groups = [Name(group.code, group.name_vi, group.name_en) for group in OcopGroup.objects.order_by("code")]
    products: Any = Product.objects.published().single().with_place(reading.day).filter(Q(province_code=province.code))
    livestreams = _livestreams(province, reading)
    return Statistics(
        province=Name(province.code, province.name),
        former=merged_from(province.code),
        registry=_registry(products.with_star(reading.day), groups, reading.day),
        livestreams=livestreams,
        months=_months(province, groups),
        has_demo=any(row.is_demo for row in livestreams) or products.filter(is_demo=True).exists(),
    )


def _registry(products: Any, groups: list[Name], day: date) -> tuple[RegistryRow, ...]:
    facts = ProductFacts.objects.in_force(OuterRef("pk"), day).values("ocop_set__group__code")[:1]
    starred = products.annotate(group_code=Subquery(facts)).filter(star__isnull=False).order_by()
    counts = Counter(starred.values_list("commune_code", "group_code", "star"))
    communes = {
        code: Name(code, name) for code, name in Commune.objects.filter(code__in={key[0] for key in counts}).values_list("code", "name")
    }
    known = {group.code: group for group in groups}
    rows = (RegistryRow(communes[commune], known.get(group), stars, count) for (commune, group, stars), count in counts.items())
    return tuple(sorted(rows, key=lambda row: (row.commune.vi, row.commune.code, row.group.code if row.group else "~", -row.stars)))


def _on_air(sessions: Any, at: datetime) -> Any:
    """Those that began by then: a plan whose hour has passed may never have been on air."""
    return sessions.not_called_off().filter(actual_start__lte=at)


def _livestreams(province: Province, reading: Reading) -> tuple[LivestreamRow, ...]:
    """Only what was on air: a plan may still change, and is told to those who take part."""
    sessions = _on_air(Session.objects.filter(province=province), reading.at).order_by("-actual_start", "-pk")
    related = sessions.select_related("host", "commune", "programme")
    return tuple(
        LivestreamRow(
            Name(session.code, session.name_vi, session.name_en),
            session.start,
            session.end,
            session.platform,
            Name(session.host.code, session.host.stage_name) if session.host else None,
            Name(session.commune.code, session.commune.name) if session.commune else None,
            Name(session.programme.code, session.programme.name_vi, session.programme.name_en) if session.programme else None,
            session.is_demo,
        )
        for session in related
    )


def _months(province: Province, groups: list[Name]) -> tuple[MonthRow, ...]:
    told = {month.month: month for month in PublishedMonth.objects.filter(province=province).prefetch_related("cells__group")}
    if not told:
        return ()
    month, last, rows = min(told), max(told), []
    while month <= last:
        rows.append(_month(told[month]) if month in told and not told[month].withdrawn_at else _nothing(month, groups, told.get(month)))
        month = add_months(month, 1)
    return tuple(reversed(rows))


def _month(published: PublishedMonth) -> MonthRow:
    cells = [
        CellRow(
            published.month,
            cell.part,
            Name(cell.group.code, cell.group.name_vi, cell.group.name_en) if cell.group else None,
            HIDDEN if cell.hidden else SHOWN,
            cell.orders,
            cell.units,
            cell.net,
        )
        for cell in published.cells.all()
    ]
    return MonthRow(cells[0], tuple(cells[1:]), published.published_at, published.shops, published.complete)


def _nothing(month: date, groups: list[Name], withdrawn: PublishedMonth | None) -> MonthRow:
    cells = tuple(CellRow(month, Part.GROUP, group, NO_DATA) for group in groups)
    return MonthRow(CellRow(month, Part.TOTAL, None, NO_DATA), cells, None, withdrawn_at=withdrawn.withdrawn_at if withdrawn else None)
