"""Every figure recomputed from orders, ledger and facts in plain Python: what the fold must agree with.

Written from FIGURES.md, not from the fold: no SQL beyond reading whole tables.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from catalog.models import ProducerSeat, ProductFacts, StarRating
from livestreams.models import Session
from orders.attribution.models import AttributionRule, Basis, Bucket
from orders.figures.models import Figure, Grain, OrderFigure
from orders.ledger.models import EntryKind, LedgerEntry, Order
from orders.shops.models import Shop, SkuMapping

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
STATES = (
    ("placed", EntryKind.PLACED),
    ("cancelled", EntryKind.CANCELLED),
    ("returned", EntryKind.RETURNED),
    ("delivered", EntryKind.DELIVERED),
)


@dataclass
class Line:
    """What one line adds, with all it is filed under."""

    order: int
    dimensions: tuple[Any, ...]
    product: tuple[Any, ...]
    group: int | None
    amounts: dict[str, int]
    is_final: bool


def in_force(rows: list[Any], day: date) -> Any:
    """The newest begun by `day`, before the first the first; None of none."""
    begun = [row for row in rows if row.since <= day]
    if begun:
        return max(begun, key=lambda row: row.since)
    return min(rows, key=lambda row: row.since, default=None)


def mapping_of(shop: Shop, key: str, day: date) -> SkuMapping | None:
    """What the SKU is on `day`. One that begins later reaches back to it only while the shop has the same owner all along."""
    found: SkuMapping | None = in_force(list(SkuMapping.objects.filter(shop=shop, line_key=key).select_related("product")), day)
    if found is None or found.since <= day:
        return found
    owners = list(shop.owners.all())
    days = [day + timedelta(days=n) for n in range((found.since - day).days + 1)] if owners else []
    had_it = {(row.producer_id, row.host_id, row.partner_id) for row in (in_force(owners, each) for each in days)}
    return found if len(had_it) <= 1 else None


def attribute(order: Order, products: set[int], rule: AttributionRule) -> tuple[int, Session | None, int]:
    """Bucket, session and basis of one order (FIGURES: Attribution)."""
    if order.shop.event_id:
        return Bucket.EVENT, None, Basis.ESTIMATED
    if order.reported_session_id:
        return Bucket.LIVE, Session.objects.get(pk=order.reported_session_id), Basis.REPORTED
    linked = set(order.shop.session_links.values_list("session_id", flat=True))
    handed = in_force(list(order.shop.owners.all()), order.placed_at.astimezone(LOCAL).date())
    owner_host = order.shop.host_id if handed is None else handed.host_id
    live, after = [], []
    for session in Session.objects.prefetch_related("slots"):
        if session.called_off:
            continue
        if order.reported_host_id and session.host_id != order.reported_host_id:
            continue
        if not products & {slot.product_id for slot in session.slots.all()}:
            continue
        hosted = session.host_id is not None and session.host_id == owner_host
        if session.pk in linked and session.start <= order.placed_at < session.end + timedelta(minutes=rule.live_grace_minutes):
            live.append(session)
        since_end = order.placed_at - session.end
        if (session.pk in linked or hosted) and timedelta(0) <= since_end < timedelta(days=rule.after_days_long):
            after.append(session)
    basis = Basis.REPORTED if order.reported_host_id else Basis.ESTIMATED
    for found, is_live in ((live, True), (after, False)):
        if found:
            session = max(found, key=lambda s: (s.start, s.pk))
            if is_live:
                return Bucket.LIVE, session, basis
            since_end = order.placed_at - session.end
            if since_end < timedelta(hours=rule.after_hours):
                return Bucket.AFTER_24H, session, basis
            return (Bucket.AFTER_7D if since_end < timedelta(days=rule.after_days_short) else Bucket.AFTER_30D), session, basis
    return Bucket.OTHER, None, Basis.ESTIMATED


def slot_of(session: Session | None, product: int | None, at: datetime) -> int | None:
    """The product's last slot begun by `at`, else its first."""
    if session is None or product is None:
        return None
    begins, clock = [], session.start
    for slot in session.slots.order_by("position"):
        begins.append((slot.started_at or clock, slot.position, slot))
        clock += timedelta(minutes=slot.minutes)
    mine = [item for item in begins if item[2].product_id == product]
    begun = [item for item in mine if item[0] <= at]
    if begun:
        latest = max(item[0] for item in begun)
        return min((item for item in begun if item[0] == latest), key=lambda item: item[1])[2].pk
    return min(mine, key=lambda item: (item[0], item[1]))[2].pk if mine else None


