"""One livestream: what it was, what it sold by slot, on air and after, and what came before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from catalog.models import Product
from dashboards.boards.amounts import NOTHING, Measures, Orders
from dashboards.boards.audience import Audience, sales
from dashboards.boards.measures import measure
from dashboards.boards.names import Name
from dashboards.boards.reach import reach_of
from dashboards.claims import ClaimRow, claim_rows
from livestreams.models import Session, Slot
from livestreams.sessions.moves import Move, moves_of
from orders.models import AttributionRule, Bucket, Contribution, Shop

# The parts that a session's sales are shown in; after the session cumulatively, as FIGURES says.
PARTS: dict[str, tuple[int, ...]] = {
    "live": (Bucket.LIVE,),
    "after_24h": (Bucket.AFTER_24H,),
    "within_7d": (Bucket.AFTER_24H, Bucket.AFTER_7D),
    "after": (Bucket.AFTER_24H, Bucket.AFTER_7D, Bucket.AFTER_30D),
}
AFTER_PARTS = ("after_24h", "within_7d", "after")


@dataclass(frozen=True, slots=True)
class GuestRow:
    """A guest with the title held on the day of the session; None where none is known."""

    name: str
    title: Name | None


@dataclass(frozen=True, slots=True)
class ShopRow:
    """A shop that sells for the session: linked to it, or its host's (sales after it alone); its newest file, if one came.

    `tells`: it tells what was sold from the session's start on.
    """

    shop: Name
    linked: bool
    exported_at: datetime | None
    tells: bool


@dataclass(frozen=True, slots=True)
class Before:
    """What the session's products sold in its shops in the same length of time before its start."""

    orders: int
    placed: int
    net: int
    delivered: int


@dataclass(frozen=True, slots=True)
class AfterRow:
    """Sales after the session up to `until`, from its end; `complete` where every shop's files reach that far."""

    part: str
    length: timedelta
    until: datetime
    measures: Measures
    before: Before
    complete: bool


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A line of the run-of-show, else (position None) a product that was sold without a slot; neither: SKUs that nobody has mapped.

    `sold` by part: what was attributed to this slot. Orders count by product, so a product's later slots have None.
    """

    slot: int | None
    position: int | None
    product: Name | None
    mine: bool
    minutes: int | None
    offer_price: int | None
    started_at: datetime | None
    ended_at: datetime | None
    sold: dict[str, Measures]


@dataclass(frozen=True)
class SessionPage:
    """Everything the page of a session shows, as plain data.

    `called_off`: why, if it was; `total` by part; `basis`: placed value and orders on air by basis.
    """

    session: Name
    host: Name | None
    channel: str
    channel_url: str
    guests: tuple[GuestRow, ...]
    programme: Name | None
    partners: tuple[Name, ...]
    province: str
    platform: str
    planned: tuple[datetime, datetime]
    actual: tuple[datetime | None, datetime | None]
    start: datetime
    end: datetime
    note: Name
    is_demo: bool
    called_off: str | None
    moves: tuple[Move, ...]
    shops: tuple[ShopRow, ...]
    total: dict[str, Measures]
    basis: dict[int, Measures]
    after: tuple[AfterRow, ...]
    slots: tuple[SlotRow, ...]
    claims: tuple[ClaimRow, ...]

    @property
    def covering(self) -> tuple[ShopRow, ...]:
        """The shops that tell what was sold from the session's start on."""
        return tuple(shop for shop in self.shops if shop.tells)

    @property
    def known(self) -> bool:
        """Whether its sales can be told; what has not come is not 0."""
        return bool(self.covering) or any(measures.lines for measures in self.total.values())

    @property
    def exported_at(self) -> datetime | None:
        """The time up to which the least recent of those shops is known."""
        return min((shop.exported_at for shop in self.covering if shop.exported_at), default=None)


