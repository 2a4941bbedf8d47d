"""The board of scans and feedback."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from dashboards import formats
from dashboards.boards.audience import audience_of
from dashboards.boards.lines import lines_address
from dashboards.exports.tables import Column
from dashboards.exports.workbook import Kind
from dashboards.listing import in_alphabet
from dashboards.periods import Period
from dashboards.readings import Query, read
from dashboards.scanned.board import KindRow, ScannedBoard, ScannedRow, scanned_board
from dashboards.scanned.forms import COMMUNES, DAYS, ScannedForm
from dashboards.views.board import Asked, Bars, Board, Drawing, Sort
from orders.figures.sight import sight_of
from traceability.models import Feedback


def _ask(request: HttpRequest) -> Asked[ScannedRow]:
    user = cast(User, request.user)
    audience = audience_of(user, province=request.GET.get("province"))
    form = ScannedForm(request.GET.dict())
    span, before = form.span, form.before
    own = sight_of(user).producers if audience.official else ()
    query = Query.of("scanned", audience=audience, period=span, before=before, own=own)
    answer = read(query, lambda reading: scanned_board(audience, span, before, reading.day, own), token=request.GET.get("reading"))
    board = answer.rows
    rows = {COMMUNES: board.communes, DAYS: board.days}.get(form.rows_by, board.products)
    return Asked(audience, form, answer, rows, board.lines, span, before)


def _name(row: ScannedRow) -> str:
    return formats.day(row.day) if row.day else str(row.name) if row.name else _("Unknown codes")


def _lines(asked: Asked[ScannedRow], row: ScannedRow) -> tuple[str]:
    """The order lines of the sales beside the counts; empty where there are none."""
    if row.sold.is_empty:
        return ("",)
    territory = asked.audience.territory
    if row.day is not None:
        return (lines_address(Period(row.day, row.day), territory),)
    assert row.name is not None  # what belongs to none has no sales here
    kind = "commune" if asked.form.rows_by == COMMUNES else "product"
    return (lines_address(asked.period, territory, **{kind: row.name.code}),)


def _columns(asked: Asked[ScannedRow]) -> list[Column[ScannedRow]]:
    first = {COMMUNES: _("Commune"), DAYS: _("Day")}.get(asked.form.rows_by, _("Product"))
    named: list[Column[ScannedRow]] = [
        Column(first, lambda row: row.day, Kind.DAY)
        if asked.form.rows_by == DAYS
        else Column(first, lambda row: str(row.name) if row.name else _("Unknown codes"), Kind.LONG)
    ]
    if not asked.form.rows_by:
        named = [Column(_("Code"), lambda row: row.name.code if row.name else None), *named, Column(_("Producer"), lambda row: row.detail)]
    return [
        *named,
        Column(_("Scans"), lambda row: row.now.scans, Kind.NUMBER),
        Column(_("Scans before"), lambda row: row.before.scans, Kind.NUMBER),
        Column(_("Visits"), lambda row: row.now.visits, Kind.NUMBER),
        Column(_("Visits before"), lambda row: row.before.visits, Kind.NUMBER),
        Column(_("Feedback"), lambda row: row.now.told, Kind.NUMBER),
        Column(_("Feedback before"), lambda row: row.before.told, Kind.NUMBER),
        Column(_("Waiting for an answer"), lambda row: row.now.waiting, Kind.NUMBER),
        Column(_("Orders"), lambda row: row.sold.orders.placed if row.known and row.sold.orders else None, Kind.NUMBER, sold=True),
        Column(_("Net value (VND)"), lambda row: row.sold.value.net if row.known else None, Kind.VND, sold=True),
        Column(_("Net before (VND)"), lambda row: row.sold_before.value.net if row.known_before else None, Kind.VND, sold=True),
    ]


def _drawing(asked: Asked[ScannedRow], rows: Sequence[ScannedRow]) -> Drawing:
    """The days, whatever the table shows: when codes are scanned is seen in a line only."""
    board: ScannedBoard = asked.answer.rows
    if not board.total.scans:
        return Drawing("daily_scans", "", (), "")
    days = [{"day": row.day.isoformat(), "scans": row.now.scans, "visits": row.now.visits} for row in board.days if row.day]
    best = max(board.days, key=lambda row: row.now.scans)
    alt = _("Scans and visits by day; most scans, %(count)s, were on %(day)s.") % {
        "count": formats.number(best.now.scans),
        "day": formats.day(best.day),
    }
    return Drawing("daily_scans", _("Scans and visits by day"), days, alt)


def _more(_request: HttpRequest, asked: Asked[ScannedRow], _rows: object) -> dict[str, Any]:
    board: ScannedBoard = asked.answer.rows
    return {
        "by": asked.form.rows_by,
        "board": board,
        "tiles": _tiles(asked, board),
        "kinds": [(str(Feedback.Kind(row.kind).label), row) for row in board.kinds if row.told or row.told_before],
        "most_told": max((max(row.told, row.told_before) for row in board.kinds), default=0),
    }


def _tiles(asked: Asked[ScannedRow], board: ScannedBoard) -> list[dict[str, Any]]:
    """Scans, visits and feedback, each against the earlier days; never added to one another."""
    assert asked.before is not None
    earlier = formats.days(asked.before.first, asked.before.last)
    told: KindRow = board.all_told
    amounts: tuple[tuple[str, str, int, int, str], ...] = (
        ("scans", _("Scans"), board.total.scans, board.total_before.scans, _("each time a page was asked for")),
        ("visits", _("Visits"), board.total.visits, board.total_before.visits, _("one device, one code, one day; at least so many")),
        ("told", _("Feedback"), told.told, told.told_before, _("%(count)s wait for an answer") % {"count": formats.number(told.waiting)}),
    )
    return [
        {
            "key": key,
            "label": label,
            "value": formats.number(now),
            "now": now,
            "before": before,
            # Where nothing was counted before, the change says so.
            "before_text": _("against %(days)s: %(value)s") % {"days": earlier, "value": formats.number(before)} if before else "",
            "note": note,
        }
        for key, label, now, before, note in amounts
    ]


def _named(key: Callable[[ScannedRow], Any]) -> Callable[[ScannedRow], Any]:
    """The key of what has a name or a day; what belongs to none stands last."""
    return lambda row: key(row) if row.name or row.day else None


def _place(row: ScannedRow) -> tuple[str, str]:
    return (row.day.isoformat(), "") if row.day else in_alphabet(str(row.name))


BOARD: Board[ScannedRow] = Board(
    name="scanned",
    route="scans-and-feedback",
    permission="dashboards.view_sales",
    title=gettext_lazy("Scans and feedback"),
    template="dashboards/scanned/scanned.html",
    ask=_ask,
    sorts={
        "scans": Sort(gettext_lazy("Scans"), _named(lambda row: (row.now.scans, row.sold.value.net, _place(row)))),
        "name": Sort(gettext_lazy("Name"), _named(_place)),
        "visits": Sort(gettext_lazy("Visits"), _named(lambda row: row.now.visits)),
        "told": Sort(gettext_lazy("Feedback"), _named(lambda row: row.now.told)),
        "waiting": Sort(gettext_lazy("Waiting for an answer"), _named(lambda row: row.now.waiting)),
        "orders": Sort(gettext_lazy("Orders"), _named(lambda row: row.sold.orders.placed if row.known and row.sold.orders else None)),
        "net": Sort(gettext_lazy("Net value"), _named(lambda row: row.sold.value.net if row.known else None)),
    },
    best=lambda asked: "-name" if asked.form.rows_by == DAYS else "-scans",
    columns=_columns,
    bars=Bars("ranked_count", gettext_lazy("Scans"), label=_name, value=lambda row: row.now.scans, before=lambda row: row.before.scans),
    drawing=_drawing,
    links=_lines,
    more=_more,
)
