"""The registry as it stands, as rows of its own template: what goes out can be changed in a spreadsheet program and come in again.

Every row says “Facts since” the day of the export. So a cell that was changed holds from that day on, one that was not changed
says nothing new on whatever day the file comes back, and what others changed in the meantime stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from accounts.scopes import Scope
from catalog.models import Producer, ProducerSeat, Product, StarRating, in_force
from catalog.registry.workbook import SheetCell
from places.models import Commune
from places.resolver import resolve

_QUERIES = ("facts__ocop_set", "list_prices", "producer__seats__commune__province", "ratings__decision")


def registry_rows(scope: Scope, *, today: date) -> list[dict[str, SheetCell]]:
    """A row for each public product of the territory, by column key, in the order of codes. Eight queries, however many products."""
    products = Product.objects.within(scope, today).single().published().select_related("producer").order_by("code")
    return [_row(product, today) for product in products.prefetch_related(*_QUERIES)]


def _row(product: Product, today: date) -> dict[str, SheetCell]:
    producer = product.producer
    seat = in_force(producer.seats.all(), today)
    facts, price = in_force(product.facts.all(), today), in_force(product.list_prices.all(), today)
    row: dict[str, SheetCell] = {
        "code": product.code,
        "name_vi": product.name_vi,
        "name_en": product.name_en,
        "gtin": product.gtin,
        "commune": _commune(seat.commune) if seat else None,
        "province": seat.commune.province.short_name if seat else None,
        "ocop_set": facts.ocop_set.code if facts and facts.ocop_set else None,
        "unit": facts.unit if facts else None,
        "net_weight": f"{facts.net_weight_g} g" if facts and facts.net_weight_g else None,
        "list_price": price.price if price else None,
        "facts_since": today,
    }
    return row | _producer(producer) | _stars(product.ratings.all(), seat, today)


def _producer(producer: Producer) -> dict[str, SheetCell]:
    return {
        "producer_code": producer.code,
        "producer_name": producer.name,
        "producer_name_en": producer.name_en,
        "producer_kind": str(Producer.Kind(producer.kind).label),
        "representative": producer.representative,
        "tax_code": producer.tax_code,
        "address": producer.address,
    }


def _stars(ratings: Iterable[StarRating], seat: ProducerSeat | None, today: date) -> dict[str, SheetCell]:
    """The rating in force, else the one that ended last; none of another province's, whose department keeps it."""
    own = [rating for rating in ratings if seat is None or rating.decision.province_id == seat.commune.province_id]
    if not own:
        return {}
    rating = max(own, key=lambda rating: (rating.state_on(today) == "valid", rating.valid_from, rating.pk))
    return {
        "stars": rating.stars,
        "points": rating.points,
        "decision_number": rating.decision.number,
        "decided_on": rating.decision.decided_on,
        "issuer": rating.decision.issuer,
        "valid_until": rating.valid_until,
        "revoked_on": rating.revoked_on,
        "revoked_ground": rating.revoked_ground,
    }


def _commune(commune: Commune) -> str:
    """The commune's name where it alone is meant by it, else its code."""
    found = resolve(commune.name, "", commune.province.short_name)
    return commune.name if found.kind == "commune" and found.commune == commune.pk else commune.pk
