"""Attribution: whatever is moved and in whatever order it arrives, every order lands in exactly one bucket, and always the same one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from catalog.models import Producer, ProducerSeat, Product
from livestreams.models import Host, OfflineEvent, Organisation, Session, Slot
from orders.figures.fold import fold_all, fold_once
from orders.models import (
    Attribution,
    AttributionRule,
    Bucket,
    Contribution,
    Figure,
    Grain,
    LedgerEntry,
    Mark,
    Order,
    OrderFigure,
    Shop,
    ShopOwner,
    ShopSession,
    SkuMapping,
)
from places.models import Commune
from tests.orders import naive
from tests.orders.observations import EPOCH, File, Seen, hours, rolled_back, take_in

pytestmark = pytest.mark.django_db
PROVINCE = "52"
KEYS = ("x", "y", "z")  # the SKUs of products 0, 1, 2; nobody has mapped "w"
SHOWN = ((0,), (1, 0), (2,))  # products of each session's run-of-show
# Where a rule may be off by one: around a session's start and the ends of its windows, a second to either side.
EDGES = (timedelta(0), timedelta(minutes=30), timedelta(hours=24), timedelta(days=7), timedelta(days=30))
Outcome = dict[str, tuple[int, str | None, int]]


@dataclass(frozen=True)
class Bought:
    """An order: shop, SKUs, and when, told from the start or an end of a session as planned; what the platform names of it."""

    number: int
    shop: int
    keys: tuple[str, ...]
    session: int
    edge: int
    seconds: int
    from_start: bool
    names: str = ""

    @property
    def placed_at(self) -> datetime:
        """When it was placed."""
        start, end = planned(self.session)
        return (start if self.from_start else end + EDGES[self.edge]) + timedelta(seconds=self.seconds)


Change = tuple[str, int, int, int]


@dataclass(frozen=True)
class Played:
    """When each order arrives among the changes (their number before it), in which order, and after how many steps a fold runs."""

    places: tuple[int, ...]
    arrival: tuple[int, ...]
    fold_every: int


def planned(session: int) -> tuple[datetime, datetime]:
    """Three sessions: two overlap, the third is three days later."""
    start = EPOCH + (hours(0), hours(1), hours(72))[session]
    return start, start + hours(2)


class Stage:
    """Three products, two hosts, three sessions that show them, a producer's shop, a host's and a booth's at a fair."""

    def __init__(self) -> None:
        producer = Producer.objects.create(code="P", name="P")
        ProducerSeat.objects.create(producer=producer, since=date(2025, 1, 1), commune=Commune.objects.filter(province=PROVINCE)[0])
        self.producer = producer
        self.products = [Product.objects.create(code=f"SP{n}", producer=producer, name_vi=f"SP{n}") for n in range(3)]
        self.hosts = [Host.objects.create(code=f"H{n}", stage_name=f"H{n}") for n in range(2)]
        fair = {"kind": "fair", "province_id": PROVINCE, "starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 9)}
        event = OfflineEvent.objects.create(code="E", name_vi="E", **fair)
        partner = Organisation.objects.create(code="C", kind="company", name_vi="C")
        self.shops = [
            Shop.objects.create(code="own", name="own", platform="tiktok", province_id=PROVINCE, producer=producer),
            Shop.objects.create(code="host", name="host", platform="tiktok", province_id=PROVINCE, host=self.hosts[0]),
            Shop.objects.create(code="booth", name="booth", platform="booth", province_id=PROVINCE, partner=partner, event=event),
        ]
        for shop in self.shops:
            for key, product in zip(KEYS, self.products, strict=True):
                SkuMapping.objects.create(shop=shop, line_key=key, product=product, units=1, since=date(2025, 1, 1))
        self.sessions = []
        for number in range(3):
            start, end = planned(number)
            session = Session.objects.create(
                code=f"L{number}", name_vi=f"L{number}", host=self.hosts[number % 2], province_id=PROVINCE, platform="tiktok",
                planned_start=start, planned_end=end,
            )  # fmt: skip
            self.sessions.append(session)
            for position, shown in enumerate(SHOWN[number], start=1):
                Slot.objects.create(session=session, position=position, product=self.products[shown], minutes=30)
            if number != 1:
                ShopSession.objects.create(shop=self.shops[0], session=session)

    def change(self, kind: str, which: int, other: int, amount: int) -> None:
        """Do one thing that somebody does to sessions, slots and shops."""
        session, shop, host = self.sessions[which % 3], self.shops[other % 2], self.hosts[other % 2]
        match kind:
            case "move":
                session.actual_start = EPOCH + timedelta(minutes=30 * (amount % 200))
                session.actual_end = session.actual_start + timedelta(minutes=20 * (1 + other % 6)) if amount % 3 else None
                session.save()
            case "plan":
                start, end = planned(which % 3)
                Session.objects.filter(pk=session.pk).update(
                    planned_start=start + timedelta(minutes=amount % 90), planned_end=end + timedelta(minutes=amount % 90)
                )
                session.refresh_from_db()
            case "host":
                session.host = host if amount % 3 else None
                session.save()
            case "slot to another session":
                slot = session.slots.order_by("position").first()
                target = self.sessions[other % 3]
                if slot is not None:
                    slot.session, slot.position = target, 1 + max((one.position for one in target.slots.all()), default=0)
                    slot.save()
            case "slot of another product":
                Slot.objects.filter(session=session, position=1).update(product=self.products[other % 3])
            case "drop slot":
                session.slots.order_by("-position")[:1].get().delete() if session.slots.exists() else None
            case "link":
                ShopSession.objects.get_or_create(shop=shop, session=session)
            case "unlink":
                ShopSession.objects.filter(shop=shop, session=session).delete()
            case "hand over":
                owner: dict[str, Any] = {"host": host, "producer": None} if amount % 2 else {"host": None, "producer": self.producer}
                day = date(2026, 2, 27) + timedelta(days=amount % 8)
                ShopOwner.objects.update_or_create(shop=shop, since=day, defaults=owner)
            case "rule":
                AttributionRule.objects.update_or_create(
                    version=2,
                    defaults={
                        "since": date(2026, 3, 1) + timedelta(days=which % 4),
                        "live_grace_minutes": amount % 60,
                        "after_hours": 12 + other % 24,
                    },
                )

    def take_in(self, orders: Sequence[Bought]) -> None:
        """Orders of one shop arrive by one file, two units of each SKU."""
        shop = self.shops[orders[0].shop]
        rows = (Seen(number=f"N{one.number}", key=key, units=2, gross=1_001, placed_at=one.placed_at) for one in orders for key in one.keys)
        take_in(shop, File(EPOCH + timedelta(days=60), tuple(rows)))
        for one in orders:
            kind, number = one.names[:1], int(one.names[1:] or 0)
            if kind:
                order = Order.objects.get(shop=shop, number=f"N{one.number}")
                order.reported_session = self.sessions[number] if kind == "L" else None
                order.reported_host = self.hosts[number] if kind == "H" else None
                order.save()
                Mark.objects.create(order=order, reason=Mark.Reason.SESSION)


CHANGES = st.tuples(
    st.sampled_from(
        [
            *("move", "move", "plan", "host", "slot to another session", "slot of another product", "drop slot", "link", "link", "unlink"),
            *("hand over", "rule"),
        ]
    ),
    *[st.integers(0, 1000)] * 3,
)


@st.composite
def bought(draw: st.DrawFn, number: int) -> Bought:
    """An order near an edge of a rule, or anywhere in the month."""
    near = draw(st.integers(0, 3)) > 0
    session = draw(st.integers(0, 2))
    # Mostly what that session alone shows, so that its own edges are met and not those of a later one.
    beside = draw(st.sampled_from([(), (), (), *[(key,) for key in (*KEYS, "w")]]))
    return Bought(
        number=number,
        shop=draw(st.sampled_from([0, 0, 0, 1, 1, 2])),
        keys=tuple(sorted({KEYS[session], *beside})),
        session=session,
        edge=draw(st.integers(0, len(EDGES) - 1)),
        seconds=draw(st.sampled_from([0, 0, -1, 1])) if near else draw(st.integers(-9_000, 9_000)),
        from_start=draw(st.booleans()),
        names=draw(st.sampled_from([*[""] * 8, "L0", "L2", "H0", "H1"])),
    )


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[Change], list[Bought], list[Played]]:
    """What changes, what is ordered, and two ways in which it all arrives."""
    facts = draw(st.lists(CHANGES, max_size=8))
    orders = [draw(bought(number)) for number in range(draw(st.integers(4, 14)))]
    ways = [
        Played(
            places=tuple(draw(st.lists(st.integers(0, len(facts)), min_size=len(orders), max_size=len(orders)))),
            arrival=tuple(draw(st.permutations(range(len(orders))))),
            fold_every=draw(st.integers(1, 6)),
        )
        for _way in range(2)
    ]
    return facts, orders, ways


