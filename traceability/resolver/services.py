"""The verbs of links that a producer adds: add one, take one away."""

from __future__ import annotations

from django.db import transaction

from catalog.models import Product
from traceability.lots.models import Lot
from traceability.resolver.models import ExtraLink

MOST_LINKS = 30


class TooManyLinksError(ValueError):
    """The product has MOST_LINKS links already."""


@transaction.atomic
def add_link(*, link: ExtraLink) -> None:
    """Keep a new link (checked by its form) and show it on the pages. The same link twice at once is one. Raises TooManyLinksError."""
    if ExtraLink.objects.filter(product=link.product).count() >= MOST_LINKS:
        raise TooManyLinksError
    ExtraLink.objects.bulk_create([link], ignore_conflicts=True)
    Lot.objects.filter(product=link.product).mark_changed()


@transaction.atomic
def remove_link(*, product: Product, link_id: int) -> None:
    """Take a link of the product away from its pages; nothing where it has none of that id."""
    ExtraLink.objects.filter(product=product, pk=link_id).delete()
    Lot.objects.filter(product=product).mark_changed()
