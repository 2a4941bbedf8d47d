"""Leases: rows of work under way."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.shops.models import Shop


class Phase(models.TextChoices):
    """What is being done."""

    READING = "reading", _("Reading the file")
    CHECKING = "checking", _("Comparing with the ledger")
    MERGING = "merging", _("Taking in")
    UNDOING = "undoing", _("Undoing")


class LeaseQuerySet(models.QuerySet["Lease"]):
    """Leases by whether they still hold."""

    def good(self) -> LeaseQuerySet:
        """Those whose holder renewed them in time."""
        return self.filter(until__gt=timezone.now())


class Lease(models.Model):
    """Work on the thing (`kind`, `subject`) that lasts. Written by its holder on a connection of its own, deleted when the work ends.

    `server_pid` and `server_began` name the connection whose transaction does the work. `done` of `total` rows; a `total` of 0 is not
    known. Without constraints on what it names: the work's own transaction may have made that and not committed it yet.
    """

    kind = models.CharField(max_length=20)
    subject = models.BigIntegerField()
    shop = models.ForeignKey(Shop, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False)
    label = models.CharField(max_length=255, blank=True)
    phase = models.CharField(max_length=20, choices=Phase.choices, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(default=timezone.now)
    server_pid = models.IntegerField(null=True)
    server_began = models.DateTimeField(null=True)
    stop_asked = models.BooleanField(default=False)

    objects = LeaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="lease_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}: {self.done}/{self.total}"

    @property
    def seconds(self) -> float:
        """How long the work has lasted."""
        return max((timezone.now() - self.began_at).total_seconds(), 0.001)

    @property
    def rate(self) -> int:
        """Rows per second so far."""
        return round(self.done / self.seconds)

    @property
    def seconds_left(self) -> int | None:
        """At this rate; None where it cannot be told."""
        if not self.done or not self.total:
            return None
        return round(max(self.total - self.done, 0) * self.seconds / self.done)
