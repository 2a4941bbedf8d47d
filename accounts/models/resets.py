"""Passwords that an official let somebody choose anew, face to face."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.users import User

MOST_ATTEMPTS = 5


class FaceToFaceResetQuerySet(models.QuerySet["FaceToFaceReset"]):
    """Resets by whether their code still opens something."""

    def open(self, now: datetime) -> FaceToFaceResetQuerySet:
        """Those whose code was neither used nor tried too often, and whose time is not over."""
        return self.filter(used_at__isnull=True, expires_at__gt=now, attempts__lt=MOST_ATTEMPTS)


class FaceToFaceReset(models.Model):
    """An official saw who somebody is and gave a one-time code for a new password, and for a new phone number where the old one is lost.

    The code is shown once, to the official, and kept as a hash. The rows are never deleted: who did it, to whom and when stays.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="resets")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="resets_made")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    code_hash = models.CharField(max_length=128)
    new_phone = models.CharField(_("new phone number"), max_length=16, blank=True, help_text="E.164")
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = FaceToFaceResetQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="reset_is_of_somebody_else", condition=~Q(user=models.F("made_by"))),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.made_at:%Y-%m-%d})"
