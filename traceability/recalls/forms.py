"""The forms by which goods are recalled, and a recall is ended."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from traceability.codes.alphabet import UNIT_LENGTH, normalise
from traceability.codes.models import UnitCode
from traceability.lots.models import Lot
from traceability.recalls.models import Recall
from traceability.recalls.services import Span, Words

LONGEST = 1000
_PACK = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
_LINES = forms.Textarea(attrs={"rows": 3})


class SpanFields(forms.Form):
    """Which packs of a lot: none given means all of it. A pack is named by its serial, as printed, or by its number in the lot."""

    first = forms.CharField(
        label=gettext_lazy("First pack"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs=_PACK),
        help_text=gettext_lazy("Its serial as printed, or its number in the lot. Leave both empty to recall the whole lot."),
    )
    last = forms.CharField(label=gettext_lazy("Last pack"), required=False, max_length=30, widget=forms.TextInput(attrs=_PACK))

    def span_of(self, lot: Lot) -> Span:
        """The span that was typed; where it is none of the lot's, the errors stand at the fields."""
        data = self.cleaned_data
        typed = {name: data.get(name, "").strip() for name in ("first", "last")}
        if not any(typed.values()):
            return Span(lot)
        most = lot.codes.aggregate(most=Max("number"))["most"] or 0
        if not most:
            self.add_error("first", _("This lot has no codes of single packs: leave both empty to recall the whole lot."))
            return Span(lot)
        numbers: dict[str, int] = {}
        for name, text in typed.items():
            number = _number(lot, text)
            if not text:
                self.add_error(name, _("Say the first and the last pack, or leave both empty."))
            elif number is None:
                self.add_error(name, _("No pack of this lot has this serial or number: they are numbered 1 to %(most)s.") % {"most": most})
            else:
                numbers[name] = number
        if len(numbers) < len(typed):
            return Span(lot)
        if numbers["last"] < numbers["first"]:
            words = {"last": numbers["last"], "first": numbers["first"]}
            self.add_error("last", _("The last pack (number %(last)s) comes before the first one (number %(first)s).") % words)
        return Span(lot, **numbers)


def _number(lot: Lot, typed: str) -> int | None:
    """The number in the lot of the pack that was typed."""
    codes = UnitCode.objects.filter(lot=lot)
    serial = normalise(typed)
    if len(serial) == UNIT_LENGTH:
        codes = codes.filter(serial=serial)
    elif serial.isascii() and serial.isdecimal() and len(serial) <= 9:
        codes = codes.filter(number=int(serial))
    else:
        return None
    return codes.values_list("number", flat=True).first()


class RecallForm(SpanFields):
    """Why a lot is recalled, and what a buyer is to do."""

    reason_vi = forms.CharField(
        label=gettext_lazy("Why, in Vietnamese"),
        max_length=LONGEST,
        widget=_LINES,
        help_text=gettext_lazy("What is wrong with the goods, so that a buyer understands it. Name no private persons."),
    )
    instructions_vi = forms.CharField(
        label=gettext_lazy("What to do, in Vietnamese"),
        max_length=LONGEST,
        widget=_LINES,
        help_text=gettext_lazy("Such as: do not eat it, bring it back to where it was bought, the money is given back."),
    )
    reason_en = forms.CharField(label=gettext_lazy("Why, in English"), max_length=LONGEST, widget=_LINES, required=False)
    instructions_en = forms.CharField(label=gettext_lazy("What to do, in English"), max_length=LONGEST, widget=_LINES, required=False)
    sure = forms.BooleanField(
        label=gettext_lazy("I have checked this. A recall is public at once and cannot be taken back."),
        error_messages={"required": gettext_lazy("Confirm that you have checked it.")},
    )
    after = forms.ModelChoiceField(Recall.objects.none(), required=False, widget=forms.HiddenInput)
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    field_order = ("first", "last", "reason_vi", "instructions_vi", "reason_en", "instructions_en", "sure")

    def __init__(self, *args: Any, lot: Lot, after: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lot = lot
        followed = self.fields["after"]
        assert isinstance(followed, forms.ModelChoiceField)
        # What a lot was made of may have been recalled: then the words begin as those of that recall.
        followed.queryset = Recall.objects.of_lots(Lot.objects.that_went_into(lot))
        self.initial.setdefault("token", uuid.uuid4())
        recall = followed.queryset.filter(pk=after).first() if after and after.isascii() and after.isdecimal() and len(after) < 19 else None
        if recall is not None:
            for name in ("reason_vi", "reason_en", "instructions_vi", "instructions_en"):
                self.initial[name] = getattr(recall, name)
            self.initial["after"] = recall

    def clean(self) -> dict[str, Any]:
        """The span lies in the lot."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["span"] = self.span_of(self._lot)
        return data

    @property
    def words(self) -> Words:
        """What the public is told."""
        return Words(**{name: self.cleaned_data[name] for name in ("reason_vi", "instructions_vi", "reason_en", "instructions_en")})


class OtherLotForm(SpanFields):
    """Another lot of the producer that the same recall is about, or further packs of the first one."""

    lot = forms.ModelChoiceField(
        Lot.objects.none(), label=gettext_lazy("Another lot, or this one"), required=False, empty_label=gettext_lazy("No other lot")
    )

    field_order = ("lot", "first", "last")

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["lot"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = others

    def clean(self) -> dict[str, Any]:
        """The span lies in the lot that was chosen; without a lot there is none."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["span"] = None
        lot = data.get("lot")
        if lot is not None:
            data["span"] = self.span_of(lot)
        elif "lot" not in self.errors and (data.get("first") or data.get("last")):
            self.add_error("lot", _("Choose the lot that these packs belong to."))
        return data


class EndForm(forms.Form):
    """How a recall ended."""

    note_vi = forms.CharField(
        label=gettext_lazy("How it ended, in Vietnamese"),
        max_length=LONGEST,
        widget=_LINES,
        help_text=gettext_lazy("Such as: all packs came back and were destroyed. It stands beside the recall for ever."),
    )
    note_en = forms.CharField(label=gettext_lazy("How it ended, in English"), max_length=LONGEST, widget=_LINES, required=False)
