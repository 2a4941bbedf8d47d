"""The form that asks which column is what. It always comes with the file: between two answers the portal keeps nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zlib import crc32

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from orders.intake.forms import clean_order_file
from orders.intake.mapping.guessing import Guess, counts_days, guess, state_of
from orders.intake.mapping.layout import FIELDS, KINDS, STATES, Field
from orders.intake.mapping.models import ColumnMapping
from orders.intake.mapping.table import Table
from orders.intake.reading.values import Cell, written_moment
from orders.ledger.models import LineState
from orders.shops.models import Shop

WORDS_AT_MOST = 30
LONGEST_WORD = 80
SAMPLES = 3
USUAL = frozenset({"units", "unit_price", "gross", "state"})
LONGEST_SAMPLE = 40

STATES_ASKED = [("", _("Choose a state")), *STATES]


class TableFileForm(forms.Form):
    """A file whose columns are to be explained."""

    file = forms.FileField(label=_("Order file"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}))

    def clean_file(self) -> UploadedFile[Any]:
        """Refuses what no honest export reaches."""
        return clean_order_file(self.cleaned_data["file"])


class MappingForm(TableFileForm):
    """For each of our fields a column of the table; then how the file writes states, days and money.

    `said_before`: what to begin with where nothing is posted; else the guess, with which the form can be valid at once. Not `bound` it
    shows the same without judging it. A column of states brings a question for each of its words.
    """

    exported_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    default_state = forms.TypedChoiceField(
        label=_("State of orders where no column tells it"), choices=LineState.choices, coerce=int, initial=LineState.COMPLETED
    )
    date_order = forms.ChoiceField(label=_("How days are written"), choices=ColumnMapping.DateOrder.choices)
    days_alone = forms.BooleanField(
        label=_("Days have no time of day"),
        required=False,
        help_text=_("Each counts as 00:00. Without the time, no order can be credited to a livestream by the minute."),
    )
    money_unit = forms.TypedChoiceField(label=_("How money is written"), choices=ColumnMapping.MoneyUnit.choices, coerce=int)

    def __init__(
        self,
        table: Table,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile[Any]] | None = None,
        *,
        said_before: ColumnMapping | None = None,
        bound: bool = True,
    ) -> None:
        self.table = table
        self.guess = guess(table)
        begin = _answers(said_before) if said_before else _guessed(self.guess)
        # What was not asked before (a word of a column chosen just now) is answered by the guess.
        answers = QueryDict(mutable=True)
        answers.update(data if data is not None else begin)
        headers = self._offered()
        state_header = answers.get("column_state") or ""
        self._words = table.words_of(state_header, most=WORDS_AT_MOST) if state_header in dict(headers) else []
        known = said_before.statuses if said_before else {}
        for word in self._words[:WORDS_AT_MOST]:
            guessed = known.get(word, state_of(word))
            answers.setdefault(_name_of(word), "" if guessed is None else str(int(guessed)))
        super().__init__(answers if bound else None, files if bound else None, initial=answers.dict())
        for field in FIELDS:
            nothing = _("Choose a column") if field.needed else field.nothing
            self.fields[f"column_{field.name}"] = forms.ChoiceField(
                label=field.words,
                choices=[("", nothing), *headers],
                required=field.needed,
                help_text=self._samples(field.name, answers.get(f"column_{field.name}") or ""),
            )
        for word in self._words[:WORDS_AT_MOST]:
            self.fields[_name_of(word)] = forms.TypedChoiceField(label=f"“{word}”", choices=STATES_ASKED, coerce=int)

    def columns(self) -> Iterator[forms.BoundField]:
        """The questions about columns that most files have, and about those this one seems to have."""
        return (self[f"column_{field.name}"] for field in FIELDS if self._is_asked_first(field))

    def other_columns(self) -> list[forms.BoundField]:
        """The others: what few spreadsheets tell, and nobody has said of this one."""
        return [self[f"column_{field.name}"] for field in FIELDS if not self._is_asked_first(field)]

    def words(self) -> Iterator[forms.BoundField]:
        """The questions about words for states."""
        return (self[_name_of(word)] for word in self._words[:WORDS_AT_MOST])

    def manner(self) -> Iterator[forms.BoundField]:
        """The questions about how things are written."""
        return (self[name] for name in ("date_order", "days_alone", "money_unit", "default_state"))

    def clean(self) -> dict[str, Any]:
        """Each column once; a price; a column of states that is one."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        labels: dict[str, Any] = {}
        for field in FIELDS:
            name = f"column_{field.name}"
            header = cleaned.get(name)
            if not header:
                continue
            if header in labels:
                self.add_error(
                    name,
                    forms.ValidationError(
                        _("“%(column)s” is already chosen for “%(field)s”."), params={"column": header, "field": labels[header]}
                    ),
                )
            elif self.table.headers.count(header) > 1:
                self.add_error(
                    name,
                    forms.ValidationError(
                        _("The file has the column “%(column)s” more than once, so it is not clear which one counts."),
                        params={"column": header},
                    ),
                )
            labels.setdefault(header, field.words)
        if not cleaned.get("column_unit_price") and not cleaned.get("column_gross"):
            self.add_error("column_unit_price", _("Choose the price of one piece, or the amount of the line."))
        elif cleaned.get("column_unit_price") and cleaned.get("column_gross"):
            self.add_error("column_gross", _("Choose one of the two: the price of one piece, or the amount of the line."))
        if len(self._words) > WORDS_AT_MOST or any(len(word) > LONGEST_WORD for word in self._words):
            self.add_error("column_state", _("This column holds too many different words for states of orders. Choose another one."))
        return cleaned

    def mapping(self, shop: Shop) -> ColumnMapping:
        """What was said, not saved; the form is valid."""
        cleaned = self.cleaned_data
        chosen = {field.name: cleaned[f"column_{field.name}"] for field in FIELDS}
        return ColumnMapping(
            shop=shop,
            columns={name: header for name, header in chosen.items() if header},
            statuses={word: cleaned[_name_of(word)] for word in self._words},
            **{name: cleaned[name] for name in ("default_state", "date_order", "days_alone", "money_unit")},
        )

    def _is_asked_first(self, field: Field) -> bool:
        bound = self[f"column_{field.name}"]
        return field.needed or field.name in USUAL or bool(bound.value()) or bool(bound.errors)

    def _offered(self) -> list[tuple[str, str]]:
        """Headers that may be chosen, each with a value that stands below it; never a buyer's."""
        offered: dict[str, str] = {}
        for index, header in enumerate(self.table.headers):
            if header and header not in self.guess.personal and header not in offered:
                shown = self._shown(self.table.cells_of(index)[:1], of_days=counts_days(self.table, index))
                offered[header] = f"{header} – {shown}" if shown else header
        return list(offered.items())

    def _samples(self, name: str, header: str) -> str:
        if header not in self.table.headers or header in self.guess.personal:
            return ""
        index = self.table.headers.index(header)
        distinct = list(dict.fromkeys(self.table.cells_of(index)))
        return self._shown(distinct[:SAMPLES], of_days=KINDS[name].startswith("time") or counts_days(self.table, index))

    def _shown(self, cells: list[Cell], *, of_days: bool) -> str:
        """Values of a column; days that a workbook counts as people write them."""
        texts = (
            ((written_moment(cell, first_day=self.table.first_day) if of_days else None) or format(cell, ".15g"))
            if isinstance(cell, float)
            else " ".join((cell or "").replace("\0", "").split())
            for cell in cells
        )
        return "; ".join(text if len(text) <= LONGEST_SAMPLE else f"{text[:LONGEST_SAMPLE]}…" for text in texts)


def _name_of(word: str) -> str:
    return f"state_{crc32(word.encode()):08x}"


def _guessed(found: Guess) -> dict[str, str]:
    return {
        **{f"column_{name}": header for name, header in found.columns.items()},
        "date_order": found.date_order,
        "money_unit": str(found.money_unit),
        "default_state": str(int(LineState.COMPLETED)),
        **({"days_alone": "on"} if found.days_alone else {}),
    }


def _answers(said: ColumnMapping) -> dict[str, str]:
    return {
        **{f"column_{name}": header for name, header in said.columns.items()},
        "date_order": said.date_order,
        "money_unit": str(said.money_unit),
        "default_state": str(said.default_state),
        **({"days_alone": "on"} if said.days_alone else {}),
    }
