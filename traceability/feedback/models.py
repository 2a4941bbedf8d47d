"""What was written by those who scanned a code, and what was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Agency
from accounts.rules import is_administrator
from accounts.scopes import scope_of
from catalog.models import Producer, Product, StoredFile
from places.models import Province
from traceability.codes.models import UnitCode
from traceability.lots.models import Lot

if TYPE_CHECKING:
    from accounts.models import User

LONGEST = 2000


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    """Feedback by who may read it and by what is to be done."""

    def visible_to(self, user: User | AnonymousUser) -> FeedbackQuerySet:
        """A member's producers' own, once it was passed on; an official's of the territory, a department's also of no known product.

        Who belongs to a producer reads of it what any member does, whatever post he holds.
        """
        if not user.is_authenticated:
            return self.none()
        if is_administrator(user):
            return self
        own = Producer.objects.kept_by(user).values("pk")
        allowed = Q(product__producer__in=own, with_producer=True)
        scope = scope_of(user)
        if scope is not None:
            allowed |= Q(product__producer__in=Producer.objects.visible_to(user).values("pk")) & ~Q(product__producer__in=own)
            if scope.commune is None:
                allowed |= Q(product__isnull=True, province=scope.province)
        return self.filter(allowed)

    def waiting(self) -> FeedbackQuerySet:
        """What waits for an answer, the longest first."""
        return self.filter(state=Feedback.State.NEW).order_by("waiting_since", "pk")


class Feedback(models.Model):
    """One complaint, praise, question or report of a counterfeit, about a product, a lot or a pack of it.

    Its writer is nobody: no name, number, address or device is asked or kept, and what looks like one in the text is masked before it is
    written. The ticket code opens it like a password, so only its hash is kept. Of a code that nobody issued there is no product:
    then `province` says where it was bought.
    """

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", gettext_lazy("Complaint")
        PRAISE = "praise", gettext_lazy("Praise")
        QUESTION = "question", gettext_lazy("Question")
        COUNTERFEIT = "counterfeit", gettext_lazy("Report of a counterfeit")

    class State(models.TextChoices):
        NEW = "new", gettext_lazy("Waits for an answer")
        ANSWERED = "answered", gettext_lazy("Answered")
        CLOSED = "closed", gettext_lazy("Closed")

    kind = models.CharField(max_length=11, choices=Kind.choices)
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="feedback")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="feedback")
    unit = models.ForeignKey(UnitCode, models.PROTECT, null=True, blank=True, related_name="feedback")
    province = models.ForeignKey(Province, models.PROTECT, null=True, blank=True, related_name="+")
    about = models.CharField(max_length=200, help_text="the path that was scanned")
    text = models.TextField(max_length=LONGEST, blank=True)
    bought_where = models.CharField(max_length=200, blank=True)
    photo = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    ticket_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the ticket code")
    sent_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    waiting_since = models.DateTimeField(null=True, default=timezone.now, help_text="since when its writer waits for an answer")
    with_producer = models.BooleanField(default=True, help_text="the producer reads it, too")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    erased_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="feedback_is_about_something", condition=Q(product__isnull=False) | Q(province__isnull=False)),
            models.CheckConstraint(name="closed_feedback_has_a_time", condition=Q(state="closed") ^ Q(closed_at__isnull=True)),
            models.CheckConstraint(name="new_feedback_waits", condition=Q(state="new") ^ Q(waiting_since__isnull=True)),
            models.CheckConstraint(name="erased_feedback_is_empty", condition=Q(erased_at__isnull=True) | Q(text="", bought_where="")),
        ]
        indexes = [models.Index(fields=["waiting_since"], name="feedback_waiting", condition=Q(state="new"))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.product or self.about}"

    @property
    def is_counterfeit(self) -> bool:
        """Whether it reports a counterfeit: that is the department's first."""
        return self.kind == self.Kind.COUNTERFEIT


class Reply(models.Model):
    """What was written after the first text: by the writer, for the producer, or for an office (no agency: the administration)."""

    class Side(models.TextChoices):
        WRITER = "writer"
        PRODUCER = "producer"
        OFFICE = "office"

    feedback = models.ForeignKey(Feedback, models.CASCADE, related_name="replies")
    side = models.CharField(max_length=8, choices=Side.choices)
    by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(max_length=LONGEST, blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True, help_text="a form sent twice writes once")

    class Meta:
        ordering = ["written_at", "pk"]
        verbose_name_plural = "replies"
        constraints = [
            models.CheckConstraint(
                name="writer_of_feedback_is_nobody", condition=~Q(side="writer") | Q(by__isnull=True, agency__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.side}: {self.feedback_id}"

    @property
    def signed(self) -> str:
        """Who says it, as its reader is told: an office or a producer, never a person. Feedback, product and agency are read."""
        if self.side == self.Side.WRITER:
            return _("Whoever wrote first")
        if self.side == self.Side.PRODUCER and self.feedback.product is not None:
            return str(self.feedback.product.producer)
        return self.agency.name if self.agency else _("The portal's administration")
