"""Keys by which a shop's program sends orders, and what it was answered."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from livestreams.models import Host, Session
from orders.intake.models import IntakeRun
from orders.shops.models import Shop

SHOWN = 10
"""Characters of a key that stay visible, so that people can tell one from another: 36 bits of 256."""


class ShopKeyQuerySet(models.QuerySet["ShopKey"]):
    """Keys by whether they open."""

    def open(self, at: datetime | None = None) -> ShopKeyQuerySet:
        """Those that are valid now, or at a moment."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at or timezone.now()))


class ShopKey(models.Model):
    """A key of one shop: one that its program shows (*api*), or one that it signs with (*signing*). Each opens that shop alone.

    Of an api key only the SHA-256 is kept: 256 random bits need no salt. A signing secret must be known to check a signature, so it is
    not kept at all but derived, each time, from random bits that are kept and the portal's SECRET_KEY, which no copy of the database
    holds. A new SECRET_KEY therefore ends all signing secrets.
    """

    class Kind(models.TextChoices):
        API = "api", _("Key for the API")
        SIGNING = "signing", _("Secret for signed messages")

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    prefix = models.CharField(max_length=SHOWN, help_text="what the key begins with")
    kept = models.CharField(max_length=64, unique=True, help_text="api: the key's SHA-256; signing: what its secret is derived from")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ends_at = models.DateTimeField(null=True, blank=True, help_text="of a key that was replaced or revoked")
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    used_at = models.DateTimeField(null=True, help_text="last used, to the minute")

    objects = ShopKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @staticmethod
    def hashed(key: str) -> str:
        """What is kept of an api key."""
        return hashlib.sha256(key.encode()).hexdigest()

    @staticmethod
    def derived(kept: str) -> str:
        """The signing secret of what is kept: `ocs_` and 64 hexadecimal digits."""
        return f"ocs_{salted_hmac('orders.feeds.signing', kept, algorithm='sha256').hexdigest()}"

    @property
    def is_open(self) -> bool:
        """Whether it opens now."""
        return self.ends_at is None or self.ends_at > timezone.now()


class IdempotentCall(models.Model):
    """A batch that was taken in: what it was called, and the answer, which the same call gets again.

    Written in the transaction of the merge, so there is an answer exactly where there is an effect; a second call of the same name waits
    at the unique key until the first one ended. `name`: `key:` and the SHA-256 of the caller's Idempotency-Key, which may say anything, or
    `signature:` and the signature.
    """

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=110)
    body_sha256 = models.CharField(max_length=64)
    run = models.ForeignKey(IntakeRun, models.CASCADE, null=True, related_name="+", db_index=False)
    answer = models.TextField(blank=True, help_text="JSON, as it was sent")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "name"], name="call_once")]

    def __str__(self) -> str:
        return self.name


class NamedSession(models.Model):
    """A batch's word for the livestream of an order, or for who led it: an observation like its staged rows.

    `Order.reported_session` and `Order.reported_host` are the newest ones'.
    """

    run = models.ForeignKey(IntakeRun, models.CASCADE, related_name="+", db_index=False)
    number = models.CharField(max_length=64)
    session = models.ForeignKey(Session, models.PROTECT, null=True, related_name="+", db_index=False)
    host = models.ForeignKey(Host, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="session_named_once"),
            models.CheckConstraint(name="session_named_or_host", condition=Q(session__isnull=False) | Q(host__isnull=False)),
        ]
        indexes = [models.Index(fields=["number"])]

    def __str__(self) -> str:
        return f"{self.number} – {self.session or self.host}"
