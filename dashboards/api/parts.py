"""What all addresses of this floor's API share: the reading, days, parameters and refusals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from catalog.api.http import DetailSerializer
from dashboards.periods import CHOICES, CUSTOM, Comparison
from dashboards.readings import Reading
from orders.spans.rule import Days


class ReadingSerializer(serializers.Serializer[Any]):
    """The state that the figures are of; `token` asks for the same again (`?reading=`), for a day."""

    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    token = serializers.CharField()
    replaced = serializers.BooleanField(help_text="another reading was asked for, which is gone")


class SpanSerializer(serializers.Serializer[Any]):
    """Days, both included."""

    first = serializers.DateField()
    last = serializers.DateField()


UNKNOWN_DAYS = "days of the period, that of the reading apart, that no order file tells of: what was sold on them is not known, and not 0"


def spans(days: Iterable[Days]) -> list[dict[str, date]]:
    """Spans of days as SpanSerializer takes them."""
    return [{"first": first, "last": last} for first, last in days]


def told(reading: Reading, *, replaced: bool = False) -> dict[str, Any]:
    """The reading as ReadingSerializer takes it."""
    return {"number": reading.number, "at": reading.at, "token": reading.token, "replaced": replaced}


ERRORS: dict[int, Any] = {
    400: OpenApiResponse(
        {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        description="By the name of a parameter what is wrong with it.",
    ),
    401: OpenApiResponse(DetailSerializer, description="No token, or one that is not known."),
    403: OpenApiResponse(DetailSerializer, description="The token's user sees no board, or not this province's."),
    404: OpenApiResponse(DetailSerializer, description="There is no such province, or no figure yet."),
    406: OpenApiResponse(DetailSerializer, description="Only JSON is answered."),
    429: OpenApiResponse(DetailSerializer, description="More than 600 requests in a minute."),
}
LANGUAGE = OpenApiParameter("language", str, enum=["vi", "en"], description="of words and names; vi where none is given")
PARAMETERS = [
    OpenApiParameter("period", str, enum=[name for name, _words in CHOICES if name != CUSTOM], description="a named period, as of today"),
    OpenApiParameter("from", str, description="first day, YYYY-MM-DD"),
    OpenApiParameter("to", str, description="last day, YYYY-MM-DD"),
    OpenApiParameter("compare", str, enum=list(Comparison)),
    OpenApiParameter("province", str, description="code; an administrator's choice, an official has one"),
    OpenApiParameter("reading", str, description="the token of an earlier answer, whose figures are wanted again"),
]
