"""Pages of hosts: the list, one with all that is known of it, entering and changing."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from accounts.models import User
from catalog.models import in_force
from catalog.window.alphabet import Alphabetic
from livestreams.models import Session
from livestreams.people.capacity import MonthLoad, months_ahead, sessions_in_month
from livestreams.people.forms import ChannelForm, FollowersForm, HostForm, TermsForm
from livestreams.people.models import Guest, Host
from livestreams.people.services import ErasedError, TakenError, add_row, change_host, enter_host
from livestreams.people.views.erasing import erased

PER_PAGE = 50
_keeps = allowed("livestreams.keep_people")
# What may be added on the page of a host: the form's name, and what is said where such a row is there already.
TAKEN = {"channel": "handle", "followers": "counted_on", "terms": "since"}


@_keeps
@require_safe
def host_register(request: HttpRequest) -> HttpResponse:
    """Hosts that the reader keeps, in the order of the alphabet; above them whose data are past their date."""
    today = timezone.localdate()
    mine = Host.objects.kept_by(request.user)
    hosts = mine.order_by(Alphabetic("stage_name"), "pk").prefetch_related("groups", "channels__follower_counts", "terms")
    page = Paginator(hosts, PER_PAGE).get_page(request.GET.get("page"))
    load = sessions_in_month([host.pk for host in page], today)
    context = {
        "page": page,
        "rows": [
            {
                "host": host,
                "channels": [(channel, next(iter(channel.follower_counts.all()), None)) for channel in host.channels.all()],
                "terms": in_force(host.terms.all(), today),
                "load": MonthLoad(today.replace(day=1), load.get(host.pk, 0), host.sessions_a_month),
            }
            for host in page
        ],
        "past": [*mine.past(today), *Guest.objects.kept_by(request.user).past(today)],
        "today": today,
    }
    return render(request, "livestreams/people/hosts.html", context)


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def host_new(request: HttpRequest) -> HttpResponse:
    """Enter a host."""
    form = HostForm(request.POST if request.method == "POST" else None, user=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        host = enter_host(host=form.save(commit=False), groups=form.cleaned_data["groups"])
        messages.success(request, _("Saved."))
        return redirect("host_page", host.code)
    context = {"form": form, "title": _("Enter a host"), "back": ("host_register", _("Hosts (KOLs)"))}
    return render(request, "livestreams/people/form.html", context, status=422 if form.errors else 200)


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def host_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change what is said of a host; what holds from a day on is added on the host's page."""
    host = _host(request, code)
    if host.erased_at is not None:
        return erased(request, "host_page", host)
    form = HostForm(request.POST if request.method == "POST" else None, instance=host, user=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        try:
            change_host(host=form.save(commit=False), groups=form.cleaned_data["groups"])
        except ErasedError:
            return erased(request, "host_page", host)
        messages.success(request, _("Saved."))
        return redirect("host_page", code)
    context = {"form": form, "title": _("Change a host"), "back": ("host_register", _("Hosts (KOLs)"))}
    return render(request, "livestreams/people/form.html", context, status=422 if form.errors else 200)


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def host_page(request: HttpRequest, code: str) -> HttpResponse:
    """A host: channels, followers over time, terms, capacity and sessions; a POST's `act` says what is added."""
    host = _host(request, code)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    shown = _forms(request, host, act) if host.erased_at is None else {}
    if act in shown and shown[act].is_valid():
        try:
            added = _added(shown[act], act, host)
        except ErasedError:
            return erased(request, "host_page", host)
        if added:
            messages.success(request, _("Saved."))
            return redirect("host_page", code)
    today = timezone.localdate()
    channels = host.channels.prefetch_related("follower_counts")
    terms = list(host.terms.all())
    sessions = Session.objects.planned_by(request.user).filter(host=host)
    context = {
        "host": host,
        "today": today,
        "forms": shown,
        "channels": [(channel, list(channel.follower_counts.all())) for channel in channels],
        "most": max((count.followers for channel in channels for count in channel.follower_counts.all()), default=0),
        "terms": [(one, one == in_force(terms, today)) for one in terms],
        "months": months_ahead(host, today),
        "sessions": Paginator(sessions.select_related("programme"), PER_PAGE).get_page(request.GET.get("page")),
    }
    failed = any(form.errors for form in shown.values())
    return render(request, "livestreams/people/host.html", context, status=422 if failed else 200)


Adding = ChannelForm | FollowersForm | TermsForm


def _forms(request: HttpRequest, host: Host, act: str) -> dict[str, Adding]:
    """The forms of the page by act; the one that was sent is bound."""

    def data(name: str) -> dict[str, Any]:
        return {"data": request.POST if act == name else None, "auto_id": f"{name}_%s"}

    return {
        "channel": ChannelForm(**data("channel")),
        "followers": FollowersForm(host=host, **data("followers")),
        "terms": TermsForm(**data("terms")),
    }


def _added(form: Adding, act: str, host: Host) -> bool:
    """Whether the row is written; one that is there already is said at its field."""
    try:
        add_row(form.row(host))
    except TakenError:
        form.add_error(TAKEN[act], _("There is one already: what was entered stays as it is. Give another day or name."))
        return False
    return True


def _host(request: HttpRequest, code: str) -> Host:
    return get_object_or_404(Host.objects.kept_by(request.user).select_related("commune", "province"), code=code)
