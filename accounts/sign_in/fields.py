"""Form fields for what a person is known by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from accounts import phones


class PhoneField(forms.CharField):
    """A phone number as people write it; clean it is E.164."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Phone number"))
        kwargs.setdefault("max_length", 30)
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """E.164, or "" where the field may be empty."""
        text: str = super().clean(value)
        try:
            return phones.parse(text) if text else ""
        except phones.PhoneError as error:
            raise ValidationError(str(error), code="invalid_phone") from error


class ContactField(forms.CharField):
    """A phone number or an e-mail address, whichever somebody is known by; clean it is E.164, or the address in small letters."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Phone number or e-mail"))
        kwargs.setdefault("max_length", 254)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """Tell the two apart by the @."""
        text: str = super().clean(value)
        if not text:
            return ""
        if "@" in text:
            validate_email(text)
            return text.lower()
        try:
            return phones.parse(text)
        except phones.PhoneError as error:
            raise ValidationError(str(error), code="invalid_phone") from error
