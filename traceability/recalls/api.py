"""Recalls for programs: `/api/v1/recalls/`, open to everybody, never older than the row itself."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import api_view
from catalog.api.http import READ_ERRORS, READING, StrictQuery, asked, readable
from catalog.api.paging import CURSOR, MOST_PER_PART, PER_PART, next_address, position_of
from traceability.codes.paths import gtin14, lot_path
from traceability.recalls.models import Recall, RecallScope

CODE = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$"
MOST_ID = 2**53
NEVER_KEPT = {"Cache-Control": "no-cache"}  # a recall holds within seconds; an ETag saves the body nevertheless


class RecallQuery(StrictQuery):
    """Filters of the recalls, the newest first."""

    product = serializers.RegexField(CODE, required=False, help_text="code")
    producer = serializers.RegexField(CODE, required=False, help_text="code")
    cursor = serializers.RegexField(CURSOR, required=False, help_text="of `next` in the part before")
    page_size = serializers.IntegerField(min_value=1, max_value=MOST_PER_PART, required=False, help_text=f"{PER_PART} where not given")


class NoQuery(StrictQuery):
    """No parameters."""


class RecalledTextSerializer(serializers.Serializer[Any]):
    """A text in both languages; `en` may be empty."""

    vi = serializers.CharField()
    en = serializers.CharField(allow_blank=True)


class RecalledLotSerializer(serializers.Serializer[Any]):
    """A lot, or of it the packs numbered `first_pack` to `last_pack` (both null: the whole lot)."""

    product = serializers.CharField(help_text="code")
    product_name = serializers.CharField()
    gtin = serializers.CharField(allow_blank=True, help_text="14 digits")
    lot = serializers.CharField()
    made_on = serializers.DateField()
    best_before = serializers.DateField(allow_null=True)
    first_pack = serializers.IntegerField(allow_null=True)
    last_pack = serializers.IntegerField(allow_null=True)
    address = serializers.CharField(help_text="what the code of the lot leads to")


class RecallSerializer(serializers.Serializer[Any]):
    """A recall. It never changes but for its end, after which its goods stay recalled."""

    number = serializers.IntegerField()
    producer = serializers.CharField(help_text="code")
    producer_name = serializers.CharField()
    declared_at = serializers.DateTimeField()
    declared_by = serializers.CharField()
    reason = RecalledTextSerializer()
    what_to_do = RecalledTextSerializer()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_note = RecalledTextSerializer(allow_null=True)
    follows = serializers.IntegerField(allow_null=True, help_text="number of the recall of an ingredient")
    lots = RecalledLotSerializer(many=True)
    is_demonstration = serializers.BooleanField()
    page = serializers.CharField()


class RecallPageSerializer(serializers.Serializer[Any]):
    """A part of the list; `next` is the address of the part that follows, null at the end."""

    next = serializers.CharField(allow_null=True)
    results = RecallSerializer(many=True)


def _recalls() -> QuerySet[Recall]:
    return Recall.objects.select_related("producer", "agency").prefetch_related("scopes__lot__product").order_by("-pk")


@extend_schema(
    operation_id="recalls", tags=["recalls"], auth=[], parameters=[RecallQuery], responses=READ_ERRORS | {200: RecallPageSerializer}
)
@api_view(READING)
@readable
def recalls(request: Request) -> Response:
    """All recalls, the newest first."""
    query = asked(request, RecallQuery)
    position, most = position_of(query), query.get("page_size", PER_PART)
    wanted = _recalls()
    if "product" in query:
        wanted = wanted.filter(pk__in=RecallScope.objects.filter(lot__product__code=query["product"]).values("recall"))
    if "producer" in query:
        wanted = wanted.filter(producer__code=query["producer"])
    if position:
        wanted = wanted.filter(pk__lt=position)
    found = list(wanted[: most + 1])
    following = found[most - 1].pk if len(found) > most else 0
    answer = {
        "next": next_address(request, query, following) if following else None,
        "results": [_row(recall, request) for recall in found[:most]],
    }
    return Response(RecallPageSerializer(answer).data, headers=NEVER_KEPT)


@extend_schema(operation_id="recall", tags=["recalls"], auth=[], responses=READ_ERRORS | {200: RecallSerializer})
@api_view(READING)
@readable
def recall(request: Request, number: int) -> Response:
    """One recall."""
    asked(request, NoQuery)
    found = get_object_or_404(_recalls(), pk=min(number, MOST_ID))
    return Response(RecallSerializer(_row(found, request)).data, headers=NEVER_KEPT)


def _row(recall: Recall, request: Request) -> dict[str, Any]:
    ended = recall.ended_at is not None
    return {
        "number": recall.pk,
        "producer": recall.producer.code,
        "producer_name": recall.producer.name,
        "declared_at": recall.declared_at,
        "declared_by": recall.declarer,
        "reason": {"vi": recall.reason_vi, "en": recall.reason_en},
        "what_to_do": {"vi": recall.instructions_vi, "en": recall.instructions_en},
        "ended_at": recall.ended_at,
        "ended_note": {"vi": recall.ended_note_vi, "en": recall.ended_note_en} if ended else None,
        "follows": recall.follows_id,
        "lots": [_lot(scope, request) for scope in recall.scopes.all()],
        "is_demonstration": recall.is_demo,
        "page": request.build_absolute_uri(reverse("recall_page", args=[recall.pk])),
    }


def _lot(scope: RecallScope, request: Request) -> dict[str, Any]:
    lot = scope.lot
    return {
        "product": lot.product.code,
        "product_name": lot.product.name_vi,
        "gtin": gtin14(lot.product) or "",
        "lot": lot.number,
        "made_on": lot.made_on,
        "best_before": lot.best_before,
        "first_pack": scope.first,
        "last_pack": scope.last,
        "address": request.build_absolute_uri(lot_path(lot)),
    }
