"""What a producer would like the public to see of a product or of itself, on its way through review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models.owned import Owner
from catalog.models.producers import Producer
from catalog.models.products import Product

if TYPE_CHECKING:
    from accounts.models import User


class ListingRevisionQuerySet(models.QuerySet["ListingRevision"]):
    """Revisions by state and by who may see them."""

    def open(self) -> ListingRevisionQuerySet:
        """Still on their way: a product or a producer has one at most."""
        return self.filter(state__in=ListingRevision.OPEN)

    def of(self, owner: Owner) -> ListingRevisionQuerySet:
        """Those of one product, or of one producer's own profile."""
        return self.filter(product=owner) if isinstance(owner, Product) else self.filter(producer=owner)

    def visible_to(self, user: User | AnonymousUser) -> ListingRevisionQuerySet:
        """Those of the products and producers that the user may see."""
        return self.filter(
            Q(product__in=Product.objects.visible_to(user).values("pk")) | Q(producer__in=Producer.objects.visible_to(user).values("pk"))
        )


# Typing saves itself every few seconds: only the steps of the way are kept for ever, each with the whole content it was taken with.
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pgtrigger.AnyChange("state")),
    pghistory.DeleteEvent(),
    exclude=["base"],
)
class ListingRevision(models.Model):
    """One proposed state of a product's listing, or of a producer's profile.

    `content` holds each field of `catalog.listings.fields` as text, typed or tidied, and the ids of the photos, papers and links
    that are to be shown, in order; `base` is what was public when the draft was begun, in the same form. What differs between the
    two is what the producer changed, and all that publishing applies.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Sent back")
        PUBLISHED = "published", _("Published")
        SUPERSEDED = "superseded", _("Superseded")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    OPEN = (State.DRAFT, State.SUBMITTED, State.RETURNED)
    EDITABLE = (State.DRAFT, State.RETURNED)

    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="revisions")
    producer = models.ForeignKey(Producer, models.PROTECT, null=True, blank=True, related_name="revisions")
    number = models.PositiveIntegerField(help_text="1, 2, 3 … of its product or producer")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", help_text="the one it goes on from")
    base: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    author: models.ForeignKey[User, User] = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now, editable=False)
    saved_by: models.ForeignKey[User, User] = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)
    submitted_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", help_text="the official, or who withdrew it"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ListingRevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="revision_of_one_thing",
                condition=Q(product__isnull=False, producer__isnull=True) | Q(product__isnull=True, producer__isnull=False),
            ),
            models.UniqueConstraint(fields=["product", "producer", "number"], name="revision_number_once", nulls_distinct=False),
            models.UniqueConstraint(
                fields=["product", "producer"],
                name="revision_open_once",
                condition=Q(state__in=("draft", "submitted", "returned")),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["product", "producer"], name="revision_published_once", condition=Q(state="published"), nulls_distinct=False
            ),
            models.CheckConstraint(name="revision_submitted_by_somebody", condition=~Q(state="submitted") | Q(submitted_at__isnull=False)),
            models.CheckConstraint(
                name="revision_decided_by_somebody",
                condition=~Q(state__in=("returned", "published", "superseded", "withdrawn")) | Q(decided_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["submitted_at"], name="revision_waiting", condition=Q(state="submitted"))]

    def __str__(self) -> str:
        return f"{self.owner} ({self.number})"

    @property
    def owner(self) -> Owner:
        """The product, or the producer whose profile it is."""
        owner = self.product or self.producer
        assert owner is not None  # the constraint revision_of_one_thing
        return owner

    @property
    def maker(self) -> Producer:
        """The producer whose members edit it."""
        return self.owner.producer if isinstance(self.owner, Product) else self.owner

    @property
    def is_editable(self) -> bool:
        """Whether its members may go on typing."""
        return self.state in self.EDITABLE

    def open_remarks(self) -> models.QuerySet[Remark]:
        """What was written when it was last sent back, until it is submitted again."""
        since = self.submitted_at
        return self.remarks.filter(made_at__gt=since) if since else self.remarks.none()


@pghistory.track()
class Remark(models.Model):
    """What an official asks for at a field (empty: of the whole) when a revision goes back to its producer."""

    revision = models.ForeignKey(ListingRevision, models.CASCADE, related_name="remarks")
    field = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=1000)
    author: models.ForeignKey[User, User] = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.field}: {self.text}"
