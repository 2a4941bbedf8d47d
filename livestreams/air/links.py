"""Links for assistants: made, withdrawn."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from livestreams.air.models import AssistantLink
from livestreams.sessions.models import Session


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
