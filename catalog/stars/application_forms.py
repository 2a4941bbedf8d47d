"""Forms of an application: what is wanted, the dossier, the commune's check, the points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.criteria import Criteria, DossierPaper
from catalog.media.documents import ACCEPTED
from catalog.models import DossierItem

STARS_WANTED = [(3, _("3 stars")), (4, _("4 stars")), (5, _("5 stars"))]


class WantedForm(forms.Form):
    """How many stars the producer asks for."""

    stars_wanted = forms.TypedChoiceField(label=_("Stars wanted"), coerce=int, choices=STARS_WANTED, widget=forms.RadioSelect)


@dataclass(frozen=True)
class PaperRow:
    """A paper of the list in the form, as it was last saved and as it is filled in."""

    paper: DossierPaper
    item: DossierItem
    provided: forms.BoundField
    note: forms.BoundField
    file: forms.BoundField

    @property
    def failed(self) -> bool:
        """Whether something of it has to be mended."""
        return bool(self.provided.errors or self.note.errors or self.file.errors)


class DossierForm(forms.Form):
    """For each paper of the list whether it is there, which it is, and its file."""

    def __init__(self, *args: Any, papers: Sequence[DossierPaper], items: Mapping[str, DossierItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.papers, self.items = papers, items
        for paper in papers:
            item = items[paper.key]
            self.fields[f"{paper.key}-provided"] = forms.BooleanField(label=_("We have this paper"), required=False, initial=item.provided)
            self.fields[f"{paper.key}-note"] = forms.CharField(
                label=_("Number, issuer, date"), required=False, max_length=300, initial=item.note
            )
            widget = forms.FileInput(attrs={"accept": ACCEPTED})
            self.fields[f"{paper.key}-file"] = forms.FileField(label=_("File (PDF or photo)"), required=False, widget=widget)

    def rows(self) -> list[PaperRow]:
        """Each paper with its three fields."""
        return [
            PaperRow(paper, self.items[paper.key], self[f"{paper.key}-provided"], self[f"{paper.key}-note"], self[f"{paper.key}-file"])
            for paper in self.papers
        ]


class CheckForm(forms.Form):
    """What the commune found."""

    origin = forms.BooleanField(label=_("Most raw materials come from the place, as stated"), required=False)
    labour = forms.BooleanField(label=_("Most workers are of the place, as stated"), required=False)
    identity = forms.BooleanField(label=_("The product carries the identity of the place, as stated"), required=False)
    note = forms.CharField(
        label=_("Remarks"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where one of the three is not confirmed: the application then goes back to the producer."),
    )


class PointsField(forms.DecimalField):
    """Points with one decimal, behind a comma or a dot in either language: 33,5 is never 335."""

    def to_python(self, value: Any) -> Any:
        """The number; text that is none is refused by Django's own sentence."""
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class PointsForm(forms.Form):
    """The council's points, part by part."""

    note = forms.CharField(label=_("Remarks"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, criteria: Criteria, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {"A": _("A. Product and community"), "B": _("B. Marketing"), "C": _("C. Quality")}
        for part, most in criteria.parts.items():
            outside = _("Give between 0 and %(most)s points.") % {"most": most}
            self.fields[f"points_{part.lower()}"] = PointsField(
                label=names[part],
                min_value=0,
                max_value=most,
                max_digits=4,
                decimal_places=1,
                help_text=_("Of %(most)s points") % {"most": most},
                error_messages={
                    "invalid": _("Write the points as a number, for example 33,5."),
                    "max_value": outside,
                    "min_value": outside,
                    "max_whole_digits": outside,
                    "max_digits": outside,
                    "max_decimal_places": _("At most one digit behind the comma."),
                },
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )
        self.order_fields([f"points_{part.lower()}" for part in criteria.parts])


class WordsForm(forms.Form):
    """Why an application is returned or refused."""

    words = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
