"""What goes wrong, as the standard wants it told: `application/problem+json` (RFC 9457) with a type of EPCIS."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from django.conf import settings
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
# Of errors that are not of EPCIS, such as a wrong method, RFC 9457 says `about:blank`.
_TYPES = {
    400: "ValidationException",
    401: "SecurityException",
    403: "SecurityException",
    404: "NoSuchResourceException",
    406: "NotAcceptableException",
    413: "CaptureLimitExceededException",
    414: "URITooLongException",
    415: "UnsupportedMediaTypeException",
    500: "ImplementationException",
}


class EpcisError(APIException):
    """An error of the interface: its HTTP status, and its type where that does not follow from the status."""

    def __init__(self, status: HTTPStatus, detail: str, *, kind: str | None = None, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status_code = status.value
        self.kind = kind
        self.headers = headers or {}


def as_problem(exception: Exception, context: dict[str, Any]) -> Response:
    """The answer to an exception in a view of this interface. What is nobody's mistake but ours is logged, and told without its reason."""
    answer = exception_handler(exception, context)
    if answer is None:
        logger.error("EPCIS interface: %s", context["request"].path, exc_info=exception)
        answer = Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)
    status = HTTPStatus(answer.status_code)
    kind = getattr(exception, "kind", None) or _TYPES.get(status.value)
    detail = answer.data.get("detail") if isinstance(answer.data, dict) else None
    answer.data = {
        "type": f"epcisException:{kind}" if kind else "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": str(detail or status.description),
    }
    for name, value in getattr(exception, "headers", {}).items():
        answer[name] = value
    answer.content_type = CONTENT_TYPE
    answer["Content-Language"] = settings.LANGUAGES[1][0]
    return answer
