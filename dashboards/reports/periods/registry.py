"""Sections IV and V: stars, and the products, producers and communes that sold most."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.amounts import Measures
from dashboards.boards.overview import Ranking
from dashboards.reports.document import Block, Cell, Column, Remarks, Table, text
from dashboards.reports.periods.rows import PeriodRows
from dashboards.reports.periods.wording import ABOVE, change, money, number


def product_blocks(rows: PeriodRows) -> tuple[Block, ...]:
    """Stars of the province's products (not in a programme's report), and the products with most net value."""
    blocks: list[Block] = []
    if rows.stars:
        blocks.append(_star_table(rows))
    blocks += _ranked(rows.products, "products", _("Products by net value"), _("Product"), rows)
    return tuple(blocks)


def producer_blocks(rows: PeriodRows) -> tuple[Block, ...]:
    """The producers and the communes with most net value."""
    return (
        *_ranked(rows.producers, "producers", _("Producers by net value"), _("Producer"), rows),
        *_ranked(rows.communes, "communes", _("Communes by net value"), _("Commune"), rows),
    )


def _star_table(rows: PeriodRows) -> Table:
    made = tuple(
        (text(_("%(stars)s stars") % {"stars": row.stars}), *(number(count) for count in (row.valid, row.given, row.expired, row.revoked)))
        for row in rows.stars
    )
    totals = (sum(getattr(row, name) for row in rows.stars) for name in ("valid", "given", "expired", "revoked"))
    columns = (
        Column(_("Stars")),
        *(Column(label, number=True) for label in (_("In force on the last day"), _("Newly recognised"), _("Expired"), _("Revoked"))),
    )
    note = _(
        "Products whose producers sit in the province on the last day. Newly recognised, expired, revoked: ratings, within the period."
    )
    return Table("stars", _("OCOP products by star"), columns, made, note, (text(_("Total")), *(number(total, ABOVE) for total in totals)))


def _ranked(ranking: Ranking, key: str, caption: str, heading: str, rows: PeriodRows) -> list[Block]:
    if not rows.known:
        return [Remarks((_("%(table)s: not known, as no order file tells of the period.") % {"table": caption},))]
    if not (ranking.top or ranking.none):
        return [Remarks((_("%(table)s: nothing was sold in the period, as far as is known.") % {"table": caption},))]
    compared = not rows.before.is_empty

    def cells(label: str, now: Measures, before: Measures, formula: str = "") -> tuple[Cell, ...]:
        then = before.value.net if compared else None
        changed = change(now.value.net, then, "RC[-3]/RC[-1]-1", comparable=rows.freshness.comparable)
        beside = (money(then, formula), changed) if compared else ()
        return (
            text(label),
            number(now.orders.placed if now.orders is not None else None),
            *(money(amount, formula) for amount in (now.value.placed, now.value.net, now.value.delivered)),
            *beside,
        )

    made = [cells(f"{place}. {row.name}", row.sold.now, row.sold.before) for place, row in enumerate(ranking.top, 1)]
    shown = [row.sold for row in ranking.top]
    left = ranking.of - len(ranking.top)
    if not (ranking.others.now.is_empty and ranking.others.before.is_empty):
        made.append(cells(_("Others: %(count)s") % {"count": formats.number(left)}, ranking.others.now, ranking.others.before))
        shown.append(ranking.others)
    if ranking.none is not None:
        made.append(cells(_("SKUs of no known product"), ranking.none.sold.now, ranking.none.sold.before))
        shown.append(ranking.none.sold)
    # Orders are not added up: one with goods of two producers is one order.
    total = Measures(orders=None)
    before = Measures(orders=None)
    for sold in shown:
        total, before = total + sold.now, before + sold.before
    foot = cells(_("Total"), total, before, ABOVE)
    labels = [_("Orders with it"), _("Placed (VND)"), _("Net (VND)"), _("Revenue (VND)")]
    labels += [_("Net, last year (VND)"), _("Change")] if compared else []
    columns = (Column(heading, wide=True), *(Column(label, number=True) for label in labels))
    return [
        Table(key, caption, columns, tuple(made), _("Orders with one of them are not added up: an order may hold goods of several."), foot)
    ]
