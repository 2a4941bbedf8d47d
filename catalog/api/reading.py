"""The public catalogue: products, producers, groups."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import api_view
from catalog.api.http import READING, StrictQuery, Words, asked, describes, readable
from catalog.api.paging import CURSOR, MOST_PER_PART, PER_PART, next_address, position_of
from catalog.api.rows import group_row, producer_row, product_details, product_row
from catalog.api.shapes import (
    OcopGroupSerializer,
    ProducerPageSerializer,
    ProducerSerializer,
    ProductDetailSerializer,
    ProductPageSerializer,
)
from catalog.models import LINKED, OcopGroup, Producer, Product, SearchEntry
from catalog.window.cards import cards
from catalog.window.pages import product_page
from catalog.window.search import Wanted, search
from places.models import Commune

CODE = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$"
COMMUNE, PROVINCE = r"^[0-9]{5}$", r"^[0-9]{2}$"
MOST_VND = 10**12


class PartQuery(StrictQuery):
    """Which part of a list."""

    cursor = serializers.RegexField(CURSOR, required=False, help_text="of `next` in the part before")
    page_size = serializers.IntegerField(min_value=1, max_value=MOST_PER_PART, required=False, help_text=f"{PER_PART} where not given")


class ProductQuery(PartQuery):
    """Filters of the products; all that are given hold at once."""

    q = Words(max_length=200, required=False, allow_blank=True, trim_whitespace=False, help_text="words, as in the page's search")
    star = serializers.ChoiceField(["3", "4", "5", "any", "none"], required=False, help_text="in force today")
    group = serializers.ChoiceField(["1", "2", "3", "4", "5", "6"], required=False)
    commune = serializers.RegexField(COMMUNE, required=False, help_text="code")
    province = serializers.RegexField(PROVINCE, required=False, help_text="code")
    producer = serializers.RegexField(CODE, required=False, help_text="code")
    floor = serializers.ChoiceField([one.value for one in LINKED], required=False, help_text="sold there, by an open link")
    price_from = serializers.IntegerField(min_value=0, max_value=MOST_VND, required=False, help_text="VND, included")
    price_to = serializers.IntegerField(min_value=0, max_value=MOST_VND, required=False, help_text="VND, included")
    ordering = serializers.ChoiceField(
        ["best", "name", "price", "-price", "-star"], required=False, help_text="`best` where words are given, else `name`"
    )


class ProducerQuery(PartQuery):
    """Filters of the producers."""

    commune = serializers.RegexField(COMMUNE, required=False, help_text="code")
    province = serializers.RegexField(PROVINCE, required=False, help_text="code")


class NoQuery(StrictQuery):
    """No parameters."""


@describes("products", ProductPageSerializer, ProductQuery)
@api_view(READING)
@readable
def products(request: Request) -> Response:
    """The public products, as the catalogue's page finds them."""
    query = asked(request, ProductQuery)
    wanted = Wanted(
        text=query.get("q", ""),
        star=query.get("star", ""),
        group=query.get("group", ""),
        commune=query.get("commune", ""),
        province=query.get("province", ""),
        producer=query.get("producer", ""),
        floor=query.get("floor", ""),
        price_from=query.get("price_from"),
        price_to=query.get("price_to"),
        sort=query.get("ordering", ""),
    )
    today, position, most = timezone.localdate(), position_of(query), query.get("page_size", PER_PART)
    # With words, those that fit exactly come first in any order: then a place is what a list goes on from.
    by_name = wanted.order == "name" and not wanted.text.strip()
    found = search(wanted, day=today, first=0 if by_name else position, after=position if by_name else 0, most=most + 1)
    shown = found.ids[:most]
    following = (shown[-1] if by_name else position + most) if len(found.ids) > most else 0
    rows = [product_row(card, request) for card in cards(shown, today)]
    answer = {"next": next_address(request, query, following) if following else None, "results": rows}
    return Response(ProductPageSerializer(answer).data)


@describes("product", ProductDetailSerializer)
@api_view(READING)
@readable
def product(request: Request, code: str) -> Response:
    """One public product."""
    asked(request, NoQuery)
    found = get_object_or_404(Product.objects.published().select_related("producer"), code=plain_code(code))
    today = timezone.localdate()
    (card,) = cards([found.pk], today)
    return Response(ProductDetailSerializer(product_details(card, product_page(found, today), request)).data)


@describes("producers", ProducerPageSerializer, ProducerQuery)
@api_view(READING)
@readable
def producers(request: Request) -> Response:
    """Producers with a public product, in the order in which they were entered."""
    query = asked(request, ProducerQuery)
    most, behind = query.get("page_size", PER_PART), position_of(query)
    entries = SearchEntry.objects.published()
    if "commune" in query:
        entries = entries.filter(commune=query["commune"])
    if "province" in query:
        entries = entries.filter(commune__province=query["province"])
    makers = Producer.objects.filter(pk__in=entries.order_by().values("product__producer"), pk__gt=behind).order_by("pk")
    found = list(makers[: most + 1])
    following = found[most - 1].pk if len(found) > most else 0
    rows = _producer_rows(found[:most], request)
    answer = {"next": next_address(request, query, following) if following else None, "results": rows}
    return Response(ProducerPageSerializer(answer).data)


@describes("producer", ProducerSerializer)
@api_view(READING)
@readable
def producer(request: Request, code: str) -> Response:
    """One producer with a public product."""
    asked(request, NoQuery)
    makers = Producer.objects.filter(pk__in=Product.objects.published().values("producer"))
    (row,) = _producer_rows([get_object_or_404(makers, code=plain_code(code))], request)
    return Response(ProducerSerializer(row).data)


@describes("groups", OcopGroupSerializer(many=True))
@api_view(READING)
@readable
def groups(request: Request) -> Response:
    """The six OCOP groups with their product sets."""
    asked(request, NoQuery)
    return Response(OcopGroupSerializer([group_row(group) for group in OcopGroup.objects.prefetch_related("sets")], many=True).data)


@extend_schema(exclude=True)
@api_view(READING)
def nothing(request: Request, path: str = "") -> Response:
    """What there is no address for, in the form of the API's other errors."""
    return Response({"detail": NotFound.default_detail}, status=HTTPStatus.NOT_FOUND)


def plain_code(code: str) -> str:
    """The code, or "" where no thing can have it."""
    return code if code.isascii() and code.isprintable() and len(code) <= 40 else ""


def _producer_rows(makers: list[Producer], request: Request) -> list[dict[str, Any]]:
    today = timezone.localdate()
    seated = Producer.objects.filter(pk__in=[maker.pk for maker in makers]).with_seat(today)
    counted = seated.annotate(public=Count("products", filter=Q(products__published_at__isnull=False)))
    facts = {row["pk"]: row for row in counted.values("pk", "commune_code", "public")}
    communes = Commune.objects.select_related("province").in_bulk({row["commune_code"] for row in facts.values() if row["commune_code"]})
    return [producer_row(maker, communes.get(facts[maker.pk]["commune_code"]), facts[maker.pk]["public"], request) for maker in makers]
