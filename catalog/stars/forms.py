"""What officials type about stars: a decision's head and lines, and what a list is narrowed to."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.scopes import Scope
from catalog.media.documents import ACCEPTED
from catalog.stars.planning import Authority, Head, Kind
from catalog.window.alphabet import AlphabeticPlace
from places.models import Commune, Province

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LINES = {
    Kind.RECOGNITION: _("One product a line: code; stars; points. For example: GL-001; 4; 78,5"),
    Kind.EXTENSION: _("One product a line: its code. Another last day than the one above may stand behind it: GL-001; 30/09/2029"),
    Kind.REVOCATION: _("One product a line: its code. Another ground than the one above may stand behind it: GL-001; no longer made"),
}
_OF_KIND = {
    Kind.RECOGNITION: ("authority",),
    Kind.EXTENSION: ("valid_until",),
    Kind.REVOCATION: ("effective_on", "ground"),
}


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day, as browsers send it."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class DecisionForm(forms.Form):
    """A decision of one kind: fields of other kinds are left out."""

    number = forms.CharField(label=_("Decision number"), max_length=60, help_text=_("As it stands on the decision: 3981/QĐ-UBND"))
    decided_on = day_field(_("Decided on"))
    issuer = forms.CharField(label=_("Issued by"), max_length=200)
    authority = forms.ChoiceField(
        label=_("Authority"),
        choices=[(Authority.PROVINCE.value, _("Provincial level")), (Authority.CENTRE.value, _("The centre"))],
        initial=Authority.PROVINCE,
        widget=forms.RadioSelect,
        help_text=_("Three and four stars are the province's to give, five the centre's."),
    )
    province = forms.ModelChoiceField(Province.objects.all(), label=_("Province"), help_text=_("Whose products it covers."))
    valid_until = day_field(_("New last day"), required=False, help_text=_("The last day on which the stars are valid."))
    effective_on = day_field(_("First day without the star"), required=False, help_text=_("Empty: the day of the decision."))
    ground = forms.CharField(
        label=_("Ground"), max_length=300, required=False, help_text=_("For all products of the decision whose line says no other.")
    )
    lines = forms.CharField(
        label=_("Products"), required=False, widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}), max_length=400_000
    )
    file = forms.FileField(
        label=_("Or from a spreadsheet"),
        required=False,
        help_text=_("An .xlsx with the registry's column names. Its rows are put into the field above, to be looked at."),
        widget=forms.FileInput(attrs={"accept": f".xlsx,{XLSX}"}),
    )

    def __init__(self, *args: Any, kind: str, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.scope = Kind(kind), scope
        for other, names in _OF_KIND.items():
            for name in names:
                if other != self.kind:
                    del self.fields[name]
        if scope.province is not None:
            del self.fields["province"]
        self.fields["lines"].help_text = _LINES[self.kind]

    def head(self) -> Head:
        """The head of a decision whose fields are valid."""
        said = self.cleaned_data
        return Head(
            kind=self.kind.value,
            number=" ".join(said["number"].split()),
            decided_on=said["decided_on"],
            issuer=said["issuer"],
            authority=said.get("authority", ""),
            province=self.scope.province or said["province"].pk,
            valid_until=said.get("valid_until"),
            effective_on=said.get("effective_on"),
            ground=said.get("ground", ""),
        )


class DocumentForm(forms.Form):
    """One document: a PDF, or a picture of a page."""

    document = forms.FileField(
        label=_("File"), help_text=_("PDF, or a photo of the page; up to 10 MB."), widget=forms.FileInput(attrs={"accept": ACCEPTED})
    )


class EndingForm(forms.Form):
    """Narrows the list of stars that end."""

    by = day_field(_("What would be lost by"), required=False)
    star = forms.TypedChoiceField(
        label=_("Stars"), required=False, coerce=int, empty_value=None, choices=[("", _("All")), (5, "5"), (4, "4"), (3, "3")]
    )
    commune = forms.ModelChoiceField(Commune.objects.none(), label=_("Commune"), required=False, empty_label=_("All"))
    state = forms.ChoiceField(
        label=_("Application"),
        required=False,
        choices=[("", _("All")), ("none", _("Nobody has asked for a re-assessment")), ("running", _("An application runs"))],
    )

    def __init__(self, *args: Any, scope: Scope, communes: list[str], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        field = self.fields["commune"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Commune.objects.filter(pk__in=communes).order_by(AlphabeticPlace("name"))
        if scope.commune is not None:
            del self.fields["commune"]

    def clean_by(self) -> date | None:
        """A day that is still to come: what is lost already stands in the other list."""
        day: date | None = self.cleaned_data["by"]
        if day is not None and day <= self.today:
            raise ValidationError(_("Choose a day after today."))
        return day
