"""What officials enter about organisations."""

from __future__ import annotations

from django import forms

from livestreams.partners.models import Organisation


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    """An organisation that takes part."""

    class Meta:
        model = Organisation
        fields = ["name_vi", "name_en", "kind"]
