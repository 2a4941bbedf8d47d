"""Pages of events: to enter one, to change it, to call it off. What was sold there stands on the dashboards' page of each."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import allowed
from accounts.models import User
from livestreams.cancelling import CancelForm
from livestreams.events.forms import EventForm
from livestreams.events.models import OfflineEvent
from livestreams.events.services import cancel_event, save_event
from livestreams.sessions.access import version_of
from livestreams.versions import StaleError

_keeps = allowed("livestreams.keep_beyond_air")


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def event_new(request: HttpRequest) -> HttpResponse:
    """Enter an event."""
    return _form(request, OfflineEvent())


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def event_change(request: HttpRequest, code: str) -> HttpResponse:
    """Change an event."""
    return _form(request, get_object_or_404(OfflineEvent.objects.kept_by(request.user), code=code))


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def event_cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Call an event off."""
    event = get_object_or_404(OfflineEvent.objects.kept_by(request.user), code=code)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cancel_event(event=event, reason=form.cleaned_data["reason"])
        messages.success(request, _("Called off. It stays in calendars as cancelled, and counts for nothing."))
        return redirect(event)
    return render(request, "livestreams/cancel.html", {"form": form, "row": event}, status=422 if form.errors else 200)


def _form(request: HttpRequest, event: OfflineEvent) -> HttpResponse:
    # Read before the form writes what was sent into the row in memory.
    version = event.version
    form = EventForm(request.POST if request.method == "POST" else None, instance=event, user=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        producers = form.cleaned_data.get("producers", ())
        try:
            save_event(event=form.save(commit=False), producers=producers, version=version_of(request))
        except StaleError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Saved."))
            return redirect(event)
    title = event if event.pk else _("Enter a fair or conference")
    context = {"form": form, "row": event if event.pk else None, "title": title, "version": version}
    return render(request, "livestreams/dated_form.html", context, status=422 if form.errors else 200)
