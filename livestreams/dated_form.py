"""What the forms of programmes, events and courses have in common: a province that the user answers for, and days in their order."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.scopes import scope_of
from catalog.window.alphabet import Alphabetic, AlphabeticPlace
from livestreams.partners.models import Organisation
from livestreams.programmes.models import Programme
from places.models import Commune, Province

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


def day_widget() -> forms.DateInput:
    """A day, as browsers send it."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DatedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row with `starts_on` and `ends_on` in the province of the user's post; an administrator chooses the province of a new one."""

    def __init__(self, *args: Any, user: User, kinds: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for name in ("starts_on", "ends_on"):
            self.fields[name].widget = day_widget()
        province = self.instance.province_id
        if province is None:
            scope = scope_of(user, kinds=kinds)
            province = scope.province if scope else None
        if province is None:
            # What lies in the province can be chosen once it is known.
            for name in {"commune", "programme", "needs", "producers"} & set(self.fields):
                del self.fields[name]
            self.fields["province"] = forms.ModelChoiceField(Province.objects.order_by("code"), label=gettext_lazy("Province"))
            self.order_fields(["province"])
        else:
            self.instance.province_id = province
            self._offer("commune", Commune.objects.filter(province=province).order_by(AlphabeticPlace("name")))
            self._offer("programme", Programme.objects.filter(province=province))
        self._offer("partners", Organisation.objects.order_by(Alphabetic("name_vi"), "pk"))
        self._offer("trainer", Organisation.objects.order_by(Alphabetic("name_vi"), "pk"))

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """The days are in their order, and of this age; a province that was chosen becomes the row's."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("province"):
            self.instance.province = data["province"]
        first, last = data.get("starts_on"), data.get("ends_on")
        for name, day in (("starts_on", first), ("ends_on", last)):
            if day is not None and not EARLIEST <= day <= LATEST:
                self.add_error(name, _("The year is between 2000 and 2100."))
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first one."))
        return data
