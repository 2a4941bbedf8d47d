"""What the ranked lists of producers, communes and hosts have in common: period, filter, order, page and export."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from dashboards.boards.audience import Audience, audience_of
from dashboards.boards.rankings import HostRow, RankedRow
from dashboards.filters.products import RankingForm
from dashboards.listing import address_with, chips_of, in_alphabet, kept, page_of, sorted_by
from dashboards.periods import Period
from dashboards.readings import Answer, Query, Reading, read

Board = TypeVar("Board")
Row = TypeVar("Row", RankedRow, HostRow)

SORTS: dict[str, Any] = {
    # What belongs to none stands last, whatever it is sorted by.
    "name": lambda row: in_alphabet(str(row.name)) if row.name else None,
    "products": lambda row: row.products if row.name else None,
    "starred": lambda row: row.starred if row.name else None,
    "producers": lambda row: row.producers if row.name else None,
    "orders": lambda row: row.now.orders.placed if row.name and row.now.orders else None,
    "placed": lambda row: row.now.value.placed if row.name else None,
    "net": lambda row: (row.now.value.net, row.before.value.net, row.name.code) if row.name else None,
    "delivered": lambda row: row.now.value.delivered if row.name else None,
}
BEST = "-net"


def ask(
    request: HttpRequest, board: str, compute: Callable[[Audience, Period, Period, Reading], Board]
) -> tuple[Audience, RankingForm, Answer[Board]]:
    """The board's answer for the request's user and address."""
    assert isinstance(request.user, User)
    audience = audience_of(request.user, province=request.GET.get("province"))
    form = RankingForm(request.GET.dict())
    span, before = form.span, form.before
    query = Query.of(board, audience=audience, period=span, before=before)
    return audience, form, read(query, lambda reading: compute(audience, span, before, reading), token=request.GET.get("reading"))


def arranged(request: HttpRequest, form: RankingForm, rows: Sequence[Row], sorts: Mapping[str, Any] = SORTS) -> list[Row]:
    """The rows asked for, in the order asked for."""
    return sorted_by([row for row in rows if form.admits(row)] if form.is_valid() else [], sorts, request.GET.get("sort", ""), BEST)


def listed(request: HttpRequest, name: str, form: RankingForm, answer: Answer[Any], rows: Sequence[Row]) -> dict[str, Any]:
    """What the template of a ranked list needs, besides its audience and its own links; `name` is the view's."""
    return {
        "form": form,
        "period": form.span,
        "before": form.before,
        "answer": answer,
        "page": page_of(request, rows),
        "chips": chips_of(form, request.GET),
        "keep": kept(request.GET, "sort"),
        "reset": reverse(name),
        "export": f"{reverse(f'{name}_xlsx')}{address_with(request.GET, reading=answer.reading.token)}",
    }
