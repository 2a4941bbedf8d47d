"""Forms of the steps: drawn from the fields, never in the way of a draft. What may not be stays in its field and is told there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.utils.translation import gettext_lazy as _

from catalog.listings.fields import FieldError, Kind, ListingField
from catalog.models import OcopSet, Producer

_TYPES = {Kind.PHONE: ("tel", "tel"), Kind.EMAIL: ("email", "email"), Kind.ADDRESS: ("url", "url")}


class StepForm(forms.Form):
    """The fields of one step, filled with what the draft holds. It checks nothing: `catalog.listings.drafts` does."""

    use_required_attribute = False

    def __init__(self, fields: Iterable[ListingField], values: Mapping[str, str], errors: Mapping[str, str] | None = None) -> None:
        super().__init__(initial=dict(values))
        for field in fields:
            self.fields[field.key] = _form_field(field)
        told = _wrong(fields, values) if errors is None else errors
        self._errors = ErrorDict({key: ErrorList([text]) for key, text in told.items()})


class NewProductForm(forms.Form):
    """Whose product it is, and what it is called; all else comes step by step."""

    producer = forms.ModelChoiceField(Producer.objects.none(), label=_("Producer"), to_field_name="code", empty_label=None)
    name = forms.CharField(label=_("Name in Vietnamese"), max_length=200, help_text=_("As it stands on the label."))

    def __init__(self, data: Mapping[str, str] | None, *, producers: list[Producer]) -> None:
        super().__init__(data)
        chosen = self.fields["producer"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = Producer.objects.filter(pk__in=[producer.pk for producer in producers])
        if len(producers) == 1:
            chosen.initial = producers[0].code
            chosen.widget = chosen.hidden_widget()


def _wrong(fields: Iterable[ListingField], values: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for field in fields:
        try:
            field.tidy(values.get(field.key, ""))
        except FieldError as error:
            found[field.key] = str(error)
    return found


def _form_field(field: ListingField) -> forms.Field:
    label, hint = str(field.label), str(field.hint)
    if field.kind is Kind.SET:
        return forms.ChoiceField(label=label, help_text=hint, required=field.needed, choices=_sets())
    widget: forms.Widget
    if field.kind is Kind.TEXT:
        widget = forms.Textarea(attrs={"rows": 8})
    elif field.kind in _TYPES:
        kind, mode = _TYPES[field.kind]
        widget = forms.TextInput(attrs={"type": kind, "inputmode": mode})
    elif field.kind is Kind.PERCENT:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    elif field.kind in {Kind.PRICE, Kind.CODE}:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    else:
        widget = forms.TextInput()
    return forms.CharField(label=label, help_text=hint, required=field.needed, widget=widget)


def _sets() -> list[tuple[str, object]]:
    choices: list[tuple[str, object]] = [("", _("Not chosen yet"))]
    sets = OcopSet.objects.select_related("group")
    for group, members in groupby(sets, key=lambda ocop_set: ocop_set.group):
        choices.append((group.name, [(ocop_set.code, ocop_set.name) for ocop_set in members]))
    return choices
