"""What the Prime Minister's decisions say of stars: points, validity, dossier, as dated data (`catalog/data/star_criteria.json`)."""

from __future__ import annotations

import calendar
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from catalog.models.dated import in_force
from catalog.models.ocop import in_language

_FILE = Path(__file__).resolve().parent / "data" / "star_criteria.json"


@dataclass(frozen=True)
class DossierPaper:
    """A paper of the dossier list; an application without a needed one does not leave the producer."""

    key: str
    name_vi: str
    name_en: str
    needed: bool

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_vi, self.name_en)


@dataclass(frozen=True)
class Criteria:
    """The rules in force from `since` on. `points`: stars → (least, below); `parts`: A, B, C → most points, 100 together."""

    since: date
    source: str
    months_valid: int
    points: dict[int, tuple[int, int]]
    parts: dict[str, int]
    dossier: tuple[DossierPaper, ...]

    @property
    def decision(self) -> str:
        """The number of the decision that says so, alike in both languages."""
        return self.source.removeprefix("Decision ")

    def stars_for(self, points: Decimal) -> int | None:
        """The stars that so many points give; None below three stars, for which there is no certificate."""
        return next((stars for stars, (least, below) in self.points.items() if least <= points < below), None)


@cache
def _all() -> tuple[Criteria, ...]:
    stated = json.loads(_FILE.read_text(encoding="utf-8"))
    dossiers = {
        name: tuple(DossierPaper(paper["key"], paper["vi"], paper["en"], paper["needed"]) for paper in papers)
        for name, papers in stated["dossiers"].items()
    }
    return tuple(
        Criteria(
            since=date.fromisoformat(row["since"]),
            source=row["source"],
            months_valid=row["months_valid"],
            points={int(stars): (least, below) for stars, (least, below) in row["points"].items()},
            parts=row["parts"],
            dossier=dossiers[row["dossier"]],
        )
        for row in stated["criteria"]
    )


def criteria_on(day: date) -> Criteria:
    """The criteria in force on a day; before the first known ones, the first."""
    found = in_force(_all(), day)
    if found is None:
        raise LookupError("star_criteria.json holds no criteria")
    return found


def last_valid_day(decided_on: date) -> date:
    """The last day on which a rating decided on that day is valid: the same day of the month, 36 months later.

    A term in months begins on the day after the decision and ends with the corresponding day of its last month, or with that
    month's last day where there is no such day (Civil Code 91/2015/QH13, articles 147 and 148).
    """
    months = decided_on.month - 1 + criteria_on(decided_on).months_valid
    year, month = decided_on.year + months // 12, months % 12 + 1
    return date(year, month, min(decided_on.day, calendar.monthrange(year, month)[1]))
