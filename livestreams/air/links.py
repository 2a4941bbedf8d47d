"""Links for assistants: made, withdrawn."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from livestreams.air.models import AssistantLink
from livestreams.sessions.models import Session

NAMED_FOR = timedelta(days=90)
"""So long after it expired a link keeps the name of whom it was for: while it may still be asked who wrote down what."""


def make_link(*, session: Session, name: str, hours: int, by: User) -> tuple[AssistantLink, str]:
    """A link to the control room of `session` that expires in `hours`, and its token, which nothing keeps: it is shown once."""
    token = secrets.token_urlsafe(32)
    link = AssistantLink.objects.create(
        session=session, name=name, token_hash=AssistantLink.hashed(token), made_by=by, expires_at=timezone.now() + timedelta(hours=hours)
    )
    return link, token


def withdraw_link(*, link: AssistantLink) -> None:
    """From now on it opens nothing."""
    AssistantLink.objects.filter(pk=link.pk, withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())


def forget_assistants(*, now: datetime) -> int:
    """Take the names off links that expired long ago; how many. What was written by them stays."""
    return AssistantLink.objects.filter(expires_at__lt=now - NAMED_FOR).exclude(name="").update(name="")
