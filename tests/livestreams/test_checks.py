"""Before air: each rule by itself, with exactly what it finds; a plan that is right has no fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from catalog.models import FloorPrice, Paper, Product, StarRating
from livestreams.models import Host, Need, Session, Slot, TalkingPoint
from livestreams.sessions.checks import faults_of
from tests import builders, trace_builders
from tests.builders import at
from tests.livestreams.plans import START, paper, planned, slot_of

pytestmark = pytest.mark.django_db

DAY = date(2027, 3, 10)


@dataclass
class Scene:
    """A plan without a fault: a verified host, one slot of a product of set `1.01`."""

    session: Session
    slot: Slot

    @property
    def product(self) -> Product:
        return self.slot.product

    def change(self, **values: Any) -> None:
        Slot.objects.filter(pk=self.slot.pk).update(**values)

    def of_set(self, code: str, **values: Any) -> None:
        product = builders.product("DRINK", builders.producer("SX2"), set_code=code)
        Product.objects.filter(pk=product.pk).update(**values)
        self.change(product=product)

    def claims(self, proof: Paper | None) -> None:
        TalkingPoint.objects.create(slot=self.slot, text="Không đường", is_claim=True, paper=proof)

    def needs(self, quantity: int, unit: str, stock: int | None) -> None:
        window = {"window_from": DAY, "window_to": DAY, "wish": Need.Wish.KOL}
        need = Need.objects.create(producer=self.product.producer, product=self.product, quantity=quantity, unit=unit, **window)
        self.change(need=need, stock=stock)

    def meets(self, **values: Any) -> None:
        other = planned("P2", **({"start": START + timedelta(minutes=30)} | values))
        Session.objects.filter(pk=other.pk).update(name_vi="Phiên kia")

    def faults(self, today: date = DAY) -> list[tuple[str, bool]]:
        return [(fault.code, fault.blocks) for fault in faults_of(Session.objects.get(pk=self.session.pk), today=today)]


@pytest.fixture
def scene() -> Scene:
    host = builders.host("KOL")
    Host.objects.filter(pk=host.pk).update(verified_on=DAY, verified_by="tiktok", disclosure_agreed_on=DAY)
    session = planned(hosted_by=Host.objects.get(pk=host.pk))
    return Scene(session, slot_of(session, builders.product("A", builders.producer("SX1"))))


def expired_star(scene: Scene) -> None:
    builders.rate(scene.product, 4, until=DAY - timedelta(days=1))
    scene.change(shows_mark=True)


def revoked_star(scene: Scene) -> None:
    rating = builders.rate(scene.product, 4)
    StarRating.objects.filter(pk=rating.pk).update(revoked_on=DAY, revoked_ground="sai")
    scene.change(shows_mark=True)


def valid_star(scene: Scene) -> None:
    builders.rate(scene.product, 4, until=DAY)
    scene.change(shows_mark=True)


def recalled_lot(scene: Scene) -> None:
    lot = trace_builders.lot(scene.product, best_before=None)
    trace_builders.recall(lot)
    scene.change(lot=lot)


def other_lot_recalled(scene: Scene) -> None:
    trace_builders.recall(trace_builders.lot(scene.product, "L1"))


def sound_lot(scene: Scene) -> None:
    other_lot_recalled(scene)
    scene.change(lot=trace_builders.lot(scene.product, "L2"))


def replaced_paper(scene: Scene) -> None:
    proof = paper(scene.product, shown=False)
    Paper.objects.filter(pk=proof.pk).update(withdrawn_at=timezone.now())
    scene.claims(proof)


def ad_paper(scene: Scene, **values: Any) -> None:
    scene.of_set("3.02")
    paper(Product.objects.get(code="DRINK"), kind=Paper.Kind.AD_CONFIRMATION, **values)


def floor(scene: Scene, price: int, *, since: date = builders.LONG_AGO) -> None:
    FloorPrice.objects.create(product=scene.product, since=since, price=price)
    scene.change(offer_price=90_000)


def guest_elsewhere(scene: Scene) -> None:
    guest = builders.guest("G", "Giám đốc")
    scene.session.guests.add(guest)
    scene.meets()
    Session.objects.get(code="P2").guests.add(guest)


def cancelled_elsewhere(scene: Scene) -> None:
    scene.meets(hosted_by=scene.session.host)
    Session.objects.filter(code="P2").update(cancelled_at=timezone.now(), cancelled_reason="mưa")


CASES: dict[str, tuple[Callable[[Scene], object], list[tuple[str, bool]]]] = {
    "right": (lambda scene: None, []),
    "lot recalled": (recalled_lot, [("recalled_lot", True)]),
    "another lot recalled, none told": (other_lot_recalled, [("lot_not_told", False)]),
    "another lot recalled, sound one told": (sound_lot, []),
    "14.9%": (lambda scene: scene.of_set("2.01", alcohol_percent=Decimal("14.9")), []),
    "15%": (lambda scene: scene.of_set("2.01", alcohol_percent=Decimal(15)), [("strong_drink", True)]),
    "15% in another set": (lambda scene: scene.of_set("3.03", alcohol_percent=Decimal(40)), [("strong_drink", True)]),
    "spirits of unknown strength": (lambda scene: scene.of_set("2.01"), [("alcohol_unknown", False)]),
    "other alcohol of unknown strength": (lambda scene: scene.of_set("2.02"), [("alcohol_unknown", False)]),
    "drink without alcohol": (lambda scene: scene.of_set("2.04"), []),
    "mark without star": (lambda scene: scene.change(shows_mark=True), [("mark_without_star", True)]),
    "mark on an expired star": (expired_star, [("mark_expired", True)]),
    "mark on a revoked star": (revoked_star, [("mark_expired", True)]),
    "mark on the star's last day": (valid_star, []),
    "claim without paper": (lambda scene: scene.claims(None), [("claim_without_paper", False)]),
    "claim with a paper": (lambda scene: scene.claims(paper(scene.product, valid_until=DAY)), []),
    "claim with an expired paper": (
        lambda scene: scene.claims(paper(scene.product, valid_until=DAY - timedelta(days=1))),
        [("claim_paper_expired", False)],
    ),
    "claim with a paper of later": (
        lambda scene: scene.claims(paper(scene.product, valid_from=DAY + timedelta(days=1))),
        [("claim_paper_expired", False)],
    ),
    "claim with a withdrawn paper": (replaced_paper, [("claim_paper_hidden", False)]),
    "cosmetics unconfirmed": (lambda scene: scene.of_set("3.02"), [("advertising_not_confirmed", False)]),
    "health food unconfirmed": (lambda scene: scene.of_set("3.01"), [("advertising_not_confirmed", False)]),
    "cosmetics confirmed": (ad_paper, []),
    "confirmation expired": (lambda scene: ad_paper(scene, valid_until=DAY - timedelta(days=1)), [("advertising_not_confirmed", False)]),
    "host not verified": (lambda scene: Host.objects.update(verified_on=None, verified_by=""), [("host_not_verified", False)]),
    "host not disclosing": (lambda scene: Host.objects.update(disclosure_agreed_on=None), [("host_not_disclosing", False)]),
    "led by a commune": (lambda scene: Session.objects.update(host=None, commune=builders.commune()), []),
    "below the floor": (lambda scene: floor(scene, 90_001), [("below_floor", False)]),
    "at the floor": (lambda scene: floor(scene, 90_000), []),
    "floor of a later day": (lambda scene: floor(scene, 95_000, since=DAY + timedelta(days=1)), []),
    "stock short": (lambda scene: scene.needs(100, "pack", 99), [("stock_short", False)]),
    "stock enough": (lambda scene: scene.needs(100, "pack", 100), []),
    "stock not told": (lambda scene: scene.needs(100, "pack", None), []),
    "tonnes short": (lambda scene: scene.needs(1, "tonne", 1_999), [("stock_short", False)]),
    "tonnes enough": (lambda scene: scene.needs(1, "tonne", 2_000), []),
    "lot too small": (lambda scene: scene.change(lot=trace_builders.lot(scene.product), stock=1_001), [("lot_too_small", False)]),
    "lot enough": (lambda scene: scene.change(lot=trace_builders.lot(scene.product), stock=1_000), []),
    "sample missing": (lambda scene: scene.change(sample_arrived_on=None), [("sample_missing", False)]),
    "too long": (lambda scene: scene.change(minutes=61), [("too_long", False)]),
    "just long enough": (lambda scene: scene.change(minutes=60), []),
    "declined": (lambda scene: scene.change(answer="declined", declined_reason="hết hàng"), [("declined", False)]),
    "unanswered": (lambda scene: scene.change(answer="asked"), [("unanswered", False)]),
    "not asked": (lambda scene: scene.change(answer=""), [("not_asked", False)]),
    "no slot": (lambda scene: scene.slot.delete(), [("no_slots", False)]),
    "host elsewhere": (lambda scene: scene.meets(hosted_by=scene.session.host), [("host_clash", False)]),
    "guest elsewhere": (guest_elsewhere, [("guest_clash", False)]),
    "product elsewhere": (lambda scene: scene.meets(products=[scene.product]), [("product_clash", False)]),
    "host elsewhere right after": (
        lambda scene: scene.meets(hosted_by=scene.session.host, start=START + timedelta(minutes=60)),
        [],
    ),
    "host in a cancelled session": (cancelled_elsewhere, []),
}


@pytest.mark.parametrize("name", CASES)
def test_rule(scene: Scene, name: str) -> None:
    change, wanted = CASES[name]
    change(scene)
    assert scene.faults() == wanted


def test_a_sample_is_asked_for_from_the_day_before(scene: Scene) -> None:
    scene.change(sample_arrived_on=None)
    assert scene.faults(DAY - timedelta(days=2)) == []
    assert scene.faults(DAY - timedelta(days=1)) == [("sample_missing", False)]
    scene.change(sample_arrived_on=DAY)
    assert scene.faults(DAY - timedelta(days=1)) == [("sample_missing", False)]


def test_what_blocks_comes_first(scene: Scene) -> None:
    Host.objects.update(verified_on=None, verified_by="")
    scene.change(shows_mark=True, answer="")
    assert scene.faults() == [("mark_without_star", True), ("host_not_verified", False), ("not_asked", False)]


def test_the_floor_price_itself_is_not_told(scene: Scene) -> None:
    floor(scene, 123_457)
    for language in ("vi", "en"):
        with translation.override(language):
            (fault,) = faults_of(scene.session, today=DAY)
        assert "123" not in fault.words
        assert fault.slot is not None
        assert fault.slot.pk == scene.slot.pk


def test_words_name_what_they_are_about(scene: Scene) -> None:
    scene.meets(hosted_by=scene.session.host)
    scene.change(minutes=90)
    slot_of(scene.session, builders.product("B", scene.product.producer), shows_mark=True)
    with translation.override("en"):
        words = [fault.words for fault in faults_of(scene.session, today=DAY)]
    assert words == [
        "Product B shows the OCOP mark and has no star. Without the mark it is welcome.",
        "KOL KOL hosts “Session P2” at the same time.",
        "The slots take 95 minutes, the session has 60: from slot 1 on it is too late.",
    ]


def test_the_same_queries_at_one_and_five_slots(scene: Scene) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            faults_of(Session.objects.get(pk=scene.session.pk), today=DAY)
        return len(queries)

    scene.claims(paper(scene.product))
    before = cost()
    for number in range(4):
        slot = slot_of(scene.session, builders.product(f"B{number}", scene.product.producer, stars=4), shows_mark=True)
        TalkingPoint.objects.create(slot=slot, text="Ngon", is_claim=True, paper=paper(slot.product))
    assert cost() == before


def test_one_that_was_never_ended_clashes_for_its_planned_length(scene: Scene) -> None:
    scene.meets(hosted_by=scene.session.host, start=START - timedelta(minutes=90))
    assert scene.faults() == []
    Session.objects.filter(code="P2").update(actual_start=START - timedelta(minutes=50))
    assert scene.faults() == [("host_clash", False)]
    Session.objects.filter(code="P2").update(actual_end=at("2027-03-10 20:00"))
    assert scene.faults() == []
