"""Where the listings and profiles of a member's producers stand: what `/my/listings/` shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q

from catalog.models import ListingRevision, Owner, Producer, Product

_NEW_REMARK = Q(remarks__made_at__gt=F("submitted_at"))


@dataclass(frozen=True)
class Standing:
    """One product or profile: whether everybody sees it, the open revision's state (empty: none), how many remarks wait in it."""

    owner: Owner
    public: bool
    state: str = ""
    remarks: int = 0


def standing(owner: Owner) -> Standing:
    """Where one stands."""
    return _standings([owner])[0]


def standings(producers: Sequence[Producer]) -> list[tuple[Producer, Standing, list[Standing]]]:
    """Each producer with its profile and its products, in the order of names."""
    products = list(Product.objects.single().filter(producer__in=producers).order_by("name_vi", "pk"))
    found = {(type(row.owner), row.owner.pk): row for row in _standings([*producers, *products])}
    return [
        (
            producer,
            found[Producer, producer.pk],
            [found[Product, product.pk] for product in products if product.producer_id == producer.pk],
        )
        for producer in producers
    ]


def _standings(owners: Sequence[Owner]) -> list[Standing]:
    products = [owner.pk for owner in owners if isinstance(owner, Product)]
    producers = [owner.pk for owner in owners if isinstance(owner, Producer)]
    revisions = ListingRevision.objects.open().filter(Q(product__in=products) | Q(producer__in=producers)).order_by()
    waiting = revisions.annotate(waiting=Count("remarks", filter=_NEW_REMARK))
    # By the ids of product and producer, of which one is None.
    found: dict[tuple[int | None, int | None], tuple[str, int]] = {
        (product, producer): (state, remarks)
        for product, producer, state, remarks in waiting.values_list("product", "producer", "state", "waiting")
    }
    rows = []
    for owner in owners:
        is_product = isinstance(owner, Product)
        state, remarks = found.get((owner.pk, None) if is_product else (None, owner.pk), ("", 0))
        rows.append(Standing(owner, not isinstance(owner, Product) or owner.published_at is not None, state, remarks))
    return rows
