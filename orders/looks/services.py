"""Writing down who looks at order lines, and forgetting it in the end."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import Agency, User
from orders.looks.models import LineLook

Seen = Mapping[tuple[int, int | None], int]
"""How many lines by the ids of shop and producer (None: of a SKU that nobody has mapped)."""


class LookNotKeptError(Exception):
    """The look could not be written down; then its lines must not be shown."""


def keep_look(*, user: User, purpose: str, seen: Seen) -> None:
    """Write down, before they are shown, that `user` sees these lines by virtue of a post: one statement. Raises LookNotKeptError."""
    if not seen:
        return
    agency, now = _agency_of(user), timezone.now()
    looks = [
        LineLook(user=user, agency=agency, at=now, purpose=purpose, shop_id=shop, producer_id=producer, lines=lines)
        for (shop, producer), lines in seen.items()
    ]
    try:
        with transaction.atomic():
            LineLook.objects.bulk_create(looks)
    except DatabaseError as error:
        raise LookNotKeptError from error


def forget_looks() -> int:
    """Delete looks that need be kept no longer; how many went."""
    return LineLook.objects.past(timezone.now()).delete()[0]


def _agency_of(user: User) -> Agency | None:
    """The agency for which the user sees what he sees: that of the widest territory (accounts.scopes)."""
    agencies = [post.agency for post in user.current_posts()]
    return min(agencies, key=lambda agency: (agency.commune_id is not None, agency.province_id, agency.commune_id or ""), default=None)
