"""What a device's queue sends, read and checked row by row: JSON `{"sent_at": ms, "marks": [{…}], "samples": [{…}]}`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from livestreams.air.forms import ClockField, MarkForm, SampleForm
from livestreams.air.services import NewMark, NewSample

ROWS_AT_MOST = 500


class BatchError(Exception):
    """What came is no batch at all; the text says what is wrong."""


@dataclass(frozen=True)
class Malformed:
    """A row that cannot be read, by the id that the device gave it (as it came), and what is wrong with it."""

    id: str
    message: str


@dataclass(frozen=True)
class Batch:
    """The rows that can be read, in the order in which they were made, and those that cannot."""

    sent_at: datetime | None
    marks: tuple[NewMark, ...]
    samples: tuple[NewSample, ...]
    malformed: tuple[Malformed, ...]


def read_batch(body: bytes) -> Batch:
    """The batch in `body`. Raises BatchError where it is not one."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        raise BatchError(_("This is not JSON.")) from None
    if not isinstance(sent, dict):
        raise BatchError(_("An object with the lists “marks” and “samples” is expected."))
    rows = {name: sent.get(name, []) for name in ("marks", "samples")}
    if not all(isinstance(listed, list) and all(isinstance(row, dict) for row in listed) for listed in rows.values()):
        raise BatchError(_("“marks” and “samples” are lists of objects."))
    if sum(map(len, rows.values())) > ROWS_AT_MOST:
        raise BatchError(_("At most %(count)d rows can be sent at once.") % {"count": ROWS_AT_MOST})
    try:
        sent_at = ClockField(required=False).clean(sent.get("sent_at"))
    except forms.ValidationError as error:
        raise BatchError(f"sent_at: {' '.join(error.messages)}") from None
    malformed: list[Malformed] = []
    marks = [new_mark(form) for form in _good([(row, MarkForm(_plain(row))) for row in rows["marks"]], malformed)]
    samples = [new_sample(form) for form in _good([(row, SampleForm(_plain(row))) for row in rows["samples"]], malformed)]
    return Batch(sent_at, tuple(marks), tuple(samples), tuple(malformed))


def new_mark(form: MarkForm) -> NewMark:
    """The mark of a form that is valid."""
    data = form.cleaned_data
    return NewMark(data["id"], data["kind"], data["at"], data["slot"], data["undoes"])


def new_sample(form: SampleForm) -> NewSample:
    """The sample of a form that is valid."""
    return NewSample(form.cleaned_data["id"], form.typed, form.cleaned_data["at"])


def faults_of_form(form: forms.BaseForm) -> str:
    """What is wrong with a form, in one line that names the fields."""
    return " ".join(
        f"{form.fields[name].label}: {message}" if name in form.fields and form.fields[name].label else str(message)
        for name, messages in form.errors.items()
        for message in messages
    )


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    """What forms take from a row: texts and numbers; anything else is read as its JSON, which no field accepts."""
    return {
        str(name): value if value is None or (isinstance(value, str | int) and not isinstance(value, bool)) else json.dumps(value)
        for name, value in row.items()
    }


def _good(forms_of: Sequence[tuple[dict[Any, Any], Any]], malformed: list[Malformed]) -> list[Any]:
    good = []
    for row, form in forms_of:
        if form.is_valid():
            good.append(form)
        else:
            malformed.append(Malformed(str(row.get("id", ""))[:36], faults_of_form(form)))
    return good
