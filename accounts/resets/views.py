"""The page on which the bearer of an official's code chooses a new password."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import public
from accounts.models import User
from accounts.resets.services import PhoneTakenError, WrongCodeError, redeem_reset
from accounts.sign_in.fields import ContactField


class FaceToFaceForm(forms.Form):
    """Who it is, the code on the paper, and the new password."""

    login = ContactField()
    code = forms.CharField(
        label=gettext_lazy("Code from the official"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        help_text=password_validators_help_text_html(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """The password must not be guessed from what the person is called."""
        password, contact = self.cleaned_data.get("password"), self.cleaned_data.get("login")
        if password:
            try:
                validate_password(password, User.objects.known_by(contact) if contact else None)
            except ValidationError as error:
                self.add_error("password", error)
        return self.cleaned_data


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def face_to_face(request: HttpRequest) -> HttpResponse:
    """Choose a new password with a code."""
    form = FaceToFaceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        contact = form.cleaned_data["login"]
        if not ratelimit.consume(request, action="face_to_face", key=contact):
            refused: HttpResponse = ratelimit.respond_429(request)
            return refused
        try:
            redeem_reset(contact=contact, code=form.cleaned_data["code"], password=form.cleaned_data["password"])
        except WrongCodeError:
            form.add_error("code", _("This code is not right, or no longer good. After five wrong ones ask the official for a new one."))
        except PhoneTakenError:
            form.add_error("login", _("Another account has the new phone number. Ask the official again."))
        else:
            messages.success(request, _("Your password is changed. Sign in with it."))
            return redirect("account_login")
    return render(request, "account/face_to_face.html", {"form": form}, status=422 if form.errors else 200)
