"""The feeds' part of the OpenAPI document, as data: what the checker takes, field by field, and what is answered."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from catalog.api.http import DetailSerializer
from orders.feeds.problems import LISTED
from orders.feeds.table import MOST_LINES, MOST_ORDERS, STATES
from orders.intake.models import IntakeRun
from orders.intake.reading.values import LIMITS, MOST_UNITS, MOST_VND

TAGS = ["orders"]
KEY_SECURITY: Any = [{"shopKey": []}]
"""Of SPECTACULAR_SETTINGS: a shop's key."""


def _text(limit: int, words: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "maxLength": limit, "nullable": True, "description": words, **more}


def _whole(least: int, most: int, words: str, **more: Any) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most, "description": words, **more}


def _time(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "format": "date-time", "description": f"{words}; with its offset from UTC", **more}


def _object(needed: list[str], properties: dict[str, Any], words: str) -> dict[str, Any]:
    return {"type": "object", "description": words, "additionalProperties": False, "required": needed, "properties": properties}


_ID = r"^[0-9A-Za-z_-]{1,64}$"
_OPTIONAL = {"nullable": True}
_UNITS = "not told: concluded from the state and `delivered_at`, as for a file of the platform"
_LINE = _object(
    ["state", "units", "gross"],
    {
        "state": {"type": "string", "enum": list(STATES), "description": "what the platform last said of the line"},
        "sku_id": _text(
            64, "the platform's own id of the SKU, never the seller's; left out on platforms whose order files have none", pattern=_ID
        ),
        "seller_sku": _text(LIMITS["seller_sku"], "the seller's own code"),
        "product_name": _text(LIMITS["product_name"], "needed where there is no sku_id: then it is, with the variation, the line's key"),
        "variation": _text(LIMITS["variation"], "what the buyer chose"),
        "units": _whole(1, MOST_UNITS, "pieces as the shop sells them, before any were cancelled"),
        "gross": _whole(0, MOST_VND, "VND of all units, before any discount"),
        "seller_discount": _whole(0, MOST_VND, "VND, paid by the seller; 0 where not told", **_OPTIONAL),
        "platform_discount": _whole(0, MOST_VND, "VND, paid by the platform; 0 where not told", **_OPTIONAL),
        "shipped_at": _time("when it was handed to the carrier", **_OPTIONAL),
        "delivered_at": _time("when the buyer got it", **_OPTIONAL),
        "cancelled_at": _time("when it was cancelled", **_OPTIONAL),
        "cancelled_units": _whole(0, MOST_UNITS, f"cancelled or refunded before delivery; {_UNITS}", **_OPTIONAL),
        "returned_units": _whole(0, MOST_UNITS, f"sent back or refunded after delivery; {_UNITS}", **_OPTIONAL),
        "delivered_units": _whole(0, MOST_UNITS, f"delivered, also where they came back; {_UNITS}", **_OPTIONAL),
    },
    "One SKU of an order. Lines of the same SKU in one order are summed.",
)
_ORDER = _object(
    ["number", "placed_at", "lines"],
    {
        "number": {"type": "string", "pattern": _ID, "description": "the platform's order id, as text"},
        "placed_at": _time("when the buyer placed it"),
        "amount": _whole(0, MOST_VND, "VND the buyer paid, shipping and vouchers included; kept, never counted as sales", **_OPTIONAL),
        "refund": _whole(0, MOST_VND, "VND paid back to the buyer", **_OPTIONAL),
        "shipping_provider": _text(LIMITS["shipping_provider"], "the carrier"),
        "delivery_province": _text(2, "code of the province of delivery as it is today", pattern="^[0-9]{2}$"),
        "delivery_commune": _text(5, "code of the commune of delivery as it is today", pattern="^[0-9]{5}$"),
        "reported_session": _text(40, "code of the portal's livestream that the platform itself names for this order"),
        "reported_host": _text(40, "code of the portal's host whom the platform itself names: the order is of no other host's livestream"),
        "lines": {"type": "array", "minItems": 1, "maxItems": MOST_LINES, "items": _LINE},
    },
    "An order as the platform shows it at `exported_at`.",
)
BATCH: dict[str, Any] = _object(
    ["exported_at", "orders"],
    {
        "exported_at": _time("when the platform showed these orders so: of two looks at an order the later one counts"),
        "orders": {"type": "array", "minItems": 1, "maxItems": MOST_ORDERS, "items": _ORDER, "description": "each order once"},
    },
    "Orders of the shop whose key is shown. A field that is not described is refused: buyers' names, phones and addresses never come in.",
)

