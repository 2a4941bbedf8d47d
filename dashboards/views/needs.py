"""One need: what was asked, what became of it, and for whoever answers it what fits, with reasons."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import allowed
from accounts.models import User
from dashboards.boards.audience import Audience
from dashboards.boards.host_results import units_per_slot
from dashboards.boards.territory import Territory
from dashboards.readings import Query, read
from livestreams.models import Need, Session
from livestreams.needs.forms import AcceptForm, WordsForm
from livestreams.needs.offers import Suggested, suggestions_for
from livestreams.needs.services import (
    NeedMovedOnError,
    NoWordsError,
    SessionOverError,
    accept_need,
    answer_need,
    refuse_need,
    withdraw_need,
)
from livestreams.sessions.errors import PlanError

YEAR = timedelta(days=365)


@allowed("livestreams.view_needs")
@require_http_methods(["GET", "HEAD", "POST"])
def need_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A need; a POST's `act` (accept, answer, refuse, withdraw) says what whoever may do so does with it."""
    user = cast(User, request.user)
    need = get_object_or_404(Need.objects.visible_to(user).select_related("producer", "product"), pk=pk)
    shown = _forms(request, need, user)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act and act not in shown:
        messages.error(request, _("This is no longer possible: the need has moved on."))
        return redirect("need_detail", pk)
    if act and shown[act].is_valid() and _done(request, need, act, shown[act], user):
        return redirect("need_detail", pk)
    context = {
        "need": need,
        "waiting": need.days_waiting(timezone.localdate()),
        "forms": shown,
        "plans": user.has_perm("livestreams.plan_sessions"),
        "mine": Need.objects.kept_by(user).filter(pk=pk).exists(),
        "slots": need.slots.select_related("session__host").order_by("pk"),
        "courses": need.courses.order_by("starts_on", "pk"),
        "suggested": _suggested(need, user) if "accept" in shown else Suggested(),
    }
    failed = any(form.errors for form in shown.values())
    return render(request, "dashboards/need_detail.html", context, status=422 if failed else 200)


def _forms(request: HttpRequest, need: Need, user: User) -> dict[str, forms.Form]:
    """The forms that this user may send in this state, by act; the one that was sent is bound."""
    act = request.POST.get("act", "") if request.method == "POST" else ""

    def data(name: str) -> dict[str, Any]:
        return {"data": request.POST if act == name else None, "auto_id": f"{name}_%s"}

    if need.state != Need.State.OPEN:
        return {}
    found: dict[str, forms.Form] = {}
    if user.has_perm("livestreams.plan_sessions") and Need.objects.answered_by(user).filter(pk=need.pk).exists():
        if need.asks_for_session:
            found["accept"] = AcceptForm(**data("accept"))
        else:
            found["answer"] = WordsForm(**data("answer"))
        found["refuse"] = WordsForm(**data("refuse"))
    if Need.objects.kept_by(user).filter(pk=need.pk).exists():
        found["withdraw"] = forms.Form(**data("withdraw"))
    return found


def _done(request: HttpRequest, need: Need, act: str, form: forms.Form, user: User) -> bool:
    """Call the verb; what it refuses is said at the form, or at the top where the need has moved on."""
    said = form.cleaned_data
    try:
        if act == "accept":
            session = Session.objects.planned_by(user).filter(code=said["session"]).first()
            if session is None:
                form.add_error("session", _("There is no such livestream that you plan."))
                return False
            accept_need(need_id=need.pk, session=session, by=user)
            messages.success(request, _("Planned. The producer is asked to confirm; set minutes and price in the run-of-show."))
        elif act == "answer":
            answer_need(need_id=need.pk, by=user, answer=said["words"])
            messages.success(request, _("Answered. The producer is told."))
        elif act == "refuse":
            refuse_need(need_id=need.pk, by=user, reason=said["words"])
            messages.success(request, _("Answered. The producer is told."))
        else:
            withdraw_need(need_id=need.pk, by=user)
            messages.success(request, _("Taken back."))
    except NeedMovedOnError:
        messages.error(request, _("This is no longer possible: the need has moved on."))
    except SessionOverError:
        form.add_error(None, _("This livestream is over."))
        return False
    except NoWordsError:
        form.add_error("words", _("Say something to the producer."))
        return False
    except PlanError as error:
        form.add_error(None, str(error.message))
        return False
    return True


def _suggested(need: Need, user: User) -> Suggested:
    """What fits; past sales are those of the producer's province, as of a reading of the figures."""
    now = timezone.now()
    today = timezone.localdate(now)
    seat = need.producer.seats.in_force(need.producer, today).values_list("commune__province", flat=True).first()
    audience = Audience(territory=Territory(seat)) if seat else Audience()
    query = Query.of("units_per_slot", audience=audience, first=today - YEAR, last=today)
    results = read(query, lambda _reading: units_per_slot(audience, today - YEAR, today)).rows
    return suggestions_for(need, user=user, results=results, now=now)
