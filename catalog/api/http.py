"""What all addresses of the catalogue's API have in common: who is counted how, strict parameters, ETag, errors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import throttle_classes
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle

from accounts.access import Access
from catalog.window.caching import kept_today

READING = Access(anonymous=True)
WRITING = Access("catalog.edit_own_listings")
View = TypeVar("View", bound=Callable[..., Any])


class Throttle(UserRateThrottle):
    """Counts those without a token by a keyed hash of their address, another one each day: the address itself is not kept."""

    def get_ident(self, request: Request) -> str:
        """What stands for the caller in the cache, for as long as the rate counts."""
        address = super().get_ident(request)
        return salted_hmac(f"catalogue throttle {timezone.localdate()}", address, algorithm="sha256").hexdigest()[:32]


class DetailSerializer(serializers.Serializer[Any]):
    """Why nothing is answered, in a sentence."""

    detail = serializers.CharField()


# By the name of a parameter or field the sentences about it, or `detail` where the whole request is meant.
PROBLEMS: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
}


def _refusal(words: str) -> OpenApiResponse:
    return OpenApiResponse(DetailSerializer, description=words)


INVALID = OpenApiResponse(PROBLEMS, description="A parameter, field or header is not as described; by its name what is wrong.")
READ_ERRORS: dict[int, Any] = {
    304: OpenApiResponse(None, description="Unchanged since the answer with the ETag of If-None-Match."),
    400: INVALID,
    401: _refusal("The token is not known, or its user is not active."),
    404: _refusal("There is no such thing in the public catalogue, or the cursor belongs to no such list."),
    406: _refusal("Only JSON is answered."),
    429: _refusal("More than 600 requests in a minute."),
}


def describes(name: str, answer: Any, *parameters: type[StrictQuery]) -> Callable[[View], View]:
    """The description of a public address of that name: what it answers to everybody, and what else it may answer."""
    responses = READ_ERRORS | {200: answer}
    decorate: Callable[[View], View] = extend_schema(
        operation_id=name, tags=["catalogue"], auth=[], parameters=list(parameters), responses=responses
    )
    return decorate


class StrictQuery(serializers.Serializer[Any]):
    """Parameters of an address: one that is not described, or given twice, is refused, so that no filter is overlooked in silence."""

    def to_internal_value(self, data: Any) -> Any:
        """The values as the fields have them. Raises ValidationError."""
        unknown = [name for name in data if name not in self.fields]
        if unknown:
            raise ValidationError({name: [_("There is no such parameter.")] for name in unknown})
        return super().to_internal_value(data)


class Words(serializers.CharField):
    """A text for the search: any letters, of which it reads what it can."""

    def to_internal_value(self, data: Any) -> str:
        """The text without NUL, which no keyboard means and no database takes."""
        return str(super().to_internal_value(data)).replace("\x00", " ")

    def run_validators(self, value: Any) -> None:
        """Only the length counts."""
        self.validators = [one for one in self.validators if "Prohibit" not in type(one).__name__]
        super().run_validators(value)


def asked(request: Request, query: type[StrictQuery]) -> dict[str, Any]:
    """The parameters of the address, checked. Raises ValidationError (400)."""
    repeated = [name for name, values in request.query_params.lists() if len(values) > 1]
    if repeated:
        raise ValidationError({name: [_("This parameter is given twice.")] for name in repeated})
    checked = query(data=request.query_params.dict())
    checked.is_valid(raise_exception=True)
    found: dict[str, Any] = checked.validated_data
    return found


def readable(view: Callable[..., Response]) -> Callable[..., Response]:
    """An address that reads: it answers with an ETag, and with 304 and no body to whoever has that already.

    Others may keep it for a minute, where the view says nothing else.
    """

    @throttle_classes([Throttle])
    @wraps(view)
    def answer(request: Request, **named: Any) -> Response:
        found = view(request, **named)
        if found.status_code != HTTPStatus.OK:
            return found
        etag = f'"{hashlib.sha256(JSONRenderer().render(found.data)).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": found.headers.get("Cache-Control", kept_today(60))}
        if etag in etags(request.headers, "If-None-Match"):
            return Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        for name, value in headers.items():
            found[name] = value
        return found

    return answer


def etags(headers: Mapping[str, str], name: str) -> set[str]:
    """The marks that a conditional header names, weak ones as if they were strong."""
    return {part.strip().removeprefix("W/") for part in headers.get(name, "").split(",") if part.strip()}
