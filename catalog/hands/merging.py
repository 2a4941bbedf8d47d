"""Two entries that are one product: what the catalogue moves. Shops, livestreams and lots: `orders.doubles`."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from catalog.models import FormerGtin, ListingRevision, Product, ProductMerge, StarApplication


class MergeError(Exception):
    """Two entries that cannot be merged."""


class NotTwoError(MergeError):
    """One of them is a double already, or both are the same entry."""


class OtherProducerError(MergeError):
    """They are of two producers."""


class RunningApplicationError(MergeError):
    """Both have an application for a star that runs: one has to be withdrawn first."""


def merge_products(*, kept: Product, double: Product, ground: str, by: User) -> ProductMerge:
    """Make `double` a double of `kept`: ratings, applications, photos, papers and links move, and the GTIN where the kept one has none.

    Ratings by a decision that the kept one has too stay where they are. Facts and prices stay with the double, as history: the
    kept one's hold for all orders. Photos, papers and links wait for the kept one's next revision to be shown. A draft of the
    double is withdrawn and the double is no longer public. Raises NotTwoError, OtherProducerError, RunningApplicationError.
    """
    with transaction.atomic():
        # In one order for everybody, so that two merges crosswise wait and do not lock each other out.
        rows = {row.pk: row for row in Product.objects.select_for_update(no_key=True).filter(pk__in={kept.pk, double.pk}).order_by("pk")}
        if len(rows) != 2 or any(row.merged_into_id for row in rows.values()):
            raise NotTwoError
        kept, double = rows[kept.pk], rows[double.pk]
        if kept.producer_id != double.producer_id:
            raise OtherProducerError
        if StarApplication.objects.filter(product__in=rows).exclude(state__in=StarApplication.CLOSED).count() > 1:
            raise RunningApplicationError
        moved = _move(kept, double)
        _end_draft(double, by)
        gtin = kept.gtin or double.gtin
        double.doubles.update(merged_into=kept)
        double.merged_into, double.published_at = kept, None
        double.gtin = double.gtin if kept.gtin else None
        double.save(update_fields=["merged_into", "published_at", "gtin"])
        if gtin != kept.gtin:
            kept.gtin = gtin
            kept.save(update_fields=["gtin"])
        _take_over_numbers(kept, double)
        return ProductMerge.objects.create(kept=kept, double=double, ground=ground, moved=moved, merged_by=by)


def _move(kept: Product, double: Product) -> dict[str, int]:
    """How many rows of each kind moved."""
    last = kept.photos.aggregate(last=Max("position"))["last"] or 0
    photos = double.photos.exclude(large__in=kept.photos.values("large"))
    for position, photo in enumerate(photos.order_by("position", "pk"), start=last + 1):
        type(photo).objects.filter(pk=photo.pk).update(product=kept, position=position, shown=False)
    return {
        "ratings": double.ratings.exclude(decision__in=kept.ratings.values("decision")).update(product=kept),
        "applications": double.star_applications.update(product=kept),
        "photos": kept.photos.filter(position__gt=last).count(),
        "papers": double.papers.update(product=kept, shown=False),
        "links": double.saleslinks.exclude(url__in=kept.saleslinks.values("url")).update(product=kept, shown=False),
    }


def _take_over_numbers(kept: Product, double: Product) -> None:
    """What is printed under a number of the double's, today's or a former one, is the kept one's from now on."""
    numbers = {*double.former_gtins.values_list("gtin", flat=True), *filter(None, [double.gtin])} - {kept.gtin}
    today = timezone.localdate()
    FormerGtin.objects.bulk_create([FormerGtin(product=kept, gtin=one, until=today) for one in sorted(numbers)], ignore_conflicts=True)


def _end_draft(double: Product, by: User) -> None:
    opened = double.revisions.filter(state__in=ListingRevision.OPEN)
    opened.update(state=ListingRevision.State.WITHDRAWN, decided_by=by, decided_at=timezone.now())
