"""Steps: each kind as an EPCIS event, what is refused, and that a mistake is declared and not erased."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Product
from tests import builders, trace_builders
from tests.trace_builders import step, told
from traceability.codes.services import LotClosedError
from traceability.lots.services import close_lot
from traceability.models import Event, Lot, LotInput, Step
from traceability.steps.kinds import STANDARD, Kind
from traceability.steps.services import (
    AlreadyWrongError,
    BeforeTheLotError,
    InTheFutureError,
    TooMuchError,
    declare_wrong,
    record_step,
    room_for,
)

pytestmark = pytest.mark.django_db
GOODS = {"epcClass": "https://id.gs1.org/01/09520000000011/10/L1", "quantity": 1000}


@pytest.fixture
def lot() -> Lot:
    """1,000 packs of a product with a GTIN."""
    product = builders.product("P", builders.producer("X"))
    Product.objects.filter(pk=product.pk).update(gtin=trace_builders.gtin())
    return trace_builders.lot(Product.objects.get(pk=product.pk))


def body_of(made: Step) -> dict[str, Any]:
    body: dict[str, Any] = made.event.body
    return body


def test_every_kind_is_a_valid_event(lot: Lot) -> None:
    """`record_event` checks each against the official schema."""
    assert set(STANDARD) == set(Kind)
    for hours, kind in enumerate(Kind):
        made = step(lot, kind, happened_at=told().happened_at + timedelta(hours=hours), quantity=Decimal(10), number="07/A")
        body = body_of(made)
        assert (body["bizStep"], body["disposition"]) == (STANDARD[kind].biz_step, STANDARD[kind].disposition)
        assert made.event.producer == lot.product.producer
    assert {event.type for event in Event.objects.all()} == {"ObjectEvent", "AggregationEvent", "AssociationEvent", "TransactionEvent"}


def test_what_was_told_is_in_the_event(lot: Lot) -> None:
    seat = lot.product.producer.seats.get().commune
    made = step(lot, Kind.STORED, commune=seat, place="Kho lạnh", temperature=Decimal("-18.5"), note="Xếp ba tầng")
    body = body_of(made)
    assert body["eventTime"] == "2026-11-02T12:00:00.000+07:00"
    assert body["quantityList"] == [GOODS]
    assert body["readPoint"]["id"].endswith(f"/communes/{seat.pk}")
    assert body["sensorElementList"][0]["sensorReport"] == [{"type": "Temperature", "value": -18.5, "uom": "CEL"}]
    assert (body["ocop:place"], body["ocop:note"]) == ("Kho lạnh", "Xếp ba tầng")
    assert body["eventID"].startswith("ni:///sha-256;")
    assert list(Event.objects.naming(GOODS["epcClass"])) == [made.event]


def test_kilograms_are_said_and_packs_are_not(lot: Lot) -> None:
    assert "uom" not in body_of(step(lot))["quantityList"][0]
    in_kilograms = trace_builders.lot(lot.product, "L2", unit="KGM", quantity=Decimal("12.5"))
    assert body_of(step(in_kilograms))["quantityList"][0] == {
        "epcClass": "https://id.gs1.org/01/09520000000011/10/L2",
        "quantity": 12.5,
        "uom": "KGM",
    }


def test_a_lot_without_a_gtin_goes_by_its_own_code(lot: Lot) -> None:
    bare = trace_builders.lot(builders.product("B", lot.product.producer))
    assert body_of(step(bare))["quantityList"][0]["epcClass"].endswith(f"/t/{bare.code}")


def test_processing_lots_is_a_transformation(lot: Lot) -> None:
    source = trace_builders.lot(lot.product, "L0", unit="KGM", quantity=Decimal(300))
    LotInput.objects.create(lot=lot, source=source, quantity=Decimal(250), unit="KGM")
    LotInput.objects.create(lot=lot, words="muối")
    body = body_of(step(lot, Kind.PROCESSED))
    assert body["type"] == "TransformationEvent"
    assert body["inputQuantityList"] == [{"epcClass": "https://id.gs1.org/01/09520000000011/10/L0", "quantity": 250, "uom": "KGM"}]
    assert body["outputQuantityList"] == [GOODS]
    assert {item.role for item in Event.objects.get().items.all()} == {"input", "output"}


def test_cartons_devices_and_documents(lot: Lot) -> None:
    packed = body_of(step(lot, Kind.PACKED, number="THÙNG 7", quantity=Decimal(24)))
    assert packed["type"] == "AggregationEvent"
    assert packed["parentID"].endswith(f"/t/{lot.code}/carton/TH-NG-7")
    assert packed["childQuantityList"] == [GOODS | {"quantity": 24}]
    device = body_of(step(lot, Kind.LOGGER, number="TB-1"))
    assert (device["type"], device["parentID"]) == ("AssociationEvent", GOODS["epcClass"])
    sold = body_of(step(lot, Kind.SOLD, number="HD-12", quantity=Decimal(10)))
    assert (sold["type"], sold["bizTransactionList"][0]["type"]) == ("TransactionEvent", "inv")


@pytest.mark.parametrize(
    ("moment", "error"),
    [
        (datetime(2026, 10, 31, 23, 59, tzinfo=builders.VIETNAM), BeforeTheLotError),
        (datetime(2020, 1, 1, tzinfo=builders.VIETNAM), BeforeTheLotError),
        (datetime(2999, 1, 1, tzinfo=builders.VIETNAM), InTheFutureError),
    ],
)
def test_a_step_at_a_time_that_cannot_be(lot: Lot, moment: datetime, error: type[Exception]) -> None:
    with pytest.raises(error):
        step(lot, happened_at=moment)
    assert not Event.objects.exists()


def test_the_day_on_which_the_lot_was_made_is_good(lot: Lot) -> None:
    step(lot, happened_at=datetime(2026, 11, 1, 0, 0, tzinfo=builders.VIETNAM))


def test_a_closed_lot_takes_no_step(lot: Lot) -> None:
    close_lot(lot=lot)
    closed = close_lot(lot=lot).closed_at
    assert closed is not None
    with pytest.raises(LotClosedError):
        step(lot)


def test_no_more_is_packed_than_was_received(lot: Lot) -> None:
    step(lot, Kind.RECEIVED, quantity=Decimal(500))
    step(lot, Kind.PACKED, quantity=Decimal(300))
    with pytest.raises(TooMuchError) as caught:
        step(lot, Kind.PACKED, quantity=Decimal(201), note="ca chiều")
    assert caught.value.most == Decimal(200)
    assert Event.objects.count() == 2
    step(lot, Kind.PACKED, quantity=Decimal(200), note="ca chiều")


def test_no_more_leaves_than_is_there(lot: Lot) -> None:
    own = trace_builders.lot(lot.product, "L2")
    LotInput.objects.create(lot=own, source=lot, quantity=Decimal(100), unit="H87")
    step(lot, Kind.SHIPPED, quantity=Decimal(600))
    step(lot, Kind.DESTROYED, quantity=Decimal(50))
    assert room_for(lot, Kind.SOLD) == Decimal(250)
    with pytest.raises(TooMuchError):
        step(lot, Kind.SOLD, quantity=Decimal(251))


def test_a_step_that_names_no_quantity_is_about_the_whole_lot(lot: Lot) -> None:
    sent = step(lot, Kind.SHIPPED, partner="HTX Bình Minh")
    assert room_for(lot, Kind.SOLD) == Decimal(0)
    with pytest.raises(TooMuchError) as caught:
        step(lot, Kind.SHIPPED, note="chuyến hai", quantity=Decimal(1))
    assert caught.value.most == Decimal(0)
    declare_wrong(step=sent, by=None, reason="did_not_occur")
    step(lot, Kind.SHIPPED, quantity=Decimal(1))
    with pytest.raises(TooMuchError) as caught:
        step(lot, Kind.DESTROYED)
    assert caught.value.most == Decimal(999)


def test_what_was_received_in_part_cannot_be_packed_as_a_whole(lot: Lot) -> None:
    step(lot, Kind.RECEIVED, quantity=Decimal(500))
    with pytest.raises(TooMuchError) as caught:
        step(lot, Kind.PACKED)
    assert caught.value.most == Decimal(500)


def test_the_same_step_twice_is_kept_once(lot: Lot) -> None:
    first, second = step(lot, Kind.PACKED, quantity=Decimal(600)), step(lot, Kind.PACKED, quantity=Decimal(600))
    assert first == second
    assert Step.objects.count() == Event.objects.count() == 1


def test_a_mistake_is_declared_and_not_erased(lot: Lot) -> None:
    by = builders.member(lot.product.producer)
    wrong = record_step(lot=lot, by=by, told=told(Kind.PACKED, quantity=Decimal(900)))
    declared = declare_wrong(step=wrong, by=by, reason="incorrect_data")
    assert declared.wrong_at is not None
    assert Step.objects.count() == 1
    assert not Step.objects.standing().exists()
    original, declaration = Event.objects.order_by("pk")
    assert original.event_id == declaration.event_id
    assert declaration.body["errorDeclaration"]["reason"] == "incorrect_data"
    # What was wrong takes no room, and cannot be declared or told again as it was.
    step(lot, Kind.PACKED, quantity=Decimal(950))
    with pytest.raises(AlreadyWrongError):
        declare_wrong(step=wrong, by=by, reason="did_not_occur")
    with pytest.raises(AlreadyWrongError):
        step(lot, Kind.PACKED, quantity=Decimal(900))
    with pytest.raises(ValueError, match="nonsense"):
        declare_wrong(step=Step.objects.standing().get(), by=by, reason="nonsense")


def test_a_phone_whose_clock_is_fast(lot: Lot) -> None:
    Lot.objects.update(made_on=date(2020, 1, 1), best_before=None)
    step(lot, happened_at=timezone.now() + timedelta(minutes=4))
    with pytest.raises(InTheFutureError):
        step(lot, happened_at=timezone.now() + timedelta(minutes=6))
