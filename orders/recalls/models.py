"""Tasks that a recall gives to shops."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Producer
from orders.figures.sight import sight_of
from orders.ledger.models import Order
from traceability.models import Recall


class RecallTaskQuerySet(models.QuerySet["RecallTask"]):
    """Tasks by who may see and do them."""

    def visible_to(self, user: User | AnonymousUser) -> RecallTaskQuerySet:
        """Those of one's own goods and of one's own shops; for officials of the goods and the shops of their territory."""
        if not user.is_authenticated:
            return self.none()
        sight = sight_of(user)
        if sight.everything:
            return self
        producers = Producer.objects.visible_to(user).values("pk")
        seen = Q(recall__producer__in=producers) | Q(order__shop__producer__in=producers)
        if sight.province is not None and sight.commune is None:
            seen |= Q(order__shop__province=sight.province)
        return self.filter(seen)

    def open(self) -> RecallTaskQuerySet:
        """Those that nobody has done."""
        return self.filter(done_at__isnull=True)


class RecallTask(models.Model):
    """The shop of `order` is to write to its buyer that goods of the order were recalled; `done_at`: somebody says that it did.

    Which orders those are follows from orders.lots; one that is no longer among them goes, unless it was done.
    """

    recall = models.ForeignKey(Recall, models.PROTECT, related_name="tasks")
    order = models.ForeignKey(Order, models.PROTECT, related_name="recall_tasks")
    made_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(_("done at"), null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("done by"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = RecallTaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recall", "order"], name="recall_task_once"),
            models.CheckConstraint(
                name="recall_task_note_of_something_done", condition=Q(done_at__isnull=False) | Q(done_by__isnull=True, note="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recall_id}: {self.order_id}"
