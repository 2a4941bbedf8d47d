"""The fold: after any files, mappings, moves and corrected facts the figures say what a naive recomputation says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from catalog.models import OcopSet, Producer, ProducerSeat, Product, ProductFacts, RecognitionDecision, StarRating
from livestreams.models import Host, OfflineEvent, Organisation, Session, Slot
from orders.figures.fold import fold_all, fold_once
from orders.figures.models import Figure, Snapshot
from orders.figures.verify import verify_figures
from orders.intake.reading.values import MOST_UNITS, MOST_VND
from orders.marks.models import Mark
from orders.models import Order, Shop, ShopOwner, ShopSession, SkuMapping
from places.models import Commune, Province
from tests.orders import naive
from tests.orders.observations import EPOCH, File, Seen, hours, rolled_back, take_in

pytestmark = pytest.mark.django_db
KEYS = ("x", "y", "z")


class World:
    """A small province: two producers, three products, two hosts, three shops, two sessions."""

    def __init__(self) -> None:
        province = Province.objects.get(code="52")
        self.communes = list(Commune.objects.filter(province=province)[:2]) + list(Commune.objects.filter(province="96")[:1])
        self.sets = list(OcopSet.objects.all()[:3])
        self.producers = [Producer.objects.create(code=f"P{n}", name=f"P{n}") for n in range(2)]
        for producer, commune in zip(self.producers, self.communes, strict=False):
            ProducerSeat.objects.create(producer=producer, since=date(2025, 1, 1), commune=commune)
        self.products = [Product.objects.create(code=f"SP{n}", producer=self.producers[n % 2], name_vi=f"SP{n}") for n in range(3)]
        for product, ocop_set in zip(self.products, self.sets, strict=True):
            ProductFacts.objects.create(product=product, since=date(2025, 1, 1), ocop_set=ocop_set, net_weight_g=250)
        self.decision = RecognitionDecision.objects.create(number="1", decided_on=date(2025, 1, 1), province=province)
        self.hosts = [Host.objects.create(code=f"H{n}", stage_name=f"H{n}") for n in range(2)]
        partner = Organisation.objects.create(code="P", kind="company", name_vi="P")
        event = OfflineEvent.objects.create(
            code="E", kind="fair", name_vi="E", province=province, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 9)
        )
        self.shops = [
            Shop.objects.create(code="own", name="own", platform="tiktok", province=province, producer=self.producers[0]),
            Shop.objects.create(code="host", name="host", platform="tiktok", province=province, host=self.hosts[0]),
            Shop.objects.create(code="booth", name="booth", platform="booth", province_id="96", partner=partner, event=event),
        ]
        self.sessions = [
            Session.objects.create(
                code=f"L{n}", name_vi=f"L{n}", host=self.hosts[n], province=province, platform="tiktok",
                planned_start=EPOCH + hours(10 * n), planned_end=EPOCH + hours(10 * n + 2),
            )
            for n in range(2)
        ]  # fmt: skip
        for shop in self.shops[:2]:
            for key, product in zip(KEYS[:2], self.products, strict=False):
                SkuMapping.objects.create(shop=shop, line_key=key, product=product, units=2, since=date(2026, 3, 1))
        ShopSession.objects.create(shop=self.shops[0], session=self.sessions[0])
        ShopSession.objects.create(shop=self.shops[0], session=self.sessions[1])
        for session in self.sessions:
            for position, product in enumerate(self.products[:2] + self.products[:1], start=1):
                Slot.objects.create(session=session, position=position, product=product, minutes=30)
        StarRating.objects.create(
            product=self.products[0], decision=self.decision, stars=4, valid_from=date(2026, 2, 1), valid_until=date(2026, 3, 2)
        )


def changes() -> st.SearchStrategy[tuple[str, list[int]]]:
    """What may happen between two folds; numbers choose whom it happens to."""
    kinds = ["file", "file", "file", "map", "map", "unmap", "move", "slot", "slot", "drop_slot", "link", "unlink", "star", "revoke"]
    kinds += ["facts", "seat", "owner", "handed", "sold_on", "report", "event", "fold", "file", "file"]
    return st.tuples(st.sampled_from(kinds), st.lists(st.integers(0, 1000), min_size=12, max_size=12))


def apply(world: World, kind: str, n: list[int]) -> None:
    """Do one change the way the portal's users or a database administrator would."""
    shop, session, product = world.shops[n[0] % 3], world.sessions[n[1] % 2], world.products[n[2] % 3]
    key, day = KEYS[n[3] % 3], date(2026, 2, 27) + timedelta(days=n[4] % 8)
    moment = EPOCH + timedelta(minutes=30 * (n[5] % 100))
    match kind:
        case "file":
            rows = []
            for at in range(1 + n[6] % 3):
                units = 1 + n[7] % 3
                state = (n[8] + at) % 5
                delivered = units if state in (2, 3) else 0
                rows.append(
                    Seen(
                        number=f"N{n[9] % 4}", key=KEYS[(n[3] + at) % 3], state=state, units=units, gross=100 + n[10],
                        cancelled=units if state == 4 else 0, delivered=delivered, returned=min(delivered, n[11] % 2),
                        placed_at=EPOCH + timedelta(minutes=30 * (n[0] % (1 + n[1])), seconds=n[2] % 2),
                    )
                )  # fmt: skip
            take_in(shop, File(EPOCH + hours(100 + n[5] % 50), tuple(rows)))
        case "map":
            SkuMapping.objects.update_or_create(shop=shop, line_key=key, since=day, defaults={"product": product, "units": 1 + n[6] % 3})
        case "unmap":
            SkuMapping.objects.filter(shop=shop, line_key=key).delete()
        case "move":
            session.actual_start, session.actual_end = moment, moment + timedelta(minutes=30 * (1 + n[6] % 8)) if n[7] % 2 else None
            session.host = world.hosts[n[8] % 2]
            session.save()
        case "slot":
            Slot.objects.create(session=session, position=session.slots.count() + 1, product=product, minutes=5 + n[6] % 60)
        case "drop_slot":
            last = session.slots.order_by("-position").first()
            if last:
                last.delete()
        case "link":
            ShopSession.objects.get_or_create(shop=shop, session=session)
        case "unlink":
            ShopSession.objects.filter(shop=shop, session=session).delete()
        case "star":
            StarRating.objects.update_or_create(
                product=product, decision=world.decision,
                defaults={"stars": 3 + n[6] % 3, "valid_from": day, "valid_until": day + timedelta(days=n[7] % 4)},
            )  # fmt: skip
        case "revoke":
            StarRating.objects.filter(product=product).update(revoked_on=day)
        case "facts":
            defaults = {"ocop_set": world.sets[n[6] % 3], "net_weight_g": n[7]}
            ProductFacts.objects.update_or_create(product=product, since=day, defaults=defaults)
        case "seat":
            ProducerSeat.objects.update_or_create(producer=product.producer, since=day, defaults={"commune": world.communes[n[6] % 3]})
        case "owner":
            Product.objects.filter(pk=product.pk).update(producer=world.producers[n[6] % 2])
            product.refresh_from_db()
        case "handed":
            of = {"host": world.hosts[n[6] % 2], "producer": None} if n[7] % 2 else {"host": None, "producer": world.producers[0]}
            ShopOwner.objects.update_or_create(shop=world.shops[n[0] % 2], since=day, defaults=of)
        case "sold_on":
            # As the portal records it; then the next owner says what a SKU is that was not mapped before, from a later day on.
            handed, to, since = world.shops[n[0] % 2], world.hosts[1], date(2026, 3, 2) + timedelta(days=n[4] % 3)
            if not handed.owners.exists():
                ShopOwner.objects.create(shop=handed, since=since - timedelta(days=1), host=handed.host, producer=handed.producer)
            ShopOwner.objects.update_or_create(shop=handed, since=since, defaults={"host": to, "producer": None})
            begins, said = since + timedelta(days=n[6] % 3), {"product": product, "units": 1}
            SkuMapping.objects.get_or_create(shop=handed, line_key="z", defaults={"since": begins, **said})
        case "report":
            order = Order.objects.filter(shop=shop).order_by("number").first()
            if order:
                order.reported_session = session if n[6] % 2 else None
                order.reported_host = world.hosts[n[7] % 2] if n[8] % 2 else None
                order.save()
                Mark.objects.create(order=order, reason=Mark.Reason.INTAKE)
        case "event":
            Shop.objects.filter(code="booth").update(event=OfflineEvent.objects.first() if n[6] % 2 else None)
        case "fold":
            fold_once(limit=1 + n[6] % 3)


