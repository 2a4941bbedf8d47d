"""The form by which an order file comes in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orders.intake.reading import PLATFORMS
from orders.shops.models import Shop

MEGABYTES_AT_MOST = 200


class OrderFileForm(forms.Form):
    """A shop of those the user may take in, and its file; the time of export only counts where the file's name has none."""

    shop = forms.ModelChoiceField(Shop.objects.none(), label=_("Shop"), empty_label=_("Choose a shop"))
    file = forms.FileField(
        label=_("Order file"),
        help_text=_("The .xlsx or .csv file just as the platform gave it. Buyers' names, phones and addresses in it are not read."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    exported_at = forms.DateTimeField(
        label=_("Exported at"),
        required=False,
        help_text=_("Only needed where the file's name does not say when it was exported; empty means now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shops = self.fields["shop"]
        assert isinstance(shops, forms.ModelChoiceField)
        shops.queryset = Shop.objects.for_intake(user).filter(platform__in=PLATFORMS).order_by("name")

    def clean_file(self) -> Any:
        """Refuses what no honest export reaches."""
        file = self.cleaned_data["file"]
        if file.size > MEGABYTES_AT_MOST * 1024 * 1024:
            raise forms.ValidationError(
                _("“%(file)s” is larger than %(limit)s MB. Export a shorter period."),
                params={"file": file.name, "limit": MEGABYTES_AT_MOST},
            )
        return file

    def clean_exported_at(self) -> Any:
        """Refuses a time that has not come yet."""
        moment = self.cleaned_data["exported_at"]
        if moment and moment > timezone.now():
            raise forms.ValidationError(_("This time lies in the future."))
        return moment
