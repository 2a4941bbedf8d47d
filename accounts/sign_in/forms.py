"""Our forms in the places of allauth's: one field for phone number or e-mail, and a new password without the old one after a code."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm as LibraryChangePasswordForm
from allauth.account.forms import LoginForm as LibraryLoginForm
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context, ratelimit
from django import forms
from django.http import HttpRequest

from accounts.models import User
from accounts.sign_in.fields import ContactField

CODE_IS_FRESH = 15 * 60  # seconds for which a sign-in by code stands in for the old password


class LoginForm(LibraryLoginForm):  # type: ignore[misc]
    """Phone number or e-mail, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = ContactField()
        self.order_fields(["login", "password"])


class RequestCodeForm(forms.Form):
    """Whom to send a sign-in code. allauth's view reads `_user`, and `email` or `phone` of what was typed."""

    login = ContactField()
    _user: User | None = None

    def clean(self) -> dict[str, Any]:
        """Count the request, and find the user; a stranger hears the same as somebody with an account."""
        contact: str = self.cleaned_data.get("login", "")
        if contact:
            if not ratelimit.consume(context.request, action="request_login_code", key=contact):
                raise get_adapter().validation_error("too_many_login_attempts")
            known = User.objects.known_by(contact)
            self._user = known if known and known.is_active else None
            self.cleaned_data["phone" if contact.startswith("+") else "email"] = contact
        return self.cleaned_data


class ChangePasswordForm(LibraryChangePasswordForm):  # type: ignore[misc]
    """Asks for the old password, except of somebody who has just proved by a code who he is: he may have forgotten it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if _came_by_code(context.request, self.user):
            del self.fields["oldpassword"]


def _came_by_code(request: HttpRequest, user: User) -> bool:
    records = get_authentication_records(request, user)
    return bool(records) and records[-1]["method"] == "code" and time.time() - records[-1]["at"] < CODE_IS_FRESH
