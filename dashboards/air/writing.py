"""What operators and assistants write down: handed to the floor of livestreams, and the fold woken where sales may move with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.waking import wake
from dashboards.air.doors import Door
from dashboards.air.replay import replay_of
from livestreams.air.services import Fate, NewMark, NewSample, State, write_marks
from orders.tasks import fold_figures


def write(door: Door, *, marks: Sequence[NewMark] = (), samples: Sequence[NewSample] = (), sent_at: datetime | None = None) -> list[Fate]:
    """Write down what came through the door; what became of each row. While a replay runs nothing is taken."""
    if replay_of(door.session) is not None:
        message = _("A replay is running here: nothing is written down.")
        ids = [*(mark.id for mark in marks), *(sample.id for sample in samples)]
        return [Fate(key, State.REFUSED, "replay", message) for key in ids]
    fates = write_marks(session=door.session, marks=marks, samples=samples, sent_at=sent_at, by=door.by, link=door.link)
    if marks and any(fate.state == State.KEPT for fate in fates):
        # Times of slots decide to which one an order belongs.
        wake(fold_figures)
    return fates
