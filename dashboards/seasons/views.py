"""The page of the seasons, its charts, and the same as XLSX."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import allowed
from accounts.models import User
from dashboards import formats
from dashboards.boards.lines import lines_address
from dashboards.boards.territory import Territory, territory_of
from dashboards.exports.tables import xlsx_response
from dashboards.listing import address_with, chips_of, cleared, in_alphabet, kept, page_of, sorted_by
from dashboards.periods import Period
from dashboards.readings import Answer, Query, Reading, read
from dashboards.seasons.board import Season, SeasonBoard
from dashboards.seasons.exports import harvest_columns, season_weeks, week_columns
from dashboards.seasons.forms import SeasonForm
from dashboards.seasons.harvests import Harvest
from dashboards.seasons.rows import SeasonRows, season_rows
from dashboards.seasons.tiles import season_tiles
from dashboards.seasons.weeks import BEFORE, span_of
from dashboards.seasons.words import busiest_week, chart_weeks, season_days, tet_words, week_rows
from dashboards.views.coverage import coverage_of
from dashboards.views.pictures import daily_chart, picture
from livestreams.models import Need
from livestreams.needs.seasons import next_tet

SORTS: dict[str, Any] = {
    "window": lambda row: (row.first, row.pk),
    "product": lambda row: in_alphabet(str(row.product)) if row.product else None,
    "net": lambda row: row.now.value.net if row.now else None,
}
EARLIEST_WINDOW = "window"


@allowed("dashboards.view_boards")
@require_safe
def seasons(request: HttpRequest) -> HttpResponse:
    """Weeks around Tết beside those of other years, a season day by day, and harvests beside what was sold in them."""
    territory = territory_of(cast(User, request.user), request.GET.get("province"))
    if territory is None:
        return render(request, "dashboards/overview_none.html")
    form = SeasonForm(request.GET.dict(), territory)
    answer = _read(request, form)
    board = answer.rows.board
    form.offer_years([season.year for season in board.seasons])
    asked = address_with(request.GET, reading=answer.reading.token)
    rows = page_of(request, sorted_by(answer.rows.harvests, SORTS, request.GET.get("sort", ""), EARLIEST_WINDOW))
    chosen = board.of(form.tet_year)
    context = {
        "territory": form.audience.territory,
        "form": form,
        "answer": answer,
        "coverage": coverage_of(form.audience, answer, None, None, 1),
        "chips": chips_of(form, request.GET),
        "keep": kept(request.GET, "sort"),
        "reset": cleared(reverse("seasons"), request.GET),
        "board": board,
        "chosen": chosen,
        "coming": _coming(answer.reading),
        "page": rows,
        "harvests": [(row, _harvest_lines(row, territory, form)) for row in rows],
        "year": str(answer.rows.year),
        "links": {name: f"{reverse(name)}{asked}" for name in ("seasons_xlsx", "harvests_xlsx", "season_weeks_chart", "season_days_chart")},
        **(_season(board, chosen, territory, form) if chosen else {}),
    }
    return render(request, "dashboards/seasons/seasons.html", context)


@allowed("dashboards.view_boards")
@require_safe
def seasons_xlsx(request: HttpRequest) -> HttpResponse:
    """Every week of every season as XLSX."""
    form, answer = _asked(request)
    rows = season_weeks(answer.rows.board)
    return xlsx_response("seasons", title=_("Weeks around Tết"), columns=week_columns(), rows=rows, reading=answer.reading, form=form)


@allowed("dashboards.view_boards")
@require_safe
def harvests_xlsx(request: HttpRequest) -> HttpResponse:
    """The harvests of the year as XLSX, in the order of the page."""
    form, answer = _asked(request)
    rows = sorted_by(answer.rows.harvests, SORTS, request.GET.get("sort", ""), EARLIEST_WINDOW)
    return xlsx_response("harvests", title=_("Harvests"), columns=harvest_columns(), rows=rows, reading=answer.reading, form=form)


@allowed("dashboards.view_boards")
@require_safe
def season_weeks_chart(request: HttpRequest) -> HttpResponse:
    """Net value by week from Tết as SVG."""
    _form, answer = _asked(request)
    return picture(request, answer, "season_weeks", chart_weeks(answer.rows.board))


@allowed("dashboards.view_boards")
@require_safe
def season_days_chart(request: HttpRequest) -> HttpResponse:
    """Net value by day of a season as SVG, with the same days of the season before."""
    form, answer = _asked(request)
    chosen = answer.rows.board.of(form.tet_year)
    if chosen is None:
        return daily_chart(request, answer, [])
    words = (tet_words(chosen.year), tet_words(chosen.year - 1))
    return daily_chart(request, answer, season_days(answer.rows.board, chosen), words)


def _asked(request: HttpRequest) -> tuple[SeasonForm, Answer[SeasonRows]]:
    territory = territory_of(cast(User, request.user), request.GET.get("province"))
    if territory is None:
        raise Http404
    form = SeasonForm(request.GET.dict(), territory)
    return form, _read(request, form)


def _read(request: HttpRequest, form: SeasonForm) -> Answer[SeasonRows]:
    audience, group, year = form.audience, form.group_id, form.tet_year
    query = Query.of("seasons", audience=audience, group=group, year=year)
    return read(query, lambda reading: season_rows(audience, group, year, reading.day), token=request.GET.get("reading"))


def _season(board: SeasonBoard, chosen: Season, territory: Territory, form: SeasonForm) -> dict[str, Any]:
    """What the page says of the season looked at."""
    earlier = board.earlier(chosen)
    rows = week_rows(board, chosen, territory, form.asked)
    days = season_days(board, chosen)
    known = [(net, day) for day, net, _before in days if net is not None]
    best = max(known, default=(0, chosen.tet))
    return {
        "tiles": season_tiles(chosen, earlier, territory, form.asked),
        "busiest": busiest_week(chosen),
        "weeks": rows[:-1],
        "whole": rows[-1],
        "weeks_alt": _("Net value by week from Tết, a line for each year."),
        "most": max((cell.net or 0 for row in rows[:-1] for cell, _season in row.paired), default=0),
        "earlier": earlier,
        "earlier_words": tet_words(chosen.year - 1),
        "days": [(day, net, before, lines_address(Period(day, day), territory, **form.asked)) for day, net, before in days],
        "days_alt": _("Net value by day of the season of Tết %(year)s; the greatest is %(value)s on %(day)s.")
        % {"year": chosen.year, "value": formats.vnd(best[0]), "day": formats.day(best[1])},
    }


def _coming(reading: Reading) -> dict[str, str]:
    """The next Tết, and the day on which its season begins."""
    tet = next_tet(reading.day)
    return {"tet": formats.day(tet), "begins": formats.day(span_of(tet.year)[0]), "days": str(BEFORE)}


def _harvest_lines(row: Harvest, territory: Territory, form: SeasonForm) -> dict[str, str]:
    """The quantity in words, the state's words, and the order lines behind the sales in both years."""
    asked = form.asked | ({"group": row.group.code} if row.group else {})
    quantity = ""
    if row.quantity is not None:
        whole = row.quantity == row.quantity.to_integral_value()
        quantity = f"{formats.number(row.quantity, 0 if whole else 3, trim=True)} {Need.Unit(row.unit).label}"
    return {
        "quantity": quantity,
        "state": str(Need.State(row.state).label),
        "now": lines_address(row.span, territory, **asked) if row.span and row.now and row.now.lines else "",
        "before": lines_address(row.span.last_year(), territory, **asked) if row.span and row.before and row.before.lines else "",
    }
