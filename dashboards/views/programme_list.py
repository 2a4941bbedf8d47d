"""Programmes: what is planned in each, what it aims at, and what was sold in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from dashboards.boards.audience import audience_of
from dashboards.boards.lines import lines_address
from dashboards.boards.programme_list import ProgrammeRow, programme_figures, programme_rows
from dashboards.exports.programmes import programme_columns
from dashboards.filters.sessions import ProgrammeFilter
from dashboards.listing import in_alphabet
from dashboards.periods import EARLIEST, Period
from dashboards.readings import Query, read
from dashboards.views.board import Asked, Bars, Board, Sort
from livestreams.models import Programme


def _ask(request: HttpRequest) -> Asked[ProgrammeRow]:
    user = cast(User, request.user)
    audience = audience_of(user, province=request.GET.get("province"))
    form = ProgrammeFilter(request.GET)
    first, last = form.days
    before = form.before
    query = Query.of("programme_list", audience=audience, first=first, last=last, before=before)
    answer = read(query, lambda _reading: programme_figures(audience, first, last, before), token=request.GET.get("reading"))
    programmes = Programme.objects.visible_to(user)
    if audience.territory is not None:
        programmes = programmes.filter(province=audience.territory.province)
    # What is planned is read afresh: whoever enters a programme finds it here at once. The figures are the reading's.
    rows = programme_rows(programmes, answer.rows)
    # Programmes of which nothing is known say so row by row: the board is never unknown as a whole.
    return Asked(audience, form, answer, rows, 1, form.span, before)


def _links(asked: Asked[ProgrammeRow], row: ProgrammeRow) -> tuple[str, str, str]:
    """The row's state, and the addresses of what was sold on air and after, in the days asked for."""
    first, last = asked.form.days
    days = Period(first or EARLIEST, last or max(first or EARLIEST, asked.answer.reading.day)) if first or last else None
    territory = asked.audience.territory
    live, after = (lines_address(days, territory, programme=row.name.code, bucket=bucket) for bucket in ("live", "after"))
    return row.state_on(timezone.localdate()), live, after


def _more(_request: HttpRequest, asked: Asked[ProgrammeRow], rows: Sequence[ProgrammeRow]) -> dict[str, Any]:
    territory = asked.audience.territory
    # A part of the days, or one commune's part, says nothing of how the whole programme stands.
    whole = asked.form.days == (None, None) and (territory is None or territory.commune is None)
    return {"whole": whole, "aimed": any(row.target for row in rows)}


BOARD: Board[ProgrammeRow] = Board(
    name="programme_list",
    route="programmes",
    permission="dashboards.view_boards",
    title=_("Programmes"),
    template="dashboards/programme_list.html",
    ask=_ask,
    sorts={
        "start": Sort(_("First day"), lambda row: row.first),
        "name": Sort(_("Name"), lambda row: in_alphabet(str(row.name))),
        "livestreams": Sort(_("Livestreams"), lambda row: row.livestreams),
        "orders": Sort(_("Orders on air"), lambda row: row.now.live.orders.placed if row.now.known and row.now.live.orders else None),
        "net": Sort(_("Net on air"), lambda row: row.now.live.value.net if row.now.known else None),
        "after": Sort(_("Net, 30 days after"), lambda row: row.now.after.value.net if row.now.known else None),
        "fairs": Sort(_("Net at fairs"), lambda row: row.now.fairs.value.net if row.now.known else None),
    },
    best="-start",
    columns=lambda _asked: programme_columns(timezone.localdate()),
    bars=Bars(
        "ranked_beside",
        _("Net on air"),
        label=lambda row: str(row.name),
        value=lambda row: row.now.live.value.net if row.now.known else None,
        before=lambda row: row.before.live.value.net if row.before.known else None,
    ),
    links=_links,
    more=_more,
)
