"""Turns on air by host, length, hour and company: what goes with more net value a minute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils import timezone

from dashboards.boards.audience import Audience
from dashboards.boards.names import Name
from dashboards.periods import Period
from dashboards.readings import Reading
from dashboards.what_works.reckoning import Amount, Comparison, Effect, Side, compare
from dashboards.what_works.turns import Turn, turns_of
from dashboards.what_works.uplift import Rises, mean_rises, rises_of

# Upper ends in minutes and hours, both without the end itself but the lengths, which include it.
LENGTHS = (3, 5, 10)
HOURS = (11, 14, 18, 20, 22)


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A level of a question beside all other turns; `names` are the things it names, `key` what else tells it apart."""

    names: tuple[Name, ...]
    key: int
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: its key, the levels of which something is said (the greatest difference first), and how many are left in silence."""

    key: str
    rows: tuple[LevelRow, ...]
    silent: int


@dataclass(frozen=True)
class WhatWorks:
    """All that was looked at: turns of so many livestreams, the questions, and products before and after a star."""

    turns: int
    sessions: int
    questions: tuple[Question, ...]
    rises: tuple[tuple[str, Side, Effect | None], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is read of a period: turns on air and rises of stars."""

    turns: list[Turn]
    rises: Rises


def facts_of(audience: Audience, period: Period, reading: Reading) -> Facts:
    """Those of livestreams begun, and stars that rose, in the period; as many queries for any number of them."""
    return Facts(turns_of(audience, period, reading), rises_of(audience, period, reading))


def what_works(facts: Facts) -> WhatWorks:
    """The board, reckoned from its facts: seconds of drawing and no query."""
    turns = facts.turns
    questions = (
        _question("pair", turns, lambda turn: (turn.host, turn.group) if turn.host and turn.group else None),
        _question("length", turns, lambda turn: sum(turn.seconds > 60 * most for most in LENGTHS)),
        _question("hour", turns, lambda turn: sum(timezone.localtime(turn.start).hour >= hour for hour in HOURS)),
        _question("leader", turns, lambda turn: 1 if turn.leader else None),
    )
    return WhatWorks(len(turns), len({turn.session for turn in turns}), questions, mean_rises(facts.rises))


Level = int | tuple[Name, Name] | None


def _question(key: str, turns: Iterable[Turn], level_of: Callable[[Turn], Level]) -> Question:
    groups: dict[int, dict[Level, Amount]] = defaultdict(dict)
    for turn in turns:
        levels, level = groups[turn.session], level_of(turn)
        # Value by the minute: sixty times the value by the second.
        levels[level] = levels.get(level, Amount()) + Amount(60 * turn.net, turn.seconds, 1)
    found = {level: one for level, one in compare([groups[session] for session in sorted(groups)]).items() if level is not None}
    rows = [
        LevelRow(level if isinstance(level, tuple) else (), 0 if isinstance(level, tuple) else level, one)
        for level, one in found.items()
        if one.effect is not None
    ]
    rows.sort(key=lambda row: (-(row.comparison.effect.value if row.comparison.effect else 0), row.key, [name.code for name in row.names]))
    return Question(key, tuple(rows), len(found) - len(rows))