def contributions() -> list[Line]:
    """Every order line's contribution, from rows alone."""
    rules = list(AttributionRule.objects.all())
    result = []
    for order in Order.objects.select_related("shop", "run").prefetch_related("lines"):
        day = order.placed_at.astimezone(LOCAL).date()
        standing = [line for line in order.lines.all() if not line.withdrawn]
        if not standing:
            continue
        mapped = {line.pk: mapping_of(order.shop, line.key, day) for line in standing}
        products = {mapping.product_id for mapping in mapped.values() if mapping}
        bucket, session, basis = attribute(order, products, in_force(rules, day))
        for line in standing:
            mapping = mapped[line.pk]
            product = mapping.product if mapping else None
            facts = in_force(list(ProductFacts.objects.filter(product=product)), day) if product else None
            seat = (
                in_force(list(ProducerSeat.objects.filter(producer=product.producer_id).select_related("commune")), day)
                if product
                else None
            )
            stars = [
                rating
                for rating in (StarRating.objects.filter(product=product) if product else [])
                if rating.valid_from <= day <= rating.valid_until and (rating.revoked_on is None or day < rating.revoked_on)
            ]
            star = max(stars, key=lambda rating: (rating.valid_from, rating.pk)).stars if stars else None
            pack = mapping.units if mapping else 1
            weight = (facts.net_weight_g or 0) if facts else 0
            amounts = {"lines": 1}
            for name, kind in STATES:
                entries = LedgerEntry.objects.filter(line=line, kind=kind)
                units = sum(entry.units for entry in entries) * pack
                amounts |= {f"{name}_units": units, f"{name}_value": sum(e.amount for e in entries), f"{name}_grams": units * weight}
            result.append(
                Line(
                    order=order.pk,
                    dimensions=(
                        seat.commune.province_id if seat else order.shop.province_id, day, order.shop_id,
                        session.pk if session else None, bucket, basis, order.run.source,
                    ),
                    product=(
                        product and product.pk, product and product.producer_id, seat and seat.commune_id, facts and facts.ocop_set_id,
                        star, slot_of(session, product and product.pk, order.placed_at),
                    ),
                    group=facts.ocop_set.group_id if facts and facts.ocop_set else None,
                    amounts=amounts,
                    is_final=line.state >= 3,
                )
            )  # fmt: skip
    return result


def expected_figures(lines: list[Line]) -> dict[tuple[Any, ...], dict[str, int]]:
    """Cells → sums."""
    cells: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for line in lines:
        cells[line.dimensions + line.product].update(line.amounts)
    return {key: {name: value for name, value in sums.items() if value} for key, sums in cells.items()}


def expected_orders(lines: list[Line]) -> dict[tuple[Any, ...], tuple[int, int, int, int]]:
    """(grain, dimensions, member) → distinct orders placed, net, delivered, open."""
    members: dict[tuple[Any, ...], list[Line]] = defaultdict(list)
    for line in lines:
        product, producer, commune, _, star, _ = line.product
        for grain, member in (
            (Grain.ALL, None), (Grain.PRODUCT, product), (Grain.PRODUCER, producer), (Grain.COMMUNE, commune),
            (Grain.GROUP, line.group), (Grain.STAR, star),
        ):  # fmt: skip
            members[(grain, *line.dimensions, member, line.order)].append(line)
    cells: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for key, group in members.items():
        cell = cells[key[:-1]]
        cell[0] += 1
        cell[1] += any(a["placed_units"] > a["cancelled_units"] + a["returned_units"] for a in (line.amounts for line in group))
        cell[2] += any(a["delivered_units"] > a["returned_units"] for a in (line.amounts for line in group))
        cell[3] += any(not line.is_final for line in group)
    return {key: tuple(counts) for key, counts in cells.items()}  # type: ignore[misc]


DIMENSIONS = ("province_id", "day", "shop_id", "session_id", "bucket", "basis", "source")


def stored_figures() -> dict[tuple[Any, ...], dict[str, int]]:
    """The same of the figures' table."""
    product = ("product_id", "producer_id", "commune_id", "ocop_set_id", "star", "slot_id")
    names = ["lines", *(f"{state}_{amount}" for state, _ in STATES for amount in ("units", "value", "grams"))]
    return {
        tuple(getattr(figure, name) for name in (*DIMENSIONS, *product)): {n: getattr(figure, n) for n in names if getattr(figure, n)}
        for figure in Figure.objects.all()
    }


def stored_orders() -> dict[tuple[Any, ...], tuple[int, int, int, int]]:
    """The same of the order figures' table."""
    result = {}
    for cell in OrderFigure.objects.all():
        member = cell.product_id or cell.producer_id or cell.commune_id or cell.ocop_group_id or cell.star
        key = (cell.grain, *(getattr(cell, name) for name in DIMENSIONS), member)
        assert key not in result
        result[key] = (cell.orders, cell.net_orders, cell.delivered_orders, cell.open_orders)
    return result
