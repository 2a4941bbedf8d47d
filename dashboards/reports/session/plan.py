"""Plan against actual: the session as a whole, and each slot."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from dashboards.boards.session_page import SlotRow
from dashboards.boards.slot_chart import chart_alt, chart_rows
from dashboards.reports.document import Block, Cell, Chart, Column, Remarks, Table, count, minutes, moment, text, vnd
from dashboards.reports.session.rows import SessionReport
from livestreams.models import Slot


def plan_blocks(report: SessionReport) -> tuple[Block, ...]:
    """The session's times, its slots, and the chart over them."""
    page = report.page
    blocks: list[Block] = [_times(report)]
    shown = [row for row in page.slots if row.mine and (row.position is not None or row.sold["live"].lines)]
    if not shown:
        return (*blocks, Remarks((_("There is no run-of-show."),)))
    rows = chart_rows(page, "live")
    if page.known and rows:
        blocks.append(Chart("slot_sales", _("Net value by slot"), chart_alt(rows), tuple(rows), "slots"))
    blocks.append(_slots(report, shown))
    return tuple(blocks)


def _times(report: SessionReport) -> Table:
    page = report.page
    began, ended = page.actual
    planned = [row for row in page.slots if row.position is not None and row.mine]
    air = [report.air_of(row.slot) for row in planned]
    skipped = sum(one is not None and one.outcome == Slot.Outcome.SKIPPED for one in air)
    aired = sum(row.started_at is not None for row in planned)
    rows = (
        (text(_("Start")), moment(page.planned[0]), moment(began)),
        (text(_("End")), moment(page.planned[1]), moment(ended)),
        (text(_("Minutes")), minutes(_seconds(*page.planned)), minutes(_seconds(began, ended))),
        (text(_("Slots")), count(len(planned)), count(aired if began else None)),
        (text(_("Slots skipped")), text(""), count(skipped if began else None)),
    )
    columns = (Column(_("The livestream")), Column(_("Planned"), number=True), Column(_("Actual"), number=True))
    note = "" if began else _("No actual times are recorded; planned times are used.")
    return Table("times", _("Times"), columns, rows, note)


def _seconds(begin: datetime | None, end: datetime | None) -> float | None:
    return None if begin is None or end is None else (end - begin) / timedelta(seconds=1)


def _slots(report: SessionReport, shown: list[SlotRow]) -> Table:
    known = report.page.known
    columns = (
        Column(_("Slot")),
        *(Column(label, number=True) for label in (_("Minutes planned"), _("Minutes on air"), _("Stock"), _("Units"))),
        *(Column(label, number=True) for label in (_("Offer price"), _("Realised price"), _("Orders"), _("Net value"), _("Revenue"))),
        Column(_("Outcome")),
    )
    rows = tuple(_slot(report, row, known=known) for row in shown)
    live = [row.sold["live"] for row in shown]
    air = [report.air_of(row.slot) for row in shown if row.position is not None]
    on_air = [one.seconds for one in air if one is not None and one.seconds is not None]
    total = report.page.total["live"]
    foot = (
        text(_("Total")),
        minutes(60 * sum(row.minutes or 0 for row in shown)),
        minutes(sum(on_air) if on_air else None),
        text(""),
        count(sum(sold.units.placed for sold in live) if known else None),
        text(""),
        text(""),
        count(total.orders.placed if known and total.orders is not None else None),
        vnd(sum(sold.value.net for sold in live) if known else None),
        vnd(sum(sold.value.delivered for sold in live) if known else None),
        text(""),
    )
    note = _("Realised price: placed value by unit. Orders: with this product; an order with two products counts in both, and once in all.")
    return Table("slots", _("Slots: plan against actual"), columns, rows, note, foot)


def _slot(report: SessionReport, row: SlotRow, *, known: bool) -> tuple[Cell, ...]:
    sold = row.sold["live"]
    air = report.air_of(row.slot)
    name = str(row.product) if row.product else _("SKUs of no known product")
    in_show = row.position is not None
    counted = known and sold.orders is not None
    units = sold.units.placed
    return (
        text(f"{row.position}. {name}" if in_show else _("%(product)s – outside the run-of-show") % {"product": name}),
        minutes(60 * row.minutes) if row.minutes is not None else text(""),
        minutes(air.seconds) if air is not None else text(""),
        count(air.stock) if air is not None else text(""),
        count(units if known else None),
        vnd(row.offer_price) if in_show else text(""),
        vnd(sold.value.placed // units if known and units else None),
        count(sold.orders.placed if counted and sold.orders is not None else None) if counted or not known else text(_("see above")),
        vnd(sold.value.net if known else None),
        vnd(sold.value.delivered if known else None),
        text(_outcome(row, air.outcome if air is not None else "")),
    )


def _outcome(row: SlotRow, outcome: str) -> str:
    if outcome:
        return str(Slot.Outcome(outcome).label)
    return _("Shown") if row.started_at is not None else ""
