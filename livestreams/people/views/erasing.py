"""The page before names are erased: what goes, what stays, and that there is no way back."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import allowed
from livestreams.people.models import Guest, Host
from livestreams.people.services import StillPlannedError, erase_guest, erase_host

_keeps = allowed("livestreams.keep_people")


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def host_erase(request: HttpRequest, code: str) -> HttpResponse:
    """Erase a host's names."""
    host = get_object_or_404(Host.objects.kept_by(request.user), code=code)
    return _erase(request, host, lambda: erase_host(host_id=host.pk), "host_page")


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def guest_erase(request: HttpRequest, code: str) -> HttpResponse:
    """Erase a guest's name and titles."""
    guest = get_object_or_404(Guest.objects.kept_by(request.user), code=code)
    return _erase(request, guest, lambda: erase_guest(guest_id=guest.pk), "guest_page")


def _erase(request: HttpRequest, person: Host | Guest, erase: Callable[[], Host | Guest], back: str) -> HttpResponse:
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            erased = erase()
        except StillPlannedError as error:
            names = ", ".join(str(session) for session in error.sessions)
            problems = [
                ("", _("Still to come: %(sessions)s. Erase the names after that, or plan it with somebody else.") % {"sessions": names})
            ]
        else:
            messages.success(request, _("The names are erased. Sessions and figures stay under the code."))
            # The code that it has from now on.
            return redirect(back, erased.code)
    context = {"person": person, "back": back, "problems": problems}
    return render(request, "livestreams/people/erase.html", context, status=422 if problems else 200)


def erased(request: HttpRequest, page: str, person: Host | Guest) -> HttpResponse:
    """To the page of somebody whose names were erased, with why nothing was written; by the code that the person has now."""
    messages.error(request, _("The names were erased: nothing may be entered again."))
    return redirect(page, type(person).objects.values_list("code", flat=True).get(pk=person.pk))
