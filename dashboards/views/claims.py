"""The register of claims: what others reported, beside the ledger, never added to anything."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.access import allowed
from accounts.models import User
from dashboards.boards.audience import Audience, audience_of
from dashboards.claims import ClaimRow, claim_rows
from dashboards.filters.claims import ClaimForm
from dashboards.listing import chips_of, in_alphabet, kept, page_of, sorted_by
from dashboards.readings import Query, read
from dashboards.views.claim_words import shown_claims
from dashboards.views.coverage import coverage_of
from livestreams.models import Claim

SORTS: dict[str, Any] = {
    "as_of": lambda row: (row.as_of, row.pk),
    "value": lambda row: row.value,
    "scope": lambda row: in_alphabet(str(row.scope)),
    "state": lambda row: row.state.value,
}
NEWEST = "-as_of"


@allowed("dashboards.view_boards")
def claim_list(request: HttpRequest) -> HttpResponse:
    """The claims about the reader's province, the newest first."""
    assert isinstance(request.user, User)
    audience = audience_of(request.user, province=request.GET.get("province"))
    form = ClaimForm(request.GET)
    query = Query.of("claim_list", audience=audience)
    answer = read(query, lambda _reading: _claims(audience), token=request.GET.get("reading"))
    rows = [row for row in answer.rows if form.admits(row)] if form.is_valid() else []
    page = page_of(request, sorted_by(rows, SORTS, request.GET.get("sort", ""), NEWEST))
    context = {
        "audience": audience,
        "form": form,
        "answer": answer,
        "page": page,
        "claims": shown_claims(page, audience),
        "coverage": coverage_of(audience, answer, None, None, 1),
        "chips": chips_of(form, request.GET),
        "keep": kept(request.GET, "sort"),
        "reset": reverse("claim_list"),
    }
    return render(request, "dashboards/claim_list.html", context)


def _claims(audience: Audience) -> tuple[ClaimRow, ...]:
    if audience.territory is None:
        return ()
    claims = Claim.objects.filter(province=audience.territory.province).select_related("session", "programme", "event")
    if audience.territory.commune is not None:
        # Of other communes' livestreams a commune sees nothing.
        claims = claims.filter(Q(session=None) | Q(session__in=audience.sessions_seen()))
    return claim_rows(claims, province=audience.territory.province, commune=audience.territory.commune)
