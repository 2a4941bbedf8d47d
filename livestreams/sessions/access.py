"""Which session or slot an address of the plan names, for whom."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.models import User
from livestreams.sessions.errors import PlanError
from livestreams.sessions.models import Session, Slot


def planned_session(request: HttpRequest, code: str) -> Session:
    """The session of that code, if the reader plans it; else 404."""
    related = ("host", "channel", "province", "commune", "programme")
    return get_object_or_404(Session.objects.planned_by(request.user).select_related(*related), code=code)


def planned_slot(request: HttpRequest, pk: int) -> Slot:
    """The slot of that id, if the reader plans its session; else 404."""
    sessions = Session.objects.planned_by(request.user)
    return get_object_or_404(Slot.objects.filter(session__in=sessions).select_related("session", "product__producer"), pk=pk)


def user_of(request: HttpRequest) -> User:
    """Who is signed in: these pages admit nobody else."""
    return cast(User, request.user)


def version_of(request: HttpRequest) -> int:
    """The version of the page from which a form was sent; one that no page has where it is missing or nonsense."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1


def back_to_plan(session: Session, slot: Slot | None = None) -> HttpResponse:
    """To the run-of-show, at the slot's row."""
    response = redirect("session_plan", session.code)
    if slot is not None:
        response["Location"] += f"#slot-{slot.pk}"
    return response


def refused(request: HttpRequest, error: PlanError, session: Session) -> HttpResponse:
    """Tell on the plan, as it stands now, why nothing was done."""
    messages.error(request, str(error.message))
    return back_to_plan(session)
