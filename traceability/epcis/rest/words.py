"""What stands in the events that one may read: types, EPCs, business steps, places, dispositions."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from traceability.epcis.models import Event, EventItem
from traceability.epcis.queries import EQUAL, RESOURCES, QueryError, having, is_value, read_per_page
from traceability.epcis.rest.documents import collection
from traceability.epcis.rest.http import endpoint
from traceability.epcis.rest.paging import read_token, with_next
from traceability.epcis.rest.problems import EpcisError
from traceability.epcis.vocabulary import EVENT_TYPES


@endpoint("GET")
def root(request: Request) -> Response:
    """The top-level resources."""
    return Response(collection(["capture", "events", *RESOURCES]))


@endpoint("GET")
def words(request: Request, resource: str) -> Response:
    """The values in use, in order."""
    held = read_token(request)
    try:
        size = read_per_page({name: str(value) for name, value in request.query_params.items()})
    except QueryError as error:
        raise EpcisError(HTTPStatus.BAD_REQUEST, str(error), kind="QueryParameterException") from None
    visible = Event.objects.visible_to(request.user)
    rows: QuerySet[Any]
    if resource == "epcs":
        column, rows = "uri", EventItem.objects.filter(event__in=visible)
    else:
        column = EQUAL[RESOURCES[resource]][0]
        rows = visible.exclude(**{column: ""})
    if held:
        rows = rows.filter(**{f"{column}__gt": held["after"]})
    page = list(rows.values_list(column, flat=True).distinct().order_by(column)[: size + 1])
    following = {"after": page[size - 1]} if len(page) > size else None
    return with_next(Response(collection(page[:size])), request, following)


@endpoint("GET")
def word(request: Request, resource: str, value: str) -> Response:
    """What there is below a value: its events."""
    used = is_value(resource, value) and Event.objects.visible_to(request.user).filter(having(resource, value)).exists()
    if not used and not (resource == "eventTypes" and value in EVENT_TYPES):
        raise Http404
    return Response(collection(["events"]))