def session_page(session: Session, audience: Audience) -> SessionPage:
    """The page of `session` with the audience's own lines. Reads the same number of queries for any number of slots."""
    start, end = session.start, session.end
    slots = list(session.slots.select_related("product").order_by("position"))
    shops = _shops(session)
    by_bucket = sales(("bucket",), audience.filters(session=session.pk))
    total = {part: _added(by_bucket, buckets) for part, buckets in PARTS.items()}
    return SessionPage(
        session=Name(session.code, session.name_vi, session.name_en),
        host=Name(session.host.code, session.host.stage_name) if session.host else None,
        channel=session.channel.handle if session.channel else "",
        channel_url=session.channel.url if session.channel else "",
        guests=_guests(session),
        programme=_name(session.programme) if session.programme else None,
        partners=tuple(_name(partner) for partner in session.programme.partners.all()) if session.programme else (),
        province=session.province.name,
        platform=session.get_platform_display(),
        planned=(session.planned_start, session.planned_end),
        actual=(session.actual_start, session.actual_end),
        start=start,
        end=end,
        note=Name("", session.territory_note_vi, session.territory_note_en),
        is_demo=session.is_demo,
        called_off=session.cancelled_reason if session.called_off else None,
        moves=tuple(moves_of(session)),
        shops=shops,
        total=total,
        basis={key[0]: found for key, found in sales(("basis",), audience.filters(session=session.pk, bucket=int(Bucket.LIVE))).items()},
        after=_after(session, audience, slots, shops, total),
        slots=_slots(session, audience, slots),
        claims=_claims(session, audience),
    )


def _claims(session: Session, audience: Audience) -> tuple[ClaimRow, ...]:
    """For officials of the session's own province: beside anybody else's share of the lines a claim about all of them says nothing."""
    territory = audience.territory
    if territory is None or territory.commune is not None or territory.province != session.province_id:
        return ()
    claims = session.claims.select_related("session", "programme", "event")
    return claim_rows(claims, province=territory.province)


def _name(thing: Any) -> Name:
    return Name(thing.code, thing.name_vi, thing.name_en)


def _added(found: dict[tuple[Any, ...], Measures], buckets: Iterable[int]) -> Measures:
    return sum((found.get((bucket,), NOTHING) for bucket in buckets), NOTHING)


def _guests(session: Session) -> tuple[GuestRow, ...]:
    day = timezone.localdate(session.start)
    rows = []
    for guest in session.guests.prefetch_related("titles"):
        held = [title for title in guest.titles.all() if title.since <= day and (title.until is None or title.until >= day)]
        title = max(held, key=lambda one: one.since, default=None)
        rows.append(GuestRow(guest.full_name, Name("", title.title_vi, title.title_en) if title else None))
    return tuple(rows)


def _shops(session: Session) -> tuple[ShopRow, ...]:
    linked = {link.shop_id for link in session.shop_links.all()}
    owned = Q(pk__in=Shop.objects.of_host(session.host_id, timezone.localdate(session.start)).values("pk")) if session.host_id else Q()
    shops = list(Shop.objects.filter(Q(pk__in=linked) | owned).order_by("name"))
    reach = {one.shop: one for one in reach_of([shop.pk for shop in shops])}
    return tuple(
        ShopRow(Name(shop.code, shop.name), shop.pk in linked, reach[shop.pk].exported_at, reach[shop.pk].tells_from(session.start))
        for shop in shops
    )


def _after(
    session: Session, audience: Audience, slots: list[Slot], shops: tuple[ShopRow, ...], total: dict[str, Measures]
) -> tuple[AfterRow, ...]:
    rule = AttributionRule.objects.filter(since__lte=timezone.localdate(session.end)).order_by("-since").first() or AttributionRule()
    lengths = (timedelta(hours=rule.after_hours), timedelta(days=rule.after_days_short), timedelta(days=rule.after_days_long))
    before = sold_before(session, audience, {slot.product_id for slot in slots}, lengths)
    return tuple(
        AfterRow(
            part=part,
            length=length,
            until=session.end + length,
            measures=total[part],
            before=earlier,
            complete=bool(shops) and all(shop.exported_at is not None and shop.exported_at >= session.end + length for shop in shops),
        )
        for part, length, earlier in zip(AFTER_PARTS, lengths, before, strict=True)
    )


