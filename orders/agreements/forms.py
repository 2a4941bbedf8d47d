"""Forms of agreements: the terms, the owner's answer, the end."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User
from catalog.media.documents import ACCEPTED, store_document
from catalog.media.errors import UploadRefusedError
from catalog.models import StoredDocument
from orders.agreements.models import YEARS_AT_MOST, reader_names
from orders.agreements.services import Terms

YEAR = timedelta(days=365)


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PaperForm(forms.Form):
    """A form that may come with the signed paper."""

    paper = forms.FileField(
        label=_("Signed paper (PDF or photo)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_("Only the shop's owner and the offices that answer for it can open the file."),
    )

    def stored_paper(self, by: User) -> StoredDocument | None:
        """The paper that came along, kept; what is refused is an error of the field, and None."""
        file = self.cleaned_data["paper"]
        if not isinstance(file, TemporaryUploadedFile):
            return None
        try:
            return store_document(path=Path(file.temporary_file_path()), name=file.name or "", by=by)
        except UploadRefusedError as error:
            self.add_error("paper", str(error))
            return None


class TermsForm(PaperForm):
    """What an office proposes, or enters as signed on paper."""

    purpose = forms.CharField(label=_("What the order lines are used for"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    readers = forms.MultipleChoiceField(label=_("Who sees the order lines"), widget=forms.CheckboxSelectMultiple)
    since = forms.DateField(label=_("From"), widget=_day())
    until = forms.DateField(label=_("Until"), widget=_day(), help_text=_("Five years at most."))
    signed_on = forms.DateField(
        label=_("Signed on paper on"),
        required=False,
        widget=_day(),
        help_text=_("Only where the owner has signed on paper. Left empty, the owner is asked in the portal."),
    )
    field_order = ("purpose", "readers", "since", "until", "signed_on", "paper")

    def __init__(self, *args: Any, on_paper_only: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        readers = self.fields["readers"]
        assert isinstance(readers, forms.MultipleChoiceField)
        readers.choices = list(zip(Agency.Kind.values, reader_names(Agency.Kind.values), strict=True))
        today = timezone.localdate()
        readers.initial = Agency.Kind.values
        self.fields["since"].initial, self.fields["until"].initial = today, today + 2 * YEAR
        self.fields["purpose"].initial = gettext("To follow the sales of OCOP products and report on them; for nothing else.")
        if on_paper_only:
            # Hosts and partners have no account: nobody could answer in the portal.
            self.fields["signed_on"].required = True
            self.fields["signed_on"].help_text = gettext("The owner of this shop has no account here: its agreement is signed on paper.")

    def clean_signed_on(self) -> date | None:
        """A day that has come."""
        signed: date | None = self.cleaned_data["signed_on"]
        if signed and signed > timezone.localdate():
            raise ValidationError(gettext("This day is still to come. Record it when it has come."))
        return signed

    def clean(self) -> dict[str, Any]:
        """Days in order and not too far apart; a paper of what was signed, and of nothing else."""
        said = self.cleaned_data
        since, until = said.get("since"), said.get("until")
        if since and until:
            if until < since:
                self.add_error("until", gettext("The last day is before the first one."))
            elif until < timezone.localdate():
                self.add_error("until", gettext("This day has passed."))
            elif until - since > YEARS_AT_MOST * YEAR + timedelta(days=2):
                self.add_error("until", gettext("An agreement holds for five years at most."))
        if said.get("paper") and not said.get("signed_on") and "signed_on" not in self.errors:
            self.add_error("signed_on", gettext("Say when the paper was signed."))
        if said.get("signed_on") and not said.get("paper") and "paper" not in self.errors:
            # Else an office could let itself in.
            self.add_error("paper", gettext("Add the signed paper: it shows what the owner agreed to."))
        return said

    @property
    def terms(self) -> Terms:
        """What was filled in."""
        return Terms(**{name: self.cleaned_data[name] for name in ("purpose", "readers", "since", "until")})


class SignForm(PaperForm):
    """The owner's yes."""

    agreed = forms.BooleanField(label=_("I have read this and agree on behalf of the producer"))
    field_order = ("agreed", "paper")


class WithdrawForm(forms.Form):
    """The owner's no longer."""

    since = forms.DateField(
        label=_("No longer shared from"), widget=_day(), help_text=_("Today at the earliest: it then takes effect at once.")
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300, help_text=_("You need not give one."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = timezone.localdate()

    def clean_since(self) -> date:
        """What was seen cannot be unseen."""
        since: date = self.cleaned_data["since"]
        if since < timezone.localdate():
            raise ValidationError(gettext("This day has passed: choose today or a later one."))
        return since
