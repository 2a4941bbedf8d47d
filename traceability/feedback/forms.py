"""The forms of feedback: what a buyer writes, and what is answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.media.errors import UploadRefusedError
from catalog.media.looking import called
from catalog.media.pictures import Picture, encode_photo
from places.models import Province
from traceability.feedback.models import LONGEST, Feedback
from traceability.feedback.services import Written
from traceability.feedback.tickets import new_token

Kind = Feedback.Kind
WARNING = gettext_lazy("Do not write names, telephone numbers or addresses. Numbers and e-mail addresses are taken out before it is kept.")


def _token() -> forms.CharField:
    return forms.CharField(widget=forms.HiddenInput, required=False)


class FeedbackForm(forms.Form):
    """Complaint, praise or question; or, as a form of its own, the report of a counterfeit."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it"),
        choices=[(kind.value, kind.label) for kind in (Kind.COMPLAINT, Kind.PRAISE, Kind.QUESTION)],
        widget=forms.RadioSelect,
    )
    province = forms.ModelChoiceField(
        Province.objects.order_by("name"), label=gettext_lazy("Province where you bought it"), empty_label=gettext_lazy("Choose a province")
    )
    bought_where = forms.CharField(
        label=gettext_lazy("Where you bought it"),
        max_length=200,
        help_text=gettext_lazy("Shop, market, website or livestream: so that it can be looked into."),
    )
    text = forms.CharField(
        label=gettext_lazy("What you want to say"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=WARNING,
    )
    photo = forms.FileField(
        label=gettext_lazy("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text=gettext_lazy("Of the pack and its label. Where and with what it was taken is not kept."),
    )
    website = forms.CharField(
        label=gettext_lazy("Leave this empty"), required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )
    token = _token()

    def __init__(self, *args: Any, counterfeit: bool, asks_province: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._counterfeit = counterfeit
        if counterfeit:
            del self.fields["kind"]
        else:
            del self.fields["bought_where"], self.fields["photo"]
        if not asks_province:
            del self.fields["province"]
        self.initial["token"] = new_token()

    def clean_website(self) -> str:
        """A field that people do not see was filled in by a program."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty."))
        return ""

    def clean_photo(self) -> Picture | None:
        """The photo written anew without what the camera noted; refused where it is none."""
        file = self.cleaned_data["photo"]
        if not file:
            return None
        try:
            return encode_photo(Path(file.temporary_file_path()), called(file.name or ""))["medium"]
        except UploadRefusedError as error:
            raise forms.ValidationError(str(error)) from error

    @property
    def written(self) -> Written:
        """What was written."""
        data = self.cleaned_data
        photo: Picture | None = data.get("photo")
        return Written(
            kind=Kind.COUNTERFEIT if self._counterfeit else data["kind"],
            text=data["text"],
            bought_where=data.get("bought_where", ""),
            photo=photo.content if photo else None,
            province=data.get("province"),
        )


class AgainForm(forms.Form):
    """What the writer adds."""

    text = forms.CharField(
        label=gettext_lazy("Write once more"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=WARNING,
    )
    token = _token()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["token"] = new_token()


class AnswerForm(forms.Form):
    """An answer."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Whoever has the ticket reads it, in the name of your producer or office and without yours."),
    )
