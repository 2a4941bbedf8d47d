"""A row of the registry file, read: every value typed, its commune and its set found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from catalog.criteria import criteria_on, last_valid_day
from catalog.models import OcopSet
from catalog.registry.columns import NEEDED
from catalog.registry.outcomes import Problem
from catalog.registry.reading import RawRow
from catalog.registry.values import CellError, read_cell
from places import names
from places.index import PlaceIndex, place_index
from places.resolver import Resolution, resolve

_NAMED_CANDIDATES = 6


@dataclass(frozen=True)
class Entry:
    """What one row says; None where it says nothing. `commune` is the code of today's commune, `day` is the explicit facts-since day."""

    row: int
    code: str
    name_vi: str
    producer_code: str
    producer_name: str
    commune: str
    ocop_set: OcopSet
    unit: str
    name_en: str | None = None
    net_weight: int | None = None
    list_price: int | None = None
    gtin: str | None = None
    stars: int | None = None
    points: Decimal | None = None
    decision_number: str | None = None
    decided_on: date | None = None
    issuer: str | None = None
    valid_until: date | None = None
    revoked_on: date | None = None
    revoked_ground: str | None = None
    producer_kind: str | None = None
    producer_name_en: str | None = None
    representative: str | None = None
    tax_code: str | None = None
    address: str | None = None
    facts_since: date | None = None


def _sets() -> dict[str, OcopSet]:
    """The sets by code and by both names, as `names.plain` writes them."""
    found: dict[str, OcopSet] = {}
    for ocop_set in OcopSet.objects.select_related("group"):
        for name in (ocop_set.code, ocop_set.name_vi, ocop_set.name_en):
            found[names.plain(name)] = ocop_set
    return found


@dataclass(frozen=True)
class EntryReader:
    """Reads rows; `province` (code) is where a commune without a province is looked for, None for the whole country."""

    province: str | None
    today: date
    places: PlaceIndex = field(default_factory=place_index)
    sets: Mapping[str, OcopSet] = field(default_factory=_sets)
    _resolved: dict[tuple[str, str, str], Resolution] = field(default_factory=dict)

    def read(self, raw: RawRow) -> Entry | tuple[Problem, ...]:
        """The entry, or all that is wrong with the row by itself."""
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for column, cell in raw.cells.items():
            try:
                values[column] = read_cell(column, cell)
            except CellError as error:
                problems.append(Problem(column, error.message))
        wrong = {problem.column for problem in problems}
        for needed in NEEDED:
            if needed.key not in values and needed.key not in wrong:
                problems.append(Problem(needed.key, gettext_noop("The cell is empty, but needed.")))
        problems += self._find_set(values)
        problems += self._find_commune(values)
        problems += self._check_stars(values, wrong)
        if problems:
            return tuple(problems)
        return Entry(row=raw.number, **values)

    def _find_set(self, values: dict[str, Any]) -> list[Problem]:
        """Replace the set's code or name by the set."""
        if "ocop_set" not in values:
            return []
        text = values["ocop_set"]
        found = self.sets.get(names.plain(text))
        if found is None:
            return [
                Problem("ocop_set", gettext_noop("There is no product set “%(text)s”; see the template's sheet of sets."), {"text": text})
            ]
        values["ocop_set"] = found
        return []

    def _find_commune(self, values: dict[str, Any]) -> list[Problem]:
        """Replace commune, former district and province by the code of today's commune."""
        district, province = values.pop("district", ""), values.pop("province", "")
        if "commune" not in values:
            return []
        text = values["commune"]
        # A code says its province by itself; one of another province is refused later, in better words.
        where = province or ("" if text in self.places.by_code else self.province or "")
        found = self._resolved.get((text, district, where))
        if found is None:
            found = self._resolved[text, district, where] = resolve(text, district, where, index=self.places)
        if found.kind == "commune":
            values["commune"] = found.commune
            return []
        if found.kind == "candidates":
            codes = found.candidates[:_NAMED_CANDIDATES]
            listed = ", ".join(f"{code} {self.places.by_code[code].name}" for code in codes)
            if len(found.candidates) > len(codes):
                listed += ", …"
            message = gettext_noop("“%(text)s” can be several communes of today (%(communes)s). Write the code of the right one.")
            return [Problem("commune", message, {"text": text, "communes": listed})]
        if found.kind == "none" and province:
            return [Problem("province", gettext_noop("There is no province “%(text)s”."), {"text": province})]
        return [
            Problem("commune", gettext_noop("There is no commune “%(text)s” there, neither today nor before July 2025."), {"text": text})
        ]

    def _check_stars(self, values: dict[str, Any], wrong: set[str]) -> list[Problem]:
        """Stars need their decision, points fit the stars, days follow each other; fill in the last valid day."""
        stars, points = values.get("stars"), values.get("points")
        decided: date | None = values.get("decided_on")
        about = {"stars", "decision_number", "decided_on"}
        if about & wrong:
            return []  # said already
        given = about & values.keys()
        if given and given != about:
            return [
                Problem(column, gettext_noop("Stars, number and day of the decision belong together: one is missing."))
                for column in sorted(about - given)
            ]
        if not given:
            stray = sorted({"points", "issuer", "valid_until", "revoked_on", "revoked_ground"} & values.keys())
            return [Problem(column, gettext_noop("This belongs to stars, and the row has none.")) for column in stray]
        if stars is None or decided is None:
            raise AssertionError("given above")
        if decided > self.today:
            return [Problem("decided_on", gettext_noop("The decision lies in the future."))]
        problems = []
        if points is not None:
            fitting = criteria_on(decided).stars_for(points)
            if fitting is None:
                problems.append(Problem("points", gettext_noop("With fewer than 50 points there is no certificate.")))
            elif fitting != stars:
                problems.append(
                    Problem(
                        "points",
                        gettext_noop("These points are %(fitting)s stars, not %(stars)s."),
                        {"fitting": str(fitting), "stars": str(stars)},
                    )
                )
        if "valid_until" in values and values["valid_until"] < decided:
            problems.append(Problem("valid_until", gettext_noop("The rating ends before its decision.")))
        if "revoked_on" in values and values["revoked_on"] < decided:
            problems.append(Problem("revoked_on", gettext_noop("The rating is revoked before its decision.")))
        if "revoked_ground" in values and not {"revoked_on"} & (values.keys() | wrong):
            problems.append(Problem("revoked_on", gettext_noop("A ground of revocation is given, but not the day.")))
        return problems


def first_valid_until(entry: Entry) -> date:
    """The last valid day of a new rating: as stated, else by the criteria in force."""
    if entry.decided_on is None:
        raise ValueError("an entry without a decision has no rating")
    return entry.valid_until or last_valid_day(entry.decided_on)
