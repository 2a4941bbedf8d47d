"""The filters of the order lines: the address of any figure's lines, and the fields of the filter bar.

Codes and words stand in addresses (`session=L1&bucket=live`); here they become the ids and numbers of `Filters`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from catalog.models import OcopGroup, Platform, Producer, Product
from dashboards.boards.audience import Audience
from dashboards.boards.line_rows import NEWEST, OWN_STATE, SORTS, LineQuery
from dashboards.boards.lines import BASES, BUCKETS, SOURCES
from dashboards.boards.measures import ABSENT, Filters
from dashboards.periods import EARLIEST
from livestreams.models import Host, Programme, Session
from orders.figures.sight import Sight
from orders.models import Shop
from places.models import Commune, Province

BUCKET_CHOICES = (
    ("live", _("During the session")),
    ("after_24h", _("After: 0–24 h")),
    ("within_7d", _("After: first 7 days")),
    ("after", _("After: first 30 days")),
    ("after_7d", _("After: 24 h–7 days")),
    ("after_30d", _("After: 7–30 days")),
    ("event", _("Fair or booth")),
    ("other", _("Other")),
)
STATE_CHOICES = (
    ("cancelled", _("Cancelled")),
    ("returned", _("Returned")),
    ("net", _("Left after cancellations and returns")),
    ("delivered", _("Delivered, less returns")),
    ("open", _("Not final")),
)
STAR_CHOICES = (("5", "5"), ("4", "4"), ("3", "3"), (ABSENT, _("No stars")))
# Named by code in the address; where the lines have none: "absent".
NAMED: dict[str, type[Model]] = {
    "session": Session,
    "programme": Programme,
    "host": Host,
    "product": Product,
    "producer": Producer,
    "commune": Commune,
    "shop": Shop,
    "group": OcopGroup,
}
_AFTER = re.compile(r"(\d{1,16})\.(\d{1,18})", re.ASCII)


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", _("All")), *choices], required=False)


class LineForm(forms.Form):
    """The filters of an address; after `is_valid()` `line_query` is what to read. Fields that are hidden come from links."""

    state = _choice(_("What became of it"), STATE_CHOICES)
    bucket = _choice(_("Attributed to"), BUCKET_CHOICES)
    basis = _choice(_("Basis"), (("reported", _("reported")), ("estimated", _("estimated"))))
    star = _choice(_("Stars"), STAR_CHOICES)
    order = forms.CharField(label=_("Order ID"), max_length=64, required=False)
    source = forms.ChoiceField(choices=[("", ""), *((word, word) for word in SOURCES)], required=False, widget=forms.HiddenInput)
    platform = forms.ChoiceField(choices=[("", ""), *Platform.choices], required=False, widget=forms.HiddenInput)
    partner = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    slot = forms.RegexField(r"^(\d{1,18}|absent)$", required=False, widget=forms.HiddenInput)
    by = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput)
    back = forms.CharField(label=_("Came back"), max_length=22, required=False, widget=forms.HiddenInput)
    province = forms.CharField(max_length=2, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], audience: Audience, sight: Sight) -> None:
        super().__init__(data)
        self.audience = audience
        self.sight = sight
        if not audience.official:
            state = self.fields["state"]
            assert isinstance(state, forms.ChoiceField)
            state.choices = [*state.choices, (OWN_STATE, _("Below your lowest price"))]  # type: ignore[misc]
        days = {
            name: forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
            for name, label in (("from", _("From")), ("to", _("To")))
        }
        named: dict[str, forms.Field] = {name: forms.CharField(max_length=40, required=False, widget=forms.HiddenInput) for name in NAMED}
        if data.get("delivery"):
            provinces = [(ABSENT, ""), *Province.objects.values_list("code", "name")]
            named["delivery"] = forms.ChoiceField(label=_("Delivered to"), choices=provinces, widget=forms.HiddenInput)
        # "from" is a word of Python's, so these cannot stand in the class. What is hidden and empty would only lengthen the address.
        fields = {**days, **self.fields, **named}
        self.fields = {name: field for name, field in fields.items() if data.get(name) or not field.widget.is_hidden}

    def clean(self) -> dict[str, Any]:
        """Days in order; every code one that exists."""
        values = {name: value for name, value in self.cleaned_data.items() if value not in {None, ""}}
        if "from" in values and "to" in values and values["from"] > values["to"]:
            self.add_error("to", _("The last day is before the first one."))
        if "back" in values:
            values["back"] = _days(values["back"])
        for name, model in NAMED.items():
            if name not in values or values[name] == ABSENT:
                continue
            found = model._default_manager.filter(code=values[name]).values_list("pk", flat=True).first()
            if found is None:
                raise ValidationError(_("Nothing bears the code %(code)s."), params={"code": values[name]})
            values[name] = found
        return values

    @property
    def line_query(self) -> LineQuery:
        """The lines asked for, in the order asked for; the audience's own alone."""
        values = self.cleaned_data
        asked: dict[str, Any] = {name: values[name] for name in NAMED if name in values}
        asked |= {"first": values.get("from"), "last": values.get("to")}
        if "bucket" in values:
            asked["bucket"] = BUCKETS[values["bucket"]]
        if "platform" in values:
            asked["platform"] = values["platform"]
        if "basis" in values:
            asked["basis"] = int(BASES[values["basis"]])
        if "source" in values:
            asked["source"] = int(SOURCES[values["source"]])
        for name in ("star", "slot"):
            if name in values:
                asked[name] = ABSENT if values[name] == ABSENT else int(values[name])
        sort = self.data.get("sort", NEWEST)
        if sort.removeprefix("-") not in SORTS:
            sort = NEWEST
        return LineQuery(
            where=self._within_sight(asked),
            sight=self.sight,
            state=values.get("state", ""),
            number=values.get("order", ""),
            delivery=values.get("delivery", ""),
            back=values.get("back"),
            partner=values.get("partner", ""),
            sort=sort,
            after=_after(self.data.get("after", "")),
        )

    def _within_sight(self, asked: dict[str, Any]) -> Filters:
        own = self.audience.filters()
        # Somebody else's producer or commune asked for: the lines of nobody, not those of the asked one.
        if own.producer is not None and "producer" in asked:
            asked["producer"] = asked["producer"] if asked["producer"] in self.audience.producers else ()
        if own.commune is not None and "commune" in asked:
            asked["commune"] = own.commune if asked["commune"] == own.commune else ""
        return own & asked


def _days(text: str) -> tuple[date, date]:
    """The two days of `back`; ValidationError where they are no days in their order."""
    try:
        first, last = (date.fromisoformat(part) for part in text.split(".."))
    except ValueError:
        raise ValidationError(_("These are no days of the calendar.")) from None
    if not EARLIEST <= first <= last < date.max:
        raise ValidationError(_("These are no days of the calendar."))
    return first, last


def _after(text: str) -> tuple[int, int] | None:
    found = _AFTER.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None
