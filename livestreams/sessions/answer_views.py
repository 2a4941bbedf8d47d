"""A member's page: slots that wait for a yes or no, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import allowed
from livestreams.sessions.access import user_of
from livestreams.sessions.confirmations import answer_slot
from livestreams.sessions.errors import NoReasonError, PlanError
from livestreams.sessions.models import Slot
from livestreams.sessions.timetable import Turn, timetable

SHOWN = timedelta(days=30)
"""How long answers are shown after their session."""


@allowed("livestreams.answer_slots")
@require_safe
def my_slots(request: HttpRequest) -> HttpResponse:
    """Slots of the reader's producers: those that wait first, then what was answered."""
    return _page(request)


@allowed("livestreams.answer_slots")
@require_POST
def slot_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm (`answer=confirmed`) or decline with a `reason`; `asked_at` says which offer was seen."""
    slot = get_object_or_404(Slot.objects.answered_for_by(request.user).select_related("product"), pk=pk)
    confirmed = request.POST.get("answer") == Slot.Answer.CONFIRMED
    reason = request.POST.get("reason", "").replace("\x00", "")
    if len(reason) > 300:
        return _page(request, slot.pk, _("At most %(most)d characters; these are %(now)d.") % {"most": 300, "now": len(reason)}, reason)
    try:
        seen = parse_datetime(request.POST.get("asked_at", ""))
    except ValueError:
        seen = None
    try:
        answer_slot(slot=slot, by=user_of(request), confirmed=confirmed, reason=reason, asked_at=seen or timezone.now())
    except NoReasonError as error:
        return _page(request, slot.pk, str(error.message), reason)
    except PlanError as error:
        messages.error(request, str(error.message))
        return redirect("my_slots")
    said = _("Confirmed: %(product)s.") if confirmed else _("Declined: %(product)s.")
    messages.success(request, said % {"product": slot.product})
    return redirect("my_slots")


def _page(request: HttpRequest, refused: int | None = None, problem: str = "", reason: str = "") -> HttpResponse:
    own = Slot.objects.answered_for_by(request.user).exclude(answer="").filter(session__planned_end__gte=timezone.now() - SHOWN)
    turns = _turns(own)
    waiting = [turn for turn in turns if turn.slot.answer == Slot.Answer.ASKED and turn.slot.session.awaits_answers]
    context = {
        "waiting": waiting,
        "answered": [turn for turn in reversed(turns) if turn not in waiting],
        "refused": refused,
        "problem": problem,
        "reason": reason,
    }
    return render(request, "livestreams/my_slots.html", context, status=422 if problem else 200)


def _turns(own: Iterable[Slot]) -> list[Turn]:
    """The slots with their planned times, which depend on all slots before them; the next one first."""
    wanted = {slot.pk for slot in own}
    every = (
        Slot.objects.filter(session__slots__in=wanted)
        .distinct()
        .select_related("session__host", "session__commune", "product__producer")
        .order_by("session", "position")
    )
    by_session: dict[int, list[Slot]] = {}
    for slot in every:
        by_session.setdefault(slot.session_id, []).append(slot)
    turns = [turn for slots in by_session.values() for turn in timetable(slots[0].session, slots) if turn.slot.pk in wanted]
    return sorted(turns, key=lambda turn: turn.start)
