"""Events: asked for, and captured one by one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.models import User
from traceability.epcis.models import Event, EventQuerySet
from traceability.epcis.queries import QueryError, having, is_value, read_query
from traceability.epcis.rest.capture import capturer_of, wants_public
from traceability.epcis.rest.documents import query_document
from traceability.epcis.rest.http import LIMITS, endpoint
from traceability.epcis.rest.paging import read_token, with_next
from traceability.epcis.rest.problems import EpcisError
from traceability.epcis.services import EventRefusedError, record_event


@endpoint("GET", "POST", discovery=LIMITS)
def events(request: Request) -> Response:
    """Events that fit the query; or one event, captured at once."""
    return _captured(request) if request.method == "POST" else _found(request, Event.objects.all())


@endpoint("GET")
def event(request: Request, event_id: str) -> Response:
    """The events of that ID: what was captured, and what declares it wrong."""
    found = list(Event.objects.visible_to(request.user).filter(event_id=event_id).order_by("record_time", "pk")[:500])
    if not found:
        raise Http404
    return Response(query_document(found))


@endpoint("GET")
def events_of(request: Request, resource: str, value: str) -> Response:
    """Events that fit the query and have that value: `/bizSteps/shipping/events` and the like."""
    if not is_value(resource, value):
        raise Http404
    return _found(request, Event.objects.filter(having(resource, value)))


def _found(request: Request, events: EventQuerySet) -> Response:
    try:
        query = read_query({name: str(value) for name, value in request.query_params.items()})
    except QueryError as error:
        raise EpcisError(HTTPStatus.BAD_REQUEST, str(error), kind="QueryParameterException") from None
    visible = events.visible_to(request.user)
    if query.most is not None and query.of(visible)[: query.most + 1].count() > query.most:
        detail = f"More than maxEventCount={query.most} events fit the query."
        raise EpcisError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, kind="QueryTooLargeException")
    held = read_token(request)
    given_out = held["seen"] if held else 0
    size = query.per_page if query.limit is None else min(query.per_page, query.limit - given_out)
    rest = query.of(visible).after(query.order, held["after"], descending=query.descending) if held else query.of(visible)
    page = list(rest[: size + 1])
    shown, more = page[:size], len(page) > size
    given_out += len(shown)
    following: dict[str, Any] | None = None
    if more and (query.limit is None or given_out < query.limit):
        last = shown[-1]
        following = {"after": [getattr(last, query.order).isoformat(), last.pk], "seen": given_out}
    return with_next(Response(query_document(shown)), request, following)


def _captured(request: Request) -> Response:
    producer = capturer_of(request)
    sent = request.data
    if not isinstance(sent, dict) or "@context" not in sent:
        raise EpcisError(HTTPStatus.BAD_REQUEST, "A single event with its own @context is expected.")
    body = {name: value for name, value in sent.items() if name != "@context"}
    assert isinstance(request.user, User)
    try:
        kept = record_event(producer=producer, by=request.user, event=body, public=wants_public(request), context=sent["@context"])
    except EventRefusedError as refused:
        raise EpcisError(HTTPStatus.BAD_REQUEST, str(refused)) from None
    location = reverse("epcis_event", kwargs={"event_id": kept.event_id}, request=request)
    return Response({"@context": kept.context, **kept.as_json()}, status=HTTPStatus.CREATED, headers={"Location": location})
