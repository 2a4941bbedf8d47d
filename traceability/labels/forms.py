"""Choosing what labels to print, and which of them again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from traceability.codes.services import codes_left
from traceability.labels.models import MOST_LABELS, LabelRun
from traceability.labels.sheets import SHEETS, Sheet
from traceability.lots.models import Lot


def sheet_words(sheet: Sheet) -> str | Promise:
    """What a sheet is called where people choose it."""
    size = {"width": f"{sheet.width:g}".replace(".", ","), "height": f"{sheet.height:g}".replace(".", ",")}
    if sheet.is_roll:
        words = _("Roll, %(width)s × %(height)s mm") if sheet.columns == 1 else _("Roll, %(width)s × %(height)s mm, %(columns)s across")
    else:
        words = _("A4 sheet, %(number)s labels of %(width)s × %(height)s mm")
    return str(words) % {**size, "number": sheet.per_page, "columns": sheet.columns}


def _sheets() -> list[tuple[str, str | Promise]]:
    return [(sheet.code, sheet_words(sheet)) for sheet in SHEETS.values()]


class LabelForm(forms.Form):
    """How many labels, of what, on what. For a product without a lot there is one subject only."""

    subject = forms.ChoiceField(label=_("What is labelled"), widget=forms.RadioSelect)
    count = forms.IntegerField(
        label=_("How many labels"),
        min_value=1,
        max_value=MOST_LABELS,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("Write a whole number from 1 to 100,000.")),
    )
    form = forms.ChoiceField(label=_("As what"), choices=LabelRun.Form.choices, initial=LabelRun.Form.PDF)
    sheet = forms.ChoiceField(
        label=_("Sheet or roll"), choices=_sheets, initial="a4-24", help_text=_("Only for a PDF: the label stock that is in your printer.")
    )

    def __init__(self, *args: Any, lot: Lot | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        subjects = LabelRun.Subject
        offered = [subjects.PRODUCT] if lot is None else [subjects.UNIT, subjects.LOT]
        subject, count = self.fields["subject"], self.fields["count"]
        assert isinstance(subject, forms.ChoiceField)
        subject.choices = [(choice.value, choice.label) for choice in offered]
        subject.initial = offered[0]
        if lot is None:
            subject.widget = forms.HiddenInput()
        else:
            left = codes_left(lot)
            count.help_text = _("A code for each pack: up to %(left)s more for this lot.") % {"left": f"{left:,}".replace(",", ".")}


class AgainForm(forms.Form):
    """Which labels of a run are printed again, and why."""

    first = forms.IntegerField(label=_("From label"), min_value=1)
    last = forms.IntegerField(label=_("To label"), min_value=1)
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("For example: the printer jammed. It is kept with the run."))

    def __init__(self, *args: Any, run: LabelRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in (("first", run.first), ("last", run.last)):
            field = self.fields[name]
            assert isinstance(field, forms.IntegerField)
            field.initial = value
            field.widget.attrs |= {"min": run.first, "max": run.last}
        self._run = run

    def clean(self) -> dict[str, Any]:
        """The span lies within the run."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first is not None and last is not None and not self._run.first <= first <= last <= self._run.last:
            self.add_error(
                "first", _("This run has the labels %(first)s to %(last)s.") % {"first": self._run.first, "last": self._run.last}
            )
        return cleaned


class VoidForm(AgainForm):
    """Which codes of a run are made void for good."""

    reason = None  # type: ignore[assignment]
