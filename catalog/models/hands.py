"""What changes hands: a producer under another name or representative, and two entries that turn out to be one product."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models.dated import DatedQuerySet
from catalog.models.producers import Producer
from catalog.models.products import Product


class ProducerHandQuerySet(DatedQuerySet["ProducerHand"]):
    """Names and representatives by time; the owner is the producer."""

    owner = "producer"


@pghistory.track()
class ProducerHand(models.Model):
    """Under which name and by whom a producer is represented from `since` on. The newest row that has begun is what `Producer` said then.

    The producer stays the same one: its products, members and figures go on. A name that was merely corrected since, by its profile or
    a registry file, is no change of hands: `Producer` says it, and its history.
    """

    producer = models.ForeignKey(Producer, models.CASCADE, related_name="hands")
    since = models.DateField(_("since"))
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Producer.Kind.choices)
    representative = models.CharField(_("legal representative"), max_length=150, blank=True)
    tax_code = models.CharField(_("tax code"), max_length=14, blank=True)
    ground = models.CharField(_("ground"), max_length=300, blank=True, help_text="the paper that says so: decision, contract, registration")
    recorded_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ProducerHandQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        constraints = [models.UniqueConstraint(fields=["producer", "since"], name="producer_hand_once_a_day")]

    def __str__(self) -> str:
        return f"{self.name} ({self.since})"


class ProductMerge(models.Model):
    """Two entries were one product: what was the double's is the kept one's now. Who said so, when and why."""

    kept = models.ForeignKey(Product, models.PROTECT, related_name="merges")
    double = models.OneToOneField(Product, models.PROTECT, related_name="merge")
    ground = models.CharField(_("ground"), max_length=300)
    moved = models.JSONField(default=dict, help_text="how many rows of each kind moved, by model")
    merged_by: models.ForeignKey[User, User] = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-merged_at", "-pk"]
        constraints = [models.CheckConstraint(name="merge_of_two", condition=~Q(kept=F("double")))]

    def __str__(self) -> str:
        return f"{self.double} → {self.kept}"
