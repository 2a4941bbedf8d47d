"""Addresses of the feeds: a shop's program sends batches of orders and asks what became of them."""

from __future__ import annotations

import re
from hashlib import sha256
from http import HTTPStatus

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import TokenAuthentication
from rest_framework.decorators import authentication_classes, parser_classes, throttle_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Access, api_view
from catalog.api.reading import plain_code
from orders.feeds import schema
from orders.feeds.http import SENDING, Refused, ShopKeyAuthentication, WholeBody, body_of
from orders.feeds.limits import wait_before
from orders.feeds.models import ShopKey
from orders.feeds.problems import BatchError, BodyError
from orders.feeds.receiving import BusyError, OtherBodyError, ReplayedError, as_json, receive
from orders.feeds.signing import NotSignedError, StaleError, look_at_time, signed_by
from orders.intake.kept_words import kept_words
from orders.intake.models import IntakeRun, Source
from orders.shops.models import Shop
from orders.tasks import wake_fold

_NAME = re.compile(r"[!-~]{1,100}")
_PEOPLE_TOO = [ShopKeyAuthentication, TokenAuthentication]
"""A person's token opens nothing here, but is answered as what it is (403)."""


@extend_schema(
    operation_id="orders_send",
    tags=schema.TAGS,
    auth=schema.KEY_SECURITY,
    parameters=[schema.IDEMPOTENCY_KEY],
    request={"application/json": schema.BATCH},
    responses=schema.SEND_ANSWERS,
    examples=schema.EXAMPLES,
)
@api_view(SENDING, "POST")
@authentication_classes(_PEOPLE_TOO)
@parser_classes([WholeBody])
@throttle_classes([])
def send(request: Request) -> HttpResponse:
    """Take in a batch of the shop's orders, all of it or nothing. Sent again under the same name it has no second effect."""
    key = _key(request)
    name = request.headers.get("Idempotency-Key", "")
    if not _NAME.fullmatch(name):
        words = _("The header Idempotency-Key is needed: a name of this batch of 1 to 100 letters, digits and signs, without spaces.")
        raise Refused(HTTPStatus.BAD_REQUEST, words)
    return _received(key.shop, request, name=f"key:{sha256(name.encode()).hexdigest()}", label=f"API {kept_words(name)}")


@extend_schema(
    operation_id="orders_webhook",
    tags=schema.TAGS,
    auth=[],
    parameters=schema.SIGNATURE,
    request={"application/json": schema.BATCH},
    responses=schema.WEBHOOK_ANSWERS,
    examples=schema.EXAMPLES,
)
@api_view(Access(anonymous=True), "POST")
@authentication_classes([])
@parser_classes([WholeBody])
@throttle_classes([])
def webhook(request: Request, code: str) -> HttpResponse:
    """Take in a batch that is signed with the shop's secret; the same message a second time is refused."""
    timestamp = request.headers.get("Ocop-Timestamp", "")
    try:
        look_at_time(timestamp)
        body = body_of(request)
        signature = request.headers.get("Ocop-Signature", "")
        key, name = signed_by(shop_code=plain_code(code), timestamp=timestamp, signature=signature, body=body)
    except StaleError:
        words = _("Ocop-Timestamp is not a time of the last five minutes, in seconds since 1970 (UTC).")
        raise Refused(HTTPStatus.UNAUTHORIZED, words) from None
    except NotSignedError:
        words = _("Ocop-Signature is not that of this message with a secret of this shop that is valid now.")
        raise Refused(HTTPStatus.UNAUTHORIZED, words) from None
    return _received(key.shop, request, name=name, label=f"webhook {timestamp}", once=True)


@extend_schema(operation_id="orders_run", tags=schema.TAGS, auth=schema.KEY_SECURITY, responses=schema.RUN_ANSWERS)
@api_view(SENDING)
@authentication_classes(_PEOPLE_TOO)
@throttle_classes([])
def run(request: Request, pk: int) -> Response:
    """A batch that the shop sent, and what it changed."""
    sent = IntakeRun.objects.filter(shop=_key(request).shop, source=Source.API)
    found = sent.filter(pk=pk).first()
    if found is None:
        raise Refused(HTTPStatus.NOT_FOUND, _("The shop sent no such batch."))
    return Response(as_json(found))


def _key(request: Request) -> ShopKey:
    assert isinstance(request.auth, ShopKey)  # SENDING admits no other
    return request.auth


def _received(shop: Shop, request: Request, *, name: str, label: str, once: bool = False) -> HttpResponse:
    if wait := wait_before(shop.pk):
        words = _("Too many batches of this shop within a few seconds: wait, then send it again.")
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, words, wait=wait)
    try:
        answer = receive(shop=shop, name=name, body=body_of(request), label=label, once=once)
    except BodyError as error:
        raise Refused(HTTPStatus.BAD_REQUEST, str(error)) from None
    except BatchError as error:
        told = {"detail": _("Nothing of this batch was taken in."), "errors": error.problems}
        return Response(told, status=HTTPStatus.BAD_REQUEST)
    except OtherBodyError:
        words = _("A batch with another body was sent under this Idempotency-Key: each batch needs a new one.")
        raise Refused(HTTPStatus.CONFLICT, words) from None
    except ReplayedError:
        raise Refused(HTTPStatus.CONFLICT, _("This message was taken in before.")) from None
    except BusyError:
        words = _("Other orders of this shop are being taken in: wait, then send it again.")
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, words, wait=2) from None
    wake_fold()
    return HttpResponse(answer, content_type="application/json", status=HTTPStatus.CREATED)
