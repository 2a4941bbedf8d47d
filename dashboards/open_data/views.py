"""The public pages of statistics and open data, and their tables as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from accounts.access import public
from catalog.window.caching import kept_today
from dashboards.boards.names import Name
from dashboards.boards.registry_counts import STARS
from dashboards.listing import page_of
from dashboards.open_data.files import LICENCE, LICENCE_URL, TABLES, csv_of
from dashboards.open_data.protection import LEAST_ORDERS, LEAST_PRODUCERS, MOST_PERCENT
from dashboards.open_data.publishing import PUBLISHED_AFTER, SETTLED_AFTER
from dashboards.open_data.rows import NO_DATA, MonthRow, RegistryRow, province_told, provinces_told, statistics_of
from dashboards.reports.periods.wording import borders
from livestreams.models import Session

KEPT = 300  # seconds
MONTHS, LIVESTREAMS = 24, 20
RULE = {
    "producers": LEAST_PRODUCERS,
    "orders": LEAST_ORDERS,
    "percent": MOST_PERCENT,
    "settled": SETTLED_AFTER.days,
    "latest": PUBLISHED_AFTER.days,
    "licence": LICENCE,
    "licence_url": LICENCE_URL,
}


def _kept(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An answer with an ETag (304 for whoever has it already) that others may keep; not where the menu is somebody's own."""

    @conditional_page
    @wraps(view)
    def answer(request: HttpRequest, **named: Any) -> HttpResponse:
        response = view(request, **named)
        response["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else kept_today(KEPT)
        return response

    return answer


@public
@require_safe
@_kept
def open_data(request: HttpRequest) -> HttpResponse:
    """What is published of which province, under which licence, by which rule."""
    context = {"provinces": list(provinces_told()), "tables": _tables(), "rule": RULE}
    return render(request, "dashboards/open_data/open_data.html", context)


@public
@require_safe
@_kept
def open_data_province(request: HttpRequest, code: str) -> HttpResponse:
    """The statistics of a province. 404 where nothing is published of it."""
    province = province_told(code)
    answer = statistics_of(province)
    told = answer.rows
    amounts = {"net": _("Net value (VND)"), "orders": _("Orders"), "units": _("Units")}
    amount = request.GET.get("show") if request.GET.get("show") in amounts else "net"
    shown = told.months[:MONTHS]
    groups = _groups(shown)
    platforms = dict(Session._meta.get_field("platform").flatchoices)
    context = {
        "province": province,
        "answer": answer,
        "told": told,
        "borders": borders(province.name, told.former),
        "months": [(row, _amounts(row, groups, amount or "net")) for row in shown],
        "groups": groups,
        "amount": amounts[amount or "net"],
        "amounts": [(words, f"?show={key}#months", key == amount) for key, words in amounts.items()],
        "livestreams": [(row, str(platforms[row.platform])) for row in told.livestreams[:LIVESTREAMS]],
        "registry": page_of(request, _by_place(told.registry)),
        "stars": STARS,
        "products": sum(row.products for row in told.registry),
        "files": [
            (name, words, reverse("open_data_table", args=[code, name]), reverse(f"api_statistics_{name}", args=[code]))
            for name, words, _meaning in _tables()
        ],
        "rule": RULE,
    }
    return render(request, "dashboards/open_data/province.html", context)


@public
@require_safe
@_kept
def open_data_table(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """A table of the province as CSV. 404 for a table that there is not."""
    if table not in TABLES:
        raise Http404
    told = statistics_of(province_told(code))
    response = HttpResponse(csv_of(TABLES[table], told.rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ocop-{code}-{table}-{told.reading.day.isoformat()}.csv"'
    return response


def _groups(months: Iterable[MonthRow]) -> list[Name | None]:
    """The groups of any of these months by code, what has none at the end: one list for all rows of a table."""
    found = {cell.group for row in months for cell in row.groups}
    return sorted(found, key=lambda group: (group is None, group.code if group else ""))


def _amounts(row: MonthRow, groups: Iterable[Name | None], amount: str) -> list[tuple[str, int | None]]:
    """Mark and figure of the total and of each of the groups; no data of one that the month was not published by."""
    cells = {cell.group: cell for cell in row.groups}
    told = [row.total, *(cells.get(group) for group in groups)]
    return [(cell.mark, getattr(cell, amount)) if cell else (NO_DATA, None) for cell in told]


def _by_place(rows: Iterable[RegistryRow]) -> list[tuple[Name, Name | None, list[tuple[int, int]]]]:
    """Communes with their groups, each with stars and products that have so many."""
    found: dict[tuple[Name, Name | None], dict[int, int]] = {}
    for row in rows:
        found.setdefault((row.commune, row.group), {})[row.stars] = row.products
    return [(commune, group, [(stars, by_star.get(stars, 0)) for stars in STARS]) for (commune, group), by_star in found.items()]


def _tables() -> list[tuple[str, str, str]]:
    """The tables by key, with their titles and what a row of each is."""
    return [
        (
            "registry",
            _("Products with a valid star"),
            _("How many public products have a star that is valid today, by commune, product group and star."),
        ),
        ("livestreams", _("Livestreams"), _("Livestreams that were or are on air: when, where, by whom, in which programme.")),
        ("months", _("Sales by month"), _("Orders, units and net value of the province in a month.")),
        ("groups", _("Sales by product group and month"), _("The same by product group.")),
    ]
