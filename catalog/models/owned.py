"""What a listing is made of besides its texts: rows that belong to a product or, for its profile, to a producer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.producers import Producer, ProducerMember
from catalog.models.products import Product

if TYPE_CHECKING:
    from accounts.models import User

Owner = Product | Producer
OwnedRow = TypeVar("OwnedRow", bound="Owned")


def lock_owner(owner: Owner) -> None:
    """Hold the owner's row to the end of the transaction: who changes what belongs to it does so one after the other."""
    type(owner)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=owner.pk)


class OwnedQuerySet(models.QuerySet[OwnedRow]):
    """Rows by owner and by who may see them."""

    def of(self, owner: Owner) -> Self:
        """What belongs to the product or producer itself; a product's rows are not its producer's."""
        return self.filter(product=owner) if isinstance(owner, Product) else self.filter(producer=owner)

    def shown(self) -> Self:
        """What everybody sees: part of the listing that was published last."""
        return self.filter(shown=True)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What belongs to a product or producer that the user may see, shown or not."""
        if user.is_superuser:
            return self
        seen = Producer.objects.visible_to(user)
        return self.filter(Q(producer__in=seen) | Q(product__producer__in=seen))

    def kept_by(self, user: User | AnonymousUser) -> Self:
        """What the user may change: that of a producer to which the user belongs."""
        if not user.is_authenticated:
            return self.none()
        own = ProducerMember.objects.filter(user=user).values("producer")
        return self.filter(Q(producer__in=own) | Q(product__producer__in=own))


class Owned(models.Model):
    """Belongs to exactly one of a product and a producer. `shown`: part of the published listing, so that everybody sees it."""

    product = models.ForeignKey(Product, models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    producer = models.ForeignKey(Producer, models.CASCADE, null=True, blank=True, related_name="%(class)ss")
    shown = models.BooleanField(_("shown to everybody"), default=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_has_one_owner",
                condition=Q(product__isnull=False, producer__isnull=True) | Q(product__isnull=True, producer__isnull=False),
            )
        ]

    @property
    def owner(self) -> Owner:
        """Whose it is."""
        found = self.product or self.producer
        assert found is not None  # the constraint …_has_one_owner
        return found
