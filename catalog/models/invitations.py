"""Invitations: how somebody gets an account, a producer, or a post in an agency."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User
from accounts.phones import shown
from catalog.models.producers import Producer


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations by what can still be done with them."""

    def open(self, now: datetime) -> InvitationQuerySet:
        """Those that can be accepted."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now)

    def of_token(self, token: str) -> InvitationQuerySet:
        """The invitation with that token, in whatever state."""
        return self.filter(token_hash=Invitation.hashed(token))


class Invitation(models.Model):
    """Somebody with a phone or an e-mail address is asked to join exactly one of a producer and an agency.

    Its link holds a token of which only the hash is kept: 256 random bits need no salt. It is accepted once, within its time.
    """

    producer = models.ForeignKey(Producer, models.CASCADE, null=True, blank=True, related_name="invitations")
    agency = models.ForeignKey(Agency, models.CASCADE, null=True, blank=True, related_name="invitations")
    contact = models.CharField(_("phone number or e-mail"), max_length=254, help_text="E.164, or an e-mail address in small letters")
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    leads = models.BooleanField(_("leads"), default=False, help_text="may invite others to the producer")
    title = models.CharField(_("title"), max_length=150, blank=True, help_text="of the post in the agency")
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by: models.ForeignKey[User, User] = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="invitations_made")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="invitations_accepted"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="invitation_to_one_place",
                condition=Q(producer__isnull=False, agency__isnull=True) | Q(producer__isnull=True, agency__isnull=False),
            ),
            models.CheckConstraint(
                name="invitation_accepted_by_somebody",
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True) | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="invitation_accepted_or_withdrawn", condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact} → {self.place}"

    @staticmethod
    def hashed(token: str) -> str:
        """What is kept of a token."""
        return hashlib.sha256(token.encode()).hexdigest()

    @property
    def place(self) -> Producer | Agency:
        """What the person is asked to join."""
        found = self.producer or self.agency
        assert found is not None  # the constraint invitation_to_one_place
        return found

    @property
    def contact_shown(self) -> str:
        """The contact as people write it."""
        return shown(self.contact) if self.contact.startswith("+") else self.contact

    @property
    def is_open(self) -> bool:
        """Whether it can be accepted now."""
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()
