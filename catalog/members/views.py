"""A producer's members: who they are, inviting, leading, leaving."""

from __future__ import annotations

from typing import cast

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed
from accounts.models import Message, User
from catalog.members.choice import chosen_producer, own_producers
from catalog.members.errors import AlreadyThereError, LastLeaderError
from catalog.members.forms import InviteMemberForm
from catalog.members.invitations import invite, withdraw
from catalog.members.resetting import resettable_by
from catalog.members.services import remove_member, set_lead
from catalog.models import Invitation, Producer, ProducerMember

_sees_members = allowed("catalog.view_members")


def link_to_accept(request: HttpRequest, token: str) -> str:
    """The whole address under which an invitation is accepted."""
    return request.build_absolute_uri(reverse("invitation", args=[token]))


def too_many_invitations(request: HttpRequest) -> HttpResponse | None:
    """Our page 429 where the reader has sent as many invitations as anybody needs to in an hour."""
    if ratelimit.consume(request, action="invite"):
        return None
    refused: HttpResponse = ratelimit.respond_429(request)
    return refused


def tell_of(request: HttpRequest, message: Message, contact: str) -> None:
    """Say on the next page whether the link left."""
    if message.state == Message.State.SENT:
        messages.success(request, _("The invitation is on its way to %(contact)s.") % {"contact": contact})
    else:
        messages.error(
            request, _("The invitation could not be sent to %(contact)s. Check the number, or try again later.") % {"contact": contact}
        )


def _kept(request: HttpRequest, code: str) -> Producer:
    return get_object_or_404(Producer.objects.members_kept_by(request.user), code=code)


@_sees_members
@require_safe
def my_members(request: HttpRequest) -> HttpResponse:
    """To the members of one's producer; of several, choose."""
    producer = chosen_producer(request)
    if producer is not None:
        return redirect("member_list", producer.code)
    return render(request, "catalog/members/choose.html", {"producers": own_producers(request)})


@_sees_members
@require_safe
def member_list(request: HttpRequest, code: str) -> HttpResponse:
    """Who belongs to the producer and who is invited; what the reader may do about it."""
    producer = get_object_or_404(Producer.objects.visible_to(request.user), code=code)
    keeps = Producer.objects.members_kept_by(request.user).filter(pk=producer.pk).exists()
    members = producer.memberships.select_related("user").order_by("-leads", "user__full_name", "pk")
    context = {
        "producer": producer,
        "keeps": keeps,
        "members": members,
        "resettable": set(resettable_by(cast(User, request.user)).filter(memberships__producer=producer).values_list("pk", flat=True)),
        "invitations": producer.invitations.open(timezone.now()).select_related("invited_by") if keeps else [],
    }
    return render(request, "catalog/members/list.html", context)


@_sees_members
@require_http_methods(["GET", "HEAD", "POST"])
def member_invite(request: HttpRequest, code: str) -> HttpResponse:
    """Ask somebody to join; the first of a producer leads it."""
    producer = _kept(request, code)
    first = not producer.memberships.exists()
    form = InviteMemberForm(request.POST if request.method == "POST" else None, initial={"leads": first})
    if request.method == "POST" and form.is_valid():
        if too_many := too_many_invitations(request):
            return too_many
        try:
            invited = invite(
                by=cast(User, request.user), to=producer, address_of=lambda token: link_to_accept(request, token), **form.cleaned_data
            )
        except AlreadyThereError:
            form.add_error("contact", _("Somebody with this number or address is a member already."))
        else:
            tell_of(request, invited.message, invited.invitation.contact_shown)
            return redirect("member_list", producer.code)
    return render(request, "catalog/members/invite.html", {"producer": producer, "form": form}, status=422 if form.errors else 200)


@_sees_members
@require_POST
def invitation_withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take an invitation back."""
    producer = _kept(request, code)
    withdraw(invitation=get_object_or_404(Invitation, producer=producer, pk=pk))
    messages.success(request, _("The invitation is withdrawn; its link opens nothing any more."))
    return redirect("member_list", producer.code)


@_sees_members
@require_http_methods(["GET", "HEAD", "POST"])
def member_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Let a member go, or leave: asked once, then done."""
    user = cast(User, request.user)
    visible = ProducerMember.objects.filter(producer__code=code, producer__in=Producer.objects.visible_to(user))
    membership = get_object_or_404(visible.select_related("producer", "user"), pk=pk)
    if membership.user != user:
        _kept(request, code)
    if request.method == "POST":
        try:
            remove_member(producer=membership.producer, user=membership.user, by=user)
        except LastLeaderError:
            messages.error(request, _("Nobody would lead the others any more. Let somebody else lead first."))
            return redirect("member_list", code)
        messages.success(request, _("%(name)s no longer belongs to %(place)s.") % {"name": membership.user, "place": membership.producer})
        return redirect("member_list", code) if Producer.objects.visible_to(user).filter(code=code).exists() else redirect("start")
    return render(request, "catalog/members/remove.html", {"membership": membership, "leaves": membership.user == user})


@_sees_members
@require_POST
def member_lead(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Let a member lead (`leads=1`), or no longer."""
    membership = get_object_or_404(ProducerMember.objects.filter(producer=_kept(request, code)).select_related("user", "producer"), pk=pk)
    try:
        set_lead(membership=membership, leads=request.POST.get("leads") == "1")
    except LastLeaderError:
        messages.error(request, _("Nobody would lead the others any more. Let somebody else lead first."))
    else:
        messages.success(request, _("Saved."))
    return redirect("member_list", code)
