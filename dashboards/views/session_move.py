"""A session is planned for another time: with what that does to the orders it has."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import allowed
from accounts.models import User
from accounts.waking import wake
from dashboards import formats
from livestreams.models import Session
from livestreams.sessions.access import version_of
from livestreams.sessions.clashes import clashes_of
from livestreams.sessions.errors import ChangedMeanwhileError, PlanError
from livestreams.sessions.forms import TimesForm
from livestreams.sessions.planning import move_session
from orders.marks.waiting import orders_waiting
from orders.models import Attribution
from orders.tasks import fold_figures


@allowed("livestreams.plan_sessions")
@require_http_methods(["GET", "HEAD", "POST"])
def session_move(request: HttpRequest, code: str) -> HttpResponse:
    """Move a session that has not begun; says how many orders it has, and after it how many are attributed anew."""
    user = cast(User, request.user)
    session = get_object_or_404(Session.objects.planned_by(user).select_related("host"), code=code)
    form = TimesForm(request.POST if request.method == "POST" else None, initial=TimesForm.of(session))
    if request.method == "POST" and form.is_valid():
        start, end = form.cleaned_data["start"], form.cleaned_data["end"]
        try:
            moved = move_session(session=session, start=start, end=end, version=version_of(request), by=user)
        except ChangedMeanwhileError as error:
            form.add_error(None, str(error.message))
        except PlanError as error:
            messages.error(request, str(error.message))
            return redirect("session_plan", session.code)
        else:
            _say(request, moved)
            wake(fold_figures)
            return redirect("session_plan", session.code)
    context = {"session": session, "form": form, "orders": Attribution.objects.filter(session=session).count()}
    return render(request, "dashboards/session_move.html", context, status=422 if form.errors else 200)


def _say(request: HttpRequest, session: Session) -> None:
    messages.success(request, _("The livestream is planned for %(start)s.") % {"start": formats.moment(session.planned_start)})
    anew = orders_waiting(session.code)
    if anew:
        said = ngettext("%(count)s order is attributed anew.", "%(count)s orders are attributed anew.", anew)
        messages.warning(request, said % {"count": formats.number(anew)})
    for clash in clashes_of(session):
        messages.warning(request, clash.words)
