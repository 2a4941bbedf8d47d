"""Who or what would be in two livestreams at once: a host, a guest, a product. Told, never forbidden: some clashes are meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext as _

from livestreams.sessions.models import Session, Slot

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


def clashes_of(session: Session) -> list[Clash]:
    """The session's clashes with others that overlap by planned (on air: actual) times, hosts first. Three queries; saved sessions alone.

    Sessions that touch do not overlap; cancelled ones clash with nothing.
    """
    if session.cancelled_at is not None:
        return []
    others = {other.pk: other for other in _near(session) if other.start < session.end and other.end > session.start}
    found = [
        Clash(Kind.HOST, str(session.host), other)
        for other in others.values()
        if session.host is not None and other.host_id == session.host_id
    ]
    guests = Session.guests.through.objects.filter(session__in=others, guest__in=session.guests.values("pk")).select_related("guest")
    found += [Clash(Kind.GUEST, str(row.guest), others[row.session_id]) for row in guests.order_by("guest__full_name", "session")]
    shared: dict[tuple[int, int], str] = {}
    own = session.slots.values("product")
    for other in Slot.objects.filter(session__in=others, product__in=own).select_related("product"):
        shared.setdefault((other.session_id, other.product_id), str(other.product))
    found += [Clash(Kind.PRODUCT, name, others[pk]) for (pk, _product), name in sorted(shared.items(), key=lambda item: item[1])]
    return found


def _near(session: Session) -> list[Session]:
    """Others that may overlap: their planned or actual span touches the session's; what really does, `start` and `end` decide."""
    start, end = session.start, session.end
    planned = Q(actual_start__isnull=True, planned_start__lt=end, planned_end__gt=start)
    # One that was never ended keeps its planned length: `LONGEST` at most.
    aired = Q(actual_start__lt=end) & (Q(actual_end__gt=start) | Q(actual_end__isnull=True, actual_start__gt=start - LONGEST))
    return list(Session.objects.filter(planned | aired, cancelled_at__isnull=True).exclude(pk=session.pk).order_by("planned_start", "pk"))
