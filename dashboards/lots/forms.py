"""Choosing a lot for an order line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dashboards import formats
from traceability.models import Lot


class LotField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A lot, told by its number and its days."""

    def label_from_instance(self, obj: Any) -> str:
        """The number, when it was made, until when it is good."""
        made = _("%(number)s, made on %(day)s") % {"number": obj.number, "day": formats.day(obj.made_on)}
        if obj.best_before is None:
            return str(made)
        return str(_("%(lot)s, good until %(day)s") % {"lot": made, "day": formats.day(obj.best_before)})


class LotForm(forms.Form):
    """A lot of the line's product, or none: then the days decide."""

    lot = LotField(
        label=_("Lot that the line was packed from"),
        queryset=Lot.objects.none(),
        required=False,
        empty_label=_("Let the days decide: the oldest lot goes first"),
    )

    def __init__(self, data: Any, *, lots: QuerySet[Lot], chosen: Lot | None) -> None:
        super().__init__(data, initial={"lot": chosen})
        self.fields["lot"].queryset = lots  # type: ignore[attr-defined]
