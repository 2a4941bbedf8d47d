"""What the platform reported of the demo hosts' sessions, made up around the orders they sold; nothing is of sessions we were told of."""

from __future__ import annotations

import random
from datetime import timedelta

from django.db.models import Count

from livestreams.models import LiveFigures, Session
from ocop_portal.demo.sessions import RECENT
from orders.models import Attribution, Bucket

FILE = "live-minh-hoa.xlsx"


def build() -> None:
    """One broadcast for each session of the last weeks; the newest of each province still waits for its file."""
    told = [code for code, *_rest in RECENT if not code.endswith("5")]
    live = Attribution.objects.filter(session__code__in=told, bucket=Bucket.LIVE)
    sold = dict(live.values_list("session__code").annotate(Count("order")).order_by())
    LiveFigures.objects.bulk_create(_broadcast(session, sold.get(session.code, 0)) for session in Session.objects.filter(code__in=told))


def _broadcast(session: Session, orders: int) -> LiveFigures:
    """Figures in proportion to the orders: the platform counts a few more than the ledger, because it counts what was never paid."""
    chance = random.Random(f"LIVE of {session.code}")  # noqa: S311  (repeatable on purpose)
    reported = orders + chance.randint(1, 6)
    clicks = reported * chance.randint(9, 16)
    views = clicks * chance.randint(7, 11)
    return LiveFigures(
        session=session,
        room_id=f"75{chance.randrange(10**17):017d}",
        room_title=session.name_vi,
        started_at=session.start,
        ended_at=session.end,
        duration_seconds=(session.end - session.start) // timedelta(seconds=1),
        orders=reported,
        views=views,
        impressions=views * chance.randint(4, 7),
        product_clicks=clicks,
        likes=views * chance.randint(1, 4),
        comments=views // chance.randint(15, 30),
        shares=views // chance.randint(90, 160),
        new_followers=views // chance.randint(60, 120),
        file_name=FILE,
        file_sha256="0" * 64,
        taken_at=session.end + timedelta(days=2),
    )
