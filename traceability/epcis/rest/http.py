"""What every address of the interface has in common: who may open it, versions, formats, OPTIONS."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NoReturn

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from accounts.access import Access, api_view
from traceability.epcis.capturing import CAPTURE_BYTES, CAPTURE_LIMIT
from traceability.epcis.rest.problems import EpcisError, as_problem

VERSION = "2.0"
LONGEST_ADDRESS = 8000
READING = Access(anonymous=True)
CAPTURING = Access("traceability.keep_lots")
LIMITS = {"GS1-EPCIS-Capture-Limit": str(CAPTURE_LIMIT), "GS1-EPCIS-Capture-File-Size-Limit": str(CAPTURE_BYTES)}
_VERSIONS = {"GS1-EPCIS-Version": VERSION, "GS1-CBV-Version": VERSION}
_DISCOVERY = {
    **_VERSIONS,
    **{f"GS1-{standard}-{end}": VERSION for standard in ("EPCIS", "CBV") for end in ("Min", "Max")},
    "GS1-EPC-Format": "Never_Translates",
    "GS1-CBV-XML-Format": "Never_Translates",
    "GS1-Vendor-Version": "1",
}
# Events are given out as they were captured; a client that insists on another form is told so.
_ACCEPTED_FORMATS = {"", "No_Preference", "Never_Translates"}


class LdJsonRenderer(JSONRenderer):
    """JSON-LD: the same text by its own name."""

    media_type = "application/ld+json"
    format = "ld+json"


class ProblemRenderer(JSONRenderer):
    """For clients that name the form of errors alone."""

    media_type = "application/problem+json"
    format = "problem+json"


class StrictJsonParser(BaseParser):
    """JSON of at most CAPTURE_BYTES, looked at for what Python lets pass and JSON does not have."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The value in the request's body. Raises EpcisError."""
        if int(stream.META.get("CONTENT_LENGTH") or 0) > CAPTURE_BYTES:
            raise EpcisError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The document is longer than {CAPTURE_BYTES} bytes.", headers=LIMITS)
        try:
            return json.loads(stream.read().decode(), parse_constant=_no_number, object_pairs_hook=_unique)
        except RecursionError:
            raise EpcisError(HTTPStatus.BAD_REQUEST, "The JSON is nested too deep.") from None
        except ValueError as error:
            raise EpcisError(HTTPStatus.BAD_REQUEST, f"The body is not JSON in UTF-8: {error}") from None


class LdJsonParser(StrictJsonParser):
    """The same for JSON-LD."""

    media_type = "application/ld+json"


class Throttle(UserRateThrottle):
    """Counts those without a token by a keyed hash of their address that is another one each day: the address itself is not kept."""

    def get_ident(self, request: Request) -> str:
        """What stands for the caller in the cache, for as long as the rate counts."""
        address = super().get_ident(request)
        return salted_hmac(f"epcis throttle {timezone.localdate()}", address, algorithm="sha256").hexdigest()[:32]


class Discoverable(BasePermission):
    """Admits by the access declared at the view; what is spoken here (OPTIONS) everybody may ask."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the caller may go on."""
        access: Access = view.access  # type: ignore[attr-defined]
        return request.method == "OPTIONS" or access.admits(request.user)


def endpoint(
    *methods: str, reading: Access = READING, discovery: dict[str, str] | None = None
) -> Callable[[Callable[..., Response]], Callable[..., HttpResponseBase]]:
    """An address of the interface that takes the methods, and OPTIONS; capturing (POST) asks for more than `reading` does."""

    def decorate(view: Callable[..., Response]) -> Callable[..., HttpResponseBase]:
        def answer(request: Request, **named: Any) -> Response:
            if not settings.EPCIS_API:
                raise Http404
            if request.method == "OPTIONS":
                return Response(status=HTTPStatus.NO_CONTENT, headers={**_DISCOVERY, **(discovery or {})})
            _negotiate(request)
            if request.method == "POST" and not CAPTURING.admits(request.user):
                _refuse(request)
            found = view(request, **named)
            for name, value in _VERSIONS.items():
                found[name] = value
            return found

        answer.__name__, answer.__doc__, answer.__module__ = view.__name__, view.__doc__, view.__module__
        built: Any = api_view(reading, *methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS")(answer)
        built.cls.renderer_classes = [JSONRenderer, LdJsonRenderer, ProblemRenderer]
        built.cls.parser_classes = [StrictJsonParser, LdJsonParser]
        built.cls.permission_classes = [Discoverable]
        built.cls.throttle_classes = [Throttle]
        built.cls.get_exception_handler = _handler
        # As the standard lists them: where there is GET there is HEAD.
        built.cls.allowed_methods = ["OPTIONS", *methods]
        # The standard describes this interface in an OpenAPI document of its own.
        return extend_schema(exclude=True)(built)  # type: ignore[no-any-return]

    return decorate


def _handler(_view: APIView) -> Callable[[Exception, dict[str, Any]], Response]:
    return as_problem


def _refuse(request: Request) -> NoReturn:
    if request.user.is_authenticated:
        raise PermissionDenied
    raise NotAuthenticated


def _negotiate(request: Request) -> None:
    """Whether the client understands what this interface speaks. Raises EpcisError."""
    if len(request.get_full_path()) > LONGEST_ADDRESS:
        raise EpcisError(HTTPStatus.REQUEST_URI_TOO_LONG, f"The address is longer than {LONGEST_ADDRESS} characters.")
    asked = request.headers
    if "Transfer-Encoding" in asked and "Content-Length" not in asked:
        # Django reads no further than the length it is told, so that such a body would look empty.
        raise EpcisError(HTTPStatus.LENGTH_REQUIRED, "Send the document with its Content-Length, not in chunks.")
    for standard in ("EPCIS", "CBV"):
        wanted = asked.get(f"GS1-{standard}-Version", VERSION)
        least, most = asked.get(f"GS1-{standard}-Min", VERSION), asked.get(f"GS1-{standard}-Max", VERSION)
        if _release(wanted) != (2, 0) or not _release(least) <= (2, 0) <= _release(most):
            raise EpcisError(HTTPStatus.NOT_ACCEPTABLE, f"{standard} {VERSION} is spoken here, no other version.")
    if asked.get("GS1-EPC-Format", "") not in _ACCEPTED_FORMATS:
        raise EpcisError(HTTPStatus.NOT_ACCEPTABLE, "Identifiers are given out as they were captured (GS1-EPC-Format: Never_Translates).")


def _release(version: str) -> tuple[int, int]:
    """Major and minor: `2.0.1` is a revision of 2.0. What is no version is (0, 0)."""
    parts = version.strip().split(".")
    if not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        return 0, 0
    return int(parts[0]), int(parts[1]) if len(parts) > 1 else 0


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member {twice[:60]!r} occurs twice")
    return found
