"""What things are called: one form for each identifier, and the name of an event that follows from what it says."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traceability.epcis_documents import CONTEXT, object_event
from traceability.epcis.hashing import hash_id, pre_hash
from traceability.epcis.identifiers import CANONICAL, canonical, pattern_prefix
from traceability.epcis.vocabulary import BIZ_STEP, bare, expanded


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("urn:epc:id:sgtin:0614141.107346.2018", "01/10614141073464/21/2018"),
        ("urn:epc:id:sgtin:0614141.107346.a%2Fb+c", "01/10614141073464/21/a%2Fb%2Bc"),
        ("urn:epc:id:upui:1234567.098765.51qIgY)%3C", "01/01234567987651/235/51qIgY%29%3C"),
        ("urn:epc:id:sscc:0614141.1234567890", "00/106141412345678908"),
        ("urn:epc:id:sgln:0614141.07346.1234", "414/0614141073467/254/1234"),
        ("urn:epc:id:sgln:0614141.07346.0", "414/0614141073467"),
        ("urn:epc:id:pgln:4012345.00225", "417/4012345002256"),
        ("urn:epc:id:grai:4012345.55555.987", "8003/04012345555554987"),
        ("urn:epc:id:giai:4000001.111", "8004/4000001111"),
        ("urn:epc:id:gdti:0614141.00001.1618034", "253/06141410000121618034"),
        ("urn:epc:id:gsrn:0614141.0000010253", "8018/061414100000102534"),
        ("urn:epc:id:gsrnp:0614141.0000010253", "8017/061414100000102534"),
        ("urn:epc:id:gsin:0614141.123456789", "402/06141411234567890"),
        ("urn:epc:id:ginc:0614141.xyz3311cba", "401/0614141xyz3311cba"),
        ("urn:epc:id:sgcn:4012345.67890.04711", "255/401234567890104711"),
        ("urn:epc:id:cpi:0614141.123ABC.123456789", "8010/0614141123ABC/8011/123456789"),
        ("urn:epc:id:itip:4012345.012345.01.02.987", "8006/040123451234560102/21/987"),
        ("urn:epc:class:lgtin:4012345.012345.998877", "01/04012345123456/10/998877"),
        ("urn:epc:idpat:sgtin:4012345.098765.*", "01/04012345987652"),
        ("urn:epc:idpat:grai:4012345.55555.*", "8003/04012345555554"),
        ("https://shop.example/some/01/10614141073464/21/2018?exp=261231", "01/10614141073464/21/2018"),
        ("https://shop.example/01/10614141073464/10/A7/21/2018", "01/10614141073464/21/2018"),
        ("http://shop.example/01/614141073464/10/A7/", "01/00614141073464/10/A7"),
        ("https://id.gs1.org/414/0614141073467/254/1234", "414/0614141073467/254/1234"),
    ],
)
def test_every_form_of_an_identifier_becomes_one(written: str, wanted: str) -> None:
    assert canonical(written) == CANONICAL + wanted
    assert canonical(CANONICAL + wanted) == CANONICAL + wanted


@pytest.mark.parametrize(
    "written",
    [
        "urn:epc:id:sgtin:0614141.1073.2018",  # the item reference is too short
        "urn:epc:id:sscc:0614141.12345",
        "urn:epc:id:nothing:0614141.1",
        "urn:epc:id:sgtin:",
        "https://shop.example/p/crab",
        "https://shop.example/01/123/21/5",
        "https://shop.example/t/7Q2K9",
        "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
        "geo:42.698334,23.319941",
        "https://[",
        "",
    ],
)
def test_what_is_no_gs1_identifier_stays_as_it_is(written: str) -> None:
    assert canonical(written) == written


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_text_has_a_canonical_form_that_is_final(text: str) -> None:
    for start in ("", "urn:epc:id:sgtin:", "https://a.example/01/"):
        once = canonical(start + text)
        assert canonical(once) == once


def test_pattern_matches_by_what_the_form_begins_with() -> None:
    assert pattern_prefix("urn:epc:idpat:sgtin:0614141.107346.*") == "https://id.gs1.org/01/10614141073464/21/"
    assert pattern_prefix("urn:epc:idpat:sgtin:0614141.*.*") == "urn:epc:id:sgtin:0614141."
    assert pattern_prefix("urn:epc:id:sgtin:0614141.107346.2018") is None


def test_word_of_the_vocabulary_in_every_form() -> None:
    for word in ("receiving", "cbv:BizStep-receiving", "urn:epcglobal:cbv:bizstep:receiving", "https://ref.gs1.org/cbv/BizStep-receiving"):
        assert expanded(word, BIZ_STEP) == "https://ref.gs1.org/cbv/BizStep-receiving"
        assert bare(word, BIZ_STEP) == "receiving"
    assert bare("https://ocop.example.vn/voc/drying", BIZ_STEP) == "https://ocop.example.vn/voc/drying"


def test_what_is_hashed_is_in_the_order_of_the_standard() -> None:
    """Every rule of the algorithm in one event: order, UTC, forms of identifiers, extensions last, numbers without trailing zeros."""
    event = {
        "ocop:note": "Cua loại 1",
        "type": "ObjectEvent",
        "eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
        "recordTime": "2026-03-02T09:00:00Z",
        "readPoint": {"id": "urn:epc:id:sgln:4012345.00011.0", "ocop:pond": "7"},
        "eventTimeZoneOffset": "+07:00",
        "eventTime": "2026-03-02T08:30:00.0004+07:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "epcList": ["https://b.example/01/10614141073464/21/2", "urn:epc:id:sgtin:0614141.107346.1"],
        "quantityList": [{"uom": "KGM", "quantity": 12.50, "epcClass": "urn:epc:class:lgtin:4012345.012345.998877"}],
        "bizTransactionList": [{"bizTransaction": "urn:epc:id:gdti:4012345.11111.123", "type": "po"}],
        "ilmd": {"ocop:grade": "01.0", "cbvmda:lotNumber": "A7"},
        "sensorElementList": [
            {
                "sensorMetadata": {"time": "2026-03-02T08:00:00+07:00"},
                "sensorReport": [{"uom": "CEL", "value": 4.0, "type": "Temperature", "ocop:probe": True}],
            }
        ],
        "errorDeclaration": {"declarationTime": "2026-03-03T08:00:00Z"},
    }
    assert pre_hash(event, CONTEXT) == (
        "eventType=ObjectEventeventTime=2026-03-02T01:30:00.000ZeventTimeZoneOffset=+07:00"
        "epcListepc=https://id.gs1.org/01/10614141073464/21/1epc=https://id.gs1.org/01/10614141073464/21/2"
        "quantityListquantityElementepcClass=https://id.gs1.org/01/04012345123456/10/998877quantity=12.5uom=KGM"
        "action=ADDbizStep=https://ref.gs1.org/cbv/BizStep-commissioningreadPointid=https://id.gs1.org/414/4012345000115"
        "bizTransactionListtype=https://ref.gs1.org/cbv/BTT-pobizTransaction=https://id.gs1.org/253/4012345111118123"
        "sensorElementListsensorElementsensorMetadatatime=2026-03-02T01:00:00.000Z"
        "sensorReporttype=https://gs1.org/voc/Temperaturevalue=4uom=CEL"
        "ilmd{https://ocop.example.vn/voc/}grade=1{urn:epcglobal:cbv:mda:}lotNumber=A7"
        "readPoint{https://ocop.example.vn/voc/}pond=7"
        "sensorElementListsensorElementsensorReport{https://ocop.example.vn/voc/}probe=true"
        "{https://ocop.example.vn/voc/}note=Cua loại 1"
    )


def test_name_is_that_of_the_reference() -> None:
    """An event of the standard's authors; the hash is that of the text that their documentation gives for CBV 2.0."""
    event = {
        "type": "ObjectEvent",
        "eventTime": "2020-03-04T11:00:30+01:00",
        "eventTimeZoneOffset": "+01:00",
        "epcList": ["urn:epc:id:sgtin:0614141.011111.987"],
        "action": "OBSERVE",
        "bizStep": "departing",
        "disposition": "in_transit",
        "readPoint": {"id": "urn:epc:id:sgln:4012345.00011.0", "example:myField1": "AB-12"},
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epc:id:gdti:4012345.11111.123"}],
        "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00000"}],
        "destinationList": [{"type": "owning_party", "destination": "urn:epc:id:pgln:0614141.00000"}],
        "example:userExt": "CD-34",
    }
    name = hash_id(event, [CONTEXT[0], {"example": "https://ns.example.com/epcis/"}])
    assert name == "ni:///sha-256;3ae14c02c4bdc220cc31942cf804f6845eb8dec96ba6483391c92a9b165f9329?ver=CBV2.0"


