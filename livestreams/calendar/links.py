"""Making and revoking the secret addresses of feeds."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from livestreams.calendar.models import FeedLink
from livestreams.programmes.models import Programme

MOST = 20


class TooManyLinksError(Exception):
    """The person has `MOST` open links: one must be revoked first."""


@transaction.atomic
def make_link(*, user: User, programme: Programme | None) -> str:
    """A new link of the person; returns its token, which is kept nowhere. Raises TooManyLinksError."""
    # Held, so that two requests at once do not both count to one less than the most.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.feed_links.open().count() >= MOST:
        raise TooManyLinksError
    token = secrets.token_urlsafe(32)
    FeedLink.objects.create(user=user, programme=programme, token_hash=FeedLink.hashed(token))
    return token


def revoke_link(*, user: User, pk: int) -> bool:
    """The link opens no more; False where the person has no such link that is open."""
    return bool(user.feed_links.open().filter(pk=pk).update(revoked_at=timezone.now()))
