"""Of which days an audience's figures are known, whoever it is."""

from __future__ import annotations

from datetime import date

from dashboards.boards.audience import Audience
from dashboards.boards.covered import Covered
from dashboards.boards.own_shops import own_shops
from dashboards.boards.reach import read_shops
from dashboards.periods import Period


def covered_for(audience: Audience, period: Period, before: Period, today: date) -> Covered:
    """The stretches of the shops of a territory for both periods, or of those that sell for a member's producers."""
    if audience.territory is None:
        _shops, covered = own_shops(audience.producers)
        return covered
    territory = audience.territory
    days, earlier = ((span.first, span.last) for span in (period, before))
    return Covered.of(read_shops(territory.province, territory.commune, days, earlier, today))
