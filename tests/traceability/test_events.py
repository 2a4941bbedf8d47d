"""Recording an event and declaring one wrong."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from django.db import Error, transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Producer
from tests import builders
from tests.builders import CA_MAU, at
from tests.traceability.epcis_documents import (
    CONTEXT,
    FARM,
    LOT,
    UNIT,
    aggregation_event,
    object_event,
    transformation_event,
)
from traceability.epcis.services import EventRefusedError, declare_error, record_event
from traceability.models import Event, EventItem

pytestmark = pytest.mark.django_db
SENSED = object_event(
    recordTime="2026-03-02T09:00:00Z",
    certificationInfo=["https://certificates.example/1"],
    bizTransactionList=[{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:8935000000021:1"}],
    sourceList=[{"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00000"}],
    persistentDisposition={"set": ["completeness_verified"]},
    errorDeclaration={"declarationTime": "2026-03-09T01:30:00Z"},
    sensorElementList=[{"sensorMetadata": {"time": "2026-03-02T08:00:00+07:00"}, "sensorReport": [{"type": "Temperature", "value": 4.5}]}],
)


@pytest.fixture
def maker() -> Producer:
    return builders.producer("SX1")


def record(maker: Producer, event: dict[str, Any], **more: Any) -> Event:
    return record_event(producer=maker, by=None, event=event, context=CONTEXT, **more)


def names(events: QuerySet[Event]) -> list[str]:
    return [event.type for event in events.order_by("event_time", "pk")]


def test_event_is_kept_as_it_came_and_found_by_what_it_says(maker: Producer) -> None:
    member = builders.member(maker)
    event = object_event(**{"ocop:note": "Cua loại 1"})
    kept = record_event(producer=maker, by=member, event=event, context=CONTEXT)
    kept.refresh_from_db()
    assert kept.body == {**event, "eventID": kept.event_id}
    assert kept.event_id == "ni:///sha-256;951dec33f2c8559ab8ab7858141851ba5409f468db7afa72ee8e3a04beb0fce5?ver=CBV2.0"
    assert (kept.type, kept.action, kept.biz_step, kept.disposition) == ("ObjectEvent", "OBSERVE", "receiving", "in_progress")
    assert (kept.read_point, kept.biz_location, kept.event_time_offset) == (FARM, FARM, "+07:00")
    assert kept.event_time == at("2026-03-02 08:30")
    assert (kept.captured_by, kept.producer, kept.public, kept.declared_at) == (member, maker, True, None)
    item = kept.items.get()
    assert (item.role, item.is_class, item.uri, item.quantity, item.uom) == ("epc", True, LOT, Decimal(200), "KGM")


def test_roles_of_what_is_named(maker: Producer) -> None:
    record(maker, aggregation_event())
    record(maker, transformation_event())
    assert set(EventItem.objects.values_list("event__type", "role", "is_class", "canonical")) == {
        ("AggregationEvent", "parent", False, "https://id.gs1.org/00/089350000000000014"),
        ("AggregationEvent", "child", False, UNIT),
        ("TransformationEvent", "input", True, LOT),
        ("TransformationEvent", "output", False, "https://id.gs1.org/01/08935000000038/21/P1"),
    }
    assert names(Event.objects.naming("urn:epc:class:lgtin:8935000.000001.A7")) == ["TransformationEvent"]
    assert names(Event.objects.naming(UNIT, LOT)) == ["AggregationEvent", "TransformationEvent"]
    assert names(Event.objects.naming(UNIT, LOT, roles=frozenset({"child"}))) == ["AggregationEvent"]


def test_same_event_twice_is_one(maker: Producer) -> None:
    first = record(maker, object_event())
    assert record(maker, object_event(recordTime="2026-03-09T08:00:00Z")) == first
    assert (Event.objects.count(), EventItem.objects.count()) == (1, 1)
    # Somebody else's account of the same is an event of its own.
    record(builders.producer("SX2"), object_event())
    assert Event.objects.count() == 2


def test_known_id_with_another_content_is_refused(maker: Producer) -> None:
    known = record(maker, object_event(eventID="urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"))
    with pytest.raises(EventRefusedError, match="the ID of another event already") as refused:
        record(maker, object_event(eventID=known.event_id, bizStep="shipping"))
    assert [problem.where for problem in refused.value.problems] == ["eventID"]
    assert Event.objects.get().biz_step == "receiving"


@pytest.mark.parametrize(
    ("event", "where", "what"),
    [
        (object_event(type="Event"), "type", "uri"),
        (object_event(action="REMOVE"), "action", "REMOVE"),
        (object_event(bizStep="harvested"), "bizStep", "harvested"),
        (object_event(eventTime="yesterday"), "eventTime", "date-time"),
        (object_event(eventTime="2026-02-30T08:00:00Z"), "eventTime", "date-time"),
        (object_event(eventTime="0000-01-01T00:00:00Z"), "eventTime", "no time that there is"),
        (object_event(eventTimeZoneOffset="7"), "eventTimeZoneOffset", "does not match"),
        (object_event(readPoint={"id": "the farm"}), "readPoint/id", "uri"),
        (object_event(quantityList=[{"epcClass": LOT, "quantity": "200"}]), "quantityList/0/quantity", "number"),
        (object_event(quantityList=[{"epcClass": LOT, "uom": "kilogram"}]), "quantityList/0/uom", "does not match"),
        (object_event(quantityList=[]), "", "anyOf"),
        (object_event(bizStepp="receiving"), "", "bizStepp"),
        (object_event(ilmd={"ocop:grade": "1"}), "", "anyOf"),
        (object_event(**{"unknown:note": "x"}), "", "the prefix 'unknown' is not defined in @context"),
        (object_event(**{"ocop:note": {"unknown:inner": "x"}}), "", "the prefix 'unknown' is not defined in @context"),
        (object_event(epcList=["urn:epc:id:sgtin:0614141.107346." + "9" * 500]), "epcList", "longer than 500"),
        (object_event(**{"ocop:note": "a\x00b"}), "", "NUL"),
        (object_event(**{"ocop:note": "a\ud800b"}), "", "surrogate"),
        (object_event(**{"ocop:note": float("inf")}), "", "too large"),
        (object_event(errorDeclaration={"declarationTime": "later"}), "errorDeclaration/declarationTime", "date-time"),
        (object_event(errorDeclaration={"reason": "incorrect_data"}), "errorDeclaration", "declarationTime"),
        ({}, "", "type"),
    ],
)
def test_what_is_not_epcis_is_refused_with_its_place(maker: Producer, event: dict[str, Any], where: str, what: str) -> None:
    with pytest.raises(EventRefusedError) as refused:
        record(maker, event)
    assert any(problem.where == where and what in problem.what for problem in refused.value.problems), refused.value.problems
    assert not Event.objects.exists()


def test_type_of_somebodys_own_is_kept_where_its_members_are_of_the_standard(maker: Producer) -> None:
    kept = record(maker, object_event(type="https://ocop.example.vn/voc/TastingEvent", bizStep="https://ocop.example.vn/voc/" + "x" * 400))
    assert (kept.type, kept.items.get().uri) == ("https://ocop.example.vn/voc/TastingEvent", LOT)
    for wrong in (
        {"epcList": 5},
        {"parentID": 5},
        {"readPoint": FARM},
        {"quantityList": [{}]},
        {"action": "TASTE"},
        {"sensorElementList": {}},
    ):
        with pytest.raises(EventRefusedError) as refused:
            record(maker, object_event(type="https://ocop.example.vn/voc/TastingEvent", **wrong))
        assert refused.value.problems[0].where.startswith(next(iter(wrong)))


@pytest.mark.parametrize(
    "context", [5, None, [CONTEXT[0], 5], [CONTEXT[0], {"ocop": "\x00"}], {"ocop": "https://ocop.example.vn/"}, "no URI"]
)
def test_context_that_is_none_is_refused(maker: Producer, context: Any) -> None:
    with pytest.raises(EventRefusedError):
        record_event(producer=maker, by=None, event=object_event(), context=context)
    assert not Event.objects.exists()


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([LOT, UNIT, "a:b", "urn:epc:id:sgtin:", "x" * 600]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "type", "ocop:x", "epcClass", "@context"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_stands_where_in_an_event_it_is_kept_or_refused(maker: Producer, data: st.DataObject) -> None:
    """One member of an event becomes anything at all: nothing but a refusal may come of it, and what is kept says what was sent."""
    event = deepcopy(data.draw(st.sampled_from([object_event(), aggregation_event(), transformation_event(), SENSED])))
    if data.draw(st.booleans()):
        event["type"] = "https://ocop.example.vn/voc/TastingEvent"
    place: Any = event
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(ANYTHING)
    try:
        with transaction.atomic():
            kept = record(maker, event)
            kept.refresh_from_db()
            assert {**event, "eventID": kept.event_id} == {
                **kept.body,
                **({"recordTime": event["recordTime"]} if "recordTime" in event else {}),
            }
            transaction.set_rollback(True)
    except EventRefusedError:
        pass


def test_nesting_without_end_is_refused(maker: Producer) -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = {"ocop:deeper": deep}
    with pytest.raises(EventRefusedError, match="nested deeper than"):
        record(maker, object_event(**{"ocop:note": deep}))


def test_document_without_the_standards_context_is_refused(maker: Producer) -> None:
    with pytest.raises(EventRefusedError, match="does not name the standard's context"):
        record_event(producer=maker, by=None, event=object_event(), context=[{"ocop": "https://ocop.example.vn/voc/"}])


def test_prefix_may_come_from_a_context_of_somebody_else(maker: Producer) -> None:
    """It is not fetched; so what it defines is not known, and not refused."""
    context = [CONTEXT[0], "https://partner.example/context.jsonld"]
    kept = record_event(producer=maker, by=None, event=object_event(**{"theirs:note": "x"}), context=context)
    assert kept.body["theirs:note"] == "x"


def test_mistake_is_declared_and_both_stay(maker: Producer) -> None:
    wrong = record(maker, object_event())
    right = record(maker, object_event(bizStep="accepting"))
    declared = declare_error(event=wrong, by=None, corrective_ids=[right.event_id], at=at("2026-03-05 08:00"))
    assert (declared.event_id, declared.declared_at) == (wrong.event_id, at("2026-03-05 08:00"))
    assert declared.body["errorDeclaration"] == {
        "declarationTime": "2026-03-05T01:00:00.000+00:00",
        "reason": "incorrect_data",
        "correctiveEventIDs": [right.event_id],
    }
    assert {**declared.body, "errorDeclaration": None} == {**wrong.body, "errorDeclaration": None}
    assert set(Event.objects.standing()) == {right}
    assert Event.objects.count() == 3


def test_reason_that_is_none_is_refused(maker: Producer) -> None:
    with pytest.raises(EventRefusedError):
        declare_error(event=record(maker, object_event()), by=None, reason="oops")


@pytest.mark.parametrize(
    "erase",
    [
        lambda event: event.delete(),
        lambda event: EventItem.objects.all().delete(),
        lambda event: Event.objects.update(biz_step="shipping"),
        lambda event: Event.objects.update(body={}),
        lambda event: EventItem.objects.update(quantity=1),
    ],
)
def test_nothing_is_erased_or_changed(maker: Producer, erase: Any) -> None:
    event = record(maker, object_event())
    with pytest.raises(Error), transaction.atomic():
        erase(event)


def test_who_reads_what_is_not_public(maker: Producer) -> None:
    neighbour, foreign = builders.producer("SX2", nth_commune=1), builders.producer("SX3", province=CA_MAU)
    for owner in (maker, neighbour, foreign):
        record(owner, object_event(), public=False)
    record(foreign, transformation_event())
    open_to_all = ["TransformationEvent"]

    def read_by(user: Any) -> list[str]:
        return [*Event.objects.visible_to(user).filter(public=False).order_by("pk").values_list("producer__code", flat=True)]

    assert read_by(builders.member(maker)) == ["SX1"]
    assert read_by(builders.official()) == ["SX1", "SX2"]
    assert read_by(builders.official(province=CA_MAU)) == ["SX3"]
    assert read_by(builders.administrator()) == ["SX1", "SX2", "SX3"]
    assert read_by(builders.user()) == []
    assert names(Event.objects.visible_to(builders.user())) == open_to_all
    Event.objects.filter(producer=maker).update(public=True)
    assert Event.objects.visible_to(builders.user()).count() == 2
