"""The form by which an order file comes in."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orders.intake.shop_field import IntakeShopField

MEGABYTES_AT_MOST = 200


def clean_order_file(file: UploadedFile[Any]) -> UploadedFile[Any]:
    """Refuses what no honest export reaches."""
    if (file.size or 0) > MEGABYTES_AT_MOST * 1024 * 1024:
        raise forms.ValidationError(
            _("“%(file)s” is larger than %(limit)s MB. Export a shorter period."),
            params={"file": file.name, "limit": MEGABYTES_AT_MOST},
        )
    return file


class OrderFileForm(forms.Form):
    """A shop of those the user may take in, and its file; the time of export only counts where the file's name has none."""

    shop = IntakeShopField(label=_("Shop"), empty_label=_("Choose a shop"))
    file = forms.FileField(
        label=_("Order file"),
        help_text=_("The .xlsx or .csv file just as the platform gave it. Buyers' names, phones and addresses in it are not read."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    original_sha256 = forms.CharField(required=False, widget=forms.HiddenInput)
    exported_at = forms.DateTimeField(
        label=_("Exported at"),
        required=False,
        help_text=_("Only needed where the file's name does not say when it was exported; empty means now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shops = self.fields["shop"]
        assert isinstance(shops, IntakeShopField)
        shops.offer_to(user)

    def clean_file(self) -> UploadedFile[Any]:
        """Refuses what no honest export reaches."""
        return clean_order_file(self.cleaned_data["file"])

    def clean_original_sha256(self) -> str:
        """The browser's word of what the file was before columns were left out: a label, so anything else is none."""
        text: str = self.cleaned_data["original_sha256"]
        return text if re.fullmatch(r"[0-9a-f]{64}", text) else ""

    def clean_exported_at(self) -> Any:
        """Refuses a time that has not come yet."""
        moment = self.cleaned_data["exported_at"]
        if moment and moment > timezone.now():
            raise forms.ValidationError(_("This time lies in the future."))
        return moment
