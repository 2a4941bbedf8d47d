"""Thousands with their marks are thousands in either language, and nothing else is taken for a whole number."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from catalog.whole_numbers import WholeNumberField


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("120.000", 120_000),
        ("120,000", 120_000),
        (" 120 000 ", 120_000),
        ("120\u00a0000", 120_000),
        ("1.200.000", 1_200_000),
        ("0", 0),
        ("-1", -1),
        (15_000, 15_000),
        ("", None),
        (None, None),
    ],
)
def test_what_is_a_whole_number(language: str, typed: object, number: int | None) -> None:
    with translation.override(language):
        assert WholeNumberField(required=False).clean(typed) == number


@pytest.mark.parametrize("typed", ["2,5", "2.5", "12.00", "120.0000", "1.200,000", "1..200", ".000", "1200.000", "12k", "\u0661\u0662.000"])
def test_what_is_none(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"whole number|số nguyên"):
        WholeNumberField().clean(typed)
