"""Stars by points, and how long a rating is valid."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from catalog.criteria import criteria_on, last_valid_day


@pytest.mark.parametrize(
    ("points", "stars"),
    [("0", None), ("49.9", None), ("50", 3), ("69.9", 3), ("70", 4), ("89.9", 4), ("90", 5), ("100", 5)],
)
def test_bands(points: str, stars: int | None) -> None:
    assert criteria_on(date(2026, 6, 1)).stars_for(Decimal(points)) == stars


def test_the_criteria_of_a_day() -> None:
    assert criteria_on(date(2026, 5, 21)).source == "Decision 148/QĐ-TTg"
    assert criteria_on(date(2026, 5, 22)).source == "Decision 26/2026/QĐ-TTg"
    assert criteria_on(date(2020, 1, 1)).source == "Decision 148/QĐ-TTg"


def test_parts_make_a_hundred_and_every_paper_has_both_names() -> None:
    for day in (date(2024, 1, 1), date(2026, 6, 1)):
        criteria = criteria_on(day)
        assert criteria.parts == {"A": 40, "B": 25, "C": 35}
        assert len({paper.key for paper in criteria.dossier}) == len(criteria.dossier) == 15
        assert all(paper.name_vi and paper.name_en for paper in criteria.dossier)
        assert [paper.needed for paper in criteria.dossier] == [True] * 7 + [False] * 8


@pytest.mark.parametrize(
    ("decided", "last"),
    [
        (date(2024, 3, 15), date(2027, 3, 15)),
        (date(2024, 2, 29), date(2027, 2, 28)),
        (date(2025, 12, 31), date(2028, 12, 31)),
        (date(2025, 2, 28), date(2028, 2, 28)),
    ],
)
def test_36_months(decided: date, last: date) -> None:
    assert last_valid_day(decided) == last
