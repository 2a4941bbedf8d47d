"""Every board of `dashboards.tabled` as JSON: the columns and rows of its XLSX, of the same reading."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.http import Http404
from django.utils.translation import override
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Access, api_view
from accounts.models import User
from dashboards.api.parts import ERRORS, LANGUAGE, PARAMETERS, UNKNOWN_DAYS, ReadingSerializer, SpanSerializer, spans, told
from dashboards.boards.audience import Audience, audience_of
from dashboards.exports.tables import Listed, XlsxResponse
from dashboards.exports.workbook import Cell, Kind
from dashboards.periods import Comparison
from dashboards.readings import Answer, Reading
from dashboards.tabled import TABLED, NotAnsweredError, TabledBoard, ask
from dashboards.views.coverage import Coverage, coverage_of

MOST = 1000
PAGE = [
    OpenApiParameter("sort", str, description="a column of the page by which rows are ordered, `-` before it for the greatest first"),
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": MOST}, description="so many rows"),
    OpenApiParameter("offset", {"type": "integer", "minimum": 0, "default": 0}, description="after so many"),
]
_KINDS = {kind: kind.name.lower() for kind in Kind} | {Kind.LONG: "text"}


class TerritorySerializer(serializers.Serializer[Any]):
    """Whose figures: a province, or a commune of it."""

    province = serializers.CharField()
    commune = serializers.CharField(allow_null=True)


class ColumnSerializer(serializers.Serializer[Any]):
    """A column: the name of its values in each row, its heading, and what they are.

    Whole VND, kilograms, amounts in the unit that their row names, local days, times with zone.
    """

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.ChoiceField(sorted(set(_KINDS.values())))


class BoardSerializer(serializers.Serializer[Any]):
    """The rows of a board in its order; `territory` null: the producers of a member; `period` null: of all days."""

    reading = ReadingSerializer()
    territory = TerritorySerializer(allow_null=True)
    period = SpanSerializer(allow_null=True)
    known = serializers.BooleanField(help_text="whether an order file tells of a day of the period: else what was sold is null, not 0")
    unknown_days = SpanSerializer(many=True, help_text=UNKNOWN_DAYS)
    completeness = serializers.ListField(child=serializers.CharField(), help_text="how complete the figures are, in sentences")
    columns = ColumnSerializer(many=True)
    count = serializers.IntegerField(help_text="of all rows, of which `limit` from `offset` on are here")
    rows = serializers.ListField(child=serializers.DictField(child=serializers.JSONField(allow_null=True)))


class _PageSerializer(serializers.Serializer[Any]):
    """Which rows; the same reading gives the same order."""

    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=MOST)
    offset = serializers.IntegerField(min_value=0, default=0)
    language = serializers.ChoiceField(("vi", "en"), default="vi")


def board_view(board: TabledBoard) -> Callable[..., Any]:
    """The address of the API for a board, open to whoever may open its page."""

    @extend_schema(
        operation_id=board.page,
        parameters=_parameters(board),
        responses={200: BoardSerializer, **ERRORS},
        description=f"The rows of the board “{board.page}” with the columns of its XLSX.",
    )
    @api_view(Access(board.permission))
    def view(request: Request) -> Response:
        # A dict: in what a form would send, an empty number is one that was not given.
        page = _PageSerializer(data=request.query_params.dict())
        page.is_valid(raise_exception=True)
        asked = page.validated_data
        with override(asked["language"]):
            return Response(BoardSerializer(_plain(board, request, **asked)).data)

    return view


def keys_of(headings: Sequence[str]) -> list[str]:
    """The names of columns' values, of their English headings: `net_value_vnd`; of two equal ones the second ends in `_2`."""
    keys = [re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_") for heading in headings]
    earlier = [keys[:place].count(key) for place, key in enumerate(keys)]
    return [f"{key}_{1 + count}" if count else key for key, count in zip(keys, earlier, strict=True)]


def _plain(board: TabledBoard, request: Request, *, limit: int, offset: int, language: str) -> dict[str, Any]:
    user = request.user
    assert isinstance(user, User)
    query = {name: str(value) for name, value in request.query_params.items() if name not in {"limit", "offset", "language"}}
    if query.get("compare") == Comparison.BEFORE:
        del query["compare"]  # what pages compare with where nothing is said
    listed = _listed(board, user, query)
    # The same question in English, of the rows that are kept now: what columns are called there names their values.
    with override("en"):
        headings = _listed(board, user, {**query, "reading": listed.reading.token}).columns
    columns = list(zip(keys_of([english.label for english in headings]), listed.columns, strict=True))
    audience = audience_of(user, province=query.get("province"))
    coverage = _coverage(audience, listed)
    asked = Reading.parse(query.get("reading", ""))
    return {
        "reading": told(listed.reading, replaced=bool(query.get("reading")) and asked != listed.reading),
        "territory": audience.territory,
        "period": listed.period,
        "known": coverage.known,
        "unknown_days": spans(coverage.unknown),
        "completeness": coverage.facts,
        "columns": [{"key": key, "label": column.label, "kind": _KINDS[column.kind]} for key, column in columns],
        "count": len(listed.rows),
        "rows": [{key: _value(column.value(row), column.kind) for key, column in columns} for row in listed.rows[offset : offset + limit]],
    }


def _listed(board: TabledBoard, user: User, query: dict[str, str]) -> Listed[Any]:
    try:
        answer = ask(board.file, user, query)
    except NotAnsweredError as error:
        # The page's own access admits the reader: it is the province asked for that is none, or another one's.
        raise (PermissionDenied if "PermissionDenied" in str(error) else Http404) from error
    assert isinstance(answer, XlsxResponse)
    form = answer.listed.form
    if form is not None and not form.is_valid():
        raise ValidationError({name: [str(words) for words in problems] for name, problems in form.errors.items()})
    return answer.listed


def _coverage(audience: Audience, listed: Listed[Any]) -> Coverage:
    first, last = (listed.period.first, listed.period.last) if listed.period else (None, None)
    return coverage_of(audience, Answer(None, listed.reading), first, last, 0, before=listed.before)


def _value(value: Cell, kind: Kind) -> Cell:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value / 1000 if kind is Kind.KILOGRAMS and isinstance(value, int) else value


def _parameters(board: TabledBoard) -> list[OpenApiParameter]:
    known = [parameter for parameter in PARAMETERS if board.period or parameter.name in {"province", "reading"}]
    own = [OpenApiParameter(name, str, description=words) for name, words in (board.filters or {}).items()]
    return [*known, *own, *PAGE, LANGUAGE]


VIEWS = {board.page: board_view(board) for board in TABLED.values()}
