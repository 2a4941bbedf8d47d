"""What an official uploaded to the registry, between the check and the confirmation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models import User

KEPT_UNCONFIRMED = timedelta(days=1)


class RegistryUploadQuerySet(models.QuerySet["RegistryUpload"]):
    """Uploads by owner and age."""

    def forgotten(self) -> RegistryUploadQuerySet:
        """Checked a day ago and never confirmed: to be deleted."""
        return self.filter(applied_at__isnull=True, made_at__lt=timezone.now() - KEPT_UNCONFIRMED)


class RegistryUpload(models.Model):
    """One file: its rows as read (once applied: the rejected ones alone), and what each row did or would do.

    The file itself is not kept. `outcomes` is a list of `catalog.registry.outcomes.Outcome.as_json`.
    """

    owner: models.ForeignKey[User, User] = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="registry_uploads")
    file_name = models.CharField(max_length=200)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    rows = models.JSONField(default=list)
    outcomes = models.JSONField(default=list)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = RegistryUploadQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.made_at:%Y-%m-%d %H:%M})"
