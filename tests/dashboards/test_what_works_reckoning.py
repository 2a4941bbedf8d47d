"""Differences and their intervals: by hand, by a second reckoning in plain Python, and where there is nothing to find."""

from __future__ import annotations

import random
from math import sqrt
from statistics import NormalDist

import pytest

from dashboards.what_works import reckoning
from dashboards.what_works.reckoning import DRAWS, SEED, Amount, Cell, Change, Effect, Side, compare, mean_effect, student

Group = dict[str, Amount]


def groups(*values: tuple[str, int], turns: int = 2) -> list[Group]:
    """Livestreams of one level each: the value of each of their turns, of ten minutes."""
    return [{level: Amount(value * turns, 10 * turns, turns)} for level, value in values]


def percentile(ordered: list[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    return ordered[int(place)] + (ordered[min(int(place) + 1, len(ordered) - 1)] - ordered[int(place)]) * (place % 1)


def test_the_quantiles_of_student() -> None:
    assert [round(student(freedom), 2) for freedom in (4, 6, 9, 20, 100)] == [2.78, 2.45, 2.26, 2.09, 1.98]


def test_a_difference_by_hand_and_its_interval_reckoned_again() -> None:
    told = [
        ("A", 700),
        ("A", 900),
        ("A", 800),
        ("A", 600),
        ("A", 1000),
        ("B", 200),
        ("B", 300),
        ("B", 100),
        ("B", 250),
        ("B", 150),
        ("B", 50),
    ]
    found = compare(groups(*told))["A"]
    assert found.level == Side(10, 5, 80.0)
    assert found.others == Side(12, 6, 17.5)
    chance = random.Random(SEED)
    differences = []
    for _draw in range(DRAWS):
        drawn = [told[place] for place in chance.choices(range(len(told)), k=len(told))]
        own, other = ([value / 10 for level, value in drawn if level == wanted] for wanted in "AB")
        if own and other:
            differences.append(sum(own) / len(own) - sum(other) / len(other))
    differences.sort()
    tail = NormalDist().cdf(-sqrt(5 / 4) * student(4))
    assert found.effect == Effect(round(62.5), round(percentile(differences, tail)), round(percentile(differences, 1 - tail)))
    assert found.effect.told
    assert 30 < found.effect.low < 62 < found.effect.high < 95


def test_a_mean_effect_by_hand_and_its_interval_reckoned_again() -> None:
    """Two days; producer 3 has risen products and products beside. Each draw takes risen and beside by their producers alike."""
    risen = [(1, "d", 40.0), (1, "e", 60.0), (2, "d", 80.0), (3, "d", 50.0), (3, "d", 50.0)]
    risen += [(4, "e", 30.0), (4, "e", 70.0), (5, "d", 90.0), (5, "e", 40.0), (5, "e", 20.0)]
    beside = {
        "d": {3: [10.0, 30.0], 6: [0.0], 7: [20.0], 8: [5.0], 9: [25.0]},
        "e": {6: [4.0], 7: [8.0, 0.0], 8: [12.0], 9: [6.0], 10: [0.0]},
    }
    side, effect = mean_effect(
        [Change(producer, (cell,), value) for producer, cell, value in risen], {(cell,): own for cell, own in beside.items()}
    )
    # Of "d" 62 less 15 five times, of "e" 44 less 5 five times.
    assert side == Side(10, 5, 43.0)
    chance = random.Random(SEED)
    effects = []
    for _draw in range(DRAWS):
        drawn = [place + 1 for place in chance.choices(range(10), k=10)]
        levels = {cell: [value for producer in drawn for value in own.get(producer, [])] for cell, own in beside.items()}
        left = [(cell, value) for wanted in drawn for producer, cell, value in risen if producer == wanted and levels[cell]]
        if left:
            effects.append(sum(value - sum(levels[cell]) / len(levels[cell]) for cell, value in left) / len(left))
    effects.sort()
    tail = NormalDist().cdf(-sqrt(5 / 4) * student(4))
    assert effect == Effect(43, round(percentile(effects, tail)), round(percentile(effects, 1 - tail)))


@pytest.mark.parametrize("rises", [10, 40])
def test_what_stands_beside_all_rises_of_a_day_is_in_the_interval(rises: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing rises more than what stands beside: 95% intervals hold 0 in about 95 of 100, however many rises share five beside."""
    monkeypatch.setattr(reckoning, "DRAWS", 199)
    chance = random.Random(11)
    held = 0
    for _time in range(100):
        changes = [Change(producer, ("day",), chance.gauss(0, 100_000)) for producer in range(rises)]
        _side, effect = mean_effect(changes, {("day",): {rises + number: [chance.gauss(0, 100_000)] for number in range(5)}})
        assert effect is not None
        held += not effect.told
    assert held >= 90


@pytest.mark.parametrize(
    ("told", "turns"),
    [
        ([("A", 900)] * 4 + [("B", 100)] * 9, 3),  # four livestreams
        ([("A", 900)] * 9 + [("B", 100)] * 4, 3),  # beside four
        ([("A", 900)] * 9 + [("B", 100)] * 9, 1),  # nine turns
        ([("A", 900)] * 9, 3),  # nothing beside it
    ],
)
def test_silence_where_either_side_is_small(told: list[tuple[str, int]], turns: int) -> None:
    assert {level: found.effect for level, found in compare(groups(*told, turns=turns)).items()} == dict.fromkeys(dict(told))


@pytest.mark.parametrize(("producers", "each", "besides"), [(4, 3, 5), (9, 1, 5), (5, 2, 4)])
def test_silence_where_rises_or_what_stands_beside_are_few(producers: int, each: int, besides: int) -> None:
    changes = [Change(producer, ("day",), 100.0) for producer in range(producers) for _rise in range(each)]
    beside: dict[Cell, dict[int, list[float]]] = {("day",): {100 + number: [40.0, 50.0] for number in range(besides)}}
    assert mean_effect(changes, beside) == (Side(producers * each, producers, 55.0), None)
    assert mean_effect([], beside) == (Side(0, 0, None), None)


def test_levels_of_one_livestream_are_drawn_together() -> None:
    """In every livestream A sells 100 a minute more than B: however much livestreams differ, that is sure."""
    mixed = [{"A": Amount(10 * (number * 500 + 100), 10, 1), "B": Amount(10 * number * 500, 10, 1)} for number in range(12)]
    assert compare(mixed)["A"].effect == Effect(100, 100, 100)


def test_permuted_labels_give_intervals_that_hold_zero_in_about_the_stated_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """No level makes any difference where labels are dealt out by chance; amounts are as skewed as those of livestreams."""
    monkeypatch.setattr(reckoning, "DRAWS", 399)
    chance = random.Random(7)
    amounts = [Amount(round(1_000_000 * chance.lognormvariate(0, 1)), 300, 3) for _number in range(16)]
    held = 0
    for _deal in range(120):
        chance.shuffle(amounts)
        effect = compare([{"A" if place < 8 else "B": amount} for place, amount in enumerate(amounts)])["A"].effect
        assert effect is not None
        held += not effect.told
    assert 0.88 <= held / 120 < 1
