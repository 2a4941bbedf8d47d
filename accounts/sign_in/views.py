"""The page of one's own account."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import signed_in
from accounts.models import User
from accounts.phones import shown


@signed_in
@require_safe
def own_account(request: HttpRequest) -> HttpResponse:
    """How one signs in, and the way to a new password."""
    user = cast(User, request.user)
    facts = [
        (_("Phone number"), shown(user.phone) if user.phone else _("none")),
        (_("E-mail"), user.email or _("none")),
    ]
    return render(request, "account/email.html", {"facts": facts})