@pytest.mark.no_cover
@settings(
    max_examples=60,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(changes(), min_size=3, max_size=25))
def test_figures_equal_a_naive_recomputation(steps: list[tuple[str, list[int]]]) -> None:
    with rolled_back():
        world = World()
        for kind, numbers in steps:
            apply(world, kind, numbers)
        fold_all()
        lines = naive.contributions()
        assert naive.stored_figures() == naive.expected_figures(lines)
        assert naive.stored_orders() == naive.expected_orders(lines)


def test_a_fold_with_nothing_marked_makes_no_snapshot() -> None:
    assert fold_once() == 0
    assert Snapshot.objects.count() == 0


def test_marks_are_taken_in_portions_and_each_fold_is_a_snapshot() -> None:
    world = World()
    rows = tuple(Seen(number=f"N{n}", key="x") for n in range(5))
    take_in(world.shops[0], File(EPOCH + hours(99), rows))
    assert [fold_once(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert list(Snapshot.objects.order_by("number").values_list("orders", flat=True)) == [2, 2, 1]
    assert Mark.objects.count() == 0


def test_no_weight_makes_a_sum_too_large_to_be_kept() -> None:
    """A line of the greatest amounts, in the largest packs, of a product whose weight was mistyped."""
    world = World()
    ProductFacts.objects.update(net_weight_g=10**18)
    SkuMapping.objects.update(units=10_000)
    rows = tuple(Seen(number=f"N{n}", key=KEYS[0], units=MOST_UNITS, gross=MOST_VND) for n in range(2))
    take_in(world.shops[0], File(EPOCH + hours(1), rows))
    fold_all()
    sums = Figure.objects.aggregate(units=Sum("placed_units"), value=Sum("placed_value"), grams=Sum("placed_grams"))
    assert sums == {"units": 2 * 10_000 * MOST_UNITS, "value": 2 * MOST_VND, "grams": 2 * 10**12}
    assert verify_figures().differences == []
