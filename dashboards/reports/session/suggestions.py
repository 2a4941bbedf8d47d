"""What a session's figures suggest for the next one: a few rules, each with its number of cases; silent where there are too few.

The thresholds are ours: small enough to speak after one good session, large enough not to read a meaning into a handful of orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from dashboards.boards.names import Name
from livestreams.models import Slot

SLOTS_A_SIDE = 4  # shorter and longer slots, each at least so many
FASTER = 1.5  # units a minute, one side against the other
UNITS = 20  # of a product, before a share of them means anything
RETURNED, CANCELLED = 0.10, 0.20
ORDERS = 50  # of the session, before a slot without any means anything


class Rule(StrEnum):
    """What was found."""

    SHORTER = "shorter"
    LONGER = "longer"
    SOLD_OUT = "sold_out"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    UNSOLD = "unsold"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules look at in a slot: its planned minutes, seconds on air (None: not known), stock, outcome and units sold live."""

    product: Name
    minutes: int
    seconds: float | None
    stock: int | None
    outcome: str
    placed: int
    cancelled: int
    handed_over: int
    returned: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A rule that spoke: `n` cases, what it saw (`first`, `second`: units a minute, or units), and the products it names."""

    rule: Rule
    n: int
    first: float = 0
    second: float = 0
    products: tuple[Name, ...] = ()


def suggestions(slots: Sequence[Seen], orders: int) -> tuple[Suggestion, ...]:
    """What the slots of a session with `orders` orders on air suggest, in the order in which they are read."""
    found = [_length(slots), _sold_out(slots)]
    found += [_share(slots, Rule.RETURNED), _share(slots, Rule.CANCELLED), _unsold(slots, orders)]
    return tuple(one for one in found if one is not None)


def _length(slots: Sequence[Seen]) -> Suggestion | None:
    """Whether shorter or longer slots sold more a minute: the same time on air against the median of planned lengths."""
    aired = [slot for slot in slots if slot.seconds and slot.outcome != Slot.Outcome.SKIPPED]
    if not aired:
        return None
    middle = sorted(slot.seconds or 0 for slot in aired)[len(aired) // 2]
    short, long = ([slot for slot in aired if ((slot.seconds or 0) < middle) is side] for side in (True, False))
    if min(len(short), len(long)) < SLOTS_A_SIDE:
        return None
    pace = [60 * sum(slot.placed for slot in side) / sum(slot.seconds or 0 for slot in side) for side in (short, long)]
    if pace[0] >= FASTER * pace[1] and pace[0] > 0:
        return Suggestion(Rule.SHORTER, len(aired), round(pace[0], 1), round(pace[1], 1))
    if pace[1] >= FASTER * pace[0] and pace[1] > 0:
        return Suggestion(Rule.LONGER, len(aired), round(pace[1], 1), round(pace[0], 1))
    return None


def _sold_out(slots: Sequence[Seen]) -> Suggestion | None:
    gone = [slot for slot in slots if slot.outcome == Slot.Outcome.SOLD_OUT or (slot.stock and slot.placed >= slot.stock)]
    return Suggestion(Rule.SOLD_OUT, len(gone), products=_names(gone)) if gone else None


def _share(slots: Sequence[Seen], rule: Rule) -> Suggestion | None:
    """Products of which much came back, or was cancelled."""
    back = rule is Rule.RETURNED
    found = []
    for slot in slots:
        whole, part = (slot.handed_over, slot.returned) if back else (slot.placed, slot.cancelled)
        if whole >= UNITS and part >= (RETURNED if back else CANCELLED) * whole:
            found.append(slot)
    if not found:
        return None
    part = sum(slot.returned if back else slot.cancelled for slot in found)
    whole = sum(slot.handed_over if back else slot.placed for slot in found)
    return Suggestion(rule, len(found), part, whole, _names(found))


def _unsold(slots: Sequence[Seen], orders: int) -> Suggestion | None:
    shown = [slot for slot in slots if slot.outcome != Slot.Outcome.SKIPPED]
    none = [slot for slot in shown if not slot.placed]
    if orders < ORDERS or not none:
        return None
    return Suggestion(Rule.UNSOLD, len(shown), len(none), products=_names(none))


def _names(slots: Sequence[Seen]) -> tuple[Name, ...]:
    return tuple(dict.fromkeys(slot.product for slot in slots))
