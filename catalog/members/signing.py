"""Who leads a department, and whom of it he or she lets sign its reports."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import allowed
from accounts.models import Agency, Post, User
from catalog.members.agencies import agencies_kept_by


class NotTheirsError(Exception):
    """Only whoever leads the agency, or an administrator, lets somebody sign; only an administrator says who leads."""


def leads(user: User, agency: Agency) -> bool:
    """Whether the user leads the agency today."""
    return any(post.leads for post in user.current_posts() if post.agency_id == agency.pk)


@transaction.atomic
def let_sign(*, post: Post, by: User, signs: bool) -> None:
    """Let the holder of a post sign, or no longer; it is on record who did so and when. Raises NotTheirsError."""
    held = Post.objects.select_for_update().select_related("agency").get(pk=post.pk)
    if held.agency.kind != Agency.Kind.INDUSTRY_TRADE or not (by.is_superuser or leads(by, held.agency)):
        raise NotTheirsError
    held.signing_given_by, held.signing_given_at = (by, timezone.now()) if signs else (None, None)
    held.save(update_fields=["signing_given_by", "signing_given_at"])


@transaction.atomic
def set_leader(*, post: Post, by: User, leading: bool) -> None:
    """Say that the holder of a post leads the agency, or no longer. Raises NotTheirsError."""
    held = Post.objects.select_for_update().select_related("agency").get(pk=post.pk)
    if held.agency.kind != Agency.Kind.INDUSTRY_TRADE or not by.is_superuser:
        raise NotTheirsError
    held.leads = leading
    held.save(update_fields=["leads"])


@allowed("catalog.invite_officials")
@require_POST
def official_signing(request: HttpRequest, pk: int) -> HttpResponse:
    """A POST's `act` (sign, no_sign, lead, no_lead) says what becomes of the post's rights."""
    user = cast(User, request.user)
    held = Post.objects.in_force(timezone.localdate()).filter(agency__in=agencies_kept_by(user))
    post = get_object_or_404(held, pk=pk)
    act = request.POST.get("act", "")
    try:
        if act in {"sign", "no_sign"}:
            let_sign(post=post, by=user, signs=act == "sign")
        elif act in {"lead", "no_lead"}:
            set_leader(post=post, by=user, leading=act == "lead")
        else:
            return HttpResponse(status=400)
    except NotTheirsError:
        messages.error(request, _("Only whoever leads the department lets others sign, and only an administrator says who leads it."))
    else:
        messages.success(request, _("Saved."))
    return redirect("official_list")
