"""What officials enter about a programme."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scopes import TRADE
from catalog.whole_numbers import WholeNumberField
from livestreams.dated_form import DatedForm
from livestreams.programmes.models import Programme, Target

MOST = 10**15
HINTS = {
    Target.Metric.NET: _("In dong: orders placed on air and at fairs of the programme, less what was cancelled or sent back."),
    Target.Metric.WEIGHT: _("In kilograms: 1 tonne is 1000."),
}


class ProgrammeForm(DatedForm):
    """A programme with its partners, and for each figure at most one target."""

    class Meta:
        model = Programme
        fields = ("name_vi", "name_en", "starts_on", "ends_on", "partners")
        widgets = {"partners": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, kinds=TRADE, **kwargs)
        self.fields["partners"].label = _("Partners")
        held = dict(self.instance.targets.values_list("metric", "value")) if self.instance.pk else {}
        for metric in Target.Metric:
            name = f"target_{metric}"
            self.fields[name] = WholeNumberField(
                label=metric.label, required=False, min_value=1, max_value=MOST, help_text=HINTS.get(metric, "")
            )
            self.initial.setdefault(name, held.get(metric))

    @property
    def target_fields(self) -> list[forms.BoundField]:
        """The fields of the targets, in their order."""
        return [self[f"target_{metric}"] for metric in Target.Metric]

    @property
    def targets(self) -> dict[str, int]:
        """What was aimed at, by figure; a field left empty is no target."""
        given = {metric.value: self.cleaned_data.get(f"target_{metric}") for metric in Target.Metric}
        return {metric: value for metric, value in given.items() if value is not None}
