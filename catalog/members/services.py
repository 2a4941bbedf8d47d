"""The verbs of memberships: let a member go (or leave), and say who leads."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.messages import send
from accounts.models import User
from catalog.members.errors import LastLeaderError
from catalog.models import Producer, ProducerMember


def remove_member(*, producer: Producer, user: User, by: User) -> None:
    """End a membership; `by` is the user himself when he leaves. The database keeps who was a member and who ended it (pghistory).

    Whom he has invited, and who has not come yet, comes no more: it may be himself under another number. The member is told, and when
    he left those who lead are. Raises LastLeaderError where nobody would lead the others any more;
    an official may do even that, and names another leader.
    """
    with transaction.atomic():
        members = list(producer.memberships.select_for_update().select_related("user"))
        going = next((member for member in members if member.user == user), None)
        if going is None:
            return  # somebody was quicker
        staying = [member for member in members if member != going]
        if staying and not any(member.leads for member in staying) and by in [member.user for member in members]:
            raise LastLeaderError
        going.delete()
        now = timezone.now()
        producer.invitations.open(now).filter(invited_by=user).update(withdrawn_at=now)
        if by == user:
            send(
                [member.user for member in staying if member.leads],
                subject=format_lazy(_("{name} has left {place}"), name=str(user), place=str(producer)),
                body=_("The account can no longer see or change anything of the producer's."),
                kind="member_left",
            )
        else:
            send(
                user,
                subject=format_lazy(_("You no longer belong to {place}"), place=str(producer)),
                body=format_lazy(_("{name} ended it. If that is a mistake, ask there or at the commune."), name=str(by)),
                kind="member_removed",
            )


def set_lead(*, membership: ProducerMember, leads: bool) -> None:
    """Say whether a member leads. Raises LastLeaderError where the others would be without a leader."""
    with transaction.atomic():
        members = list(membership.producer.memberships.select_for_update())
        if not leads and not any(member.leads for member in members if member != membership):
            raise LastLeaderError
        ProducerMember.objects.filter(pk=membership.pk).update(leads=leads)
