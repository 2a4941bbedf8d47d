"""Hosts by what was sold on air in a period, with what followed."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from dashboards.boards.audience import audience_of
from dashboards.boards.lines import lines_address
from dashboards.boards.rankings import HostRow, host_ranking
from dashboards.exports.products import host_columns
from dashboards.filters.products import RankingForm
from dashboards.listing import in_alphabet
from dashboards.readings import Query, read
from dashboards.views.board import Asked, Bars, Board, Sort


def _ask(request: HttpRequest) -> Asked[HostRow]:
    audience = audience_of(cast(User, request.user), province=request.GET.get("province"))
    form = RankingForm(request.GET.dict())
    span, before = form.span, form.before
    query = Query.of("host_list", audience=audience, period=span, before=before)
    answer = read(query, lambda _reading: host_ranking(audience, span, before), token=request.GET.get("reading"))
    lines = sum(row.live.lines + row.after.lines for row in answer.rows)
    return Asked(audience, form, answer, answer.rows, lines, span, before)


def _links(asked: Asked[HostRow], row: HostRow) -> tuple[str, str]:
    territory = asked.audience.territory
    live, after = (lines_address(asked.period, territory, host=row.host.code, bucket=bucket) for bucket in ("live", "after"))
    return live, after


BOARD: Board[HostRow] = Board(
    name="host_list",
    route="hosts",
    permission="dashboards.view_boards",
    title=_("Hosts"),
    template="dashboards/host_list.html",
    ask=_ask,
    sorts={
        "net": Sort(_("Net on air"), lambda row: (row.live.value.net, row.after.value.net, row.host.code)),
        "name": Sort(_("Name"), lambda row: in_alphabet(str(row.host))),
        "sessions": Sort(_("Livestreams"), lambda row: row.sessions),
        "orders": Sort(_("Orders on air"), lambda row: row.live.orders.placed if row.live.orders else None),
        "placed": Sort(_("Placed on air"), lambda row: row.live.value.placed),
        "delivered": Sort(_("Revenue on air"), lambda row: row.live.value.delivered),
        "after": Sort(_("Placed, 30 days after"), lambda row: row.after.value.placed),
    },
    best="-net",
    columns=lambda _asked: host_columns(),
    bars=Bars(
        "ranked_beside",
        _("Net on air"),
        label=lambda row: str(row.host),
        value=lambda row: row.live.value.net,
        before=lambda row: row.live_before.value.net,
    ),
    links=_links,
)
