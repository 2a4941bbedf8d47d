"""Takes rows one after the other into the working copy: what each would change, or why it cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_noop as _n

from accounts.scopes import Scope
from catalog.models import ListPrice, OcopSet, Producer, ProducerSeat, Product, ProductFacts, RecognitionDecision, StarRating, in_force
from catalog.registry.entries import Entry, EntryReader, first_valid_until
from catalog.registry.outcomes import Change, Outcome, Problem, State
from catalog.registry.reading import RawRow
from catalog.registry.working import Working, same
from places.index import PlaceIndex, place_index

# Column of the file → field of the model. An empty cell changes nothing.
_PRODUCER = {
    "producer_name": "name",
    "producer_name_en": "name_en",
    "producer_kind": "kind",
    "representative": "representative",
    "tax_code": "tax_code",
    "address": "address",
}
_PRODUCT = {"name_vi": "name_vi", "name_en": "name_en", "gtin": "gtin"}
_FACTS = {"ocop_set": "ocop_set", "unit": "unit", "net_weight": "net_weight_g"}
_RATING = {
    "stars": "stars",
    "points": "points",
    "valid_until": "valid_until",
    "revoked_on": "revoked_on",
    "revoked_ground": "revoked_ground",
}


def check(rows: Sequence[RawRow], *, scope: Scope, today: date) -> tuple[list[Outcome], Working]:
    """What every row does within the territory, and the working copy with all that the good rows change. Writes nothing."""
    reader = EntryReader(scope.province, today)
    read = [(raw, reader.read(raw)) for raw in rows]
    working = Working.load([entry for _, entry in read if isinstance(entry, Entry)])
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
    _stated: dict[tuple[Any, ...], tuple[int, Mapping[str, Any]]] = field(default_factory=dict)

    def take(self, entry: Entry) -> Outcome:
        """Change the working copy by the row, or reject it and change nothing."""
        statements = self._statements(entry)
        problems = [*self._outside(entry), *self._taken_gtin(entry), *self._other_day_of_decision(entry)]
        for key, stated in statements.items():
            problems += self._disagreement(key, stated)
        if problems:
            return Outcome(entry.row, entry.code, entry.name_vi, State.REJECTED, tuple(problems))
        for key, stated in statements.items():
            row, before = self._stated.get(key, (entry.row, {}))
            self._stated[key] = (row, {**before, **stated})
        changes = [*self._producer(entry), *self._seat(entry)]
        product, product_changes = self._product(entry)
        changes += [*product_changes, *self._facts(entry, product), *self._price(entry, product), *self._rating(entry, product)]
        if product.pk is None:
            return Outcome(entry.row, entry.code, entry.name_vi, State.CREATED)
        state = State.UPDATED if changes else State.UNCHANGED
        return Outcome(entry.row, entry.code, entry.name_vi, state, (), tuple(changes))

    # What rows of one file must agree on

    def _statements(self, entry: Entry) -> dict[tuple[Any, ...], dict[str, Any]]:
        """What the row states, by what it states it of."""
        product = same(entry.code)
        day = self._day(entry)
        found: dict[tuple[Any, ...], dict[str, Any]] = {
            ("producer", same(entry.producer_code)): {**_given(entry, _PRODUCER), "commune": entry.commune},
            ("product", product): {**_given(entry, _PRODUCT), "producer_code": same(entry.producer_code)},
            ("row", product, entry.decision_number, entry.decided_on): {"code": entry.row},
            ("facts", product, day): {**_given(entry, _FACTS), **_given(entry, {"list_price": "price"})},
        }
        if entry.decision_number and entry.issuer:
            found["decision", self._decision_key(entry)] = {"issuer": entry.issuer}
        return found

    def _disagreement(self, key: tuple[Any, ...], stated: Mapping[str, Any]) -> list[Problem]:
        row, before = self._stated.get(key, (0, {}))
        if key[0] == "row" and before:
            return [Problem("code", _n("The product stands already in row %(row)s, with the same decision."), {"row": str(row)})]
        return [
            Problem(
                column,
                _n("Row %(row)s says “%(value)s” of the same %(what)s."),
                {"row": str(row), "value": _show(before[column]), "what": key[0]},
            )
            for column, value in stated.items()
            if column in before and before[column] != value
        ]

    # Why a row cannot be taken

    def _outside(self, entry: Entry) -> list[Problem]:
        """Nobody changes what sits outside the territory, or brings it in."""
        if self.scope.everything:
            return []
        place = self.places.by_code[entry.commune]
        if not self.scope.covers(place.province, place.code):
            return [Problem("commune", _n("%(commune)s lies outside your province."), {"commune": place.name})]
        product = self.working.products.get(same(entry.code))
        for column, owner in (("producer_code", same(entry.producer_code)), ("code", same(product.producer.code) if product else "")):
            seat = in_force(self.working.seats.get(owner, []), self.today)
            if seat is not None and not self.scope.covers(self.places.by_code[seat.commune_id].province, seat.commune_id):
                return [Problem(column, _n("The producer sits outside your province; its own department keeps it."))]
        return []

    def _taken_gtin(self, entry: Entry) -> list[Problem]:
        owner = self.working.gtins.get(entry.gtin) if entry.gtin else None
        if owner in {None, same(entry.code)}:
            return []
        return [Problem("gtin", _n("This GTIN is that of product %(code)s."), {"code": str(owner)})]

    def _other_day_of_decision(self, entry: Entry) -> list[Problem]:
        """A number with another day of the same year is one decision, once mistyped."""
        for rating in self.working.ratings.get(same(entry.code), []):
            decision = rating.decision
            mistyped = decision.number == entry.decision_number and decision.decided_on != entry.decided_on
            if mistyped and entry.decided_on and decision.decided_on.year == entry.decided_on.year:
                message = _n("The product has stars by the decision of this number of %(day)s.")
                return [Problem("decided_on", message, {"day": _show(decision.decided_on)})]
        return []

    # When facts hold

    def _known_rating(self, entry: Entry) -> StarRating | None:
        decision = self.working.decisions.get(self._decision_key(entry)) if entry.decision_number else None
        return next((rating for rating in self.working.ratings.get(same(entry.code), []) if rating.decision is decision), None)

    def _day(self, entry: Entry) -> date:
        """From when what the row says holds: as stated; with a decision that is new, its day; else today."""
        if entry.facts_since:
            return entry.facts_since
        rating = self._known_rating(entry)
        return entry.decided_on if entry.decided_on and (rating is None or rating.pk is None) else self.today

    def _days_compared(self, entry: Entry) -> tuple[date, ...]:
        """Where no day is stated, a row that fits the day of its decision or today has nothing new to say."""
        if entry.facts_since:
            return (entry.facts_since,)
        return (entry.decided_on, self.today) if entry.decided_on else (self.today,)

    # What a row changes

    def _producer(self, entry: Entry) -> list[Change]:
        key = same(entry.producer_code)
        producer = self.working.producers.get(key)
        if producer is None:
            producer = self.working.producers[key] = Producer(code=entry.producer_code)
            self.working.touch(producer)
        return self._assign(producer, entry, _PRODUCER)

    def _seat(self, entry: Entry) -> list[Change]:
        producer, day = self.working.producers[same(entry.producer_code)], self._day(entry)
        seats = self.working.seats[same(entry.producer_code)]
        held = [seat for compared in self._days_compared(entry) if (seat := in_force(seats, compared))]
        if any(seat.commune_id == entry.commune for seat in held):
            return []
        before = self.places.by_code[held[-1].commune_id].name if held else ""
        seat = next((seat for seat in seats if seat.since == day), None)
        if seat is None:
            seat = ProducerSeat(producer=producer, since=day)
            seats.append(seat)
        seat.commune_id = entry.commune
        self.working.touch(seat)
        return [Change("commune", before, self.places.by_code[entry.commune].name)]

    def _product(self, entry: Entry) -> tuple[Product, list[Change]]:
        key = same(entry.code)
        product = self.working.products.get(key)
        owner = self.working.producers[same(entry.producer_code)]
        changes = []
        if product is None:
            product = self.working.products[key] = Product(code=entry.code, producer=owner)
            self.working.touch(product)
        elif product.producer is not owner:
            changes.append(Change("producer_code", product.producer.code, owner.code))
            product.producer = owner
            self.working.touch(product)
        if entry.gtin:
            self.working.gtins[entry.gtin] = key
        return product, changes + self._assign(product, entry, _PRODUCT)

    def _facts(self, entry: Entry, product: Product) -> list[Change]:
        rows, day = self.working.facts[same(entry.code)], self._day(entry)
        stated = _given(entry, _FACTS)
        held = [facts for compared in self._days_compared(entry) if (facts := in_force(rows, compared))]
        if any(all(getattr(facts, _FACTS[column]) == value for column, value in stated.items()) for facts in held):
            return []
        base = in_force(rows, day)
        facts = next((row for row in rows if row.since == day), None)
        if facts is None:
            facts = ProductFacts(product=product, since=day)
            for name in _FACTS.values():
                setattr(facts, name, getattr(base, name) if base else getattr(facts, name))
            rows.append(facts)
            self.working.touch(facts)
        return self._assign(facts, entry, _FACTS)

    def _price(self, entry: Entry, product: Product) -> list[Change]:
        rows, day = self.working.prices[same(entry.code)], self._day(entry)
        held = [price for compared in self._days_compared(entry) if (price := in_force(rows, compared))]
        if entry.list_price is None or any(price.price == entry.list_price for price in held):
            return []
        price = next((row for row in rows if row.since == day), None)
        if price is None:
            price = ListPrice(product=product, since=day)
            rows.append(price)
        price.price = entry.list_price
        self.working.touch(price)
        return [Change("list_price", _show(held[-1].price) if held else "", _show(entry.list_price))]

    def _rating(self, entry: Entry, product: Product) -> list[Change]:
        if entry.decision_number is None or entry.decided_on is None:
            return []
        decision, changes = self._decision(entry)
        ratings = self.working.ratings[same(entry.code)]
        rating = next((rating for rating in ratings if rating.decision is decision), None)
        if rating is None:
            rating = StarRating(product=product, decision=decision, valid_from=entry.decided_on, valid_until=first_valid_until(entry))
            ratings.append(rating)
            self.working.touch(rating)
        return changes + self._assign(rating, entry, _RATING)

    def _decision(self, entry: Entry) -> tuple[RecognitionDecision, list[Change]]:
        key = self._decision_key(entry)
        decision = self.working.decisions.get(key)
        if decision is None:
            number, day, province = key
            decision = RecognitionDecision(number=number, decided_on=day, province_id=province)
            self.working.decisions[key] = decision
            self.working.touch(decision)
        return decision, self._assign(decision, entry, {"issuer": "issuer"})

    def _decision_key(self, entry: Entry) -> tuple[str, date, str]:
        if entry.decision_number is None or entry.decided_on is None:
            raise ValueError("the entry names no decision")
        return entry.decision_number, entry.decided_on, self.places.by_code[entry.commune].province

    def _assign(self, row: Any, entry: Entry, columns: Mapping[str, str]) -> list[Change]:
        """Set the fields that the entry states otherwise, and say which."""
        changes = []
        for column, value in _given(entry, columns).items():
            before = getattr(row, columns[column])
            if before != value:
                changes.append(Change(column, _show(before), _show(value)))
                setattr(row, columns[column], value)
        if changes:
            self.working.touch(row)
        return changes


def _given(entry: Entry, columns: Mapping[str, str]) -> dict[str, Any]:
    return {column: value for column in columns if (value := getattr(entry, column)) is not None}


def _show(value: object) -> str:
    """A value in a sentence of the check."""
    if value is None:
        return ""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.strftime("%d/%m/%Y")
    return value.code if isinstance(value, OcopSet) else str(value)
