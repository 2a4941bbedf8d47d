"""Open data: the whole public catalogue as one file, written row by row."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import public
from catalog.api.rows import product_row
from catalog.models import SearchEntry
from catalog.spreadsheets import inert
from catalog.window.caching import kept_today
from catalog.window.cards import cards

_BATCH = 500
COLUMNS = (
    *("code", "name_vi", "name_en", "gtin", "producer_code", "producer_name"),
    *("commune_code", "commune_name", "province_code", "province_name", "group", "ocop_set", "unit", "net_weight_g", "list_price_vnd"),
    *("stars", "star_state", "star_valid_until", "decision", "is_demo", "page"),
)


@public
@require_safe
def catalogue_csv(request: HttpRequest) -> StreamingHttpResponse:
    """CSV in UTF-8 with a byte order mark, one product a line, sorted by code; an empty cell: not known. Formulas are written as text."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + str(writer.writerow(COLUMNS))
        for row in _rows(request):
            flat = _flat(row)
            yield str(writer.writerow([inert(flat[name]) for name in COLUMNS]))

    return _file(lines(), "text/csv; charset=utf-8", "csv")


@public
@require_safe
def catalogue_json(request: HttpRequest) -> StreamingHttpResponse:
    """An object with `as_of` (the day whose stars and prices these are) and `products`, rows as /api/v1/products/ has them, by code."""

    def parts() -> Iterator[str]:
        yield f'{{"as_of":"{timezone.localdate().isoformat()}","products":['
        for number, row in enumerate(_rows(request)):
            yield ("," if number else "") + "\n" + json.dumps(row, ensure_ascii=False, default=str)
        yield "\n]}\n"

    return _file(parts(), "application/json", "json")


def _rows(request: HttpRequest) -> Iterator[dict[str, Any]]:
    today = timezone.localdate()
    ids = list(SearchEntry.objects.published().order_by("product__code").values_list("pk", flat=True))
    for first in range(0, len(ids), _BATCH):
        for card in cards(ids[first : first + _BATCH], today):
            yield product_row(card, request)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    star, commune = row["star"] or {}, row["commune"] or {}
    return row | {
        "producer_code": row["producer"]["code"],
        "producer_name": row["producer"]["name_vi"],
        "commune_code": commune.get("code"),
        "commune_name": commune.get("name"),
        "province_code": commune.get("province_code"),
        "province_name": commune.get("province_name"),
        "list_price_vnd": row["list_price"],
        "stars": star.get("stars"),
        "star_state": star.get("state"),
        "star_valid_until": star.get("valid_until"),
        "decision": star.get("decision"),
        "is_demo": int(row["is_demo"]),
    }


def _file(content: Iterator[str], media_type: str, ending: str) -> StreamingHttpResponse:
    name = f"ocop-{timezone.localdate().isoformat()}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": kept_today(300)}
    return StreamingHttpResponse(content, content_type=media_type, headers=headers)


class _Echo:
    """What csv.writer writes to, so that a row can be streamed."""

    def write(self, text: str) -> str:
        return text
