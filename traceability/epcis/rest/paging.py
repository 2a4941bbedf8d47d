"""Pages of an answer: each names the next one, by what it ended with."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.core import signing
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from traceability.epcis.queries import PAGING
from traceability.epcis.rest.problems import EpcisError

LIFE = timedelta(days=1)
_SALT = "traceability.epcis.page"


def read_token(request: Request) -> dict[str, Any] | None:
    """What the page before ended with; None for the first page. Raises EpcisError for a token of another query, or an old one."""
    text = request.query_params.get("nextPageToken")
    if text is None:
        return None
    try:
        held: dict[str, Any] = signing.loads(text, salt=_SALT, max_age=LIFE)
    except signing.BadSignature:
        held = {}
    if held.pop("of", None) != _asked(request):
        raise EpcisError(
            HTTPStatus.BAD_REQUEST,
            "nextPageToken is none of this query's, or too old; ask again without it.",
            kind="QueryParameterException",
        )
    return held


def with_next(response: Response, request: Request, held: dict[str, Any] | None) -> Response:
    """The response with a link to the next page, which goes on after what `held` says; None: this is the last one."""
    if held is not None:
        token = signing.dumps({**held, "of": _asked(request)}, salt=_SALT)
        query = request.query_params.copy()
        query["nextPageToken"] = token
        address = request.build_absolute_uri(f"{request._request.path_info}?{query.urlencode()}")
        response["Link"] = f'<{address}>; rel="next"'
        response["GS1-Next-Page-Token-Expires"] = (timezone.now() + LIFE).isoformat(timespec="seconds")
    return response


def _asked(request: Request) -> list[Any]:
    named = sorted((name, value) for name, value in request.query_params.items() if name not in PAGING)
    return [request.path, [list(pair) for pair in named]]
