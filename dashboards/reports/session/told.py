"""What others told: the platform's figures with conversion, and claims beside the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.reports.document import Block, Cell, Column, Remarks, Table, count, share, text, vnd
from dashboards.reports.session.rows import SessionReport
from dashboards.views.claim_words import ShownClaim
from livestreams.models import LiveFigures


def reported_blocks(report: SessionReport) -> tuple[Block, ...]:
    """Views, clicks and orders as the platform told them, and orders by view and click."""
    told = report.reported
    if told is None:
        return (Remarks((_("No LIVE analytics file of this livestream has come, and nothing was typed from the platform's screen."),)),)
    names = {field.name: str(field.verbose_name) for field in LiveFigures._meta.fields}
    figures = tuple(
        (text(names[name][:1].upper() + names[name][1:]), vnd(value) if name == "gmv" else count(value)) for name, value in told.figures
    )
    source = (
        _("Reported by the platform: LIVE analytics file, taken in on %(time)s. GMV counts cancelled and refunded orders.")
        if told.rooms
        else _("Reported by the platform: typed from its screen, last at %(time)s. GMV counts cancelled and refunded orders.")
    ) % {"time": formats.moment(told.at)}
    columns = (Column(_("Figure")), Column(_("Reported"), number=True))
    blocks: list[Block] = [Table("reported", _("The platform's figures"), columns, figures, source)]
    views, clicks = told["views"], told["product_clicks"]
    if views or clicks:
        live = report.page.total["live"]
        ledger = live.orders.placed if report.page.known and live.orders is not None else None
        rows: tuple[tuple[Cell, ...], ...] = (_conversion(_("Orders the platform reported"), told["orders"], views, clicks),)
        if report.whole:
            # A commune's share of the orders by the views of all would say nothing.
            rows += (_conversion(_("Orders of the ledger, on air"), ledger, views, clicks),)
        labels = (_("Orders"), _("of views"), _("of product clicks"))
        headings = (Column(_("Orders")), *(Column(label, number=True) for label in labels))
        blocks.append(Table("conversion", _("Conversion"), headings, rows, _("Reported: views and clicks are the platform's own.")))
    return tuple(blocks)


def _conversion(label: str, orders: int | None, views: int | None, clicks: int | None) -> tuple[Cell, ...]:
    return (text(label), count(orders), share(orders, views), share(orders, clicks))


def claim_table(claims: Sequence[ShownClaim]) -> Table:
    """Claims beside the ledger's figure of their scope; never added to it."""
    columns = (
        Column(_("Figure")),
        Column(_("Reported"), number=True),
        Column(_("In the ledger"), number=True),
        Column(_("Beside the ledger")),
        Column(_("Scope"), wide=True),
        Column(_("Source, as of"), wide=True),
    )
    rows = tuple(
        (
            text(claim.metric),
            text(claim.value),
            (vnd if claim.row.is_money else count)(claim.row.ledger),
            text(claim.row.state.words),
            text(f"{claim.row.scope}, {claim.row.territory}"),
            text(f"{claim.row.source_name}, {formats.day(claim.row.as_of)}"),
        )
        for claim in claims
    )
    return Table(
        "claims-told", _("Claims beside the ledger"), columns, rows, _("Kept with scope and source, and never added to the ledger.")
    )
