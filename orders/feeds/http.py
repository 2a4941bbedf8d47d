"""What the addresses of the feeds have in common: who calls, the body's bytes, refusals."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from accounts.access import Access
from orders.feeds.keys import key_of
from orders.feeds.models import ShopKey

SENDING = Access("orders.send_orders")


class ShopCaller:
    """Who shows a shop's key: may send that shop's orders, and nothing else."""

    is_authenticated = True
    is_active = True
    pk = None

    def has_perm(self, permission: str, _thing: object = None) -> bool:
        """Whether the permission is the one that a key gives."""
        return permission == SENDING.permission


class ShopKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer ock_…`; `request.auth` is the ShopKey."""

    def authenticate(self, request: Request) -> tuple[ShopCaller, ShopKey] | None:
        """None where no key is shown. Raises AuthenticationFailed for one that opens nothing (any more)."""
        scheme, _space, text = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        key = key_of(text.strip().decode("latin-1"))
        if key is None:
            raise AuthenticationFailed(_("The key is not known, or it was revoked or replaced."))
        return ShopCaller(), key

    def authenticate_header(self, request: Request) -> str:
        """What an answer without a key asks for."""
        return 'Bearer realm="orders"'


class Refused(APIException):
    """Nothing was done; `wait`: seconds after which it may be tried again."""

    def __init__(self, status: HTTPStatus, detail: str, *, wait: int | None = None) -> None:
        super().__init__(detail)
        self.status_code = status
        self.wait = wait


class WholeBody(BaseParser):
    """The bytes as they came: what is signed, hashed and read strictly."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """All of the body; its length was looked at before (`body_of`)."""
        return stream.read()


def body_of(request: Request) -> bytes:
    """The body, looked at before it is read. Raises Refused."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        words = _("The body is larger than %(limit)s MB. Send fewer orders at a time.")
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, words % {"limit": most >> 20})
    if request.headers.get("Transfer-Encoding"):
        raise Refused(HTTPStatus.LENGTH_REQUIRED, _("Say how long the body is (Content-Length)."))
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("Send the body as it is, not compressed."))
    body = request.data
    if not isinstance(body, bytes):  # DRF reads no empty body
        raise Refused(HTTPStatus.BAD_REQUEST, _("The body is empty."))
    return body
