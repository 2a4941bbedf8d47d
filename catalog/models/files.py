"""Files that people uploaded, in the form in which they passed the check.

They are kept in PostgreSQL: a file and the row that speaks of it come and go in one transaction, several web servers need no shared
folder, and a dump holds everything. All are small: a photo's three sizes take about 0.2 MB together, a document at most 10 MB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User

WEBP, PDF = "image/webp", "application/pdf"


class StoredFile(models.Model):
    """Bytes that never change, known by their SHA-256 in hex: the same bytes are kept once, however many rows point at them."""

    MEDIA_TYPES: ClassVar = [(WEBP, "WebP"), (PDF, "PDF")]

    digest = models.CharField(primary_key=True, max_length=64)
    media_type = models.CharField(max_length=40, choices=MEDIA_TYPES)
    size = models.PositiveIntegerField(help_text="bytes")
    content = models.BinaryField()
    # When it was last uploaded: what nobody points at goes a day after that, never while somebody is about to point at it.
    kept_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.digest[:12]


class StoredDocument(models.Model):
    """A document that somebody uploaded: a PDF as it was (it may carry a digital signature), or a picture re-encoded as WebP.

    It is private; who may open it is for the row that points at it to say. Written by `catalog.media.documents.store_document`.
    """

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="documents")
    name = models.CharField(_("file name"), max_length=150, help_text="what it is called when it is saved; ends as its kind does")
    pages = models.PositiveSmallIntegerField(_("pages"), default=1)
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now, editable=False)
    uploaded_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="documents"
    )

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.name
