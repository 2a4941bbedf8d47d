"""Who or what would be in two livestreams at once: a host, a guest, a product. Told, never forbidden: some clashes are meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext as _

from livestreams.sessions.models import Session, Slot

NAMED = 3
LONGEST = timedelta(hours=12)
"""No session is planned longer (see the form)."""


class Kind(StrEnum):
    """What clashes."""

    HOST = "host"
    GUEST = "guest"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Clash:
    """`what` (a host's, guest's or product's name) is in `other` as well, which overlaps in time."""

    kind: Kind
    what: str
    other: Session

    @property
    def words(self) -> str:
        """The clash in a sentence, in the reader's language."""
        said = {
            Kind.HOST: _("%(what)s hosts “%(other)s” at the same time."),
            Kind.GUEST: _("%(what)s is a guest of “%(other)s” at the same time."),
            Kind.PRODUCT: _("%(what)s is shown in “%(other)s” at the same time."),
        }[self.kind]
        return said % {"what": self.what, "other": self.other.name}


def told_together(clashes: Iterable[Clash]) -> list[str]:
    """One sentence for each other session, in the reader's language: who and what is in both, the first `NAMED` by name."""
    shared: dict[int, list[Clash]] = {}
    for clash in clashes:
        shared.setdefault(clash.other.pk, []).append(clash)
    return [_together(found) for found in shared.values()]


def _together(clashes: list[Clash]) -> str:
    names = [clash.what for clash in clashes]
    said = {"other": clashes[0].other.name, "what": ", ".join(names[:NAMED]), "more": len(names) - NAMED}
    if len(names) > NAMED:
        return _("At the same time as “%(other)s”: %(what)s and %(more)d more.") % said
    return _("At the same time as “%(other)s”: %(what)s.") % said


def clashes_of(session: Session) -> list[Clash]:
    """The session's clashes with others that overlap by planned (on air: actual) times, hosts first. Three queries; saved sessions alone.

    Sessions that touch do not overlap; cancelled ones clash with nothing.
    """
    return clashes_among([session]).get(session.pk, [])


def clashes_among(sessions: Iterable[Session]) -> dict[int, list[Clash]]:
    """The clashes of each of the sessions (by id) with any other there is, as `clashes_of`; three queries for any number of them."""
    asked = [session for session in sessions if session.cancelled_at is None]
    if not asked:
        return {}
    near = _near(min(session.start for session in asked), max(session.end for session in asked))
    overlapping = {
        session.pk: [other for other in near if other.pk != session.pk and other.start < session.end and other.end > session.start]
        for session in asked
    }
    involved = {other.pk for others in overlapping.values() for other in others} | {pk for pk, others in overlapping.items() if others}
    guests, products = _guests(involved), _products(involved)
    return {session.pk: _found(session, overlapping[session.pk], guests, products) for session in asked if overlapping[session.pk]}


# What is in a session, by its id: names by the id of the guest or product.
Names = dict[int, dict[int, str]]


def _found(session: Session, others: list[Session], guests: Names, products: Names) -> list[Clash]:
    found = [
        Clash(Kind.HOST, str(session.host), other) for other in others if session.host is not None and other.host_id == session.host_id
    ]
    for kind, names in ((Kind.GUEST, guests), (Kind.PRODUCT, products)):
        own = names.get(session.pk, {})
        shared = [(name, other) for other in others for pk, name in names.get(other.pk, {}).items() if pk in own]
        found += [Clash(kind, name, other) for name, other in sorted(shared, key=lambda pair: (pair[0], pair[1].planned_start, pair[1].pk))]
    return found


def _guests(sessions: set[int]) -> Names:
    names: Names = {}
    for row in Session.guests.through.objects.filter(session__in=sessions).select_related("guest"):
        names.setdefault(row.session_id, {})[row.guest_id] = str(row.guest)
    return names


def _products(sessions: set[int]) -> Names:
    names: Names = {}
    for slot in Slot.objects.filter(session__in=sessions).select_related("product"):
        names.setdefault(slot.session_id, {})[slot.product_id] = str(slot.product)
    return names


def _near(start: datetime, end: datetime) -> list[Session]:
    """Those that may be on air then: their planned or actual span touches these times; what really does, `start` and `end` decide."""
    planned = Q(actual_start__isnull=True, planned_start__lt=end, planned_end__gt=start)
    # One that was never ended keeps its planned length: `LONGEST` at most.
    aired = Q(actual_start__lt=end) & (Q(actual_end__gt=start) | Q(actual_end__isnull=True, actual_start__gt=start - LONGEST))
    return list(Session.objects.filter(planned | aired, cancelled_at__isnull=True).order_by("planned_start", "pk"))
