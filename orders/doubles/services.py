"""The verb that makes one product of two, on every floor at once."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Lower

from accounts.models import User
from accounts.waking import wake
from catalog.hands.merging import MergeError, merge_products
from catalog.models import Product, ProductMerge
from livestreams.models import Slot
from orders.shops.models import SkuMapping
from orders.tasks import fold_figures
from traceability.models import ExtraLink, Feedback, Lot
from traceability.recalls.services import warn_on_product_page
from traceability.scans.moving import move_scan_counts


class PrintedCodesError(MergeError):
    """Both have a lot of the same number: a pack would not say which of the two it is from."""


def merge_double(*, kept: Product, double: Product, ground: str, by: User) -> ProductMerge:
    """Merge, and move SKU mappings, slots of livestreams, lots, their scans and links of trace pages. Raises MergeError and its kinds.

    The moved rows mark their orders (orders.marks), so the figures of the past follow with the next fold: what was sold of the
    double was sold of the kept one.
    """
    with transaction.atomic():
        lots = Lot.objects.filter(product=double)
        numbers = Lot.objects.filter(product=kept).values(small=Lower("number"))
        if lots.alias(small=Lower("number")).filter(small__in=numbers).exists():
            raise PrintedCodesError
        merge = merge_products(kept=kept, double=double, ground=ground, by=by)
        merge.moved |= {
            "lots": lots.update(product=kept),
            "trace_links": ExtraLink.objects.filter(product=double, lot__isnull=False).update(product=kept),
            "scan_counts": move_scan_counts(kept=kept, double=double),
            "feedback": Feedback.objects.filter(product=double).update(product=kept),
            "skus": SkuMapping.objects.filter(product=double).update(product=kept),
            "slots": Slot.objects.filter(product=double).update(product=kept),
        }
        warn_on_product_page(product=kept)
        merge.save(update_fields=["moved"])
        wake(fold_figures)
    return merge
