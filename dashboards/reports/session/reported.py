"""What the platform told of a session: from its LIVE analytics file, else as operators typed it from its screen. Absent is not 0."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from livestreams.models import LiveFigures, MetricSample, Session

# Figures that may be added up over the broadcasts of one session.
FROM_FILES = (*("views", "impressions", "product_clicks", "orders", "items_sold", "gmv", "likes", "comments", "shares", "new_followers"),)
TYPED = ("views", "product_clicks", "orders", "gmv", "likes", "comments", "shares")


@dataclass(frozen=True, slots=True)
class Reported:
    """Figures by name, None where the platform did not tell; of `rooms` broadcasts (0: typed from the screen), as of `at`."""

    figures: tuple[tuple[str, int | None], ...]
    rooms: int
    at: datetime

    def __getitem__(self, name: str) -> int | None:
        return dict(self.figures).get(name)


def reported_of(session: Session) -> Reported | None:
    """What was told of the session; None where nothing was. Two queries at most."""
    rooms = list(LiveFigures.objects.current().filter(session=session))
    if rooms:
        told = [(name, [getattr(room, name) for room in rooms]) for name in FROM_FILES]
        # Of two broadcasts one that is not known leaves the whole unknown.
        sums = tuple((name, None if None in values else sum(values)) for name, values in told)
        return Reported(sums, len(rooms), max(room.taken_at for room in rooms))
    last: dict[str, int] = {}
    at = None
    for sample in MetricSample.objects.filter(session=session).order_by("at", "received_at", "id"):
        last |= {name: getattr(sample, name) for name in TYPED if getattr(sample, name) is not None}
        at = sample.at
    return Reported(tuple((name, last.get(name)) for name in TYPED), 0, at) if at is not None else None
