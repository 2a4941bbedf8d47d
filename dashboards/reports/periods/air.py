"""Section II: the livestreams of the period, each with what it sold."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.amounts import NOTHING, Measures, Orders
from dashboards.boards.session_list import SessionRow
from dashboards.reports.document import Block, Cell, Column, Remarks, Table, text
from dashboards.reports.periods.rows import PeriodRows
from dashboards.reports.periods.wording import ABOVE, money, number


def air_blocks(rows: PeriodRows) -> tuple[Block, ...]:
    """How many there were, and a table of them in the order of time."""
    if not rows.sessions:
        return (Remarks((_("No livestream began in the period."),)),)
    known = [row for row in rows.sessions if row.known]
    told = _("%(count)s livestreams began in the period; the sales of %(known)s of them are known from order files.")
    sentence = told % {"count": formats.number(len(rows.sessions)), "known": formats.number(len(known))}
    return (Remarks((sentence,)), _table(rows, known))


def _table(rows: PeriodRows, known: list[SessionRow]) -> Table:
    live, after = (sum((getattr(row, name) for row in known), NOTHING) for name in ("live", "after"))
    foot = (text(_("Total")), text(""), *_sold(live, after, ABOVE)) if known else ()
    columns = (
        Column(_("Livestream"), wide=True),
        Column(_("Start")),
        *(Column(label, number=True) for label in (_("Orders"), _("Placed (VND)"), _("Net (VND)"), _("Revenue (VND)"))),
        Column(_("Net, 30 days after (VND)"), number=True),
    )
    note = _(
        "All sales of each livestream, also of orders placed after the period: from the start to 30 minutes after the end, and in the "
        "30 days after. A dash: no order file has come."
    )
    return Table("sessions", _("Livestreams"), columns, tuple(map(_cells, rows.sessions)), note, foot)


def _cells(row: SessionRow) -> tuple[Cell, ...]:
    name = f"{row.session}" + (f" – {row.host}" if row.host else "")
    sold = _sold(row.live, row.after) if row.known else tuple(money(None) for _column in range(5))
    return (text(name), text(formats.day(row.start)), *sold)


def _sold(live: Measures, after: Measures, formula: str = "") -> tuple[Cell, ...]:
    amounts = (live.value.placed, live.value.net, live.value.delivered, after.value.net)
    return (number((live.orders or Orders()).placed, formula), *(money(amount, formula) for amount in amounts))
