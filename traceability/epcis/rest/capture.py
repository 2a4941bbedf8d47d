"""The capture interface: documents of events, and what became of them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.models import User
from catalog.models import Producer
from traceability.epcis.capturing import CAPTURE_LIMIT, capture_document, producers_captured_for
from traceability.epcis.checking import document_problems, envelope_problems
from traceability.epcis.models import CaptureJob
from traceability.epcis.queries import QueryError, read_per_page
from traceability.epcis.rest.http import CAPTURING, LIMITS, endpoint
from traceability.epcis.rest.paging import read_token, with_next
from traceability.epcis.rest.problems import EpcisError

_BEHAVIOUR = "GS1-Capture-Error-Behaviour"


@endpoint("GET", "POST", reading=CAPTURING, discovery={**LIMITS, _BEHAVIOUR: CaptureJob.Behaviour.ROLLBACK})
def capture(request: Request) -> Response:
    """Capture a document: 202 with the address of its job; or the jobs there are."""
    return _started(request) if request.method == "POST" else _listed(request)


@endpoint("GET", reading=CAPTURING)
def capture_job(request: Request, job_id: UUID) -> Response:
    """What became of a document."""
    job = CaptureJob.objects.filter(pk=job_id, producer__in=producers_captured_for(request.user)).first()
    if job is None:
        raise Http404
    return Response(_as_json(job), headers={_BEHAVIOUR: job.behaviour})


def capturer_of(request: Request) -> Producer:
    """In whose name the request captures: `?producer=CODE`, else the only producer there is for the user. Raises EpcisError."""
    own = producers_captured_for(request.user)
    code = request.query_params.get("producer")
    if code is not None:
        named = own.filter(code=code.replace("\x00", "")).first()
        if named is None:
            raise PermissionDenied("You do not keep the lots of a producer of that code.")
        return named
    found = list(own[:2])
    if not found:
        raise PermissionDenied("You keep the lots of no producer with a product.")
    if len(found) > 1:
        raise EpcisError(HTTPStatus.BAD_REQUEST, "You keep the lots of several producers: say whose events these are with ?producer=CODE.")
    return found[0]


def wants_public(request: Request) -> bool:
    """Whether everybody may read what is captured (`?public=true`); by default its producer and those who oversee it."""
    text = request.query_params.get("public", "false")
    if text not in {"true", "false"}:
        raise EpcisError(HTTPStatus.BAD_REQUEST, "public is true or false.")
    return text == "true"


def _started(request: Request) -> Response:
    producer, public = capturer_of(request), wants_public(request)
    behaviour = request.headers.get(_BEHAVIOUR, CaptureJob.Behaviour.ROLLBACK)
    if behaviour not in CaptureJob.Behaviour.values:
        raise EpcisError(HTTPStatus.BAD_REQUEST, f"{_BEHAVIOUR} is rollback or proceed.")
    document: Any = request.data
    _refuse_too_many(document)
    # Where all is to be captured or nothing, a document with one event that is not EPCIS has nothing to wait for.
    rollback = behaviour == CaptureJob.Behaviour.ROLLBACK
    if problems := document_problems(document) if rollback else envelope_problems(document):
        raise EpcisError(HTTPStatus.BAD_REQUEST, "; ".join(map(str, problems)))
    assert isinstance(request.user, User)
    job = capture_document(producer=producer, by=request.user, document=document, behaviour=behaviour, public=public)
    location = reverse("epcis_capture_job", kwargs={"job_id": job.pk}, request=request)
    return Response(status=HTTPStatus.ACCEPTED, headers={"Location": location, _BEHAVIOUR: behaviour})


def _refuse_too_many(document: Any) -> None:
    body = document.get("epcisBody") if isinstance(document, dict) else None
    listed = body.get("eventList") if isinstance(body, dict) else None
    if isinstance(listed, list) and len(listed) > CAPTURE_LIMIT:
        detail = f"The document holds {len(listed)} events; send at most {CAPTURE_LIMIT} at a time."
        raise EpcisError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, headers=LIMITS)


def _listed(request: Request) -> Response:
    try:
        size = read_per_page({name: str(value) for name, value in request.query_params.items()})
    except QueryError as error:
        raise EpcisError(HTTPStatus.BAD_REQUEST, str(error), kind="QueryParameterException") from None
    jobs = CaptureJob.objects.filter(producer__in=producers_captured_for(request.user)).order_by("-created_at", "-pk")
    held = read_token(request)
    start = held["seen"] if held else 0
    page = list(jobs[start : start + size + 1])
    following = {"seen": start + size} if len(page) > size else None
    return with_next(Response([_as_json(job) for job in page[:size]]), request, following)


def _as_json(job: CaptureJob) -> dict[str, Any]:
    return {
        "captureID": str(job.pk),
        "createdAt": job.created_at,
        "finishedAt": job.finished_at,
        "running": job.finished_at is None,
        "success": not job.errors,
        "captureErrorBehaviour": job.behaviour,
        "errors": job.errors,
    }
