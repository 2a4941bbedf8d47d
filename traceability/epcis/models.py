"""Events as they were captured, and what they name, in a form in which it is found."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from catalog.models import Producer
from traceability.epcis.identifiers import canonical

if TYPE_CHECKING:
    from accounts.models import User


class EventQuerySet(models.QuerySet["Event"]):
    """Events by who may read them and by what they name."""

    def visible_to(self, user: User | AnonymousUser) -> EventQuerySet:
        """What is public, and all events of the producers that the user may see."""
        if user.is_superuser:
            return self
        return self.filter(Q(public=True) | Q(producer__in=Producer.objects.visible_to(user)))

    def naming(self, *uris: str, roles: frozenset[str] | None = None) -> EventQuerySet:
        """Events that name one of these EPCs or EPC classes, in whatever form it is written; with `roles` only in such a role."""
        items = EventItem.objects.filter(event=models.OuterRef("pk"), canonical__in=[canonical(uri) for uri in uris])
        if roles is not None:
            items = items.filter(role__in=roles)
        return self.filter(models.Exists(items))

    def after(self, column: str, last: tuple[str, int], *, descending: bool) -> EventQuerySet:
        """Events that come after the one with that value of `column` and that id, in the order of both."""
        value, pk = last
        way = "lt" if descending else "gt"
        return self.filter(Q(**{f"{column}__{way}": value}) | Q(**{column: value, f"id__{way}": pk}))

    def handed_in(self) -> EventQuerySet:
        """Events that a system handed in: neither kept of a step, nor of a recall of ours, which everybody may read in any case."""
        return self.filter(step__isnull=True).exclude(disposition="recalled", body__has_key="ocop:recall")

    def standing(self) -> EventQuerySet:
        """Events that nobody has declared wrong; declarations themselves are left out."""
        wrong = Event.objects.filter(producer=models.OuterRef("producer"), event_id=models.OuterRef("event_id"), declared_at__isnull=False)
        return self.filter(declared_at__isnull=True).exclude(models.Exists(wrong))


class Event(models.Model):
    """An EPCIS 2.0 event: what happened, when, where and why. Kept for ever; a mistake is said by a second event.

    `body` is the event as captured (JSON-LD, without `recordTime`, which is ours), `context` the `@context` of its document.
    An error declaration is an event with the `event_id` of the one it declares wrong and with `declared_at` (EPCIS 2.0, section 7.4.1.2).
    """

    producer = models.ForeignKey(Producer, models.PROTECT, related_name="epcis_events", help_text="whose account of it this is")
    captured_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    event_id = models.CharField(max_length=500, db_index=True, help_text="a URI: given, or the hash ID of CBV 2.0")
    type = models.CharField(max_length=500)
    action = models.CharField(max_length=7, blank=True)
    event_time = models.DateTimeField()
    event_time_offset = models.CharField(max_length=6)
    record_time = models.DateTimeField(default=timezone.now, editable=False)
    biz_step = models.CharField(max_length=500, blank=True, help_text="bare, where it is of CBV 2.0")
    disposition = models.CharField(max_length=500, blank=True)
    read_point = models.CharField(max_length=500, blank=True, help_text="canonical")
    biz_location = models.CharField(max_length=500, blank=True, help_text="canonical")
    transformation_id = models.CharField(max_length=500, blank=True)
    declared_at = models.DateTimeField(null=True, blank=True, help_text="declarationTime, where this declares an error")
    public = models.BooleanField(default=True, help_text="everybody may read it")
    body = models.JSONField()
    context = models.JSONField()

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            # An event once per producer, and each declaration of an error of it once.
            models.UniqueConstraint(fields=["producer", "event_id", "declared_at"], name="event_once", nulls_distinct=False),
        ]
        indexes = [
            models.Index(fields=["event_time", "id"], name="event_by_time"),
            models.Index(fields=["record_time", "id"], name="event_by_record_time"),
            models.Index(fields=["biz_step"], name="event_by_biz_step"),
            models.Index(fields=["read_point"], name="event_by_read_point", condition=~Q(read_point="")),
            models.Index(fields=["biz_location"], name="event_by_biz_location", condition=~Q(biz_location="")),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            # Whether everybody may read it is its producer's to say; what it says is not to be changed any more.
            pgtrigger.Protect(
                name="unchanged", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(exclude=["public", "captured_by"])
            ),
        ]

    def __str__(self) -> str:
        return self.event_id

    def as_json(self) -> dict[str, Any]:
        """The event as the query interface gives it out: as captured, with the time at which it was recorded."""
        return {**self.body, "recordTime": self.record_time.isoformat(timespec="milliseconds").replace("+00:00", "Z")}


class EventItem(models.Model):
    """One EPC or EPC class that an event names, and as what. `canonical` is its one form (`identifiers.canonical`)."""

    class Role(models.TextChoices):
        EPC = "epc"
        PARENT = "parent"
        CHILD = "child"
        INPUT = "input"
        OUTPUT = "output"

    event = models.ForeignKey(Event, models.PROTECT, related_name="items")
    role = models.CharField(max_length=6, choices=Role.choices)
    is_class = models.BooleanField(default=False, help_text="a lot or a kind of goods, not a single thing")
    uri = models.CharField(max_length=500)
    canonical = models.CharField(max_length=500)
    quantity = models.DecimalField(max_digits=30, decimal_places=9, null=True)
    uom = models.CharField(max_length=3, blank=True, help_text="UN/CEFACT Recommendation 20; empty: pieces")

    class Meta:
        indexes = [models.Index(fields=["canonical"], name="event_item_by_uri", opclasses=["text_pattern_ops"])]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.role} {self.uri}"


class CaptureJob(models.Model):
    """One document handed to the capture interface, and what became of it. `errors` are problems as RFC 9457 writes them."""

    class Behaviour(models.TextChoices):
        ROLLBACK = "rollback"
        PROCEED = "proceed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    producer = models.ForeignKey(Producer, models.PROTECT, related_name="capture_jobs")
    created_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    finished_at = models.DateTimeField(null=True)
    behaviour = models.CharField(max_length=8, choices=Behaviour.choices)
    events = models.PositiveIntegerField(default=0, help_text="in the document")
    captured = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.pk)
