"""The statistics for programs: JSON, for everybody, without a token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import api_view
from catalog.api.http import READ_ERRORS, READING, DetailSerializer, asked, readable
from catalog.api.reading import NoQuery
from dashboards.open_data.files import LICENCE, LICENCE_URL, TABLES
from dashboards.open_data.protection import LEAST_ORDERS, LEAST_PRODUCERS, MOST_PERCENT
from dashboards.open_data.rows import HIDDEN, NO_DATA, SHOWN, province_told, provinces_told, statistics_of

ERRORS = READ_ERRORS | {404: OpenApiResponse(DetailSerializer, description="Nothing is published of a province with that code.")}
RULE = (
    f"`{SHOWN}`: a figure, also 0. `{HIDDEN}`: fewer than {LEAST_PRODUCERS} producers or {LEAST_ORDERS} orders stand behind it, one "
    f"producer holds more than {MOST_PERCENT}% of it, or such a figure could be reckoned from it. `{NO_DATA}`: nothing is known. "
    "Amounts are null unless it is shown."
)


class MarkedSerializer(serializers.Serializer[Any]):
    """A figure of a month."""

    month = serializers.CharField(help_text="YYYY-MM")
    mark = serializers.ChoiceField([SHOWN, HIDDEN, NO_DATA], help_text=RULE)
    orders = serializers.IntegerField(allow_null=True, help_text="distinct orders placed; those of groups do not add up")
    units = serializers.IntegerField(allow_null=True, help_text="placed less cancelled and returned")
    net_vnd = serializers.IntegerField(allow_null=True, help_text="value placed less cancelled and returned, whole VND")


class OpenMonthSerializer(MarkedSerializer):
    """All sales of a province in a month, as they were on the day they were published; never changed afterwards."""

    published_on = serializers.DateField(allow_null=True)
    shops = serializers.IntegerField(allow_null=True)
    shops_complete = serializers.IntegerField(allow_null=True, help_text="of `shops` so many had sent a file that reaches past the month")
    withdrawn_on = serializers.DateField(allow_null=True, help_text="proved wrong and was taken back for good; then there is no data")


class OpenGroupSerializer(MarkedSerializer):
    """Sales of a product group in a month; `group` null: of products without a group yet."""

    group = serializers.CharField(allow_null=True)
    group_name_vi = serializers.CharField(allow_null=True)
    group_name_en = serializers.CharField(allow_null=True)


class OpenRegistrySerializer(serializers.Serializer[Any]):
    """Public products whose star is valid today, by commune, group and star: each is in the public catalogue by name."""

    commune_code = serializers.CharField()
    commune_name = serializers.CharField()
    group = serializers.CharField(allow_null=True)
    group_name_vi = serializers.CharField(allow_null=True)
    group_name_en = serializers.CharField(allow_null=True)
    stars = serializers.IntegerField()
    products = serializers.IntegerField()


class OpenLivestreamSerializer(serializers.Serializer[Any]):
    """A livestream that was or is on air, the last one first; `end` is as planned where nobody ended it."""

    code = serializers.CharField()
    name_vi = serializers.CharField()
    name_en = serializers.CharField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    platform = serializers.CharField()
    host_code = serializers.CharField(allow_null=True)
    host_name = serializers.CharField(allow_null=True)
    commune_code = serializers.CharField(allow_null=True)
    commune_name = serializers.CharField(allow_null=True)
    programme_code = serializers.CharField(allow_null=True)
    programme_name = serializers.CharField(allow_null=True)
    is_demo = serializers.BooleanField(help_text="made up for the demonstration")


class OpenTableSerializer(serializers.Serializer[Any]):
    """What every table says of itself; `csv` is the same table as a file."""

    province = serializers.CharField(help_text="code")
    as_of = serializers.DateField(help_text="the day whose stars these are, and up to which livestreams and months are told")
    licence = serializers.CharField()
    licence_url = serializers.URLField()
    has_demo = serializers.BooleanField(help_text="some of it is made up for the demonstration")
    csv = serializers.URLField()


class OpenRegistryTableSerializer(OpenTableSerializer):
    """Counts of the registry."""

    rows = OpenRegistrySerializer(many=True)


class OpenLivestreamTableSerializer(OpenTableSerializer):
    """Livestreams."""

    rows = OpenLivestreamSerializer(many=True)


class OpenMonthTableSerializer(OpenTableSerializer):
    """Sales by month."""

    rows = OpenMonthSerializer(many=True)


class OpenGroupTableSerializer(OpenTableSerializer):
    """Sales by product group and month."""

    rows = OpenGroupSerializer(many=True)


class OpenProvinceSerializer(serializers.Serializer[Any]):
    """A province with the addresses of its tables."""

    code = serializers.CharField()
    name = serializers.CharField()
    tables = serializers.DictField(child=serializers.URLField())


def _describes(name: str, answer: Any) -> Callable[[Any], Any]:
    decorate: Callable[[Any], Any] = extend_schema(operation_id=name, tags=["statistics"], auth=[], responses=ERRORS | {200: answer})
    return decorate


def _answer(request: Request, code: str, name: str) -> Response:
    asked(request, NoQuery)
    told = statistics_of(province_told(code))
    head = {
        "province": code,
        "as_of": told.reading.day,
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "has_demo": told.rows.has_demo,
        "csv": request.build_absolute_uri(reverse("open_data_table", args=[code, name])),
    }
    return Response(head | {"rows": list(TABLES[name].records(told.rows))})


@_describes("statistics", OpenProvinceSerializer(many=True))
@api_view(READING)
@readable
def provinces(request: Request) -> Response:
    """The provinces of which statistics are published."""
    asked(request, NoQuery)
    return Response(
        [
            {
                "code": province.code,
                "name": province.name,
                "tables": {name: request.build_absolute_uri(reverse(f"api_statistics_{name}", args=[province.code])) for name in TABLES},
            }
            for province in provinces_told()
        ]
    )


@_describes("statistics_registry", OpenRegistryTableSerializer)
@api_view(READING)
@readable
def registry(request: Request, code: str) -> Response:
    """How many products have a star that is valid today, by commune, product group and star."""
    return _answer(request, code, "registry")


@_describes("statistics_livestreams", OpenLivestreamTableSerializer)
@api_view(READING)
@readable
def livestreams(request: Request, code: str) -> Response:
    """The livestreams of the province that were or are on air."""
    return _answer(request, code, "livestreams")


@_describes("statistics_months", OpenMonthTableSerializer)
@api_view(READING)
@readable
def months(request: Request, code: str) -> Response:
    """Orders, units and net value of the province by month; small numbers are hidden."""
    return _answer(request, code, "months")


@_describes("statistics_groups", OpenGroupTableSerializer)
@api_view(READING)
@readable
def groups(request: Request, code: str) -> Response:
    """Orders, units and net value by product group and month; small numbers are hidden."""
    return _answer(request, code, "groups")