def play(facts: list[Change], orders: list[Bought], way: Played) -> Stage:
    """Everything happens, the orders arrive in between, and the fold runs now and then with room for three orders."""
    stage = Stage()
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps % way.fold_every == 0:
            fold_once(limit=3)

    for place in range(len(facts) + 1):
        arriving = (orders[number] for number in way.arrival if way.places[number] == place)
        for _shop, together in groupby(arriving, key=lambda one: one.shop):
            stage.take_in(list(together))
            step()
        if place < len(facts):
            stage.change(*facts[place])
            step()
    fold_all()
    return stage


def stored() -> Outcome:
    """Bucket, session and basis of every order, as the fold decided."""
    rows = Attribution.objects.values_list("order__number", "bucket", "session__code", "basis")
    found = {number: (bucket, session, basis) for number, bucket, session, basis in rows}
    assert len(found) == len(rows), "an order stands in two buckets"
    return found


def recomputed() -> Outcome:
    """The same by FIGURES in plain Python."""
    rules = list(AttributionRule.objects.all())
    found: Outcome = {}
    for order in Order.objects.select_related("shop").prefetch_related("lines"):
        day = order.placed_at.astimezone(naive.LOCAL).date()
        mapped = SkuMapping.objects.filter(shop=order.shop, line_key__in=[line.key for line in order.lines.all()])
        products = set(mapped.values_list("product_id", flat=True))
        bucket, session, basis = naive.attribute(order, products, naive.in_force(rules, day))
        found[order.number] = (int(bucket), session.code if session else None, int(basis))
    return found


