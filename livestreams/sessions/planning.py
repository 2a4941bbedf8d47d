"""The verbs of a session: plan it, change what is told of it, move it, cancel it. No session is ever deleted: what was planned is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acting import acting
from accounts.models import User
from livestreams.people.models import Guest
from livestreams.sessions.confirmations import tell_of_cancelling
from livestreams.sessions.errors import NotPlannableError
from livestreams.sessions.models import Session
from livestreams.sessions.run_of_show import changed, hold
from places import names
from places.models import Province

TRIES = 20
"""Codes tried one after the other: so many sessions of a province begin on one day, at most."""


def plan_session(*, session: Session, guests: Iterable[Guest], by: User) -> Session:
    """Write a new session (checked by its form) under a code made of province and day."""
    with acting(by), transaction.atomic():
        stem = code_stem(session.province, session.planned_start)
        for number in range(1, TRIES + 1):
            session.code = stem if number == 1 else f"{stem}-{number}"
            if Session.objects.filter(code=session.code).exists():
                continue
            try:
                # Two people plan for one day at once: the second takes the next code.
                with transaction.atomic():
                    session.save(force_insert=True)
            except IntegrityError:
                session.pk = None
                continue
            session.guests.set(guests)
            return session
    raise NotPlannableError("day", _("There are too many livestreams on this day."))


def change_session(*, session: Session, values: dict[str, Any], guests: Iterable[Guest], version: int, by: User) -> Session:
    """Change what is told of a session besides its times. Raises SessionCancelledError, ChangedMeanwhileError.

    Only these columns are written: what the control room writes meanwhile stays.
    """
    with acting(by), transaction.atomic():
        held = hold(session, version=version)
        for name, value in values.items():
            setattr(held, name, value)
        held.save(update_fields=list(values))
        held.guests.set(guests)
        changed(held)
    return held


def move_session(*, session: Session, start: datetime, end: datetime, version: int, by: User) -> Session:
    """Plan a session that has not begun for another time; producers are asked again, orders follow (`orders.marks`).

    Raises BegunError, SessionCancelledError, ChangedMeanwhileError.
    """
    with acting(by), transaction.atomic():
        held = hold(session, version=version, before_air=True)
        held.planned_start, held.planned_end = start, end
        held.save(update_fields=["planned_start", "planned_end"])
        changed(held)
    return held


def cancel_session(*, session: Session, reason: str, by: User) -> Session:
    """Cancel a session that has not begun. Its plan stays to be read. Raises BegunError, SessionCancelledError (also a second time)."""
    with acting(by), transaction.atomic():
        held = hold(session, before_air=True)
        held.cancelled_at, held.cancelled_reason = timezone.now(), reason
        held.save(update_fields=["cancelled_at", "cancelled_reason"])
        tell_of_cancelling(held)
    return held


def code_stem(province: Province, start: datetime) -> str:
    """`GL-20271128`: the initials of the province and the local day."""
    initials = "".join(word[0] for word in names.key(province.name).split()).upper()
    return f"{initials}-{timezone.localdate(start):%Y%m%d}"