_COUNTS = ["orders_new", "orders_changed", "lines", "lines_new", "lines_changed", "lines_unchanged", "lines_unmapped"]
_RUN_PROPERTIES: dict[str, Any] = {
    "run": {"type": "integer", "description": "id; `/api/v1/orders/runs/{id}` tells of it"},
    "state": {"type": "string", "enum": list(IntakeRun.State.values), "description": "merged: all of it is in the ledger"},
    "exported_at": {"type": "string", "format": "date-time"},
    "received_at": {"type": "string", "format": "date-time"},
    **{name: {"type": "integer", "minimum": 0} for name in _COUNTS},
}
RUN = _object(list(_RUN_PROPERTIES), _RUN_PROPERTIES, "A batch, what it changed; `lines_unmapped`: of SKUs that no product is known for.")
RECEIVED = _object(
    [*_RUN_PROPERTIES, "orders"],
    {
        **_RUN_PROPERTIES,
        "orders": {
            "type": "array",
            "items": _object(
                ["number", "result"],
                {"number": {"type": "string"}, "result": {"type": "string", "enum": ["new", "changed", "unchanged"]}},
                "In the order of the batch.",
            ),
        },
    },
    "The batch is in the ledger.",
)
PROBLEMS = _object(
    ["detail"],
    {
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "maxItems": LISTED,
            "items": _object(
                ["field", "code", "message"],
                {"field": {"type": "string"}, "code": {"type": "string"}, "message": {"type": "string"}},
                "`field` as in `orders[3].lines[0].units`; `code` is for programs, `message` (Vietnamese) for people",
            ),
        },
    },
    "Why nothing was taken in.",
)


def _refusal(words: str) -> OpenApiResponse:
    return OpenApiResponse(DetailSerializer, description=words)


_READ = {
    401: _refusal("No key, or one that is not known, was revoked or replaced."),
    403: _refusal("A person's token: only a shop's key opens this."),
    406: _refusal("Only JSON is answered."),
}
_BODY = {
    400: OpenApiResponse(PROBLEMS, description="The batch is refused as a whole; what is wrong with which field."),
    406: _READ[406],
    411: _refusal("The body's length is not told."),
    413: _refusal("The body is larger than 5 MB."),
    415: _refusal("The body is not JSON, or it is compressed."),
    429: _refusal("Too many batches of this shop at once; Retry-After says in how many seconds to try again. Nothing was done."),
}
RUN_ANSWERS: dict[int, Any] = {200: OpenApiResponse(RUN), **_READ, 404: _refusal("The shop sent no such batch.")}
SEND_ANSWERS: dict[int, Any] = {
    201: OpenApiResponse(RECEIVED),
    **_READ,
    **_BODY,
    409: _refusal("The Idempotency-Key was used for another body."),
}
WEBHOOK_ANSWERS: dict[int, Any] = {
    201: OpenApiResponse(RECEIVED),
    **_BODY,
    401: _refusal("The signature is missing or wrong, or the message's time is more than five minutes from ours."),
    409: _refusal("This very message was taken in before."),
}
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,100}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="a name of this batch, new for each, such as a UUID: sent again, it gets the first answer and has no second effect",
)
SIGNATURE = [
    OpenApiParameter("Ocop-Timestamp", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, description="seconds since 1970, UTC"),
    OpenApiParameter(
        "Ocop-Signature",
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        required=True,
        description="`v1=` and the HMAC-SHA256 of timestamp, a full stop and the body, in lower-case hexadecimal, with the shop's secret",
    ),
]
EXAMPLES = [
    OpenApiExample(
        "an order of two lines, one of them delivered",
        {
            "exported_at": "2026-11-28T20:15:00+07:00",
            "orders": [
                {
                    "number": "576461414838990001",
                    "placed_at": "2026-11-27T20:03:11+07:00",
                    "amount": 265000,
                    "shipping_provider": "GHN",
                    "delivery_province": "52",
                    "lines": [
                        {
                            "state": "delivered",
                            "sku_id": "1729592969712207000",
                            "product_name": "Cà phê rang xay 500 g",
                            "units": 2,
                            "gross": 240000,
                            "seller_discount": 20000,
                            "delivered_at": "2026-11-28T16:40:00+07:00",
                        },
                        {"state": "shipped", "sku_id": "1729592969712207001", "product_name": "Mật ong 350 g", "units": 1, "gross": 45000},
                    ],
                }
            ],
        },
        request_only=True,
    ),
    OpenApiExample(
        "taken in",
        {
            "run": 4711,
            "state": "merged",
            "exported_at": "2026-11-28T20:15:00+07:00",
            "received_at": "2026-11-28T20:15:04.120000+07:00",
            "orders_new": 1,
            "orders_changed": 0,
            "lines": 2,
            "lines_new": 2,
            "lines_changed": 0,
            "lines_unchanged": 0,
            "lines_unmapped": 0,
            "orders": [{"number": "576461414838990001", "result": "new"}],
        },
        response_only=True,
        status_codes=["201"],
    ),
    OpenApiExample(
        "refused",
        {
            "detail": "Nothing of this batch was taken in.",
            "errors": [{"field": "orders[0].lines[1].units", "code": "zero_units", "message": "A line has at least one unit."}],
        },
        response_only=True,
        status_codes=["400"],
    ),
]
