"""The calendar: a month, a week, or a list of the coming quarter."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import allowed
from accounts.models import User
from livestreams.calendar.addresses import clashes_told, pages_for
from livestreams.calendar.entries import entries_of
from livestreams.calendar.forms import LIST, MONTH, VIEWS, CalendarForm, day_asked
from livestreams.calendar.pages import days_of, span_of


@allowed("livestreams.view_calendar")
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """What is planned and what was: `?view=month|week|list&day=` and filters; cancelled entries are shown as such."""
    user = cast(User, request.user)
    asked = request.GET.get("view", MONTH)
    view = asked if asked in dict(VIEWS) else MONTH
    day = day_asked(request.GET.get("day"))
    span = span_of(view, day)
    form = CalendarForm(request.GET, user=user)
    entries = entries_of(user, span.first, span.last, form.narrowing)
    page_of, clashes = pages_for(user, entries), clashes_told(user, entries)
    shown = {
        id(entry): {"entry": entry, "address": page_of(entry), "clashes": clashes.get(entry.row.pk, ()) if entry.start else ()}
        for entry in entries
    }
    query = request.GET
    context: dict[str, Any] = {
        "form": form,
        "view": view,
        "span": span,
        "today": timezone.localdate(),
        "days": [(day, [shown[id(entry)] for entry in day.entries]) for day in days_of(span, entries)] if view != LIST else [],
        "listed": [shown[id(entry)] for entry in entries] if view == LIST else [],
        "views": [(name, words, _address(query, view=name, day=day.isoformat())) for name, words in VIEWS],
        "earlier": _address(query, view=view, day=span.earlier.isoformat()) if span.earlier else "",
        "later": _address(query, view=view, day=span.later.isoformat()) if span.later else "",
        "now": _address(query, view=view, day=None),
        "chips": _chips(form, query),
        "keep": [(name, query[name]) for name in ("view", "day") if query.get(name)],
        "reset": reverse("calendar") + _address(QueryDict(), view=view, day=query.get("day")),
        "anything": bool(entries),
    }
    return render(request, "livestreams/calendar/calendar.html", context)


def _address(query: QueryDict, **changes: str | None) -> str:
    changed = query.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value:
            changed[name] = value
    return f"?{changed.urlencode()}"


def _chips(form: CalendarForm, query: QueryDict) -> list[tuple[str, str]]:
    """Each filter in force in words, with the address without it."""
    chips = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value:
            words = dict(field.choices)[value] if name == "kind" else value  # type: ignore[attr-defined]
            chips.append((f"{field.label}: {words}", _address(query, **{name: None})))
    return chips
