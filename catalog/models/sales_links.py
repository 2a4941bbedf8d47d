"""Where a product, or everything of a producer, can be bought: addresses on floors, networks and own websites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.owned import Owned, OwnedQuerySet
from catalog.models.platforms import LINKED

if TYPE_CHECKING:
    from catalog.models.platforms import Platform


class SalesLinkQuerySet(OwnedQuerySet["SalesLink"]):
    """Links by their state."""

    def open(self) -> SalesLinkQuerySet:
        """Links behind which something is on sale."""
        return self.filter(state=SalesLink.State.OPEN)

    def current(self) -> SalesLinkQuerySet:
        """Links that no later entry replaces: what the next revision of the listing holds."""
        return self.filter(replaced_by__isnull=True)


@pghistory.track()
class SalesLink(Owned):
    """An address on a floor. The floor and the address of one that was shown never change: a new row `replaces` it.

    Closing and opening take effect at once, so that nobody is sent to an empty page.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    floor: models.CharField[str | Platform, str] = models.CharField(
        _("floor"), max_length=20, choices=[(platform.value, platform.label) for platform in LINKED]
    )
    url = models.URLField(_("address"), max_length=500)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    replaces = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="replaced_by")

    objects = SalesLinkQuerySet.as_manager()

    class Meta(Owned.Meta):
        ordering = ["floor", "pk"]
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["product", "url"], name="link_once_a_product"),
            models.UniqueConstraint(fields=["producer", "url"], name="link_once_a_producer"),
        ]

    def __str__(self) -> str:
        return f"{self.get_floor_display()}: {self.url}"
