"""Recalls and what they are about."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Agency
from accounts.rules import is_administrator
from catalog.models import Producer, Product
from catalog.models.ocop import in_language
from traceability.lots.models import Lot

if TYPE_CHECKING:
    from accounts.models import User


class RecallQuerySet(models.QuerySet["Recall"]):
    """Recalls by what they are about and who may end them. Everybody may read all of them."""

    def of_lots(self, lots: models.QuerySet[Lot] | list[Lot]) -> RecallQuerySet:
        """Recalls of any of these lots, or of packs of them."""
        return self.filter(models.Exists(RecallScope.objects.filter(recall=models.OuterRef("pk"), lot__in=lots)))

    def of_product(self, product: Product) -> RecallQuerySet:
        """Recalls of lots of the product."""
        return self.of_lots(Lot.objects.filter(product=product))

    def concerning(self, lot: Lot, number: int | None) -> RecallQuerySet:
        """Recalls of the pack with this number in the lot; without a number, of the lot or of any pack of it."""
        scopes = RecallScope.objects.filter(recall=models.OuterRef("pk"), lot=lot)
        if number is not None:
            scopes = scopes.filter(Q(first__isnull=True) | Q(first__lte=number, last__gte=number))
        return self.filter(models.Exists(scopes))

    def in_order_of_telling(self) -> RecallQuerySet:
        """Those in force before those that ended, the newest first."""
        return self.order_by(F("ended_at").asc(nulls_first=True), "-declared_at", "-pk")

    def endable_by(self, user: User | AnonymousUser) -> RecallQuerySet:
        """What the user may end: an agency's recall by the agency alone, a producer's by whoever may recall its lots."""
        if not user.is_authenticated:
            return self.none()
        if is_administrator(user):
            return self
        agencies = [post.agency_id for post in user.current_posts()]
        return self.filter(Q(agency__in=agencies) | Q(by_producer=True)).of_lots(Lot.objects.recallable_by(user))


class Recall(models.Model):
    """A producer's goods are called back. What was declared never changes and never goes; its end is told beside it.

    It was declared by the producer itself (`by_producer`), by an agency, or, with neither, by the portal's administration. `follows` is
    the recall of an ingredient that led to this one.
    """

    producer = models.ForeignKey(Producer, models.PROTECT, related_name="recalls")
    reason_vi = models.TextField(max_length=1000)
    reason_en = models.TextField(max_length=1000, blank=True)
    instructions_vi = models.TextField(max_length=1000, help_text="what a buyer is to do")
    instructions_en = models.TextField(max_length=1000, blank=True)
    declared_at = models.DateTimeField(default=timezone.now)
    declared_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    by_producer = models.BooleanField(default=False)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followers")
    form_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="a form sent twice declares once")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_note_vi = models.TextField(max_length=1000, blank=True)
    ended_note_en = models.TextField(max_length=1000, blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    objects = RecallQuerySet.as_manager()

    class Meta:
        ordering = ["-declared_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="recall_by_producer_or_agency", condition=Q(by_producer=False) | Q(agency__isnull=True)),
            models.CheckConstraint(name="recall_says_why", condition=~Q(reason_vi="") & ~Q(instructions_vi="")),
            models.CheckConstraint(name="ended_recall_has_a_note", condition=Q(ended_at__isnull=True) ^ ~Q(ended_note_vi="")),
        ]
        triggers = [
            pgtrigger.Protect(name="public_for_ever", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="unchanged",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["ended_at", "ended_by", "ended_note_vi", "ended_note_en"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.producer}"

    def get_absolute_url(self) -> str:
        """Its public page, in the language that is active."""
        return reverse("recall_page", args=[self.pk])

    @property
    def reason(self) -> str:
        """Why, in the reader's language."""
        return in_language(self.reason_vi, self.reason_en)

    @property
    def instructions(self) -> str:
        """What to do, in the reader's language."""
        return in_language(self.instructions_vi, self.instructions_en)

    @property
    def ended_note(self) -> str:
        """What was said at its end, in the reader's language."""
        return in_language(self.ended_note_vi, self.ended_note_en)

    @property
    def declarer(self) -> str:
        """Who declared it, as the public is told. The producer and the agency are read."""
        if self.by_producer:
            return str(self.producer)
        return self.agency.name if self.agency else _("The portal's administration")


class RecallScope(models.Model):
    """A lot that a recall is about; of a part of it `first` to `last` are numbers of its packs (`UnitCode.number`), both included."""

    recall = models.ForeignKey(Recall, models.PROTECT, related_name="scopes")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="recall_scopes")
    first = models.PositiveIntegerField(null=True, blank=True)
    last = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="recalled_packs_are_a_span",
                condition=Q(first__isnull=True, last__isnull=True) | Q(first__gte=1, last__gte=F("first")),
            ),
            models.UniqueConstraint(fields=["recall", "lot", "first", "last"], name="recall_scope_once", nulls_distinct=False),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.lot}" if self.first is None else f"{self.lot}: {self.first}–{self.last}"

    @property
    def packs(self) -> int | None:
        """How many packs; None for the whole lot."""
        return None if self.first is None or self.last is None else self.last - self.first + 1
