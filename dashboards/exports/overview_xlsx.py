"""The overview as an XLSX workbook: the rows of the page under the same reading, numbers as numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dashboards import formats
from dashboards.boards.amounts import Measures, Orders
from dashboards.boards.audience import Audience
from dashboards.boards.overview import Broadcast, Broadcasts, DayRow, OverviewRows, Ranking
from dashboards.boards.registry_counts import STARS
from dashboards.definitions import DEFINITIONS, STATES, WEIGHT
from dashboards.exports.tables import about_reading
from dashboards.filters.overview import Asked
from dashboards.readings import Answer
from dashboards.views.claim_words import ShownClaim, shown_claims
from dashboards.wording import facts

Cell = str | int | float | date | datetime | None


def overview_workbook(asked: Asked, answer: Answer[OverviewRows]) -> bytes:
    """The workbook. Money in whole VND, weight in kg, times of Vietnam; what is not known is an empty cell."""
    rows = answer.rows
    claims = shown_claims(rows.claims, Audience(territory=asked.territory))
    target = BytesIO()
    # Text stays text: a product called "=1+1" must not be computed.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheets = _Sheets(book)
        _first(sheets, asked, answer)
        sheets.table(_("By day"), _day_headings(), [_day(row, earlier=not rows.total.before.is_empty) for row in rows.days])
        livestream, host = (_("Livestream"), _("Code"), _("Start"), _("Host")), (_("Host"), _("Code"), pgettext("count", "Livestreams"))
        sheets.table(_("Livestreams"), _broadcast_headings(*livestream), _broadcasts(rows.sessions, _OF_LIVESTREAM))
        sheets.table(_("Hosts"), _broadcast_headings(*host), _broadcasts(rows.hosts, _OF_HOST))
        for title, ranking in ((_("Products"), rows.products), (_("Producers"), rows.producers), (_("Communes"), rows.communes)):
            sheets.table(title, _ranking_headings(title), _ranking(ranking))
        sheets.table(_("Groups and stars"), _registry_headings(), _registry(rows))
        sheets.table(_("Claims"), _claim_headings(), [_claim(claim) for claim in claims])
    return target.getvalue()


class _Sheets:
    """Writes tables, each on a sheet of its own, under headings that stay in sight."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold: Format = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        self._day: Format = book.add_format({"num_format": "dd/mm/yyyy"})
        self._moment: Format = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        self._whole: Format = book.add_format({"num_format": "#,##0"})
        self._part: Format = book.add_format({"num_format": "#,##0.###"})

    def table(self, title: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """One sheet with one table."""
        sheet: Worksheet = self.book.add_worksheet(title[:31])
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, len(headings) - 1, 17)
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading, self.bold)
        for line, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                self.write(sheet, line, place, value)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def write(self, sheet: Worksheet, line: int, place: int, value: Cell) -> None:
        """One value in the format of its kind; nothing for None."""
        if isinstance(value, str):
            sheet.write_string(line, place, value)
        elif isinstance(value, datetime):
            sheet.write_datetime(line, place, timezone.localtime(value).replace(tzinfo=None, microsecond=0), self._moment)
        elif isinstance(value, date):
            sheet.write_datetime(line, place, value, self._day)
        elif value is not None:
            sheet.write_number(line, place, value, self._part if isinstance(value, float) else self._whole)


def _first(sheets: _Sheets, asked: Asked, answer: Answer[OverviewRows]) -> None:
    """The first sheet: what it is, its reading, the figures with those of the period before, and how complete they are."""
    rows = answer.rows
    title = _("Overview")
    sheet: Worksheet = sheets.book.add_worksheet(title)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 6, 18)
    sheet.write_string(0, 0, f"{title}: {asked.territory.name}", sheets.title)
    about = [
        *about_reading(title, answer.reading)[1:],
        (_("Period"), formats.days(rows.period.first, rows.period.last)),
        (_("Compared with"), formats.days(rows.before.first, rows.before.last)),
        *((_("Completeness"), fact) for fact in facts(rows)),
    ]
    if answer.replaced:
        about.append((_("Note"), _("The reading asked for is no longer kept; this is a newer one.")))
    for line, (label, value) in enumerate(about, start=2):
        sheet.write_string(line, 0, label)
        sheet.write_string(line, 1, value)
    head = len(about) + 3
    for place, heading in enumerate((_("Figure"), _("Period"), _("Period before"), _("Meaning"))):
        sheet.write_string(head, place, heading, sheets.bold)
    now = rows.total.now if rows.known else None
    before = None if rows.total.before.is_empty else rows.total.before
    for line, definition in enumerate(DEFINITIONS, start=head + 1):
        sheet.write_string(line, 0, f"{definition.label} (kg)" if definition is WEIGHT else str(definition.label))
        for place, measures in ((1, now), (2, before)):
            amount = definition.read(measures) if measures is not None else None
            sheets.write(sheet, line, place, amount / 1000 if definition is WEIGHT and amount is not None else amount)
        sheet.write_string(line, 3, str(definition.meaning))
    _states(sheets, sheet, head + len(DEFINITIONS) + 2, now)


