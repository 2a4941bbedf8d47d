"""Entering a claim, changing it, taking it back; its paper."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed
from accounts.models import User
from catalog.media.documents import document_response
from catalog.models import StoredDocument
from dashboards.boards.audience import audience_of
from dashboards.boards.claim_list import claims_seen
from dashboards.boards.territory import territory_of
from livestreams.claims.forms import SUBJECTS, ClaimForm
from livestreams.models import Claim
from orders.shops.booths import BoothHasOrdersError, keep_claim
from places.models import Province

_enters = allowed("livestreams.enter_claims")


@_enters
@require_http_methods(["GET", "HEAD", "POST"])
def claim_new(request: HttpRequest) -> HttpResponse:
    """Enter a claim; `?session=`, `?programme=` or `?event=` (a code) says what it is about."""
    user = cast(User, request.user)
    territory = territory_of(user, request.GET.get("province"))
    province = get_object_or_404(Province, pk=territory.province if territory else "")
    return _form(request, Claim(), province)


@_enters
@require_http_methods(["GET", "HEAD", "POST"])
def claim_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a claim; what it was before is kept in its history."""
    claim = get_object_or_404(Claim.objects.kept_by(request.user).select_related("province"), pk=pk)
    return _form(request, claim, claim.province)


@_enters
@require_POST
def claim_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a claim back that should never have been entered; its history keeps it."""
    get_object_or_404(Claim.objects.kept_by(request.user), pk=pk).delete()
    messages.success(request, _("Taken back."))
    return redirect("claim_list")


@allowed("dashboards.view_boards")
@require_safe
def claim_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper of a claim, for whoever sees the claim."""
    audience = audience_of(cast(User, request.user), province=request.GET.get("province"))
    claim = get_object_or_404(claims_seen(audience).filter(paper__isnull=False).select_related("paper__file"), pk=pk)
    assert claim.paper is not None
    return document_response(claim.paper)


def _form(request: HttpRequest, claim: Claim, province: Province) -> HttpResponse:
    user = cast(User, request.user)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ClaimForm(*sent, instance=claim, province=province)
    if claim.pk is None and request.method != "POST":
        for name in SUBJECTS:
            form.propose(name, request.GET.get(name, ""))
    if form.is_valid():
        paper = form.stored_paper(user)
        if not form.errors and _kept(form, user, paper):
            messages.success(request, _("Saved. It stands beside the ledger, and is added to nothing."))
            return redirect("claim_list")
    context = {"form": form, "claim": claim if claim.pk else None}
    return render(request, "dashboards/claim_form.html", context, status=422 if form.errors else 200)


def _kept(form: ClaimForm, by: User, paper: StoredDocument | None) -> bool:
    try:
        keep_claim(claim=form.save(commit=False), by=by, paper=paper)
    except BoothHasOrdersError as error:
        words = _("The ledger holds orders of a booth of “%(event)s”: what was sold there is known, and is not told a second time.")
        form.add_error("metric", words % {"event": error.event})
        return False
    return True
