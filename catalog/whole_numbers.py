"""Whole numbers as people here type them: 120.000, 120,000 and 120 000 are all one hundred and twenty thousand."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

_GROUPED = re.compile(r"[0-9]{1,3}(?P<between>[.,\s])[0-9]{3}(?:(?P=between)[0-9]{3})*")


class WholeNumberField(forms.IntegerField):
    """Money, pieces, kilograms. Django's own field takes 120.000 for 120, and a browser's number field drops 1.200.000 altogether."""

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The keys of figures on a phone."""
        return {**super().widget_attrs(widget), "inputmode": "numeric", "autocomplete": "off"}

    def to_python(self, value: Any) -> int | None:
        """The number. Raises ValidationError for 2,5 and 12.00: a mark before anything but three figures is no thousands'."""
        text = str(value).strip() if value is not None else ""
        if _GROUPED.fullmatch(text):
            text = re.sub(r"[.,\s]", "", text)
        elif "." in text:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)