def check_sums() -> None:
    """Every order in one bucket with all its lines; the parts of value and orders sum to what the ledger has."""
    assert set(stored()) == set(Order.objects.values_list("number", flat=True))
    by_order: dict[int, set[tuple[Any, ...]]] = {}
    for order, bucket, session, basis in Contribution.objects.values_list("order", "bucket", "session", "basis"):
        by_order.setdefault(order, set()).add((bucket, session, basis))
    assert all(len(places) == 1 for places in by_order.values())
    parts = dict(Figure.objects.values_list("bucket").annotate(Sum("placed_value")).order_by())
    assert set(parts) <= {int(bucket) for bucket in Bucket}
    assert sum(parts.values()) == LedgerEntry.objects.aggregate(total=Sum("amount"))["total"]
    counted = Counter(bucket for bucket, _session, _basis in stored().values())
    kept = dict(OrderFigure.objects.filter(grain=Grain.ALL).values_list("bucket").annotate(Sum("orders")).order_by())
    assert kept == dict(counted)


@pytest.mark.slow
@pytest.mark.no_cover
@settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=stories())
def test_every_order_lands_in_one_bucket_whatever_arrives_when(story: tuple[list[Change], list[Bought], list[Played]]) -> None:
    facts, orders, ways = story
    outcomes = []
    for way in ways:
        with rolled_back():
            play(facts, orders, way)
            check_sums()
            outcomes.append(stored())
            assert outcomes[-1] == recomputed()
    assert outcomes[0] == outcomes[1]


def test_each_bucket_at_the_edges_of_its_window() -> None:
    """What the property test draws by chance, once for certain: a second before, at, and after each edge."""
    stage = Stage()
    before, at, after = -1, 0, 1
    told = [
        # from the start of the third session
        (True, 0, before, Bucket.OTHER), (True, 0, at, Bucket.LIVE), (True, 0, after, Bucket.LIVE),
        # live for 30 minutes after its end; then the first 24 hours, 7 days, 30 days
        (False, 0, at, Bucket.LIVE), (False, 1, before, Bucket.LIVE), (False, 1, at, Bucket.AFTER_24H),
        (False, 2, before, Bucket.AFTER_24H), (False, 2, at, Bucket.AFTER_7D), (False, 3, before, Bucket.AFTER_7D),
        (False, 3, at, Bucket.AFTER_30D), (False, 4, before, Bucket.AFTER_30D), (False, 4, at, Bucket.OTHER),
    ]  # fmt: skip
    # The first session shows other products and reaches into these windows; "z" is the third's alone.
    for number, (from_start, edge, seconds, _bucket) in enumerate(told):
        stage.take_in([Bought(number, 0, ("z",), 2, edge, seconds, from_start)])
    stage.take_in([Bought(99, 2, ("z",), 2, 0, 0, from_start=True)])
    fold_all()
    found = stored()
    assert [found[f"N{number}"][0] for number in range(len(told))] == [bucket for *_where, bucket in told]
    assert found["N99"] == (Bucket.EVENT, None, 2)
    assert found == recomputed()
