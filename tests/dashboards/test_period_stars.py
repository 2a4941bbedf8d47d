"""The stars of a period report: no rating stands both as valid and as expired, and each expiry is of one period."""

from __future__ import annotations

from datetime import date

import pytest

from dashboards.reports.periods.stars import StarRow, star_rows
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("until", "second", "third"),
    [
        # Of the second and the third quarter: (valid on the last day, expired within).
        (date(2025, 3, 31), (0, 1), (0, 0)),
        (date(2025, 4, 1), (0, 1), (0, 0)),
        (date(2025, 6, 29), (0, 1), (0, 0)),
        (date(2025, 6, 30), (1, 0), (0, 1)),
        (date(2025, 9, 30), (1, 0), (1, 0)),
    ],
)
def test_a_rating_holds_through_its_last_day_and_expires_on_the_next(until: date, second: tuple[int, int], third: tuple[int, int]) -> None:
    product = builders.product("A", builders.producer("GL1"))
    builders.rate(product, 4, since=date(2024, 1, 1), until=until)

    def told(first: date, last: date) -> StarRow:
        return next(row for row in star_rows(builders.GIA_LAI, first, last) if row.stars == 4)

    assert told(date(2025, 4, 1), date(2025, 6, 30)) == StarRow(4, second[0], 0, second[1], 0)
    assert told(date(2025, 7, 1), date(2025, 9, 30)) == StarRow(4, third[0], 0, third[1], 0)
