"""Differences with 95% intervals, from a bootstrap over groups of observations that belong together.

Turns of one livestream are alike, and so are products of one producer: what is drawn anew is the livestream, the producer. A percentile
interval of few draws is too narrow; it is widened as T. Hesterberg tells (What Teachers Should Know About the Bootstrap, 2015:
the expanded percentile interval), so that with 5 of them it is about as wide as one of Student's.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter, mul
from statistics import NormalDist
from typing import TypeVar

LEAST, LEAST_TOGETHER = 10, 5  # observations, and the livestreams or producers that they come from; on either side
STATED = 0.95
DRAWS = 999
SEED = 20260701

Level = TypeVar("Level", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Amount:
    """A value over a measure (more than 0), of so many observations."""

    value: int = 0
    over: int = 0
    count: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.value + other.value, self.over + other.over, self.count + other.count)

    @property
    def rate(self) -> float:
        """The value of one."""
        return self.value / self.over


@dataclass(frozen=True, slots=True)
class Effect:
    """A difference in VND with its interval: of 100 intervals made like this about 95 hold the difference that chance hides."""

    value: int
    low: int
    high: int

    @property
    def told(self) -> bool:
        """Whether chance alone would seldom make such a difference."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Side:
    """What is compared: observations, what they come from (livestreams, producers), and the rate (VND; None where there is none)."""

    count: int
    together: int
    rate: float | None

    @property
    def is_enough(self) -> bool:
        """Whether something may be said of it."""
        return self.count >= LEAST and self.together >= LEAST_TOGETHER


@dataclass(frozen=True, slots=True)
class Comparison:
    """A level beside all others; no effect where either is too small."""

    level: Side
    others: Side
    effect: Effect | None


Cell = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A change (VND) of something of a producer; `cell` names what it is set beside."""

    producer: int
    cell: Cell
    value: float


def compare(groups: Sequence[Mapping[Level, Amount]]) -> dict[Level, Comparison]:
    """Every level's rate less that of all others. `groups`: by livestream the amounts of each level in it.

    One draw takes as many livestreams as there are, each as often as chance will; a draw in which a side is missing tells nothing.
    """
    wholes = [sum(group.values(), Amount()) for group in groups]
    members: dict[Level, list[int]] = {}
    for place, group in enumerate(groups):
        for level in group:
            members.setdefault(level, []).append(place)
    sides = {level: _sides(level, places, groups, wholes) for level, places in members.items()}
    told = [level for level, (one, others) in sides.items() if one.is_enough and others.is_enough]
    found: dict[Level, list[float]] = {level: [] for level in told}
    values, measures = [whole.value for whole in wholes], [whole.over for whole in wholes]
    own = {level: [group.get(level, Amount()) for group in groups] for level in told}
    own_values = {level: [amount.value for amount in amounts] for level, amounts in own.items()}
    own_measures = {level: [amount.over for amount in amounts] for level, amounts in own.items()}
    for drawn in _draws(len(groups)) if told else ():
        value, over = sum(drawn(values)), sum(drawn(measures))
        for level in told:
            own_value, own_over = sum(drawn(own_values[level])), sum(drawn(own_measures[level]))
            if 0 < own_over < over:
                found[level].append(own_value / own_over - (value - own_value) / (over - own_over))
    return {level: Comparison(*both, _effect_of(both, found.get(level))) for level, both in sides.items()}


def mean_effect(changes: Sequence[Change], beside: Mapping[Cell, Mapping[int, Sequence[float]]]) -> tuple[Side, Effect | None]:
    """The mean of the changes, each less the mean of those in its cell of `beside` (by producer its changes; no cell is empty).

    One draw takes as many producers as there are, of what changed and of what stands beside it alike: what stands beside many is drawn
    with them. A change that nothing stands beside in a draw is left out of it.
    """
    cells = sorted({change.cell for change in changes}, key=repr)
    producers = sorted({change.producer for change in changes} | {producer for cell in cells for producer in beside[cell]})
    place_of = {producer: place for place, producer in enumerate(producers)}
    drawn_by_cell = []
    total = 0.0
    for cell in cells:
        sums, sizes = [sum(values) for values in beside[cell].values()], [len(values) for values in beside[cell].values()]
        own = [(place_of[change.producer], change.value) for change in changes if change.cell == cell]
        drawn_by_cell.append((own, [place_of[producer] for producer in beside[cell]], sums, sizes))
        total += sum(value for _place, value in own) - len(own) * sum(sums) / sum(sizes)
    side = Side(len(changes), len({change.producer for change in changes}), total / len(changes) if changes else None)
    least = min((len(beside[cell]) for cell in cells), default=0)
    if side.rate is None or not side.is_enough or least < LEAST_TOGETHER:
        return side, None
    found = []
    for drawn in _draws(len(producers)):
        times = [0] * len(producers)
        for place in drawn(range(len(producers))):
            times[int(place)] += 1
        effect, count = 0.0, 0
        for own, places, sums, sizes in drawn_by_cell:
            chosen = [times[place] for place in places]
            size = sum(map(mul, chosen, sizes))
            if size:
                level = sum(map(mul, chosen, sums)) / size
                effect += sum(times[place] * (value - level) for place, value in own)
                count += sum(times[place] for place, _value in own)
        if count:
            found.append(effect / count)
    return side, _effect(side.rate, found, min(side.together, least))


def _sides(level: Level, places: list[int], groups: Sequence[Mapping[Level, Amount]], wholes: list[Amount]) -> tuple[Side, Side]:
    own = sum((groups[place][level] for place in places), Amount())
    total = sum(wholes, Amount())
    count = total.count - own.count
    besides = sum(1 for group in groups if group.keys() - {level})
    rate = (total.value - own.value) / (total.over - own.over) if count else None
    return Side(own.count, len(places), own.rate), Side(count, besides, rate)


def _effect_of(sides: tuple[Side, Side], found: list[float] | None) -> Effect | None:
    one, others = sides
    if not found or one.rate is None or others.rate is None:
        return None
    return _effect(one.rate - others.rate, found, min(one.together, others.together))


def _draws(size: int) -> Iterator[Callable[[Sequence[float]], tuple[float, ...]]]:
    """Draws of `size` things, each as what takes the values of those drawn; the same every time, so that a reading repeats itself."""
    chance = random.Random(SEED)  # noqa: S311  (nothing secret)
    for _draw in range(DRAWS):
        yield itemgetter(*chance.choices(range(size), k=size))


def _effect(value: float, found: list[float], size: int) -> Effect:
    """The interval between two percentiles of the draws, for `size` things drawn."""
    found.sort()
    tail = NormalDist().cdf(-math.sqrt(size / (size - 1)) * student(size - 1))
    return Effect(round(value), round(_percentile(found, tail)), round(_percentile(found, 1 - tail)))


def student(freedom: int) -> float:
    """The two-sided quantile of Student's t for STATED, by its expansion (Abramowitz and Stegun, 26.7.5): within 1% from 4 on."""
    z = NormalDist().inv_cdf((1 + STATED) / 2)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92_160,
    )
    quantile: float = z + sum(term / freedom**power for power, term in enumerate(terms, start=1))
    return quantile


def _percentile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
