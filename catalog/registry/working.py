"""What the database holds about the products of a file, in memory, to be changed row by row and written at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from catalog.models import ListPrice, Producer, ProducerSeat, Product, ProductFacts, RecognitionDecision, StarRating
from catalog.registry.entries import Entry

AnyModel = TypeVar("AnyModel", bound=models.Model)
DecisionKey = tuple[str, date, str]

# Fields that a file may change, in the order of writing: what others point at comes first.
WRITTEN: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (Producer, ("name", "name_en", "kind", "representative", "address", "tax_code")),
    (ProducerSeat, ("commune",)),
    (RecognitionDecision, ("issuer",)),
    (Product, ("producer", "name_vi", "name_en", "gtin", "published_at")),
    (ProductFacts, ("ocop_set", "unit", "net_weight_g")),
    (ListPrice, ("price",)),
    (StarRating, ("stars", "points", "valid_until", "revoked_on", "revoked_ground")),
)
_BATCH = 5000


def same(code: str) -> str:
    """Codes that differ by case alone are one product: the second was mistyped."""
    return code.upper()


@dataclass
class Working:
    """Rows by the code of their owner (`same`), and those that were made or changed."""

    producers: dict[str, Producer] = field(default_factory=dict)
    seats: defaultdict[str, list[ProducerSeat]] = field(default_factory=lambda: defaultdict(list))
    products: dict[str, Product] = field(default_factory=dict)
    facts: defaultdict[str, list[ProductFacts]] = field(default_factory=lambda: defaultdict(list))
    prices: defaultdict[str, list[ListPrice]] = field(default_factory=lambda: defaultdict(list))
    ratings: defaultdict[str, list[StarRating]] = field(default_factory=lambda: defaultdict(list))
    decisions: dict[DecisionKey, RecognitionDecision] = field(default_factory=dict)
    gtins: dict[str, str] = field(default_factory=dict)
    touched: dict[type[models.Model], dict[int, models.Model]] = field(default_factory=lambda: {model: {} for model, _ in WRITTEN})

    @classmethod
    def load(cls, entries: Collection[Entry], *, hold: bool) -> Working:
        """Read all that the entries may change: nine queries, however many entries there are.

        With `hold` the products, then their producers, are locked to the end of the transaction, as publishing a listing and a change of
        hands lock them: whole rows are written back, and what somebody else changed in between would be lost.
        """
        made = cls()
        gtins = {entry.gtin for entry in entries if entry.gtin}
        codes = {same(entry.code) for entry in entries}
        found = Product.objects.annotate(upper=Upper("code")).filter(
            Q(upper__in=codes) | Q(gtin__in=gtins | {gtin.zfill(14) for gtin in gtins})
        )
        found = found.select_related("producer", "merged_into").order_by("pk")
        for product in found.select_for_update(of=("self",), no_key=True) if hold else found:
            made.products[same(product.code)] = product
            if product.gtin:
                made.gtins[product.gtin if product.gtin in gtins else product.gtin.lstrip("0").zfill(13)] = same(product.code)
        by_pk = {product.pk: key for key, product in made.products.items()}
        producer_codes = {same(entry.producer_code) for entry in entries}
        owners = {product.producer_id for product in made.products.values()}
        makers = Producer.objects.annotate(upper=Upper("code")).filter(Q(upper__in=producer_codes) | Q(pk__in=owners)).order_by("pk")
        for producer in makers.select_for_update(no_key=True) if hold else makers:
            made.producers[same(producer.code)] = producer
        for product in made.products.values():
            product.producer = made.producers[same(product.producer.code)]
        producer_keys = {producer.pk: key for key, producer in made.producers.items()}
        for seat in ProducerSeat.objects.filter(producer__in=producer_keys):
            made.seats[producer_keys[seat.producer_id]].append(seat)
        for facts in ProductFacts.objects.filter(product__in=by_pk).select_related("ocop_set"):
            made.facts[by_pk[facts.product_id]].append(facts)
        for price in ListPrice.objects.filter(product__in=by_pk):
            made.prices[by_pk[price.product_id]].append(price)
        numbers = {entry.decision_number for entry in entries if entry.decision_number}
        decisions = {decision.pk: decision for decision in RecognitionDecision.objects.filter(number__in=numbers)}
        for decision in decisions.values():
            made.decisions[decision.number, decision.decided_on, decision.province_id] = decision
        for rating in StarRating.objects.filter(product__in=by_pk).select_related("decision"):
            rating.decision = decisions.get(rating.decision_id, rating.decision)
            made.ratings[by_pk[rating.product_id]].append(rating)
        return made

    def touch(self, row: models.Model) -> None:
        """Remember a row that was made or changed."""
        self.touched[type(row)][id(row)] = row

    def write(self) -> None:
        """Write what was touched: at most two statements for each model (and 5,000 rows)."""
        for model, fields in WRITTEN:
            _write(model, self.touched[model].values(), fields)


def _write(model: type[AnyModel], rows: Iterable[Any], fields: tuple[str, ...]) -> None:
    new = [row for row in rows if row.pk is None]
    changed = [row for row in rows if row.pk is not None]
    manager = model._default_manager
    # One statement for rows of different values: an insert that meets its own row and updates it.
    manager.bulk_create(
        changed, batch_size=_BATCH, update_conflicts=True, unique_fields=["id"], update_fields=list(fields)
    ) if changed else None
    manager.bulk_create(new, batch_size=_BATCH)
