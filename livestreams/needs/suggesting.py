"""What fits a need, in points with their reasons: everything that counts stands in `reasons_for`, and nothing else counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from livestreams.needs.models import Need

SLOT = 5
"""Minutes that a product gets unless told otherwise."""


@dataclass(frozen=True)
class Wanted:
    """A need as far as suggestions look at it: its days, the product's OCOP group and the producer's commune by code (empty: not known)."""

    wish: str
    first: date
    last: date
    group: str = ""
    commune: str = ""
    quantity: Decimal | None = None
    # In the unit of `quantity`; None: no lot is recorded.
    on_hand: Decimal | None = None


@dataclass(frozen=True)
class Offer:
    """A coming session, or a host without one (`day` None), as far as suggestions look at it.

    `groups`: codes of the groups that suit the host; None where there is no host. `rate`: units sold for each slot in the host's past
    sessions, `best` the greatest such rate of all; None where there is nothing to judge by. `minutes_left`: of a session's planned length.
    `sessions_left`: how many more sessions the host takes on in the window; None: not known. `star`: of the product on that day.
    """

    day: date | None
    groups: frozenset[str] | None = None
    commune: str = ""
    rate: float | None = None
    best: float | None = None
    minutes_left: int = 0
    sessions_left: int | None = None
    star: int | None = None
    has_leader: bool = False


@dataclass(frozen=True)
class Reason:
    """Points, and why, in the reader's language."""

    points: int
    words: str


def reasons_for(need: Wanted, offer: Offer) -> tuple[Reason, ...]:
    """Why the offer fits the need or not: the same questions in the same order for every offer. It is ranked by the sum of the points.

    At most 30 for the window, 20 for the group, 20 for past sales, 10 each for room, star, stock, and a leader where one is wished.
    """
    found: list[Reason] = []
    # Window: a session that stands is worth more than one that has still to be planned.
    if offer.day is None:
        found.append(Reason(20, _("No session yet: a day within the window can still be chosen")))
    elif need.first <= offer.day <= need.last:
        found.append(Reason(30, _("On a day within the window")))
    else:
        found.append(Reason(0, _("Outside the window")))
    # Group: a commune that leads its own session knows its product best.
    if offer.commune and offer.commune == need.commune:
        found.append(Reason(20, _("Led by the producer’s own commune")))
    elif offer.groups is None:
        found.append(Reason(5, _("No host chosen yet")))
    elif not need.group or not offer.groups:
        found.append(Reason(5, _("Not known whether the product group suits the host")))
    elif need.group in offer.groups:
        found.append(Reason(20, _("The product group suits the host")))
    else:
        found.append(Reason(0, _("The host shows other product groups")))
    # Past sales, beside the best of all hosts.
    if offer.rate is None or not offer.best:
        found.append(Reason(0, _("No earlier sales to judge by")))
    else:
        points = round(20 * offer.rate / offer.best)
        found.append(Reason(points, _("%(units)s units sold for each slot in the last year") % {"units": f"{offer.rate:.0f}"}))
    # Room.
    if offer.day is not None:
        if offer.minutes_left >= SLOT:
            found.append(Reason(10, _("%(minutes)s minutes are still free") % {"minutes": offer.minutes_left}))
        else:
            found.append(Reason(0, _("The planned time is full: the session would have to be longer")))
    elif offer.sessions_left is None:
        found.append(Reason(5, _("Not known how many sessions the host can take on")))
    else:
        found.append(Reason(10, _("The host can take on %(sessions)s more in the window") % {"sessions": offer.sessions_left}))
    # Star: without one the product is welcome, and shown without the mark.
    if offer.star:
        found.append(Reason(10, _("%(stars)s stars in force on that day") % {"stars": offer.star}))
    else:
        found.append(Reason(0, _("No star in force on that day: shown without the mark")))
    # Stock.
    if need.on_hand is None:
        found.append(Reason(0, _("No open lot is recorded")))
    elif need.quantity is None or need.on_hand >= need.quantity:
        found.append(Reason(10, _("Open lots hold enough")))
    else:
        found.append(Reason(5, _("Open lots hold less than what is offered")))
    if need.wish == Need.Wish.LEADER:
        if offer.has_leader:
            found.append(Reason(10, _("A leader takes part already")))
        else:
            found.append(Reason(0, _("No leader takes part yet")))
    return tuple(found)
