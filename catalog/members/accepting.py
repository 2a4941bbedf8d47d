"""The page that the link of an invitation opens."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import public
from accounts.models import User
from catalog.members.errors import ContactTakenError, GoneError
from catalog.members.forms import AcceptForm
from catalog.members.invitations import accept, accept_as_new, read
from catalog.models import Invitation


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Join: with the account one is signed in to, or with a new one for the number or address that the link came to."""
    try:
        found = read(token)
        if request.method == "POST" and isinstance(request.user, User):
            accept(token=token, user=request.user)
            return _welcome(request, found)
        has_account = User.objects.known_by(found.contact) is not None
        form = AcceptForm(request.POST if request.method == "POST" else None, initial={"full_name": found.full_name}, contact=found.contact)
        if request.method == "POST" and form.is_valid():
            user = accept_as_new(token=token, **form.cleaned_data)
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[-1])
            return _welcome(request, found)
    except GoneError as error:
        return render(request, "catalog/members/gone.html", {"why": error.why}, status=410)
    except ContactTakenError:
        has_account = True
    context = {"invitation": found, "form": form, "has_account": has_account}
    status = 422 if form.errors and not request.user.is_authenticated else 200
    return render(request, "catalog/members/invitation.html", context, status=status)


def _welcome(request: HttpRequest, found: Invitation) -> HttpResponse:
    messages.success(request, _("Welcome to %(place)s.") % {"place": found.place})
    return redirect("start")
