"""What every list does with its rows: filter, sort and cut into pages as the address says."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, QueryDict

from dashboards import formats

Row = TypeVar("Row")
# What a row is sorted by; None stands last in either direction.
Key = Callable[[Any], Any]

PER_PAGE = 50


def sorted_by(rows: Iterable[Row], keys: Mapping[str, Key], asked: str, default: str) -> list[Row]:
    """The rows by `asked` (`net`, or `-net` for the greatest first), else by `default`; rows without a value come last."""
    order = asked if asked.removeprefix("-") in keys else default
    key = keys[order.removeprefix("-")]
    known = [row for row in rows if key(row) is not None]
    unknown = [row for row in rows if key(row) is None]
    return sorted(known, key=key, reverse=order.startswith("-")) + unknown


def in_alphabet(text: str) -> tuple[str, str]:
    """A name's place in the Vietnamese alphabet, as far as it matters to find it: letters first, then their marks."""
    folded = text.casefold().replace("đ", "d\N{COMBINING DIAERESIS}")
    return "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c)), folded


def contains(text: str, *words: str) -> bool:
    """Whether a search for `text` finds one of `words`; marks and capitals do not matter."""
    wanted = in_alphabet(text.strip())[0]
    return any(wanted in in_alphabet(word)[0] for word in words)


def page_of(request: HttpRequest, rows: Sequence[Row], per_page: int = PER_PAGE, *, param: str = "page") -> Page[Row]:
    """The page that the address asks for (by `param`); a number that is none, or beyond the end, gives the nearest one."""
    return Paginator(rows, per_page).get_page(request.GET.get(param))


def address_with(query: QueryDict, **changes: str | None) -> str:
    """The address with some parameters changed (None: taken out). It does not keep the page or the reading: it is another question."""
    changed = query.copy()
    for name, value in {"page": None, "reading": None, **changes}.items():
        changed.pop(name, None)
        if value:
            changed[name] = value
    return f"?{changed.urlencode()}"


def chips_of(form: forms.Form, query: QueryDict) -> list[tuple[str, str]]:
    """Each filter in force in words, with the address without it."""
    return [(text, address_with(query, **{name: None})) for name, text in told_filters(form) if query.get(name)]


def told_filters(form: forms.Form) -> list[tuple[str, str]]:
    """Each filter that the form holds, as its name and in words; nothing where the form makes no sense."""
    told = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name) if form.is_valid() else None
        # What is hidden, a province, is no filter that could be taken back here.
        if value in {None, "", False} or field.widget.is_hidden:
            continue
        if isinstance(field, forms.ChoiceField):
            choices: Any = field.choices
            shown = str({str(choice): label for choice, label in choices}.get(str(value), value))
        else:
            shown = formats.day(value) if isinstance(field, forms.DateField) else str(value)
        told.append((name, str(field.label) if isinstance(field, forms.BooleanField) else f"{field.label}: {shown}"))
    return told


def cleared(address: str, query: QueryDict) -> str:
    """The address of a page without its filters; the province that an administrator looks at is none."""
    province = query.get("province")
    return f"{address}?{urlencode({'province': province})}" if province else address


def kept(query: QueryDict, *names: str) -> list[tuple[str, str]]:
    """Parameters that a filter form carries along beside its own fields."""
    return [(name, str(query[name])) for name in names if query.get(name)]
