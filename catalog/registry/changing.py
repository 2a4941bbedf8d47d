"""Puts what a row says into the working copy, each fact from its day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext

from catalog.models import ListPrice, OcopSet, Producer, ProducerSeat, Product, ProductFacts, RecognitionDecision, StarRating, in_force
from catalog.registry.entries import Entry, first_valid_until
from catalog.registry.outcomes import Change
from catalog.registry.working import DecisionKey, Working, same
from places.index import PlaceIndex

AnyDated = TypeVar("AnyDated", ProducerSeat, ProductFacts, ListPrice)

# Column of the file → field of the model. An empty cell changes nothing.
PRODUCER = {
    "producer_name": "name",
    "producer_name_en": "name_en",
    "producer_kind": "kind",
    "representative": "representative",
    "tax_code": "tax_code",
    "address": "address",
}
PRODUCT = {"name_vi": "name_vi", "name_en": "name_en", "gtin": "gtin"}
FACTS = {"ocop_set": "ocop_set", "unit": "unit", "net_weight": "net_weight_g"}
RATING = {
    "stars": "stars",
    "points": "points",
    "valid_until": "valid_until",
    "revoked_on": "revoked_on",
    "revoked_ground": "revoked_ground",
}


@dataclass
class Changes:
    """Changes the working copy; the row must have been checked."""

    working: Working
    today: date
    places: PlaceIndex

    def apply(self, entry: Entry) -> tuple[Product, list[Change]]:
        """Take the row in; the product (without a key where it is new) and what the row changed."""
        changes = [*self._producer(entry), *self._seat(entry)]
        product, product_changes = self._product(entry)
        changes += [*product_changes, *self._facts(entry, product), *self._price(entry, product), *self._rating(entry, product)]
        return product, changes

    # When facts hold

    def known_rating(self, entry: Entry) -> StarRating | None:
        """The product's rating by the row's decision, where there is one already."""
        decision = self.working.decisions.get(decision_key(entry, self.places)) if entry.decision_number else None
        return next((rating for rating in self.working.ratings.get(same(entry.code), []) if rating.decision is decision), None)

    def day(self, entry: Entry) -> date:
        """From when what the row says holds: as stated; with a decision that is new, its day; else today."""
        if entry.facts_since:
            return entry.facts_since
        rating = self.known_rating(entry)
        return entry.decided_on if entry.decided_on and (rating is None or rating.pk is None) else self.today

    def _held(self, rows: Sequence[AnyDated], entry: Entry) -> list[AnyDated]:
        """What the row is compared with: the rows in force on the day of its decision and today, or on the day that it states.

        Where no day is stated, a row that fits one of the two has nothing new to say.
        """
        days = [entry.facts_since] if entry.facts_since else [entry.decided_on, self.today] if entry.decided_on else [self.today]
        return [held for compared in days if compared and (held := in_force(rows, compared))]

    # What a row changes

    def _producer(self, entry: Entry) -> list[Change]:
        key = same(entry.producer_code)
        producer = self.working.producers.get(key)
        if producer is None:
            producer = self.working.producers[key] = Producer(code=entry.producer_code)
            self.working.touch(producer)
        return self._assign(producer, entry, PRODUCER)

    def _seat(self, entry: Entry) -> list[Change]:
        producer, day = self.working.producers[same(entry.producer_code)], self.day(entry)
        seats = self.working.seats[same(entry.producer_code)]
        held = self._held(seats, entry)
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
            # What an official enters is public at once.
            product = self.working.products[key] = Product(code=entry.code, producer=owner, published_at=timezone.now())
            self.working.touch(product)
        elif product.producer is not owner:
            changes.append(Change("producer_code", product.producer.code, owner.code))
            product.producer = owner
            self.working.touch(product)
        if product.published_at is None:
            # A listing that its producer had begun, and nobody reviewed yet.
            changes.append(Change("code", gettext("not public"), gettext("public")))
            product.published_at = timezone.now()
            self.working.touch(product)
        if entry.gtin:
            self.working.gtins[entry.gtin] = key
        return product, changes + self._assign(product, entry, PRODUCT)

    def brings_facts(self, entry: Entry) -> bool:
        """Whether the row says other facts or another price than the registry holds."""
        return self._new_facts(entry) or self._new_price(entry)

    def _new_facts(self, entry: Entry) -> bool:
        stated = given(entry, FACTS)
        held = self._held(self.working.facts[same(entry.code)], entry)
        return not any(all(getattr(facts, FACTS[column]) == value for column, value in stated.items()) for facts in held)

    def _new_price(self, entry: Entry) -> bool:
        held = self._held(self.working.prices[same(entry.code)], entry)
        return entry.list_price is not None and not any(price.price == entry.list_price for price in held)

    def _facts(self, entry: Entry, product: Product) -> list[Change]:
        if not self._new_facts(entry):
            return []
        rows, day = self.working.facts[same(entry.code)], self.day(entry)
        base = in_force(rows, day)
        facts = next((row for row in rows if row.since == day), None)
        if facts is None:
            facts = ProductFacts(product=product, since=day)
            for name in FACTS.values():
                setattr(facts, name, getattr(base, name) if base else getattr(facts, name))
            rows.append(facts)
        return self._assign(facts, entry, FACTS)

    def _price(self, entry: Entry, product: Product) -> list[Change]:
        if entry.list_price is None or not self._new_price(entry):
            return []
        rows, day = self.working.prices[same(entry.code)], self.day(entry)
        base = in_force(rows, day)
        before = base.price if base else None
        price = next((row for row in rows if row.since == day), None)
        if price is None:
            price = ListPrice(product=product, since=day)
            rows.append(price)
        price.price = entry.list_price
        self.working.touch(price)
        return [Change("list_price", show(before), show(entry.list_price))]

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
        return changes + self._assign(rating, entry, RATING)

    def _decision(self, entry: Entry) -> tuple[RecognitionDecision, list[Change]]:
        key = decision_key(entry, self.places)
        decision = self.working.decisions.get(key)
        if decision is None:
            number, day, province = key
            decision = RecognitionDecision(number=number, decided_on=day, province_id=province)
            self.working.decisions[key] = decision
            self.working.touch(decision)
        return decision, self._assign(decision, entry, {"issuer": "issuer"})

    def _assign(self, row: Any, entry: Entry, columns: Mapping[str, str]) -> list[Change]:
        """Set the fields that the entry states otherwise, and say which."""
        changes = []
        for column, value in given(entry, columns).items():
            before = getattr(row, columns[column])
            if before != value and not _same_words(before, value):
                changes.append(Change(column, show(before), show(value)))
                setattr(row, columns[column], value)
        if changes:
            self.working.touch(row)
        return changes


def decision_key(entry: Entry, places: PlaceIndex) -> DecisionKey:
    """What tells decisions apart: number, day, and the province whose products it covers."""
    if entry.decision_number is None or entry.decided_on is None:
        raise ValueError("the entry names no decision")
    return entry.decision_number, entry.decided_on, places.by_code[entry.commune].province


def given(entry: Entry, columns: Mapping[str, str]) -> dict[str, Any]:
    """What the row says in these columns; a column of which it says nothing is left out."""
    return {column: value for column in columns if (value := getattr(entry, column)) is not None}


def _same_words(before: object, value: object) -> bool:
    """Whether two texts differ by the spaces between their words alone, of which a spreadsheet's cell keeps one each."""
    return isinstance(before, str) and isinstance(value, str) and " ".join(before.split()) == value


def show(value: object) -> str:
    """A value in a sentence of the check."""
    if value is None:
        return ""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.strftime("%d/%m/%Y")
    return value.code if isinstance(value, OcopSet) else str(value)
