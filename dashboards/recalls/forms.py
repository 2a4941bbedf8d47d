"""Saying that a shop wrote to its buyers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from orders.models import RecallTask


class DoneForm(forms.Form):
    """Ticked orders, and how their buyers were told."""

    tasks = forms.ModelMultipleChoiceField(
        label=_("Orders"),
        queryset=RecallTask.objects.none(),
        error_messages={
            "required": _("Tick the orders whose buyers were written to."),
            "invalid_choice": _("One of these orders is not on this list any more."),
            "invalid_pk_value": _("One of these orders is not on this list any more."),
        },
    )
    note = forms.CharField(
        label=_("How the buyers were told"),
        help_text=_("For example: by a message in the platform's chat."),
        max_length=300,
        required=False,
    )

    def __init__(self, data: Any, *, tasks: QuerySet[RecallTask]) -> None:
        super().__init__(data)
        self.fields["tasks"].queryset = tasks  # type: ignore[attr-defined]
