"""How much of a product its open lots hold, in the unit in which a need asks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Q

from livestreams.needs.models import Need
from traceability.models import Lot

GRAMS_IN = {"KGM": Decimal(1000), Need.Unit.KILOGRAM: Decimal(1000), Need.Unit.TONNE: Decimal(1_000_000)}


def on_hand(product_id: int, unit: str, net_weight_g: int | None, today: date) -> Decimal | None:
    """What open lots, neither past their date nor recalled, held when they were made; None where none can be told in that unit. One query.

    Packs and weights are told in one another by the pack's net weight in grams; where that is not known, only like is added to like.
    """
    good = Q(best_before__isnull=True) | Q(best_before__gte=today)
    fresh = Lot.objects.filter(good, product=product_id, state=Lot.State.OPEN, recalled_at__isnull=True)
    told = [in_unit(quantity, kind, unit, net_weight_g) for quantity, kind in fresh.values_list("quantity", "unit")]
    known = [amount for amount in told if amount is not None]
    return sum(known, Decimal(0)) if known else None


def in_unit(quantity: Decimal, kind: str, unit: str, net_weight_g: int | None) -> Decimal | None:
    """A quantity of a lot (KGM, H87 packs, LTR) in a need's unit; None where that cannot be said."""
    pack = Decimal(net_weight_g) if net_weight_g else None
    if kind == "H87" and unit == Need.Unit.PACK:
        return quantity
    have = pack if kind == "H87" else GRAMS_IN.get(kind)
    want = pack if unit == Need.Unit.PACK else GRAMS_IN[unit]
    return quantity * have / want if have and want else None
