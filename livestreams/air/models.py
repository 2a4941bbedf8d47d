"""What is written down on air: marks, samples, and the links by which assistants write them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livestreams.sessions.models import Session, Slot

if TYPE_CHECKING:
    from accounts.models import User


class AssistantLinkQuerySet(models.QuerySet["AssistantLink"]):
    """Links by their token, and by whether they still open anything."""

    def with_token(self, token: str) -> AssistantLinkQuerySet:
        """The link of that token, if there is one."""
        return self.filter(token_hash=AssistantLink.hashed(token))

    def standing(self, now: datetime) -> AssistantLinkQuerySet:
        """Those that open their control room at `now`."""
        return self.filter(expires_at__gt=now, withdrawn_at__isnull=True)


class AssistantLink(models.Model):
    """A link by which a host's assistant works in one session's control room, with no account. Only a hash of its token is kept."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="assistant_links")
    name = models.CharField(_("for whom"), max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    made_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires at"))
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AssistantLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.session}: {self.name}"

    @staticmethod
    def hashed(token: str) -> str:
        """What is kept of a token."""
        return hashlib.sha256(token.encode()).hexdigest()

    def stands(self, now: datetime) -> bool:
        """Whether it opens the control room at `now`."""
        return self.withdrawn_at is None and self.expires_at > now


# What was written down on air stays as it is; only who wrote it may be forgotten, with the account or the link.
KEPT_FOR_EVER = (
    pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
    pgtrigger.Protect(name="unchanged", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(exclude=["by", "link"])),
)


class OnAir(models.Model):
    """Something that an operator wrote down on air. Its id is made where it was written, so that sent twice it is kept once.

    `at` is when it happened by the server's clock; `device_at` what the device's own clock said.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    at = models.DateTimeField()
    device_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    link = models.ForeignKey(AssistantLink, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


class AirMark(OnAir):
    """A step of the broadcast. Append-only: a mistake is another mark that takes one back (`undoes`).

    The state of the session and its slots is what the marks say in the order of (at, received_at, id).
    """

    class Kind(models.TextChoices):
        BEGIN = "begin", _("On air")
        SLOT = "slot", _("Slot begins")
        SOLD_OUT = "sold_out", _("Sold out")
        SKIP = "skip", _("Skipped")
        END = "end", _("Off air")
        UNDO = "undo", _("Taken back")

    session = models.ForeignKey(Session, models.PROTECT, related_name="marks")
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices)
    slot = models.ForeignKey(Slot, models.PROTECT, null=True, blank=True, related_name="marks")
    undoes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="undone_by")

    class Meta:
        ordering = ["at", "received_at", "id"]
        indexes = [models.Index(fields=["session", "at"])]
        triggers = [*KEPT_FOR_EVER]
        constraints = [
            models.CheckConstraint(
                name="mark_names_its_slot",
                condition=Q(kind__in=("slot", "sold_out", "skip"), slot__isnull=False)
                | Q(kind__in=("begin", "end", "undo"), slot__isnull=True),
            ),
            models.CheckConstraint(
                name="undo_names_its_mark",
                condition=Q(kind="undo", undoes__isnull=False) | (~Q(kind="undo") & Q(undoes__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at}"


class MetricSample(OnAir):
    """What the platform's screen showed at a moment, as somebody typed it: *reported* figures. Absent (None) is not 0. GMV in VND."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="samples")
    views = models.PositiveBigIntegerField(_("views"), null=True, blank=True)
    viewers = models.PositiveIntegerField(_("viewers now"), null=True, blank=True)
    reach = models.PositiveBigIntegerField(_("reach"), null=True, blank=True)
    likes = models.PositiveBigIntegerField(_("likes"), null=True, blank=True)
    comments = models.PositiveIntegerField(_("comments"), null=True, blank=True)
    shares = models.PositiveIntegerField(_("shares"), null=True, blank=True)
    product_clicks = models.PositiveIntegerField(_("product clicks"), null=True, blank=True)
    orders = models.PositiveIntegerField(_("orders"), null=True, blank=True)
    gmv = models.PositiveBigIntegerField(_("GMV (VND)"), null=True, blank=True)

    class Meta:
        ordering = ["at", "received_at", "id"]
        indexes = [models.Index(fields=["session", "at"])]
        triggers = [*KEPT_FOR_EVER]

    def __str__(self) -> str:
        return f"{self.session} {self.at}"


METRICS = ("viewers", "views", "reach", "likes", "comments", "shares", "product_clicks", "orders", "gmv")
"""What a sample can hold."""

GROWING = tuple(name for name in METRICS if name != "viewers")
"""Those that a platform counts from the beginning of a broadcast: they never fall, unless one was typed wrongly."""
