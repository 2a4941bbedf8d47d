"""The seasons and the harvests as tables of files."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboards.exports.tables import Column
from dashboards.exports.workbook import Kind
from dashboards.seasons.board import Season, SeasonBoard, Span
from dashboards.seasons.harvests import Harvest
from dashboards.seasons.weeks import WEEKS, Week
from dashboards.seasons.words import note_of, week_words
from livestreams.models import Need

SeasonWeek = tuple[Season, Week, Span]


def season_weeks(board: SeasonBoard) -> list[SeasonWeek]:
    """A row for each week of each season, the newest season first."""
    return [(season, week, season.week(week)) for season in board.seasons for week in WEEKS]


def week_columns() -> list[Column[SeasonWeek]]:
    """The columns of a week of a season; figures are empty where nothing is known."""
    return [
        Column(_("Year of Tết"), lambda row: str(row[0].year)),
        Column(_("First day of Tết"), lambda row: row[0].tet, Kind.DAY),
        Column(_("Week"), lambda row: week_words(row[1]), Kind.LONG),
        Column(_("First day"), lambda row: row[2].first, Kind.DAY),
        Column(_("Last day"), lambda row: row[2].last, Kind.DAY),
        Column(_("Days"), lambda row: row[2].length, Kind.NUMBER),
        Column(_("Days known"), lambda row: row[2].known, Kind.NUMBER),
        Column(_("What is not known"), lambda row: note_of(row[2]), Kind.LONG),
        Column(_("Shops with files of the season"), lambda row: len(row[0].shops), Kind.NUMBER),
        Column(_("Orders"), lambda row: row[2].sold.orders.placed if row[2].known and row[2].sold.orders else None, Kind.NUMBER),
        Column(_("Placed value"), lambda row: row[2].sold.value.placed if row[2].known else None, Kind.NUMBER),
        Column(_("Net value"), lambda row: row[2].sold.value.net if row[2].known else None, Kind.NUMBER),
        Column(_("Revenue"), lambda row: row[2].sold.value.delivered if row[2].known else None, Kind.NUMBER),
        Column(_("Net units"), lambda row: row[2].sold.units.net if row[2].known else None, Kind.NUMBER),
        Column(_("Net weight (kg)"), lambda row: row[2].sold.grams.net if row[2].known else None, Kind.KILOGRAMS),
    ]


def harvest_columns() -> list[Column[Harvest]]:
    """The columns of a harvest with the sales of its group."""
    return [
        Column(_("Product"), lambda row: str(row.product) if row.product else _("any product"), Kind.LONG),
        Column(_("Producer"), lambda row: str(row.producer), Kind.LONG),
        Column(_("Commune"), lambda row: row.commune, Kind.LONG),
        Column(_("First day"), lambda row: row.first, Kind.DAY),
        Column(_("Last day"), lambda row: row.last, Kind.DAY),
        Column(_("Quantity"), lambda row: float(row.quantity) if row.quantity is not None else None, Kind.DECIMAL),
        Column(_("Unit"), lambda row: str(Need.Unit(row.unit).label) if row.quantity is not None else ""),
        Column(_("State of the wish"), lambda row: str(Need.State(row.state).label)),
        Column(_("Group"), lambda row: str(row.group) if row.group else "", Kind.LONG),
        Column(_("Net value of the group in these days"), lambda row: row.now.value.net if row.now else None, Kind.NUMBER),
        Column(_("Days known"), lambda row: row.known, Kind.NUMBER),
        Column(_("Net weight of the group (kg)"), lambda row: row.now.grams.net if row.now else None, Kind.KILOGRAMS),
        Column(_("Net value in the same days of last year"), lambda row: row.before.value.net if row.before else None, Kind.NUMBER),
        Column(_("Days known of last year"), lambda row: row.known_before, Kind.NUMBER),
        Column(_("Demonstration data"), lambda row: _("yes") if row.is_demo else _("no")),
    ]
