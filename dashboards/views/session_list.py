"""Livestreams, the newest first, each with the reader's sales on air and after; of chosen days beside those of earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from dashboards import formats
from dashboards.boards.amounts import NOTHING, Orders
from dashboards.boards.audience import audience_of
from dashboards.boards.lines import lines_address
from dashboards.boards.session_list import SessionRow, session_board
from dashboards.exports.sessions import session_columns
from dashboards.filters.sessions import SessionForm
from dashboards.listing import in_alphabet
from dashboards.readings import Query, read
from dashboards.views.board import Asked, Bars, Board, Sort


def _ask(request: HttpRequest) -> Asked[SessionRow]:
    audience = audience_of(cast(User, request.user), province=request.GET.get("province"))
    form = SessionForm(request.GET, audience)
    first, last = form.days
    before = form.before
    query = Query.of("session_list", audience=audience, first=first, last=last, before=before)
    answer = read(query, lambda _reading: session_board(audience, first, last, before), token=request.GET.get("reading"))
    # Livestreams without a file say so row by row: the board is never unknown as a whole.
    return Asked(audience, form, answer, answer.rows.rows, 1, form.span, before)


def _links(asked: Asked[SessionRow], row: SessionRow) -> tuple[str, str, str]:
    """The row's state, and the addresses of what was sold on air and after."""
    territory = asked.audience.territory
    live, after = (lines_address(None, territory, session=row.session.code, bucket=bucket) for bucket in ("live", "after"))
    return row.state_at(timezone.now()), live, after


def _more(_request: HttpRequest, asked: Asked[SessionRow], rows: Sequence[SessionRow]) -> dict[str, Any]:
    return {
        "total": sum((row.live for row in rows), NOTHING),
        "after_total": sum((row.after for row in rows), NOTHING),
        "tiles": _tiles(asked, rows) if asked.before and any(row.known for row in rows) else [],
    }


def _tiles(asked: Asked[SessionRow], rows: Sequence[SessionRow]) -> list[dict[str, Any]]:
    """The livestreams of the days, with the same filters of the earlier days beside them."""
    assert asked.before is not None
    then = [row for row in asked.answer.rows.earlier if asked.form.admits(row)]
    days = formats.days(asked.before.first, asked.before.last)
    held, held_then = ([row for row in found if not row.called_off and row.start <= timezone.now()] for found in (rows, then))
    # Livestreams of which no file came are not livestreams that sold nothing: a part is no sum, and is compared with nothing.
    known = sum(row.known for row in held)
    whole, whole_then = known == len(held), all(row.known for row in held_then)
    part = _("of %(known)s of %(held)s livestreams") % {"known": formats.number(known), "held": formats.number(len(held))}

    def amounts(found: Sequence[SessionRow], begun: Sequence[SessionRow]) -> tuple[int, int, int, int]:
        live = sum((row.live for row in found), NOTHING)
        return len(begun), (live.orders or Orders()).placed, live.value.placed, live.value.net

    named = (
        ("held", _("Livestreams"), formats.number),
        ("orders", _("Orders on air"), formats.number),
        ("placed", _("Placed on air"), formats.vnd),
        ("net", _("Net on air"), formats.vnd),
    )
    return [
        {
            "key": key,
            "label": label,
            "value": write(now),
            "now": now if whole or key == "held" else None,
            "before": before if whole_then or key == "held" else None,
            "before_text": _("against %(days)s: %(value)s")
            % {"days": days, "value": write(before if whole_then or key == "held" else None)},
            "note": "" if whole or key == "held" else part,
        }
        for (key, label, write), now, before in zip(named, amounts(rows, held), amounts(then, held_then), strict=True)
    ]


BOARD: Board[SessionRow] = Board(
    name="session_list",
    route="sessions",
    permission="dashboards.view_sales",
    title=gettext_lazy("Livestreams"),
    template="dashboards/session_list.html",
    ask=_ask,
    sorts={
        "start": Sort(gettext_lazy("Start"), lambda row: row.start),
        "name": Sort(gettext_lazy("Name"), lambda row: in_alphabet(str(row.session))),
        "products": Sort(gettext_lazy("Products"), lambda row: row.products),
        "orders": Sort(gettext_lazy("Orders"), lambda row: row.live.orders.placed if row.known else None),
        "placed": Sort(gettext_lazy("Placed value"), lambda row: row.live.value.placed if row.known else None),
        "net": Sort(gettext_lazy("Net value"), lambda row: row.live.value.net if row.known else None),
        "delivered": Sort(gettext_lazy("Revenue"), lambda row: row.live.value.delivered if row.known else None),
        "after": Sort(gettext_lazy("Placed, 30 days after"), lambda row: row.after.value.placed if row.known else None),
    },
    best="-start",
    columns=lambda _asked: session_columns(),
    bars=Bars(
        "ranked",
        gettext_lazy("Net on air"),
        label=lambda row: str(row.session),
        value=lambda row: row.live.value.net if row.known else None,
    ),
    links=_links,
    more=_more,
)
