"""What the boards of producers and communes have in common."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from dashboards.boards.audience import Audience, audience_of
from dashboards.boards.lines import lines_address
from dashboards.boards.rankings import RankedRow, Ranking
from dashboards.exports.products import ranked_columns
from dashboards.filters.products import RankingForm
from dashboards.listing import in_alphabet
from dashboards.periods import Period
from dashboards.readings import Query, read
from dashboards.views.board import Asked, Bars, Board, Sort, Words


def _named(key: Callable[[RankedRow], Any]) -> Callable[[RankedRow], Any]:
    """The key of what has a name: what belongs to none stands last, whatever it is sorted by."""
    return lambda row: key(row) if row.name else None


SORTS = {
    "net": Sort(
        gettext_lazy("Net value"), _named(lambda row: (row.now.value.net, row.before.value.net, row.name.code if row.name else ""))
    ),
    "name": Sort(gettext_lazy("Name"), _named(lambda row: in_alphabet(str(row.name)))),
    "producers": Sort(gettext_lazy("Producers"), _named(lambda row: row.producers)),
    "products": Sort(gettext_lazy("Products"), _named(lambda row: row.products)),
    "starred": Sort(gettext_lazy("With stars"), _named(lambda row: row.starred)),
    "orders": Sort(gettext_lazy("Orders"), _named(lambda row: row.now.orders.placed if row.now.orders else None)),
    "placed": Sort(gettext_lazy("Placed value"), _named(lambda row: row.now.value.placed)),
    "delivered": Sort(gettext_lazy("Revenue"), _named(lambda row: row.now.value.delivered)),
}


def ranking_board(
    kind: str, title: Words, heading: Words, compute: Callable[[Audience, Period, Period, date], Ranking], *sorts: str
) -> Board[RankedRow]:
    """The board of `kind` (producer, commune) over the rows of `compute`; `heading` is what one row is called; `sorts` of SORTS."""

    def ask(request: HttpRequest) -> Asked[RankedRow]:
        audience = audience_of(cast(User, request.user), province=request.GET.get("province"))
        form = RankingForm(request.GET.dict())
        span, before = form.span, form.before
        query = Query.of(f"{kind}_list", audience=audience, period=span, before=before)
        answer = read(query, lambda reading: compute(audience, span, before, reading.day), token=request.GET.get("reading"))
        return Asked(audience, form, answer, answer.rows.rows, answer.rows.total.lines, span, before)

    def links(asked: Asked[RankedRow], row: RankedRow) -> tuple[str]:
        return (lines_address(asked.period, asked.audience.territory, **{kind: row.name.code if row.name else "absent"}),)

    return Board(
        name=f"{kind}_list",
        route=f"{kind}s",
        permission="dashboards.view_boards",
        title=title,
        template=f"dashboards/{kind}_list.html",
        ask=ask,
        sorts={name: SORTS[name] for name in sorts},
        best="-net",
        columns=lambda _asked: ranked_columns(str(heading), communes=kind == "commune"),
        bars=Bars(
            "ranked_beside",
            gettext_lazy("Net value"),
            label=lambda row: str(row.name) if row.name else _("SKUs of no known product"),
            value=lambda row: row.now.value.net,
            before=lambda row: row.before.value.net,
        ),
        links=links,
    )
