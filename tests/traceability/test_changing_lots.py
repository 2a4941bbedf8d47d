"""What of a lot can be changed, and until when; and who decides who reads an event that a system handed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests import builders, trace_builders
from tests.trace_builders import MADE
from traceability.codes.paths import lot_path
from traceability.epcis.services import declare_error, record_event
from traceability.labels.services import label_units
from traceability.lots.services import LotFixedError, change_lot, close_lot, is_fixed
from traceability.models import Event, Lot, LotInput
from traceability.services import record_lot_sale
from traceability.steps.events import lot_uri

pytestmark = pytest.mark.django_db
GOOD = {"number": "L1", "made_on": "2026-11-01", "best_before": "2027-01-01", "quantity": "10", "unit": "H87", "place": "Ruộng"}


@pytest.fixture
def lot() -> Lot:
    return trace_builders.lot(builders.product("S", builders.producer("P", name="HTX Cua")))


@pytest.fixture
def member(lot: Lot) -> User:
    return builders.member(lot.product.producer)


def client(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


def told(lot: Lot, *, public: bool = False, day: int = 3) -> Event:
    event = {
        "type": "ObjectEvent",
        "eventTime": f"2026-11-{day:02}T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": "transporting",
        "quantityList": [{"epcClass": lot_uri(lot), "quantity": 5}],
    }
    return record_event(producer=lot.product.producer, by=None, event=event, public=public)


USED: dict[str, Callable[[Lot], object]] = {
    "a code": trace_builders.codes,
    "labels": lambda lot: label_units(lot=lot, count=1, form="csv", sheet="", by=None),
    "a step": trace_builders.step,
    "an event of a system": told,
    "a sale": lambda lot: record_lot_sale(lot=lot, session_code="X", name_vi="X", sold_on=MADE),
    "a lot made of it": lambda lot: LotInput.objects.create(lot=trace_builders.lot(lot.product, "L2"), source=lot, quantity=1),
}


def test_all_of_a_lot_can_be_changed_while_nothing_came_of_it(lot: Lot, member: User) -> None:
    other = builders.product("T", lot.product.producer)
    assert not is_fixed(lot)
    before = lot.changed_at
    answer = client(member).post(f"/lots/{lot.pk}/change/", GOOD | {"product": other.pk, "number": "L9"})
    assert (answer.status_code, answer["Location"]) == (302, f"/lots/{lot.pk}/")
    lot = Lot.objects.get(pk=lot.pk)
    assert (lot.product, lot.number, lot.best_before, lot.quantity, lot.place) == (other, "L9", date(2027, 1, 1), Decimal(10), "Ruộng")
    assert lot.changed_at > before


@pytest.mark.parametrize("use", USED)
def test_what_came_of_it_fixes_all_but_the_place(lot: Lot, member: User, use: str) -> None:
    USED[use](lot)
    assert is_fixed(lot)
    page = client(member).get(f"/en/lots/{lot.pk}/change/").content.decode()
    assert "Only what is printed nowhere can be changed" in page
    assert 'name="number"' not in page
    # What is sent all the same changes nothing but the place.
    assert client(member).post(f"/lots/{lot.pk}/change/", GOOD | {"number": "L9"}).status_code == 302
    lot.refresh_from_db()
    assert (lot.number, lot.quantity, lot.place) == ("L1", Decimal(1000), "Ruộng")
    # Nor where it is printed between the page and the change.
    lot.number = "L9"
    with pytest.raises(LotFixedError):
        change_lot(lot=lot)


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "Lô 1"}, "number"),
        ({"number": "x" * 21}, "number"),
        ({"number": "l2"}, "has a lot of that number"),
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "NaN"}, "quantity"),
        ({"best_before": "2026-10-31"}, "best_before"),
        ({"made_on": "2100-01-01"}, "made_on"),
        ({"made_on": "2026-10-01"}, "was made later"),
        ({"place": "x\x00"}, "place"),
    ],
)
def test_a_bad_change_is_refused(lot: Lot, member: User, bad: dict[str, str], field: str) -> None:
    source = trace_builders.lot(lot.product, "L2", made_on=MADE)
    LotInput.objects.create(lot=lot, source=source, quantity=1)
    answer = client(member).post(f"/en/lots/{lot.pk}/change/", GOOD | {"product": str(lot.product_id)} | bad)
    assert answer.status_code == 422
    assert field in answer.content.decode()
    lot.refresh_from_db()
    assert (lot.number, lot.made_on, lot.place) == ("L1", MADE, "")


def test_a_closed_lot_and_another_ones_stay(lot: Lot, member: User) -> None:
    stranger = builders.member(builders.producer("Q", nth_commune=1))
    assert client(stranger).post(f"/lots/{lot.pk}/change/", GOOD).status_code == 404
    foreign = builders.product("F", builders.producer("R"))
    assert client(member).post(f"/lots/{lot.pk}/change/", GOOD | {"product": str(foreign.pk)}).status_code == 422
    close_lot(lot=lot)
    assert client(member).post(f"/lots/{lot.pk}/change/", GOOD | {"product": str(lot.product_id)}).status_code == 302
    lot.refresh_from_db()
    assert lot.place == ""


# Who reads an event


def seen(lot: Lot) -> bool:
    """Whether the page behind the code tells of it."""
    return "On the road" in Client().get(lot_path(lot), headers={"Accept-Language": "en"}).content.decode()


def test_a_producer_makes_an_event_public_and_takes_that_back(lot: Lot, member: User) -> None:
    event = told(lot)
    declare_error(event=told(lot, day=4), by=None)
    address = f"/lots/events/{event.pk}/public/"
    assert not seen(lot)
    assert client(member).post(address, {"public": "yes", "page": "1"})["Location"] == "/lots/events/?page=1"
    assert seen(lot)
    client(member).post(address, {"public": "no", "page": "//evil.example"})
    assert not seen(lot)
    for user, status in ((builders.member(builders.producer("Q", nth_commune=1)), 404), (builders.official(), 403)):
        assert client(user).post(address, {"public": "yes"}).status_code == status
    assert not seen(lot)


def test_events_of_steps_and_declarations_are_not_listed(lot: Lot, member: User) -> None:
    step = trace_builders.step(lot)
    first, wrong = told(lot), told(lot, day=4)
    declaration = declare_error(event=wrong, by=None)
    shown = client(member).get("/lots/events/")
    assert list(shown.context["page"].object_list) == [wrong, first]
    # In words, not in the standard's.
    assert (shown.content.decode().count("Đang vận chuyển"), shown.content.decode().count("transporting")) == (2, 0)
    for event in (step.event, declaration):
        assert client(member).post(f"/lots/events/{event.pk}/public/", {"public": "yes"}).status_code == 404
    # What declares an event wrong is read by whoever reads the event.
    client(member).post(f"/lots/events/{wrong.pk}/public/", {"public": "yes"})
    assert set(Event.objects.filter(event_id=wrong.event_id).values_list("public", flat=True)) == {True}


def test_a_recall_that_a_system_tells_of_is_an_event_like_others(lot: Lot, member: User) -> None:
    trace_builders.recall(lot)
    event = {**told(lot).body, "disposition": "recalled", "eventID": "urn:uuid:0b1f1a4e-6a0c-4b59-9d55-0d3a3b1f7d10"}
    handed = record_event(producer=lot.product.producer, by=member, event=event, public=False)
    assert handed in client(member).get("/lots/events/").context["page"].object_list
    ours = Event.objects.get(body__has_key="ocop:recall")
    assert client(member).post(f"/lots/events/{handed.pk}/public/", {"public": "yes"}).status_code == 302
    assert client(member).post(f"/lots/events/{ours.pk}/public/", {"public": "no"}).status_code == 404
    assert set(Event.objects.filter(disposition="recalled").values_list("public", flat=True)) == {True}


def test_number_of_events_does_not_change_the_number_of_statements(lot: Lot, member: User) -> None:
    reader, counts = client(member), []
    for days in ((3,), (4, 5)):
        for day in days:
            told(lot, day=day)
        with CaptureQueriesContext(connection) as queries:
            assert reader.get("/lots/events/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_day_of_making_can_be_mended(lot: Lot, member: User) -> None:
    changed: dict[str, Any] = GOOD | {"product": lot.product_id, "made_on": (MADE - timedelta(days=1)).isoformat()}
    client(member).post(f"/lots/{lot.pk}/change/", changed)
    lot.refresh_from_db()
    assert lot.made_on == MADE - timedelta(days=1)
