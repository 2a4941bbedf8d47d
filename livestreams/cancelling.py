"""The form by which an event or a course is called off."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CancelForm(forms.Form):
    """Why it does not take place."""

    reason = forms.CharField(label=_("Why it is called off"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
