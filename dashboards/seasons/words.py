"""The seasons in words: the cells of the table of weeks, and the rows of charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards import formats
from dashboards.boards.lines import lines_address
from dashboards.boards.territory import Territory
from dashboards.periods import Period
from dashboards.seasons.board import Known, Season, SeasonBoard, Span
from dashboards.seasons.weeks import OFFSETS, WEEK, WEEKS, Week

UNKNOWN: dict[Known, str | Promise] = {
    Known.BEFORE: gettext_lazy("before the first order file"),
    Known.GAP: gettext_lazy("no order file tells of it"),
    Known.WAITING: gettext_lazy("no order file yet"),
    Known.TO_COME: gettext_lazy("still to come"),
}


@dataclass(frozen=True)
class Cell:
    """A week, or all, of a season: `net` in VND is None where nothing is known, and `note` says why, or how much of it is known.

    `days` are those of a week, without the year.
    """

    days: str
    net: int | None
    note: str
    lines: str


@dataclass(frozen=True)
class WeekRow:
    """A week with a cell for each season, and the change of the chosen season against the one before, of days known in both."""

    words: str
    days: str
    paired: tuple[tuple[Cell, Season], ...]
    change: str


def week_words(week: Week) -> str:
    """Which week it is."""
    if week.number == 0:
        return _("Week of Tết")
    if week.number < 0:
        return _("Week %(number)s before Tết") % {"number": -week.number}
    return _("Week %(number)s after Tết") % {"number": week.number}


def week_days(week: Week) -> str:
    """How far its days are from Tết; the first day of Tết is 0."""
    return _("day %(first)s to %(last)s") % {"first": formats.signed(week.first), "last": formats.signed(week.last)}


def tet_words(year: int) -> str:
    """What a season is called."""
    return _("Tết %(year)s") % {"year": year}


def busiest_week(season: Season) -> tuple[str, str] | None:
    """The week that sold most for the goods that stayed sold, with its net value; None where no week did."""
    spans = [(season.week(week), week) for week in WEEKS]
    best, week = max(spans, key=lambda pair: pair[0].sold.value.net)
    return (week_words(week), formats.vnd(best.sold.value.net)) if best.sold.value.net > 0 else None


def note_of(span: Span) -> str:
    """What is to be said beside a figure, or instead of it."""
    if span.is_whole:
        return ""
    if not span.known:
        return str(UNKNOWN[span.state])
    return _("%(known)s of %(days)s days; %(why)s") % {"known": span.known, "days": span.length, "why": UNKNOWN[span.state]}


def week_rows(board: SeasonBoard, chosen: Season, territory: Territory, asked: dict[str, str]) -> list[WeekRow]:
    """The weeks in order of time, and at the end the whole season."""
    earlier = board.earlier(chosen)

    def cell(span: Span) -> Cell:
        lines = lines_address(Period(span.first, span.last), territory, **asked) if span.sold.lines else ""
        days = f"{span.first:%d/%m}–{span.last:%d/%m}" if span.length <= WEEK else ""
        return Cell(days, span.sold.value.net if span.known else None, note_of(span), lines)

    def change(offsets: range) -> str:
        pair = chosen.compared(earlier, offsets) if earlier else None
        return formats.change(pair[0].value.net, pair[1].value.net) if pair and pair[0].lines + pair[1].lines else formats.UNKNOWN

    rows = [
        WeekRow(
            week_words(week),
            week_days(week),
            tuple((cell(season.week(week)), season) for season in board.seasons),
            change(range(week.first, week.last + 1)),
        )
        for week in WEEKS
    ]
    whole = tuple((cell(season.whole()), season) for season in board.seasons)
    return [*rows, WeekRow(_("All"), _("60 days before to 15 after"), whole, change(OFFSETS))]


def chart_weeks(board: SeasonBoard) -> list[dict[str, Any]]:
    """The rows of the chart `season_weeks`. A week that is known in part has no point: it would look like a fall."""
    return [
        {"week": week.number, "year": season.year, "net": span.sold.value.net if span.is_whole else None}
        for season in board.seasons
        for week in WEEKS
        for span in [season.week(week)]
    ]


def season_days(board: SeasonBoard, chosen: Season) -> list[tuple[Any, int | None, int | None]]:
    """Each day of a season with its net value and that of the same day from Tết of the season before, as far as they are known."""
    earlier = board.earlier(chosen)
    return [(chosen.day(offset), _net(chosen, offset), _net(earlier, offset) if earlier else None) for offset in OFFSETS]


def _net(season: Season, offset: int) -> int | None:
    sold = season.on(offset)
    return None if sold is None else sold.value.net
