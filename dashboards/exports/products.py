"""The lists of products, producers, communes and hosts as XLSX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dashboards.boards.amounts import Measures
from dashboards.boards.products import ProductRow
from dashboards.boards.rankings import HostRow, RankedRow
from dashboards.exports.tables import Column
from dashboards.exports.workbook import Kind
from dashboards.templatetags.look import BADGES


def product_columns() -> list[Column[ProductRow]]:
    """The columns of a product, worded in the active language."""
    columns: list[Column[ProductRow]] = [
        Column(_("Code"), lambda row: row.product.code),
        Column(_("Product"), lambda row: str(row.product), Kind.LONG),
        Column(_("Producer"), lambda row: str(row.producer), Kind.LONG),
        Column(_("Commune"), lambda row: row.commune),
        Column(_("Group"), lambda row: str(row.group) if row.group else None),
        Column(_("Unit"), lambda row: row.unit),
        Column(_("List price (VND)"), lambda row: row.list_price, Kind.VND),
        Column(_("Stars"), lambda row: row.star.stars if row.star and row.star.in_force else None, Kind.NUMBER),
        Column(_("State of the stars"), lambda row: str(BADGES[row.star.state][2]) if row.star else None),
        Column(_("Valid until"), lambda row: row.star.until if row.star else None, Kind.DAY),
        Column(_("Decision"), lambda row: row.star.decision if row.star else None),
    ]
    return [*columns, *sales_columns(lambda row: row.now), *sales_before_columns(lambda row: row.before)]


def ranked_columns(label: str, *, communes: bool) -> list[Column[RankedRow]]:
    """The columns of a producer or, where `communes` says so, of a commune; `label` is what one is called."""
    # A commune has so many producers, a producer has a commune.
    of_one: Column[RankedRow] = (
        Column(pgettext("count", "Producers"), lambda row: row.producers, Kind.NUMBER)
        if communes
        else Column(_("Commune"), lambda row: row.detail)
    )
    columns: list[Column[RankedRow]] = [
        Column(_("Code"), lambda row: row.name.code if row.name else None),
        Column(label, lambda row: str(row.name) if row.name else _("Unmapped"), Kind.LONG),
        of_one,
        Column(_("Products"), lambda row: row.products, Kind.NUMBER),
        Column(_("With a star in force"), lambda row: row.starred, Kind.NUMBER),
    ]
    return [*columns, *sales_columns(lambda row: row.now), *sales_before_columns(lambda row: row.before)]


def host_columns() -> list[Column[HostRow]]:
    """The columns of a host: sales on air, then after."""
    columns: list[Column[HostRow]] = [
        Column(_("Code"), lambda row: row.host.code),
        Column(_("Host"), lambda row: str(row.host)),
        Column(_("Full name"), lambda row: row.full_name),
        Column(pgettext("count", "Livestreams"), lambda row: row.sessions, Kind.NUMBER),
    ]
    after: list[Column[HostRow]] = [
        Column(_("Placed in 30 days after (VND)"), lambda row: row.after.value.placed, Kind.VND, sold=True),
        Column(_("Net in 30 days after (VND)"), lambda row: row.after.value.net, Kind.VND, sold=True),
    ]
    return [*columns, *sales_columns(lambda row: row.live), *after, *sales_before_columns(lambda row: row.live_before)]


def sales_columns(of: Callable[[Any], Measures]) -> list[Column[Any]]:
    """What was sold, in VND, units and kg; `of` gives the measures of a row."""
    return [
        Column(_("Orders"), lambda row: found.placed if (found := of(row).orders) else None, Kind.NUMBER, sold=True),
        Column(_("Units"), lambda row: of(row).units.placed, Kind.NUMBER, sold=True),
        Column(_("Placed value (VND)"), lambda row: of(row).value.placed, Kind.VND, sold=True),
        Column(_("Cancelled (VND)"), lambda row: of(row).value.cancelled, Kind.VND, sold=True),
        Column(_("Returned (VND)"), lambda row: of(row).value.returned, Kind.VND, sold=True),
        Column(_("Net value (VND)"), lambda row: of(row).value.net, Kind.VND, sold=True),
        Column(_("Revenue (VND)"), lambda row: of(row).value.delivered, Kind.VND, sold=True),
        Column(_("Weight (kg)"), lambda row: of(row).grams.placed, Kind.KILOGRAMS, sold=True),
    ]


def sales_before_columns(of: Callable[[Any], Measures]) -> list[Column[Any]]:
    """What was sold in the period that it is compared with."""
    return [
        Column(
            pgettext("of the earlier period", "Orders before"),
            lambda row: found.placed if (found := of(row).orders) else None,
            Kind.NUMBER,
            sold=True,
        ),
        Column(_("Net before (VND)"), lambda row: of(row).value.net, Kind.VND, sold=True),
    ]
