"""What the check says of each row: created, updated, unchanged or rejected, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.registry.columns import BY_KEY


class State(StrEnum):
    """What a row does, or did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"

    @property
    def label(self) -> str | Promise:
        """The word on the page."""
        return _LABELS[self]


_LABELS = {
    State.CREATED: _("Created"),
    State.UPDATED: _("Updated"),
    State.UNCHANGED: _("Unchanged"),
    State.REJECTED: _("Rejected"),
}


@dataclass(frozen=True)
class Problem:
    """Why a row is rejected: the column's key, and an English sentence with parameters, translated when it is read."""

    column: str
    message: str
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The column's name."""
        return BY_KEY[self.column].title

    @property
    def text(self) -> str:
        """The sentence in the reader's language."""
        return gettext(self.message) % self.params if self.params else gettext(self.message)


@dataclass(frozen=True)
class Change:
    """A value that a row changes."""

    column: str
    before: str
    after: str

    @property
    def title(self) -> str:
        """The column's name."""
        return BY_KEY[self.column].title


@dataclass(frozen=True)
class Outcome:
    """What became of one row."""

    row: int
    code: str
    name: str
    state: State
    problems: tuple[Problem, ...] = ()
    changes: tuple[Change, ...] = ()

    def as_json(self) -> list[Any]:
        """How it is stored with its upload."""
        problems = [[problem.column, problem.message, dict(problem.params)] for problem in self.problems]
        changes = [[change.column, change.before, change.after] for change in self.changes]
        return [self.row, self.code, self.name, self.state.value, problems, changes]

    @classmethod
    def from_json(cls, stored: list[Any]) -> Outcome:
        """The outcome that `as_json` stored."""
        row, code, name, state, problems, changes = stored
        return cls(
            row, code, name, State(state), tuple(Problem(*problem) for problem in problems), tuple(Change(*change) for change in changes)
        )


def counts(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many rows are of each state, all four named."""
    found = Counter(outcome.state for outcome in outcomes)
    return {state.value: found[state] for state in State}