def _changed(event: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**deepcopy(event), **more}


def test_name_does_not_hang_on_how_the_event_is_written() -> None:
    event = object_event(**{"ocop:note": "x"})
    name = hash_id(event, CONTEXT)
    same = [
        dict(reversed(list(event.items()))),
        _changed(event, eventTime="2026-03-02T01:30:00Z"),
        _changed(event, bizStep="https://ref.gs1.org/cbv/BizStep-receiving"),
        _changed(event, recordTime="2026-03-09T01:30:00Z", eventID="urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"),
        _changed(event, errorDeclaration={"declarationTime": "2026-03-09T01:30:00Z"}),
        _changed(event, readPoint={"id": "urn:epc:id:sgln:8935000.00002.0"}),
        _changed(event, quantityList=[{"epcClass": "https://a.example/01/8935000000014/10/A7?x=1", "quantity": 200.0, "uom": "KGM"}]),
    ]
    assert {hash_id(other, CONTEXT) for other in same} == {name}
    prefixed = {("o:note" if key == "ocop:note" else key): value for key, value in event.items()}
    assert hash_id(prefixed, [CONTEXT[0], {"o": "https://ocop.example.vn/voc/"}]) == name


def test_name_changes_with_what_the_event_says() -> None:
    event = object_event()
    others = [
        event,
        _changed(event, eventTime="2026-03-02T08:30:00.001+07:00"),
        _changed(event, bizStep="shipping"),
        _changed(event, quantityList=[{"epcClass": event["quantityList"][0]["epcClass"], "quantity": 200.5, "uom": "KGM"}]),
        _changed(event, **{"ocop:note": "x"}),
        _changed(event, persistentDisposition={"set": ["completeness_verified"]}),
    ]
    assert len({hash_id(other, CONTEXT) for other in others}) == len(others)
