"""The overview of a province as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Access, api_view
from accounts.models import User
from dashboards.api.parts import ERRORS, PARAMETERS, UNKNOWN_DAYS, ReadingSerializer, SpanSerializer, spans, told
from dashboards.boards.overview import OverviewRows, Ranked
from dashboards.boards.registry_counts import STARS
from dashboards.filters.overview import Asked, asked_by
from dashboards.filters.periods import PROBLEMS
from dashboards.readings import Answer
from orders.attribution.models import Bucket


class StatesSerializer(serializers.Serializer[Any]):
    """An amount in five states: VND, units or grams."""

    placed = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    returned = serializers.IntegerField()
    net = serializers.IntegerField()
    delivered = serializers.IntegerField()


class OrdersSerializer(serializers.Serializer[Any]):
    """Distinct orders; `open` are not final."""

    placed = serializers.IntegerField()
    net = serializers.IntegerField()
    delivered = serializers.IntegerField()
    open = serializers.IntegerField()


class MeasuresSerializer(serializers.Serializer[Any]):
    """Value in VND, units, weight in grams; `orders` is null where distinct orders are not kept."""

    value = StatesSerializer()
    units = StatesSerializer()
    weight_g = StatesSerializer(source="grams")
    orders = OrdersSerializer(allow_null=True)


class NameSerializer(serializers.Serializer[Any]):
    """What a thing is called."""

    code = serializers.CharField()
    name_vi = serializers.CharField(source="vi")
    name_en = serializers.CharField(source="en")


class ComparedSerializer(serializers.Serializer[Any]):
    """Null: not known (no order file tells of any of the days), or no earlier figure."""

    now = MeasuresSerializer(allow_null=True)
    before = MeasuresSerializer(allow_null=True)


class RankedSerializer(serializers.Serializer[Any]):
    """A thing with its figures; `thing` null: lines that belong to none; `before` null: no earlier figure of anything."""

    thing = NameSerializer(allow_null=True, source="name")
    now = MeasuresSerializer()
    before = MeasuresSerializer(allow_null=True)


class BroadcastSerializer(serializers.Serializer[Any]):
    """A livestream or a host: what was sold on air, and in the 30 days after."""

    thing = NameSerializer(source="name")
    live = MeasuresSerializer()
    after = MeasuresSerializer()
    sessions = serializers.IntegerField()
    start = serializers.DateTimeField(allow_null=True)
    host = NameSerializer(allow_null=True)


class DaySerializer(serializers.Serializer[Any]):
    """A day; `now` null where no order file tells of it, `before` the day of the same place in the period before, or null likewise."""

    day = serializers.DateField()
    now = MeasuresSerializer(allow_null=True)
    before = MeasuresSerializer(allow_null=True)


class GroupSerializer(serializers.Serializer[Any]):
    """Products of an OCOP group by star in force, and those without one; `group` null: of no group yet."""

    group = NameSerializer(allow_null=True)
    stars_5 = serializers.IntegerField()
    stars_4 = serializers.IntegerField()
    stars_3 = serializers.IntegerField()
    lapsed = serializers.IntegerField(help_text="had a star that has expired or was revoked")
    never = serializers.IntegerField(help_text="never had a star")


class ClaimSerializer(serializers.Serializer[Any]):
    """A reported figure beside the ledger's; null where there is no number."""

    about = NameSerializer(allow_null=True)
    about_kind = serializers.CharField()
    metric = serializers.CharField()
    qualifier = serializers.CharField()
    value = serializers.IntegerField(allow_null=True)
    ledger = serializers.IntegerField(allow_null=True)
    state = serializers.CharField()
    scope = serializers.CharField(source="scope.vi")
    territory = serializers.CharField(source="territory.vi")
    source_name = serializers.CharField()
    as_of = serializers.DateField()


class FreshnessSerializer(serializers.Serializer[Any]):
    """How complete the figures are."""

    shops = serializers.IntegerField()
    complete = serializers.IntegerField()
    complete_to = serializers.DateField()
    last_export = serializers.DateTimeField(allow_null=True)
    pending = serializers.IntegerField()


class OverviewSerializer(serializers.Serializer[Any]):
    """The overview of a province or commune over a period."""

    reading = ReadingSerializer()
    province = serializers.CharField()
    commune = serializers.CharField(allow_null=True)
    period = SpanSerializer()
    compared_with = SpanSerializer()
    known = serializers.BooleanField(help_text="whether an order file tells of a day of the period: else figures are null, not 0")
    unknown_days = SpanSerializer(many=True, help_text=UNKNOWN_DAYS)
    unknown_days_before = SpanSerializer(many=True, help_text="of `compared_with`, those that no order file tells of")
    total = ComparedSerializer()
    by_day = DaySerializer(many=True)
    by_bucket = serializers.DictField(child=MeasuresSerializer())
    sessions = BroadcastSerializer(many=True)
    hosts = BroadcastSerializer(many=True)
    products = RankedSerializer(many=True)
    producers = RankedSerializer(many=True)
    communes = RankedSerializer(many=True)
    registry = GroupSerializer(many=True)
    claims = ClaimSerializer(many=True)
    freshness = FreshnessSerializer()


@extend_schema(parameters=PARAMETERS, responses={200: OverviewSerializer, **ERRORS}, operation_id="overview")
@api_view(Access("dashboards.view_boards"))
def overview(request: Request) -> Response:
    """The figures of the overview page, of the same reading."""
    assert isinstance(request.user, User)
    asked, form = asked_by(request.user, {name: str(value) for name, value in request.query_params.items()})
    if form.problem:
        raise ValidationError({"period": [str(PROBLEMS[form.problem])]}, code=form.problem)
    if asked is None:
        raise Http404
    return Response(OverviewSerializer(_plain(asked, asked.rows(request.query_params.get("reading")))).data)


def _plain(asked: Asked, answer: Answer[OverviewRows]) -> dict[str, Any]:
    rows, reading = answer.rows, answer.reading
    earlier = not rows.total.before.is_empty
    return {
        "reading": told(reading, replaced=answer.replaced),
        "province": asked.territory.province,
        "commune": asked.territory.commune,
        "period": rows.period,
        "compared_with": rows.before,
        "known": rows.known,
        "unknown_days": spans(rows.freshness.unknown),
        "unknown_days_before": spans(rows.freshness.unknown_before),
        "total": {"now": rows.total.now if rows.known else None, "before": rows.total.before if earlier else None},
        "by_day": [{"day": row.day, "now": row.now if row.known else None, "before": row.before if earlier else None} for row in rows.days],
        "by_bucket": {Bucket(bucket).name.lower(): sold for bucket, sold in sorted(rows.buckets.items())},
        "sessions": rows.sessions.top,
        "hosts": rows.hosts.top,
        **{name: _ranked(getattr(rows, name).top, earlier=earlier) for name in ("products", "producers", "communes")},
        "registry": [
            {
                **{f"stars_{stars}": count for stars, count in zip(STARS, counts.by_star, strict=True)},
                "group": counts.group,
                "lapsed": counts.lapsed,
                "never": counts.never,
            }
            for counts in rows.registry.groups
        ],
        "claims": rows.claims,
        "freshness": rows.freshness,
    }


def _ranked(rows: Iterable[Ranked], *, earlier: bool) -> list[dict[str, Any]]:
    return [{"name": row.name, "now": row.sold.now, "before": row.sold.before if earlier else None} for row in rows]


# What the API offers holds no data, so everybody may read it.
schema = SpectacularAPIView.as_view()
schema.access = Access(anonymous=True)  # type: ignore[attr-defined]
