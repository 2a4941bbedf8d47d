"""Pages of agreements: how each shop stands, and one shop's: propose, sign, decline, withdraw."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import allowed
from accounts.models import User
from catalog.media.documents import document_response
from catalog.models import StoredDocument
from orders.agreements import services
from orders.agreements.forms import PaperForm, SignForm, TermsForm, WithdrawForm
from orders.agreements.models import SharingAgreement
from orders.shops.models import Shop

PER_PAGE = 50
CHANGED = gettext_lazy("This is no longer possible: the agreement has changed. Read it again.")


@allowed("orders.see_sharing")
@require_safe
def sharing_list(request: HttpRequest) -> HttpResponse:
    """The shops that are the reader's own or in its office's reach, and whether each shares its order lines."""
    shops = Shop.objects.in_reach(request.user).select_related("producer", "host", "partner").order_by("name", "pk")
    page = Paginator(shops.prefetch_related("agreements"), PER_PAGE).get_page(request.GET.get("page"))
    told = [(shop, list(shop.agreements.all())) for shop in page.object_list]
    rows = [(shop, _current(agreements), next((one for one in agreements if one.is_open), None)) for shop, agreements in told]
    return render(request, "orders/sharing_list.html", {"page": page, "rows": rows})


def _current(agreements: list[SharingAgreement]) -> SharingAgreement | None:
    """The signed one that says how it stands: what holds, else what will, else what held last."""
    signed = [one for one in agreements if one.signed_on is not None]
    order = ["holds", "coming", "ended", "expired"]
    return min(signed, key=lambda one: (order.index(one.state), -one.proposed_at.timestamp()), default=None)


@allowed("orders.see_sharing")
@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: HttpRequest, code: str) -> HttpResponse:
    """One shop's agreement: what holds, what is proposed, what was; its owner answers, an office proposes."""
    user = cast(User, request.user)
    shop = get_object_or_404(Shop.objects.in_reach(user).select_related("producer", "host", "partner"), code=code)
    told = list(shop.agreements.select_related("proposed_by", "signed_by", "declined_by", "ended_by", "paper"))
    proposal = next((one for one in told if one.is_open), None)
    current = _current(told)
    found = _forms(request, shop, user, proposal, current)
    act = request.POST.get("act", "")
    if request.method == "POST":
        if act not in found:
            # Answered meanwhile, or somebody else's to do.
            messages.error(request, CHANGED)
            return redirect("sharing", shop.code)
        if found[act].is_valid() and _done(request, shop, act, found[act], user):
            return redirect("sharing", shop.code)
    context = {
        "shop": shop,
        "forms": found,
        "proposal": proposal,
        "current": current,
        "past": [one for one in told if one is not proposal and one is not current],
        "is_owner": shop.answered_for_by(user),
        "is_member": shop.producer is not None and shop.producer.memberships.filter(user=user).exists(),
    }
    failed = any(form.errors for form in found.values())
    return render(request, "orders/sharing.html", context, status=422 if failed else 200)


def _forms(
    request: HttpRequest, shop: Shop, user: User, proposal: SharingAgreement | None, current: SharingAgreement | None
) -> dict[str, forms.Form]:
    """The forms that this reader may send now, by act; the one that was sent is bound."""
    act = request.POST.get("act", "")

    def sent(name: str) -> dict[str, Any]:
        return {"data": request.POST, "files": request.FILES} if act == name else {}

    found: dict[str, forms.Form] = {}
    owner, office = shop.answered_for_by(user), user.has_perm("orders.propose_sharing")
    # A form names the proposal that was read: another one that has taken its place is not signed unread.
    answers_this = act not in {"sign", "decline"} or (proposal is not None and request.POST.get("proposal") == str(proposal.pk))
    if owner and proposal is not None and answers_this:
        found["sign"] = SignForm(auto_id="sign_%s", **sent("sign"))
        found["decline"] = forms.Form(auto_id="decline_%s", **sent("decline"))
    if (owner or office) and current is not None and current.state in {"holds", "coming"}:
        found["withdraw"] = WithdrawForm(auto_id="withdraw_%s", **sent("withdraw"))
    if office and not owner:
        found["propose"] = TermsForm(on_paper_only=shop.producer is None, auto_id="propose_%s", **sent("propose"))
    return found


def _done(request: HttpRequest, shop: Shop, act: str, form: forms.Form, user: User) -> bool:
    """Call the verb; False where the form has to be mended."""
    said = form.cleaned_data
    paper = form.stored_paper(user) if isinstance(form, PaperForm) else None
    if form.errors:
        return False
    try:
        if isinstance(form, TermsForm):
            words = _offered(shop, form, user, paper)
        elif act == "withdraw":
            services.withdraw(shop=shop, since=said["since"], by=user, reason=said["reason"])
            words = _("Withdrawn. The figures in sum stay as they are.")
        elif act == "sign":
            services.sign(agreement=_answered(request, shop), by=user, paper=paper)
            words = _("Signed. You can withdraw at any time.")
        else:
            services.decline(agreement=_answered(request, shop), by=user)
            words = _("Declined. Officials see no order lines on the strength of it.")
    except (services.NotOpenError, services.NothingToEndError):
        messages.error(request, CHANGED)
    except services.NotTheOwnerError as error:
        raise PermissionDenied from error
    else:
        messages.success(request, words)
    return True


def _offered(shop: Shop, form: TermsForm, user: User, paper: StoredDocument | None) -> str:
    signed_on = form.cleaned_data["signed_on"]
    if signed_on is None:
        services.propose(shop=shop, terms=form.terms, by=user)
        return _("The owner is asked.")
    assert paper is not None  # the form has seen to it
    services.enter_signed(shop=shop, terms=form.terms, signed_on=signed_on, by=user, paper=paper)
    return _("Recorded. What was before it is kept.")


def _answered(request: HttpRequest, shop: Shop) -> SharingAgreement:
    """The proposal that the reader had before them (`_forms` has seen that it is the open one)."""
    return SharingAgreement(pk=int(request.POST["proposal"]), shop=shop)


@allowed("orders.see_sharing")
@require_safe
def sharing_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed paper of an agreement, for its owner and the offices in whose reach the shop lies."""
    agreement = get_object_or_404(SharingAgreement.objects.visible_to(request.user).select_related("paper__file"), pk=pk)
    if agreement.paper is None:
        raise Http404
    return document_response(agreement.paper)
