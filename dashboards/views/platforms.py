"""Platforms and shops by what was sold there."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from dashboards.boards.audience import audience_of
from dashboards.boards.lines import lines_address
from dashboards.boards.platforms import ChannelRow, channel_board
from dashboards.exports.products import sales_before_columns, sales_columns
from dashboards.exports.tables import Column
from dashboards.exports.workbook import Kind
from dashboards.filters.platforms import SHOPS, ChannelForm
from dashboards.listing import Key, in_alphabet
from dashboards.readings import Query, read
from dashboards.views.board import Asked, Bars, Board, Sort
from dashboards.views.channel_tabs import channel_tabs


def _ask(request: HttpRequest) -> Asked[ChannelRow]:
    audience = audience_of(cast(User, request.user), province=request.GET.get("province"))
    form = ChannelForm(request.GET.dict())
    span, before = form.span, form.before
    query = Query.of("platform_list", audience=audience, period=span, before=before)
    answer = read(query, lambda reading: channel_board(audience, span, before, reading.day), token=request.GET.get("reading"))
    rows = answer.rows.shops if form.shops else answer.rows.platforms
    return Asked(audience, form, answer, rows, answer.rows.total.lines, span, before)


def _links(asked: Asked[ChannelRow], row: ChannelRow) -> tuple[str, str]:
    """The order lines behind the row; and, of a platform, its shops."""
    territory = asked.audience.territory
    if row.shop is not None:
        return lines_address(asked.period, territory, shop=row.shop.code), ""
    form: ChannelForm = asked.form
    kept = {name: form.data[name] for name in ("compare",) if form.data.get(name)}
    place = territory.address() if territory else {}
    shops = urlencode({**place, **form.span.address(), **kept, "rows": SHOPS, "platform": row.platform})
    return lines_address(asked.period, territory, platform=row.platform), f"{reverse('platform_list')}?{shops}"


def _columns(asked: Asked[ChannelRow]) -> list[Column[ChannelRow]]:
    shops: list[Column[ChannelRow]] = [
        Column(_("Code"), lambda row: row.shop.code if row.shop else None),
        Column(_("Shop"), lambda row: str(row.shop) if row.shop else None, Kind.LONG),
        Column(_("Whose"), lambda row: str(row.owner) if row.owner else None, Kind.LONG),
    ]
    platform: list[Column[ChannelRow]] = [Column(_("Platform"), lambda row: row.platform_name)]
    counted: list[Column[ChannelRow]] = [Column(_("Shops"), lambda row: row.shops, Kind.NUMBER)]
    form: ChannelForm = asked.form
    named = [*shops, *platform] if form.shops else [*platform, *counted]
    now = [column.where(lambda row: row.known) for column in sales_columns(lambda row: row.now)]
    before = [column.where(lambda row: row.known_before) for column in sales_before_columns(lambda row: row.before)]
    return [*named, *now, *before]


def _known(key: Key) -> Key:
    """The key of a row of which something is known; the others stand last."""
    return lambda row: key(row) if row.known else None


def _more(request: HttpRequest, asked: Asked[ChannelRow], _rows: object) -> dict[str, Any]:
    return {"shops": asked.form.shops, "tabs": channel_tabs(request, asked.form.span)}


BOARD: Board[ChannelRow] = Board(
    name="platform_list",
    route="platforms",
    permission="dashboards.view_sales",
    title=gettext_lazy("Platforms and shops"),
    template="dashboards/platform_list.html",
    ask=_ask,
    sorts={
        "net": Sort(gettext_lazy("Net value"), _known(lambda row: (row.now.value.net, row.before.value.net, row.name))),
        "name": Sort(gettext_lazy("Name"), lambda row: in_alphabet(row.name)),
        "shops": Sort(gettext_lazy("Shops"), lambda row: row.shops),
        "orders": Sort(gettext_lazy("Orders"), _known(lambda row: row.now.orders.placed if row.now.orders else None)),
        "placed": Sort(gettext_lazy("Placed value"), _known(lambda row: row.now.value.placed)),
        "returned": Sort(gettext_lazy("Came back"), _known(lambda row: row.now.value.returned)),
        "delivered": Sort(gettext_lazy("Revenue"), _known(lambda row: row.now.value.delivered)),
    },
    best="-net",
    columns=_columns,
    bars=Bars(
        "ranked_beside",
        gettext_lazy("Net value"),
        label=lambda row: row.name,
        value=lambda row: row.now.value.net if row.known else None,
        before=lambda row: row.before.value.net if row.known_before else None,
    ),
    links=_links,
    more=_more,
)
