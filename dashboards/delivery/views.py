"""The board of shipping partners."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from dashboards.boards.audience import audience_of
from dashboards.boards.lines import lines_address
from dashboards.boards.measures import ABSENT
from dashboards.delivery.board import ENOUGH, PartnerPair, partner_pairs
from dashboards.delivery.forms import PartnerForm
from dashboards.exports.tables import Column
from dashboards.exports.workbook import Kind
from dashboards.listing import in_alphabet
from dashboards.readings import Query, read
from dashboards.views.board import Asked, Bars, Board, Sort
from dashboards.views.channel_tabs import channel_tabs


def _ask(request: HttpRequest) -> Asked[PartnerPair]:
    audience = audience_of(cast(User, request.user), province=request.GET.get("province"))
    form = PartnerForm(request.GET.dict())
    span, before = form.span, form.before
    query = Query.of("delivery_list", audience=audience, period=span, before=before)
    answer = read(query, lambda _reading: partner_pairs(audience, span, before), token=request.GET.get("reading"))
    return Asked(audience, form, answer, answer.rows, sum(row.now.orders for row in answer.rows), span, before)


def _columns(_asked: Asked[PartnerPair]) -> list[Column[PartnerPair]]:
    return [
        Column(_("Shipping partner"), _name, Kind.LONG),
        Column(_("Orders"), lambda row: row.now.orders, Kind.NUMBER, sold=True),
        Column(pgettext("of the earlier period", "Orders before"), lambda row: row.orders_before, Kind.NUMBER, sold=True),
        Column(_("Net value (VND)"), lambda row: row.now.net, Kind.VND, sold=True),
        Column(_("Delivered"), lambda row: row.now.delivered, Kind.NUMBER, sold=True),
        Column(_("Orders with known times, from placed"), lambda row: row.now.placed_to_delivered.orders, Kind.NUMBER, sold=True),
        Column(_("Median days from placed"), lambda row: _one(row.now.placed_to_delivered.median), Kind.DECIMAL),
        Column(_("Median days from placed, before"), lambda row: _one(row.days_before), Kind.DECIMAL),
        Column(_("Nine in ten within days, from placed"), lambda row: _one(row.now.placed_to_delivered.ninetieth), Kind.DECIMAL),
        Column(_("Orders with known times, from shipped"), lambda row: row.now.shipped_to_delivered.orders, Kind.NUMBER, sold=True),
        Column(_("Median days from shipped"), lambda row: _one(row.now.shipped_to_delivered.median), Kind.DECIMAL),
        Column(_("Nine in ten within days, from shipped"), lambda row: _one(row.now.shipped_to_delivered.ninetieth), Kind.DECIMAL),
        Column(
            _("Delivered orders of which something came back"), lambda row: row.now.returned if row.now.says_returns else None, Kind.NUMBER
        ),
    ]


def _name(row: PartnerPair) -> str:
    return row.partner or _("not told")


def _one(days: float | None) -> float | None:
    return None if days is None else round(days, 1)


def _links(asked: Asked[PartnerPair], row: PartnerPair) -> tuple[str]:
    return (lines_address(asked.period, asked.audience.territory, partner=row.partner or ABSENT),)


def _more(request: HttpRequest, asked: Asked[PartnerPair], _rows: object) -> dict[str, Any]:
    return {"enough": ENOUGH, "tabs": channel_tabs(request, asked.form.span)}


# Whom the platform did not name stands last, whatever is asked for.
BOARD: Board[PartnerPair] = Board(
    name="delivery_list",
    route="delivery",
    permission="dashboards.view_sales",
    title=gettext_lazy("Shipping partners"),
    template="dashboards/delivery/delivery_list.html",
    ask=_ask,
    sorts={
        "orders": Sort(gettext_lazy("Orders"), lambda row: (row.now.orders, row.orders_before, row.partner) if row.partner else None),
        "name": Sort(gettext_lazy("Name"), lambda row: in_alphabet(row.partner) if row.partner else None),
        "net": Sort(gettext_lazy("Net value"), lambda row: row.now.net if row.partner else None),
        "delivered": Sort(gettext_lazy("Delivered"), lambda row: row.now.delivered if row.partner else None),
        "days": Sort(gettext_lazy("Median days from placed"), lambda row: row.now.placed_to_delivered.median if row.partner else None),
    },
    best="-orders",
    columns=_columns,
    bars=Bars(
        "ranked_count",
        gettext_lazy("Orders by shipping partner"),
        label=_name,
        value=lambda row: row.now.orders,
        unit=gettext_lazy("orders"),
    ),
    links=_links,
    more=_more,
)
