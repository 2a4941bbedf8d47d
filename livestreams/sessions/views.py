"""Pages of sessions that are planned: the list, a new one, its facts, cancelling it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from livestreams.sessions.access import back_to_plan, planned_session, refused, user_of, version_of
from livestreams.sessions.clashes import clashes_of
from livestreams.sessions.errors import ChangedMeanwhileError, NotPlannableError, PlanError
from livestreams.sessions.forms import CancelForm, SessionForm, TimesForm
from livestreams.sessions.models import Session, Slot
from livestreams.sessions.planning import cancel_session, change_session, plan_session

PER_PAGE = 30
PAST = timedelta(days=1)
"""How long a session that is over stays among those to come."""


@allowed("livestreams.view_plans")
@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """Sessions to come whose plans the reader may see, the next one first; `?state=past`: those before, the latest first."""
    past = request.GET.get("state") == "past"
    since = timezone.now() - PAST
    seen = Session.objects.plans_seen_by(request.user)
    chosen = seen.filter(planned_end__lt=since).order_by("-planned_start", "pk") if past else seen.filter(planned_end__gte=since)
    if not past:
        chosen = chosen.order_by("planned_start", "pk")
    answers = {name: Count("slots", filter=Q(slots__answer=value)) for name, value in (("yes", "confirmed"), ("no", "declined"))}
    rows = chosen.select_related("host", "commune").annotate(shown=Count("slots"), minutes=Sum("slots__minutes"), **answers)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "livestreams/plan_list.html", {"page": page, "past": past})


@allowed("livestreams.plan_sessions")
@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: HttpRequest) -> HttpResponse:
    """Plan a session; its clashes are told at once."""
    user = user_of(request)
    data = request.POST if request.method == "POST" else None
    form, times = SessionForm(data, user=user), TimesForm(data)
    if request.method == "POST" and _valid(form, times):
        session = form.save(commit=False)
        session.planned_start, session.planned_end = times.cleaned_data["start"], times.cleaned_data["end"]
        try:
            plan_session(session=session, guests=form.cleaned_data["guests"], by=user)
        except NotPlannableError as error:
            times.add_error(error.field, str(error.message))
        else:
            _say_clashes(request, session)
            messages.success(request, _("The livestream is planned. Now put products into its run-of-show."))
            return back_to_plan(session)
    bad = bool(form.errors or times.errors)
    problems = [(field.id_for_label, f"{field.label}: {error}") for field in times for error in field.errors]
    context = {"form": form, "times": times, "problems": problems, "bad": bad}
    return render(request, "livestreams/session_form.html", context, status=422 if bad else 200)


@allowed("livestreams.plan_sessions")
@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change what is told of a session; its times have a page of their own, because orders may hang on them."""
    user, session = user_of(request), planned_session(request, code)
    # Read before the form writes what was sent into the row in memory.
    version = session.plan_version
    form = SessionForm(request.POST if request.method == "POST" else None, instance=session, user=user)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in form.cleaned_data if name != "guests"}
        guests = form.cleaned_data["guests"]
        try:
            change_session(session=session, values=values, guests=guests, version=version_of(request), by=user)
        except ChangedMeanwhileError as error:
            # What was typed stays in the form; sent again, it rests on what stands now.
            form.add_error(None, str(error.message))
        except PlanError as error:
            return refused(request, error, session)
        else:
            _say_clashes(request, session)
            messages.success(request, _("Saved."))
            return back_to_plan(session)
    context = {"form": form, "session": session, "version": version, "bad": bool(form.errors)}
    return render(request, "livestreams/session_form.html", context, status=422 if form.errors else 200)


@allowed("livestreams.plan_sessions")
@require_http_methods(["GET", "HEAD", "POST"])
def session_cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Cancel a session that has not begun, with a reason."""
    session = planned_session(request, code)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_session(session=session, reason=form.cleaned_data["reason"], by=user_of(request))
        except PlanError as error:
            return refused(request, error, session)
        messages.success(request, _("The livestream is cancelled. Its plan is kept to be read."))
        return redirect("session_plan", session.code)
    asked = session.slots.exclude(answer=Slot.Answer.DECLINED).exclude(answer="").values("product__producer").distinct().count()
    context = {"form": form, "session": session, "asked": asked}
    return render(request, "livestreams/session_cancel.html", context, status=422 if form.errors else 200)


def _valid(form: SessionForm, times: TimesForm) -> bool:
    # Both, so that all that is wrong is told at once.
    return all([form.is_valid(), times.is_valid()])


def _say_clashes(request: HttpRequest, session: Session) -> None:
    for clash in clashes_of(Session.objects.select_related("host").get(pk=session.pk)):
        messages.warning(request, clash.words)
