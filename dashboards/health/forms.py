"""What an address asks of data health: one kind of what is amiss, or all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

KINDS = (
    ("silent", _("Silent shops")),
    ("unmapped", _("Shops with unmapped SKUs")),
    ("sessions", _("Livestreams without figures")),
    ("papers", _("Products without a valid paper")),
    ("claims", _("Figures that differ from the ledger")),
)


class HealthForm(forms.Form):
    """The kind; its page leads to each by a link."""

    show = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *KINDS], required=False)
    province = forms.CharField(max_length=2, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        if not data.get("province"):
            del self.fields["province"]

    @property
    def kind(self) -> str:
        """The kind asked for; empty for all, and where there is no such kind."""
        return str(self.cleaned_data["show"]) if self.is_valid() else ""
