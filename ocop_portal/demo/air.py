"""What was written down on air: marks at the times of the slots, and the platform's screen as an operator typed it, every ten minutes.

The screen's orders and GMV are those that the shops' files show for that moment; viewers and the like are made up.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from accounts.models import Agency, User
from livestreams.air.state import told_marks
from livestreams.models import AirMark, MetricSample, Session
from ocop_portal.demo.sessions import SAMMY
from orders.models import Bucket, Contribution

WRITTEN = (SAMMY, "GL-D5", "CM-D5")
"""Sammy's session, and the last one of each province."""

EVERY = timedelta(minutes=10)
LATER = timedelta(seconds=2)  # from the press to the server


def build() -> None:
    """Write marks and samples; the orders have been folded, and the officials have their accounts."""
    for session in Session.objects.filter(code__in=WRITTEN):
        operator = User.objects.filter(
            posts__agency__kind=Agency.Kind.INDUSTRY_TRADE, posts__agency__province=session.province_id
        ).earliest("pk")
        marks = told_marks(session, session.slots.order_by("position"))
        for number, mark in enumerate(marks):
            mark.id = uuid5(NAMESPACE_URL, f"{session.code}/{number}")
            mark.session, mark.by, mark.device_at = session, operator, mark.at
            # The first slot begins with the broadcast itself, and was pressed after it.
            mark.received_at = mark.at + LATER * (number + 1)
        AirMark.objects.bulk_create(marks)
        if session.code != SAMMY:
            # What his screen showed is a fact that we were told of in part (S5, as claims): nothing is made up beside it.
            MetricSample.objects.bulk_create(_samples(session, operator))


def _samples(session: Session, operator: User) -> Iterator[MetricSample]:
    chance = random.Random(session.code)  # noqa: S311  (repeatable on purpose)
    sold = list(Contribution.objects.filter(session=session, bucket=Bucket.LIVE).values_list("order", "order__placed_at", "placed_value"))
    views = likes = comments = shares = clicks = 0
    moment = session.start + EVERY
    while moment - EVERY < session.end:
        at = min(moment, session.end)
        by_now = [(order, value) for order, placed, value in sold if placed <= at]
        views += chance.randint(700, 1600)
        likes += chance.randint(300, 900)
        comments += chance.randint(40, 160)
        shares += chance.randint(5, 40)
        clicks += chance.randint(150, 420)
        yield MetricSample(
            id=uuid5(NAMESPACE_URL, f"{session.code}/screen/{at:%H%M}"),
            session=session,
            at=at,
            device_at=at,
            received_at=at + LATER,
            by=operator,
            viewers=chance.randint(120, 480),
            views=views,
            likes=likes,
            comments=comments,
            shares=shares,
            product_clicks=clicks,
            orders=len({order for order, _value in by_now}),
            gmv=sum(value for _order, value in by_now),
        )
        moment += EVERY