def _states(sheets: _Sheets, sheet: Worksheet, head: int, now: Measures | None) -> None:
    """Value, units and weight in the five states; orders in the three they have."""
    for place, heading in enumerate((_("In five states"), *(str(state.label) for state in STATES))):
        sheet.write_string(head, place, heading, sheets.bold)
    if now is None:
        return
    orders = now.orders or Orders()
    counted = {"placed": orders.placed, "net": orders.net, "delivered": orders.delivered}
    table: list[list[Cell]] = [
        [_("Value"), *(state.read(now.value) for state in STATES)],
        [_("Orders"), *(counted.get(state.key) for state in STATES)],
        [_("Units"), *(state.read(now.units) for state in STATES)],
        [_("Weight (kg)"), *(state.read(now.grams) / 1000 for state in STATES)],
    ]
    for line, cells in enumerate(table, start=head + 1):
        for place, value in enumerate(cells):
            sheets.write(sheet, line, place, value)


def _measure_headings() -> list[str]:
    return [
        _("Orders"),
        _("Placed value"),
        _("Cancelled"),
        _("Returned"),
        _("Net value"),
        _("Revenue"),
        _("Units placed"),
        _("Weight placed (kg)"),
    ]


def _measures(sold: Measures) -> list[Cell]:
    orders = sold.orders.placed if sold.orders is not None else None
    value = sold.value
    return [orders, value.placed, value.cancelled, value.returned, value.net, value.delivered, sold.units.placed, sold.grams.placed / 1000]


def _day_headings() -> list[str]:
    return [_("Day"), *_measure_headings(), _("Net value of the period before")]


def _day(row: DayRow, *, earlier: bool) -> list[Cell]:
    before = row.before.value.net if earlier and row.before is not None else None
    return [row.day, *(_measures(row.now) if row.known else [None] * len(_measure_headings())), before]


# What a livestream says of itself, and a host of its own: its name and code, then when and by whom, or how many.
_OF_LIVESTREAM: tuple[Callable[[Broadcast], Cell], ...] = (lambda row: row.start, lambda row: str(row.host) if row.host else None)
_OF_HOST: tuple[Callable[[Broadcast], Cell], ...] = (lambda row: row.sessions,)


def _broadcast_headings(*own: str) -> list[str]:
    after = [f"{heading} ({_('30 days after')})" for heading in (_("Orders"), _("Net value"))]
    return [*own, *_measure_headings(), *after]


def _broadcasts(found: Broadcasts, own: tuple[Callable[[Broadcast], Cell], ...]) -> list[list[Cell]]:
    return [
        [
            str(row.name),
            row.name.code,
            *(read(row) for read in own),
            *_measures(row.live),
            row.after.orders.placed if row.after.orders else None,
            row.after.value.net,
        ]
        for row in found.top
    ]


def _ranking_headings(title: str) -> list[str]:
    return [title, _("Code"), *_measure_headings(), _("Net value of the period before")]


def _ranking(ranking: Ranking) -> list[list[Cell]]:
    found: list[list[Cell]] = [
        [str(row.name), row.name.code if row.name else None, *_measures(row.sold.now), row.sold.before.value.net or None]
        for row in ranking.top
    ]
    if ranking.of > len(ranking.top):
        found.append([_("All others"), None, *_measures(ranking.others.now), ranking.others.before.value.net or None])
    if ranking.none is not None:
        found.append([_("Belongs to none"), None, *_measures(ranking.none.sold.now), ranking.none.sold.before.value.net or None])
    return found


def _registry_headings() -> list[str]:
    starred = [_("%(stars)s stars") % {"stars": stars} for stars in STARS]
    return [_("OCOP group"), *starred, _("Stars in all"), _("Expired or revoked"), _("Never a star"), *_measure_headings()]


def _registry(rows: OverviewRows) -> list[list[Cell]]:
    found: list[list[Cell]] = []
    for counts in rows.registry.groups:
        sold = rows.groups.get(counts.group.code if counts.group else "")
        figures = _measures(sold.now) if sold is not None else []
        found.append(
            [
                str(counts.group) if counts.group else _("No group yet"),
                *counts.by_star,
                counts.starred,
                counts.lapsed,
                counts.never,
                *figures,
            ]
        )
    total = rows.registry.total
    return [*found, [_("All"), *total.by_star, total.starred, total.lapsed, total.never]]


def _claim_headings() -> list[str]:
    return [
        *(_("About"), _("Figure"), _("As told"), _("Claimed"), _("In the ledger"), _("State"), _("Scope"), _("Territory")),
        *(_("Source"), _("As of")),
    ]


def _claim(shown: ShownClaim) -> list[Cell]:
    claim = shown.row
    about = str(claim.about) if claim.about else _("The province")
    state = str(claim.state.words)
    return [
        *(about, shown.metric, shown.value, claim.value, claim.ledger, state, str(claim.scope), str(claim.territory)),
        *(claim.source_name, claim.as_of),
    ]
