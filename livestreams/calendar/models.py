"""Secret addresses under which somebody's calendar program reads the calendar."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livestreams.programmes.models import Programme

if TYPE_CHECKING:
    from accounts.models import User


class FeedLinkQuerySet(models.QuerySet["FeedLink"]):
    """Links by whether they still open."""

    def open(self) -> FeedLinkQuerySet:
        """Those that were not revoked, of people who may still sign in."""
        return self.filter(revoked_at__isnull=True, user__is_active=True)


class FeedLink(models.Model):
    """An address of the calendar for one person, of everything that the person may see, or of one programme.

    Only the hash of its token is kept: 256 random bits need no salt. What it shows follows the person's rights of the moment.
    """

    user: models.ForeignKey[User, User] = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed_links")
    programme = models.ForeignKey(Programme, models.CASCADE, null=True, blank=True, related_name="feed_links", verbose_name=_("programme"))
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = FeedLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user}: {self.programme or _('everything')}"

    @staticmethod
    def hashed(token: str) -> str:
        """What is kept of a token."""
        return hashlib.sha256(token.encode()).hexdigest()
