"""What is typed to invite somebody and to accept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.sign_in.fields import ContactField, PhoneField


class InviteMemberForm(forms.Form):
    """Whom to ask to join a producer."""

    contact = ContactField(
        help_text=_("The link goes there, and it becomes the sign-in."), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    full_name = forms.CharField(label=_("Full name"), max_length=150, required=False)
    leads = forms.BooleanField(label=_("Leads: may invite others and let them go"), required=False)


class AcceptForm(forms.Form):
    """The account that an invitation makes."""

    full_name = forms.CharField(label=_("Full name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=128,
        help_text=password_validators_help_text_html(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, contact: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact = contact

    def clean(self) -> dict[str, Any]:
        """The password must not be guessed from what the person is called."""
        if password := self.cleaned_data.get("password"):
            kind = "phone" if self.contact.startswith("+") else "email"
            try:
                validate_password(password, User(full_name=self.cleaned_data.get("full_name", ""), **{kind: self.contact}))
            except ValidationError as error:
                self.add_error("password", error)
        return self.cleaned_data


class ResetForm(forms.Form):
    """What an official notes when he lets somebody choose a new password."""

    seen = forms.BooleanField(label=_("I saw this person's identity card: it is the person named above"))
    new_phone = PhoneField(
        label=_("New phone number"), required=False, help_text=_("Only where the old one is lost or given up; it becomes the sign-in.")
    )