def sold_before(session: Session, audience: Audience, products: set[int], lengths: tuple[timedelta, ...]) -> list[Before]:
    """What the products sold in the session's shops in each length of time before its start.

    Read from the lines, because figures know days and this counts hours.
    """
    shops = Q(order__shop__in=session.shop_links.values("shop"))
    if session.host_id is not None:
        shops |= Q(order__shop__in=Shop.objects.of_host(session.host_id, timezone.localdate(session.start)).values("pk"))
    start = session.start
    lines = Contribution.objects.filter(
        shops,
        order__placed_at__gte=start - max(lengths),
        order__placed_at__lt=start,
        product__in=products,
        **audience.filters().lookups(of="contributions"),
    )
    placed, gone, back = F("placed_value"), F("cancelled_value"), F("returned_value")
    sums: dict[str, Any] = {}
    for number, length in enumerate(lengths):
        within = Q(order__placed_at__gte=start - length)
        sums |= {
            f"orders_{number}": Count("order", distinct=True, filter=within),
            f"placed_{number}": Sum(placed, filter=within, default=0),
            f"net_{number}": Sum(placed - gone - back, filter=within, default=0),
            f"delivered_{number}": Sum(F("delivered_value") - back, filter=within, default=0),
        }
    found = lines.aggregate(**sums)
    return [Before(*(found[f"{name}_{number}"] for name in ("orders", "placed", "net", "delivered"))) for number in range(len(lengths))]


def _slots(session: Session, audience: Audience, slots: list[Slot]) -> tuple[SlotRow, ...]:
    """The run-of-show, then what was sold beside it, so that the rows of a part add up to its total."""
    where = audience.filters(session=session.pk)
    orders = {key: found.orders for key, found in sales(("product", "bucket"), where).items()}
    on_show = {slot.pk for slot in slots}
    sold: dict[tuple[str, int | None], dict[tuple[Any, ...], Measures]] = {}
    for (slot, product, bucket), found in measure(("slot", "product", "bucket"), where, orders="no").items():
        # A slot that was taken away stays in the figures until the next fold.
        place = ("slot", slot) if slot in on_show else ("product", product)
        buckets = sold.setdefault(place, {})
        buckets[(bucket,)] = buckets.get((bucket,), NOTHING) + found

    beside = Product.objects.in_bulk([product for kind, product in sold if kind == "product" and product is not None])
    products = {slot.product_id for slot in slots} | set(beside)
    mine = set(audience.products_seen().filter(pk__in=products).values_list("pk", flat=True))
    counted: set[int | None] = set()

    def by_part(place: tuple[str, int | None], product: int | None) -> dict[str, Measures]:
        first = product not in counted
        counted.add(product)
        parts = {}
        for part, buckets in PARTS.items():
            count = sum((orders.get((product, bucket)) or Orders() for bucket in buckets), Orders()) if first else None
            parts[part] = _added(sold.get(place, {}), buckets)._replace(orders=count)
        return parts

    rows = [
        SlotRow(
            slot=slot.pk,
            position=slot.position,
            product=_name(slot.product),
            mine=slot.product_id in mine,
            minutes=slot.minutes,
            offer_price=slot.offer_price,
            started_at=slot.started_at,
            ended_at=slot.ended_at,
            sold=by_part(("slot", slot.pk), slot.product_id),
        )
        for slot in slots
    ]
    # Unmapped SKUs last.
    for product in sorted(beside, key=lambda pk: beside[pk].name_vi):
        rows.append(_beside(_name(beside[product]), product in mine, by_part(("product", product), product)))
    if ("product", None) in sold:
        rows.append(_beside(None, True, by_part(("product", None), None)))
    return tuple(rows)


def _beside(product: Name | None, mine: bool, sold: dict[str, Measures]) -> SlotRow:
    return SlotRow(None, None, product, mine, None, None, None, None, sold)
