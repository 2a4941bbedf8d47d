"""What came in: on air and after beside before, by producer, and what the host is owed of it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.amounts import Measures
from dashboards.boards.session_page import Before
from dashboards.reports.document import Block, Cell, Column, Remarks, Table, count, kilograms, text, vnd
from dashboards.reports.session.rows import SessionReport


def sales_table(report: SessionReport) -> Table:
    """On air, and cumulatively after; beside each the same length of time before the start."""
    page = report.page
    words = {"after_24h": _("24 hours after"), "within_7d": _("7 days after"), "after": _("30 days after")}
    on_air = _sold(report, page.total["live"], report.before_live)
    rows = [(text(_("During the session")), *on_air, text(_reach(complete=page.known, known=page.known)))]
    for after in page.after:
        reach = _reach(complete=after.complete, known=page.known)
        rows.append((text(words[after.part]), *_sold(report, after.measures, after.before), text(reach)))
    columns = (
        Column(_("From the end")),
        *(Column(label, number=True) for label in (_("Orders"), _("Placed value"), _("Net value"), _("Revenue"), _("Weight (kg)"))),
        *(Column(label, number=True) for label in (_("Orders before"), _("Net before"))),
        Column(_("Files")),
    )
    note = _(
        "After: cumulative. Before: the same products in the same shops, the same length of time before the start. "
        "What follows a livestream is not all caused by it."
    )
    return Table("after-sales", _("Sales on air and after"), columns, tuple(rows), note)


def _sold(report: SessionReport, sold: Measures, before: Before) -> tuple[Cell, ...]:
    known = report.page.known
    return (
        count(sold.orders.placed if known and sold.orders is not None else None),
        vnd(sold.value.placed if known else None),
        vnd(sold.value.net if known else None),
        vnd(sold.value.delivered if known else None),
        kilograms(sold.grams.placed if known else None),
        count(before.orders if known else None),
        vnd(before.net if known else None),
    )


def _reach(*, complete: bool, known: bool) -> str:
    if not known:
        return _("no file yet")
    return _("complete") if complete else _("files do not reach that far yet")


def producer_table(report: SessionReport, *, official: bool) -> Table:
    """What the products of each producer brought, as far as the reader may know it."""
    known = report.page.known
    rows = tuple(
        (
            text(str(row.producer) if row.producer else _("SKUs of no known product")),
            count(row.live.orders.placed if known and row.live.orders is not None else None),
            count(row.live.units.placed if known else None),
            kilograms(row.live.grams.placed if known else None),
            vnd(row.live.value.placed if known else None),
            vnd(row.live.value.net if known else None),
            vnd(row.live.value.delivered if known else None),
            vnd(row.after.value.net if known else None),
            vnd(row.after.value.delivered if known else None),
        )
        for row in report.producers
    )
    labels = (_("Orders"), _("Units"), _("Weight (kg)"), _("Placed value"), _("Net value"), _("Revenue"))
    after = (_("Net in 30 days after"), _("Revenue in 30 days after"))
    columns = (Column(_("Producer")), *(Column(label, number=True) for label in (*labels, *after)))
    note = _("An order with products of two producers counts with both.") if official else _("Your own products alone.")
    if not rows:
        note = _("Nothing is known to have been sold.") if known else _("Not known before the first order file.")
    return Table("producer-sales", _("By producer"), columns, rows, note)


def commission_blocks(report: SessionReport) -> tuple[Block, ...]:
    """What the host is owed by the terms of that day, with the rule."""
    owed = report.commission
    if owed is None:
        return ()
    if owed.terms is None:
        return (Remarks((_("No terms of this host held on that day: nothing can be reckoned. Enter them with the host."),), "warning"),)
    if not report.page.known:
        return (Remarks((_("Not known before the first order file."),)),)
    terms = owed.terms
    rate = f"{formats.number(terms.rate, 2, trim=True)}%"
    rows = [(text(_("Delivered on air, less returns")), vnd(owed.base_live))]
    if terms.covers_after:
        rows.append((text(_("Delivered in 30 days after, less returns")), vnd(owed.base_after)))
    rows += [
        (text(_("Commission of %(rate)s") % {"rate": rate}), vnd(owed.on_sales)),
        (text(_("Fee for the session")), vnd(terms.fee)),
    ]
    rule = (
        _("The rate is taken of what was delivered and not sent back, on air and in the 30 days after; rounded down to the đồng.")
        if terms.covers_after
        else _("The rate is taken of what was delivered and not sent back, of sales on air alone; rounded down to the đồng.")
    )
    settled = (
        _("%(count)s of these orders are not final: the amount may still change.") % {"count": formats.number(owed.open)}
        if owed.open
        else _("All of these orders are final.")
    )
    table = Table(
        *("owed", _("Commission by the terms of that day"), (Column(_("Part")), Column(_("Amount"), number=True)), tuple(rows), rule),
        (text(_("Owed in all")), vnd(owed.total)),
    )
    return (table, Remarks((settled, _("All lines of the livestream count, also those of other provinces' producers."))))
