"""The verbs by which a floor above says that a lot was sold in a livestream, and takes it back."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from traceability.lots.models import Lot
from traceability.sold.models import LotSale


class SoldBeforeMadeError(ValueError):
    """The lot was to be sold before it was made."""


@transaction.atomic
def record_lot_sale(*, lot: Lot, session_code: str, name_vi: str, name_en: str = "", sold_on: date, units: int | None = None) -> LotSale:
    """Keep that `lot` was sold in that livestream on that local day; told again, the newer words stand in the place of the older ones.

    `units`: packs, where known. What is told twice alike changes nothing. Raises SoldBeforeMadeError.
    """
    # One teller at a time: two that say the same at once make one row.
    held = Lot.objects.select_for_update(of=("self",)).get(pk=lot.pk)
    if sold_on < held.made_on:
        raise SoldBeforeMadeError
    told = {"name_vi": name_vi, "name_en": name_en, "sold_on": sold_on, "units": units}
    known = LotSale.objects.filter(lot=held, session_code=session_code).first()
    if known is not None and all(getattr(known, field) == value for field, value in told.items()):
        return known
    sale, _is_new = LotSale.objects.update_or_create(lot=held, session_code=session_code, defaults=told)
    Lot.objects.filter(pk=held.pk).mark_changed()
    return sale


@transaction.atomic
def withdraw_lot_sale(*, lot: Lot, session_code: str) -> bool:
    """Take back that `lot` was sold in that livestream; False where nobody had said so."""
    Lot.objects.select_for_update(of=("self",)).get(pk=lot.pk)
    gone, _kinds = LotSale.objects.filter(lot=lot, session_code=session_code).delete()
    if gone:
        Lot.objects.filter(pk=lot.pk).mark_changed()
    return bool(gone)
