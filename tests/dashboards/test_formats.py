"""Numbers as officials read them, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from dashboards import formats

N = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (0, 0, "0", "0"),
        (999, 0, "999", "999"),
        (1_234_567, 0, "1.234.567", "1,234,567"),
        (1234567.5, 1, "1.234.567,5", "1,234,567.5"),
        (-1234, 0, "−1.234", "−1,234"),
        (Decimal("0.5"), 0, "1", "1"),
        (2.5, 0, "3", "3"),
        (Decimal("-0.4"), 0, "0", "0"),
        (9_007_199_254_740_993, 0, "9.007.199.254.740.993", "9,007,199,254,740,993"),
        (None, 0, "–", "–"),
    ],
)
def test_number(value: formats.Number | None, decimals: int, vi: str, en: str) -> None:
    """Grouped by the language's sign, rounded half up, without losing digits; not known is not 0."""
    assert formats.number(value, decimals, language="vi") == vi
    assert formats.number(value, decimals, language="en") == en


def test_trimmed_fraction_keeps_whole_zeros() -> None:
    """Only zeros behind the point go."""
    assert formats.number(100, 2, trim=True, language="vi") == "100"
    assert formats.number(1.50, 2, trim=True, language="vi") == "1,5"
    assert formats.number(1000, trim=True, language="vi") == "1.000"


def test_vnd() -> None:
    """Whole dong behind a space that does not break."""
    assert formats.vnd(1_234_567, language="vi") == f"1.234.567{N}₫"
    assert formats.vnd(1_234_567, language="en") == f"1,234,567{N}₫"
    assert formats.vnd(None, language="vi") == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (999_000, f"999,000{N}₫"),
        (999_499, f"999,499{N}₫"),
        (999_999, f"1{N}million{N}₫"),
        (1_500_000, f"1.5{N}million{N}₫"),
        (133_000_000, f"133{N}million{N}₫"),
        (12_345_678, f"12.3{N}million{N}₫"),
        (999_600_000, f"1{N}billion{N}₫"),
        (1_800_000_000, f"1.8{N}billion{N}₫"),
        (-1_800_000_000, f"−1.8{N}billion{N}₫"),
    ],
)
def test_vnd_short(value: int, text: str) -> None:
    """Three significant figures, and no "1,000 million" at the edge of a billion."""
    with translation.override("en"):
        assert formats.vnd_short(value) == text


@pytest.mark.parametrize(
    ("grams", "vi", "exact"),
    [
        (0, f"0{N}kg", "0"),
        (250, f"0,25{N}kg", "0,25"),
        (12_540, f"12,5{N}kg", "12,54"),
        (999_900, f"999,9{N}kg", "999,9"),
        (1_250_375, f"1,25{N}tấn", "1.250,375"),
    ],
)
def test_weight(grams: int, vi: str, exact: str) -> None:
    """Kilograms to a tonne, then tonnes; the exact form for columns keeps grams."""
    with translation.override("vi"):
        assert formats.weight(grams) == vi
        assert formats.kilograms(grams) == exact


@pytest.mark.parametrize(
    ("now", "before", "text", "direction"),
    [
        (1124, 1000, "+12,4%", "up"),
        (0, 1000, "−100%", "down"),
        (1000, 1000, "0%", "same"),
        (10_002, 10_000, "0%", "up"),
        (9_999, 10_000, "0%", "down"),
        (120_000, 1000, "+11.900%", "up"),
        (5, 0, "chưa có số liệu kỳ trước", "none"),
        (5, None, "chưa có số liệu kỳ trước", "none"),
        (None, 10, "–", "none"),
    ],
)
def test_change(now: int | None, before: int | None, text: str, direction: str) -> None:
    """A fall to nothing is −100%; nothing before is said in words, not as a percentage."""
    with translation.override("vi"):
        assert formats.change(now, before) == text
    assert formats.direction(now, before) == direction


def test_share() -> None:
    """A ratio, or a part of a whole; a part of nothing is not known."""
    assert formats.share(8, 100, language="vi") == "8%"
    assert formats.share(0.0855, language="vi") == "8,6%"
    assert formats.share(1, 0, language="vi") == "–"


def test_days_and_times_are_vietnamese_local_time() -> None:
    """A moment late in the UTC evening belongs to the next day in Vietnam."""
    late = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    assert formats.day(late) == "21/11/2026"
    assert formats.moment(late) == f"21/11/2026{N}00:30"
    assert formats.clock(late) == "00:30"
    assert formats.day(date(2026, 1, 2)) == "02/01/2026"


def test_spans_of_days() -> None:
    """The year once where it is the same; one day alone."""
    assert formats.days(date(2026, 11, 1), date(2026, 11, 21)) == "01/11–21/11/2026"
    assert formats.days(date(2025, 12, 20), date(2026, 1, 3)) == "20/12/2025–03/01/2026"
    assert formats.days(date(2026, 11, 1), date(2026, 11, 1)) == "01/11/2026"
    assert formats.days(None, date(2026, 11, 1)) == "–"


@pytest.mark.parametrize(("language", "text"), [("vi", "2 giờ 37 phút"), ("en", "2 h 37 min")])
def test_lengths(language: str, text: str) -> None:
    """Minutes, from an hour on with hours."""
    with translation.override(language):
        assert formats.minutes(157) == text
        assert formats.minutes(5) == ("5 phút" if language == "vi" else "5 min")


@pytest.mark.parametrize(("seconds", "text"), [(0.34, "0.3 s"), (9.9, "9.9 s"), (42.4, "42 s"), (90, "2 min"), (3900, "1 h 05 min")])
def test_lengths_of_work(seconds: float, text: str) -> None:
    """Seconds to a tenth, then whole ones, then minutes."""
    with translation.override("en"):
        assert formats.span(seconds) == text
        assert formats.span(None) == formats.UNKNOWN


def test_filters_write_in_the_active_language() -> None:
    """Every filter of `figures` reaches its function, in the language of the page."""
    source = (
        "{% load figures %}{{ n|number }};{{ n|vnd }};{{ n|vnd_short }};{{ n|weight }};{{ n|kilograms }};{{ 1|share:8 }};"
        "{{ 9|change:8 }};{{ 3|signed }};{{ -3|signed }};"
        "{{ t|day }};{{ t|moment }};{{ t|clock }};{{ 5|minutes }};{{ 2.5|span }};{% days t t %}"
    )
    context = Context({"n": 1_234_567, "t": datetime(2026, 11, 21, 7, 5, tzinfo=UTC)})
    with translation.override("en"):
        assert Template(source).render(context) == (
            f"1,234,567;1,234,567{N}₫;1.23{N}million{N}₫;1.23{N}tonnes;1,234.567;12.5%;"
            f"+12.5%;+3;−3;21/11/2026;21/11/2026{N}14:05;14:05;5 min;2.5 s;21/11/2026"
        )
