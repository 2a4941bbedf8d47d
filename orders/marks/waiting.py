"""How many orders the next folds look at anew."""

from __future__ import annotations

from django.db.models import Q

from orders.marks.models import Mark


def orders_waiting(code: str) -> int:
    """Orders that wait to be attributed anew and that the session of this code has or could have: its own, and those of its shops."""
    could = Q(order__attribution__session__code=code) | Q(order__shop__sessions__code=code)
    return Mark.objects.filter(could).values("order").distinct().count()
