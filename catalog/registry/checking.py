"""Takes rows one after the other into the working copy: what each would change, or why it cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop

from accounts.scopes import Scope
from catalog import gtin
from catalog.criteria import criteria_on
from catalog.models import in_force
from catalog.registry.changing import FACTS, PRODUCER, PRODUCT, Changes, decision_key, given, show
from catalog.registry.entries import Entry, EntryReader
from catalog.registry.outcomes import Outcome, Problem, State
from catalog.registry.reading import RawRow
from catalog.registry.working import Working, same
from places.index import PlaceIndex, place_index

# Rows of one file that speak of the same thing must not differ.
_DISAGREEMENTS = {
    "producer": gettext_noop("Row %(row)s says “%(value)s” of the same producer."),
    "product": gettext_noop("Row %(row)s says “%(value)s” of the same product."),
    "facts": gettext_noop("Row %(row)s says “%(value)s” of the same product from the same day on."),
    "decision": gettext_noop("Row %(row)s says “%(value)s” of the same decision."),
}


def check(rows: Sequence[RawRow], *, scope: Scope, today: date, hold: bool) -> tuple[list[Outcome], Working]:
    """What every row does within the territory, and the working copy with all that the good rows change. Writes nothing.

    `hold`: see `Working.load`.
    """
    reader = EntryReader(scope.province, today)
    read = [(raw, reader.read(raw)) for raw in rows]
    working = Working.load([entry for _, entry in read if isinstance(entry, Entry)], hold=hold)
    checker = Checker(working, scope, today)
    outcomes = []
    for raw, entry in read:
        if isinstance(entry, Entry):
            outcomes.append(checker.take(entry))
        else:
            code, name = str(raw.cells.get("code", "")), str(raw.cells.get("name_vi", ""))
            outcomes.append(Outcome(raw.number, code, name, State.REJECTED, entry))
    return outcomes, working


@dataclass
class Checker:
    """One pass over a file."""

    working: Working
    scope: Scope
    today: date
    places: PlaceIndex = field(default_factory=place_index)
    changes: Changes = field(init=False)
    _stated: dict[tuple[Any, ...], tuple[int, Mapping[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.changes = Changes(self.working, self.today, self.places)

    def take(self, entry: Entry) -> Outcome:
        """Change the working copy by the row, or reject it and change nothing."""
        statements = self._statements(entry)
        problems = [
            *self._outside(entry),
            *self._double(entry),
            *self._taken_gtin(entry),
            *self._restricted_gtin(entry),
            *self._other_day_of_decision(entry),
            *self._other_points(entry),
        ]
        for key, stated in statements.items():
            problems += self._disagreement(key, stated)
        if problems:
            return Outcome(entry.row, entry.code, entry.name_vi, State.REJECTED, tuple(problems))
        for key, stated in statements.items():
            row, before = self._stated.get(key, (entry.row, {}))
            self._stated[key] = (row, {**before, **stated})
        product, changes = self.changes.apply(entry)
        if product.pk is None:
            return Outcome(entry.row, entry.code, entry.name_vi, State.CREATED)
        state = State.UPDATED if changes else State.UNCHANGED
        return Outcome(entry.row, entry.code, entry.name_vi, state, (), tuple(changes))

    # What rows of one file must agree on

    def _statements(self, entry: Entry) -> dict[tuple[Any, ...], dict[str, Any]]:
        """What the row states, by what it states it of."""
        product = same(entry.code)
        facts = {**given(entry, FACTS), **given(entry, {"list_price": "price"})}
        found: dict[tuple[Any, ...], dict[str, Any]] = {
            ("producer", same(entry.producer_code)): {**given(entry, PRODUCER), "commune": entry.commune},
            ("product", product): {**given(entry, PRODUCT), "producer_code": same(entry.producer_code)},
            ("row", product, entry.decision_number, entry.decided_on): {"code": entry.row},
            ("facts", product, entry.facts_since or entry.decided_on or self.today): facts,
        }
        if self.changes.brings_facts(entry):
            found["facts", product, self.changes.day(entry)] = facts
        if entry.decision_number and entry.issuer:
            found["decision", decision_key(entry, self.places)] = {"issuer": entry.issuer}
        return found

    def _disagreement(self, key: tuple[Any, ...], stated: Mapping[str, Any]) -> list[Problem]:
        row, before = self._stated.get(key, (0, {}))
        if key[0] == "row" and before:
            return [Problem("code", gettext_noop("The product stands already in row %(row)s, with the same decision."), {"row": str(row)})]
        return [
            Problem(column, _DISAGREEMENTS[key[0]], {"row": str(row), "value": self._shown(column, before[column])})
            for column, value in stated.items()
            if column in before and before[column] != value
        ]

    def _shown(self, column: str, value: object) -> str:
        return self.places.by_code[str(value)].name if column == "commune" else show(value)

    # Why a row cannot be taken

    def _outside(self, entry: Entry) -> list[Problem]:
        """Nobody changes what sits outside the territory, or brings it in."""
        if self.scope.everything:
            return []
        place = self.places.by_code[entry.commune]
        if not self.scope.covers(place.province, place.code):
            return [Problem("commune", gettext_noop("%(commune)s lies outside your province."), {"commune": place.name})]
        product = self.working.products.get(same(entry.code))
        for column, owner in (("producer_code", same(entry.producer_code)), ("code", same(product.producer.code) if product else "")):
            seat = in_force(self.working.seats.get(owner, []), self.today)
            if seat is not None and not self.scope.covers(self.places.by_code[seat.commune_id].province, seat.commune_id):
                return [Problem(column, gettext_noop("The producer sits outside your province; its own department keeps it."))]
        return []

    def _double(self, entry: Entry) -> list[Problem]:
        """What was merged into another product is written no more."""
        product = self.working.products.get(same(entry.code))
        if product is None or product.merged_into is None:
            return []
        message = gettext_noop("This entry was a double and is now product %(code)s: write that code.")
        return [Problem("code", message, {"code": product.merged_into.code})]

    def _restricted_gtin(self, entry: Entry) -> list[Problem]:
        """A number for use inside a shop is refused, but one that the product has had all along says nothing new."""
        product = self.working.products.get(same(entry.code))
        if entry.gtin is None or not gtin.is_restricted(entry.gtin) or (product is not None and product.gtin == entry.gtin):
            return []
        return [Problem("gtin", gtin.RESTRICTED)]

    def _taken_gtin(self, entry: Entry) -> list[Problem]:
        owner = self.working.gtins.get(entry.gtin) if entry.gtin else None
        if owner in {None, same(entry.code)}:
            return []
        return [Problem("gtin", gettext_noop("This GTIN is that of product %(code)s."), {"code": str(owner)})]

    def _other_day_of_decision(self, entry: Entry) -> list[Problem]:
        """A number with another day of the same year is one decision, once mistyped."""
        for rating in self.working.ratings.get(same(entry.code), []):
            decision = rating.decision
            mistyped = decision.number == entry.decision_number and decision.decided_on != entry.decided_on
            if mistyped and entry.decided_on and decision.decided_on.year == entry.decided_on.year:
                message = gettext_noop("The product has stars by the decision of this number of %(day)s.")
                return [Problem("decided_on", message, {"day": show(decision.decided_on)})]
        return []

    def _other_points(self, entry: Entry) -> list[Problem]:
        """Corrected stars must fit the points that the registry keeps of the same decision."""
        rating = self.changes.known_rating(entry)
        if rating is None or rating.points is None or entry.points is not None or entry.decided_on is None:
            return []
        if criteria_on(entry.decided_on).stars_for(rating.points) == entry.stars:
            return []
        message = gettext_noop("The registry holds %(points)s points by this decision, which are not %(stars)s stars.")
        return [Problem("stars", message, {"points": str(rating.points), "stars": str(entry.stars)})]
