"""The register of claims: what others reported, beside the ledger, never added to anything; and the same as XLSX and CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import allowed
from accounts.models import User
from dashboards.boards.audience import Audience, audience_of
from dashboards.boards.claim_list import RegisteredClaim, claim_register, newest_change, side_by_side
from dashboards.exports.claims import claim_columns
from dashboards.exports.tables import csv_response, demand_sense, xlsx_response
from dashboards.filters.claims import ClaimForm
from dashboards.listing import address_with, chips_of, cleared, in_alphabet, kept, page_of, sorted_by
from dashboards.readings import Answer, Query, read
from dashboards.views.claim_words import ShownClaim, shown_claims
from dashboards.views.coverage import coverage_of, told_of

SORTS: dict[str, Any] = {
    "as_of": lambda claim: (claim.row.as_of, claim.row.pk),
    "value": lambda claim: claim.row.value,
    "ledger": lambda claim: claim.row.ledger,
    "scope": lambda claim: in_alphabet(str(claim.row.scope)),
    "state": lambda claim: claim.row.state.value,
}
NEWEST = "-as_of"


@dataclass(frozen=True)
class Entry:
    """A claim of the page: its words, and what the register says of it."""

    shown: ShownClaim
    claim: RegisteredClaim


@allowed("dashboards.view_boards")
@require_safe
def claim_list(request: HttpRequest) -> HttpResponse:
    """The claims about the reader's province, the newest first; those of overlapping days also side by side."""
    audience, form, answer = _asked(request)
    rows = _arranged(request, form, answer)
    page = page_of(request, rows)
    asked = address_with(request.GET, reading=answer.reading.token)
    context = {
        "audience": audience,
        "form": form,
        "answer": answer,
        "page": page,
        "entries": _entries(list(page), audience),
        "groups": [_entries(group, audience) for group in side_by_side(rows)],
        "coverage": coverage_of(audience, answer, None, None, 1),
        "chips": chips_of(form, request.GET),
        "keep": kept(request.GET, "sort"),
        "reset": cleared(reverse("claim_list"), request.GET),
        "links": {name: f"{reverse(name)}{asked}" for name in ("claim_list_xlsx", "claim_list_csv")},
        "place": f"?province={audience.territory.province}" if audience.territory and audience.territory.chosen else "",
    }
    return render(request, "dashboards/claim_list.html", context)


@allowed("dashboards.view_boards")
@require_safe
def claim_list_xlsx(request: HttpRequest) -> HttpResponse:
    """The claims of the page as XLSX, all of them, with no total anywhere."""
    audience, form, answer = _asked(request)
    notes = told_of(audience, coverage_of(audience, answer, None, None, 1))
    notes += [(_("Note"), _("Claims of different scope stand side by side. They are never added to one another or to the ledger."))]
    rows = _arranged(request, form, answer)
    return xlsx_response("claims", title=_("Claims"), columns=claim_columns(), rows=rows, reading=answer.reading, form=form, notes=notes)


@allowed("dashboards.view_boards")
@require_safe
def claim_list_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as CSV."""
    _audience, form, answer = _asked(request)
    demand_sense(form)
    return csv_response("claims", claim_columns(), _arranged(request, form, answer), answer.reading)


def _asked(request: HttpRequest) -> tuple[Audience, ClaimForm, Answer[tuple[RegisteredClaim, ...]]]:
    audience = audience_of(cast(User, request.user), province=request.GET.get("province"))
    query = Query.of("claim_register", audience=audience, change=newest_change())
    answer = read(query, lambda _reading: claim_register(audience), token=request.GET.get("reading"))
    return audience, ClaimForm(request.GET, answer.rows), answer


def _arranged(request: HttpRequest, form: ClaimForm, answer: Answer[tuple[RegisteredClaim, ...]]) -> list[RegisteredClaim]:
    rows = [claim for claim in answer.rows if form.admits(claim)] if form.is_valid() else []
    return sorted_by(rows, SORTS, request.GET.get("sort", ""), NEWEST)


def _entries(claims: Sequence[RegisteredClaim], audience: Audience) -> list[Entry]:
    shown = shown_claims([claim.row for claim in claims], audience)
    return [Entry(words, claim) for words, claim in zip(shown, claims, strict=True)]
