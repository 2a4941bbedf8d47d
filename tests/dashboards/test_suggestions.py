"""What a session's figures suggest: each rule at its threshold, and its silence below it."""

from __future__ import annotations

from dataclasses import replace

from dashboards.boards.names import Name
from dashboards.reports.session.suggestions import Rule, Seen, Suggestion, suggestions

NOTHING = Seen(Name("A", "A"), 5, 300, None, "", placed=10, cancelled=0, handed_over=0, returned=0)


def slot(code: str, **seen: object) -> Seen:
    return replace(NOTHING, product=Name(code, code), **seen)  # type: ignore[arg-type]


def test_silent_where_there_is_nothing_to_say() -> None:
    assert suggestions((), 0) == ()
    assert suggestions([slot(str(number)) for number in range(16)], 500) == ()


def test_shorter_and_longer_slots_from_four_on_each_side() -> None:
    short = [slot(f"S{n}", seconds=120, placed=8) for n in range(4)]
    long = [slot(f"L{n}", seconds=600, placed=20) for n in range(4)]
    # 4 units a minute against 2.
    assert suggestions([*short, *long], 10) == (Suggestion(Rule.SHORTER, 8, 4, 2),)
    assert suggestions([*short[:3], *long], 10) == ()
    assert suggestions([*short, *long[:3]], 10) == ()
    # 1.5 times is enough, less is not.
    assert suggestions([*short, *(replace(one, placed=27) for one in long)], 10) == ()
    quick = [replace(one, placed=70) for one in long]
    assert suggestions([*short, *quick], 10) == (Suggestion(Rule.LONGER, 8, 7, 4),)
    # What was skipped, or of which the length is not known, is no case.
    assert suggestions([*short, *long[:3], replace(long[3], outcome="skipped")], 10) == ()
    assert suggestions([*short, *long[:3], replace(long[3], seconds=None)], 10) == ()


def test_sold_out_by_the_operator_or_beyond_the_stock() -> None:
    found = suggestions([slot("A", outcome="sold_out"), slot("B", stock=10), slot("C", stock=11), slot("D", stock=0)], 10)
    assert found == (Suggestion(Rule.SOLD_OUT, 2, products=(Name("A", "A"), Name("B", "B"))),)


def test_returns_and_cancellations_of_twenty_units_and_more() -> None:
    assert suggestions([slot("A", handed_over=20, returned=2, placed=20)], 10) == (Suggestion(Rule.RETURNED, 1, 2, 20, (Name("A", "A"),)),)
    assert suggestions([slot("A", handed_over=19, returned=9, placed=19)], 10) == ()
    assert suggestions([slot("A", handed_over=30, returned=2, placed=30)], 10) == ()
    assert suggestions([slot("A", placed=25, cancelled=5)], 10) == (Suggestion(Rule.CANCELLED, 1, 5, 25, (Name("A", "A"),)),)
    assert suggestions([slot("A", placed=26, cancelled=5), slot("B", placed=19, cancelled=19)], 10) == ()


def test_nothing_sold_where_others_sold_much() -> None:
    slots = [slot("A"), slot("B", placed=0), slot("C", placed=0, outcome="skipped")]
    assert suggestions(slots, 49) == ()
    assert suggestions(slots, 50) == (Suggestion(Rule.UNSOLD, 2, 1, products=(Name("B", "B"),)),)
