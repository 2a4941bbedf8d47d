"""Capturing through the interface: who may, what is taken in, what is refused and how."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from catalog.models import Producer
from tests import builders
from tests.builders import CA_MAU
from tests.traceability.epcis_client import Epcis, encoded, of_member, problem
from tests.traceability.epcis_documents import CONTEXT, aggregation_event, document, object_event, transformation_event
from traceability.epcis.capturing import CAPTURE_BYTES, CAPTURE_LIMIT
from traceability.models import CaptureJob, Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker() -> Producer:
    return builders.producer("SX1")


@pytest.fixture
def system(maker: Producer) -> Epcis:
    return of_member(maker)


def test_interface_is_not_there_unless_it_is_switched_on(system: Epcis, settings: Any) -> None:
    settings.EPCIS_API = False
    for path in ("", "events", "capture", "bizSteps", "epcs/urn:a/events"):
        assert problem(system.get(path)) == (404, "NoSuchResourceException")
        assert system.options(path).status_code == 404
    assert system.post("capture", document(object_event())).status_code == 404
    assert not Event.objects.exists()


def test_document_is_captured_with_a_job_that_says_so(system: Epcis, maker: Producer) -> None:
    answer = system.post("capture", document(object_event(), aggregation_event(), transformation_event()))
    job = CaptureJob.objects.get()
    assert (answer.status_code, answer.content) == (202, b"")
    assert answer["Location"] == f"http://testserver/epcis/capture/{job.pk}"
    assert (answer["GS1-Capture-Error-Behaviour"], answer["GS1-EPCIS-Version"], answer["GS1-CBV-Version"]) == ("rollback", "2.0", "2.0")
    told = system.get(f"capture/{job.pk}").json()
    assert {name: told[name] for name in ("captureID", "running", "success", "errors")} == {
        "captureID": str(job.pk),
        "running": False,
        "success": True,
        "errors": [],
    }
    assert (job.producer, job.created_by, job.events, job.captured) == (maker, system.user, 3, 3)
    assert list(Event.objects.order_by("pk").values_list("type", "public", "producer")) == [
        (name, False, maker.pk) for name in ("ObjectEvent", "AggregationEvent", "TransformationEvent")
    ]


def test_same_document_twice_keeps_nothing_twice(system: Epcis) -> None:
    for _ in range(2):
        assert system.captured(document(object_event(), transformation_event()))["success"] is True
    assert (Event.objects.count(), CaptureJob.objects.count()) == (2, 2)


def test_empty_document_is_a_document(system: Epcis) -> None:
    assert system.captured(document())["success"] is True


def test_rollback_keeps_nothing_when_one_event_is_refused(system: Epcis) -> None:
    known = object_event(eventID="urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8")
    system.captured(document(known))
    # Valid by the schema, so that it is found out while capturing: the ID is another event's.
    job = system.captured(document(transformation_event(), {**known, "bizStep": "shipping"}))
    assert (job["success"], job["running"]) == (False, False)
    assert [(error["type"], error["instance"]) for error in job["errors"]] == [
        ("epcisException:ValidationException", "#/epcisBody/eventList/1/eventID")
    ]
    assert [event.biz_step for event in Event.objects.all()] == ["receiving"]
    assert CaptureJob.objects.get(pk=job["captureID"]).captured == 0


def test_proceed_keeps_what_is_right_and_names_the_rest(system: Epcis) -> None:
    sent = document(object_event(), object_event(bizStep="harvested"), transformation_event(), object_event(**{"nobody:x": "1"}))
    job = system.captured(sent, **{"GS1-Capture-Error-Behaviour": "proceed"})
    assert (job["success"], job["captureErrorBehaviour"]) == (False, "proceed")
    assert [error["instance"] for error in job["errors"]] == ["#/epcisBody/eventList/1/bizStep", "#/epcisBody/eventList/3"]
    assert [event.type for event in Event.objects.order_by("pk")] == ["ObjectEvent", "TransformationEvent"]
    # The envelope has to be right all the same.
    answer = system.post("capture", {**sent, "schemaVersion": 2}, {"GS1-Capture-Error-Behaviour": "proceed"})
    assert problem(answer) == (400, "ValidationException")


def test_refusal_names_the_event_and_the_field(system: Epcis) -> None:
    answer = system.post("capture", document(object_event(), object_event(bizStep="harvested")))
    assert problem(answer) == (400, "ValidationException")
    assert answer.json()["detail"].startswith('epcisBody/eventList/1/bizStep: "harvested" is not valid')
    assert not Event.objects.exists()
    assert not CaptureJob.objects.exists()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "EPCISDocument is expected"),
        (b"{", "not JSON"),
        (b"[]", "EPCISDocument is expected"),
        (b"null", "EPCISDocument is expected"),
        (b'"text"', "EPCISDocument is expected"),
        (b"\xff\xfe{}", "not JSON"),
        (b'{"type": NaN}', "NaN is no number"),
        (b'{"type": "EPCISDocument", "type": "EPCISDocument"}', "occurs twice"),
        (b"[" * 100_000, "too deep"),
        (b'{"type": ' + b"9" * 5000 + b"}", "not JSON"),
        (json.dumps(document({**object_event(), "ocop:x": 1})).replace('"ocop:x": 1', '"ocop:x": 1e999').encode(), "too large"),
        (json.dumps(document({**object_event(), "ocop:x": "\x00"})).encode(), "no text"),
    ],
    ids=["empty", "cut off", "list", "null", "text", "not UTF-8", "NaN", "member twice", "deep", "long number", "infinite", "NUL"],
)
def test_what_is_not_a_document_is_refused(system: Epcis, body: bytes, said: str) -> None:
    answer = system.post("capture", body)
    assert problem(answer) == (400, "ValidationException")
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    "content_type", ["application/xml", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
def test_other_formats_are_not_spoken(system: Epcis, content_type: str) -> None:
    assert problem(system.post("capture", "<a/>", content_type=content_type)) == (415, "UnsupportedMediaTypeException")


def test_json_ld_is_json(system: Epcis) -> None:
    assert system.post("capture", document(object_event()), content_type="application/ld+json").status_code == 202


def test_document_past_the_limits_is_refused_before_it_is_read(system: Epcis) -> None:
    answer = system.post("capture", b" " * (CAPTURE_BYTES + 1))
    assert problem(answer) == (413, "CaptureLimitExceededException")
    assert (answer["GS1-EPCIS-Capture-Limit"], answer["GS1-EPCIS-Capture-File-Size-Limit"]) == (str(CAPTURE_LIMIT), str(CAPTURE_BYTES))
    many = document(*[object_event()] * (CAPTURE_LIMIT + 1))
    for headers in ({}, {"GS1-Capture-Error-Behaviour": "proceed"}):
        assert problem(system.post("capture", many, headers)) == (413, "CaptureLimitExceededException")
    assert not Event.objects.exists()


def test_unknown_behaviour_is_refused(system: Epcis) -> None:
    answer = system.post("capture", document(object_event()), {"GS1-Capture-Error-Behaviour": "ignore"})
    assert problem(answer) == (400, "ValidationException")


def test_single_event_is_captured_at_once(system: Epcis) -> None:
    event = object_event(**{"ocop:note": "Cua loại 1"})
    answer = system.post("events", {"@context": CONTEXT, **event}, {})
    kept = Event.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {**event, "@context": CONTEXT, "eventID": kept.event_id, "recordTime": answer.json()["recordTime"]}
    again = Client().get(answer["Location"], headers={"Authorization": system._headers(None)["Authorization"]})
    assert again.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"] == [
        {**event, "eventID": kept.event_id, "recordTime": answer.json()["recordTime"]}
    ]
    # The same by way of a document is the same event.
    assert system.captured(document(event))["success"] is True
    assert Event.objects.count() == 1
    assert system.events(f"events/{encoded(kept.event_id)}")[0]["ocop:note"] == "Cua loại 1"


@pytest.mark.parametrize("sent", [object_event(), document(object_event()), [], {}, {"@context": CONTEXT}])
def test_what_is_not_a_single_event_is_refused(system: Epcis, sent: Any) -> None:
    assert problem(system.post("events", sent)) == (400, "ValidationException")
    assert not Event.objects.exists()


def test_public_is_what_is_captured_as_public(system: Epcis) -> None:
    system.post("capture?public=true", document(object_event()))
    system.post("events?public=true", {"@context": CONTEXT, **transformation_event()})
    system.captured(document(aggregation_event()))
    assert [event["type"] for event in Epcis(None).events()] == ["TransformationEvent", "ObjectEvent"]
    assert len(system.events()) == 3
    assert problem(system.post("capture?public=perhaps", document())) == (400, "ValidationException")


def test_who_may_capture(maker: Producer, system: Epcis) -> None:
    for nobody in (Epcis(None), Epcis(builders.official()), Epcis(builders.official(builders.AGRICULTURE)), Epcis(builders.user())):
        wanted = (401, "SecurityException") if nobody.user is None else (403, "SecurityException")
        assert problem(nobody.post("capture", document(object_event()))) == wanted
        assert problem(nobody.post("events", {"@context": CONTEXT, **object_event()})) == wanted
        assert problem(nobody.get("capture")) == wanted
    wrong = Client().get("/epcis/events", headers={"Authorization": "Token 0"})
    assert problem(wrong) == (401, "SecurityException")
    assert not Event.objects.exists()
    # A commune keeps the lots of a producer that has no phone.
    commune = Epcis(builders.official(commune=maker.seats.get().commune))
    assert commune.captured(document(object_event()))["success"] is True
    assert Event.objects.get().producer == maker


def test_in_whose_name(maker: Producer, system: Epcis) -> None:
    other, foreign = builders.producer("SX2"), builders.producer("SX3", province=CA_MAU)
    for owner in (other, foreign):
        builders.product(f"SP-{owner.code}", owner)
    both = Epcis(builders.member(maker, other))
    answer = both.post("capture", document(object_event()))
    assert problem(answer) == (400, "ValidationException")
    assert "?producer=" in answer.json()["detail"]
    assert both.post("capture?producer=SX2", document(object_event())).status_code == 202
    assert problem(both.post("capture?producer=SX3", document(object_event()))) == (403, "SecurityException")
    assert problem(both.post("capture?producer=%00", document(object_event()))) == (403, "SecurityException")
    assert [event.producer.code for event in Event.objects.all()] == ["SX2"]
    assert problem(Epcis(builders.member(builders.producer("SX4"))).post("capture", document())) == (403, "SecurityException")


def test_jobs_are_their_producers(maker: Producer, system: Epcis) -> None:
    mine = system.captured(document(object_event()))
    neighbour = of_member(builders.producer("SX2"))
    assert problem(neighbour.get(f"capture/{mine['captureID']}")) == (404, "NoSuchResourceException")
    assert neighbour.get("capture").json() == []
    for _ in range(2):
        system.captured(document())
    first = system.get("capture", perPage="2")
    assert len(first.json()) == 2
    second = Client().get(first["Link"].split(">")[0][1:], headers=system._headers(None))
    assert [job["captureID"] for job in second.json()] == [mine["captureID"]]
    assert "Link" not in second
    assert system.get("capture/374d95fc-9457-4a51-bd6a-0bba133845a8").status_code == 404


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("", "OPTIONS, GET"),
        ("capture", "OPTIONS, GET, POST"),
        ("events", "OPTIONS, GET, POST"),
        ("events/urn:a", "OPTIONS, GET"),
        ("bizSteps", "OPTIONS, GET"),
        ("bizSteps/shipping/events", "OPTIONS, GET"),
        ("epcs/urn:a", "OPTIONS, GET"),
    ],
)
def test_options_say_what_is_spoken(system: Epcis, path: str, allow: str) -> None:
    assert Epcis(None).options(path).status_code == 204
    answer = system.options(path)
    assert (answer.status_code, answer.content, answer["Allow"]) == (204, b"", allow)
    for standard in ("EPCIS", "CBV"):
        assert {answer[f"GS1-{standard}-{what}"] for what in ("Version", "Min", "Max")} == {"2.0"}
    assert (answer["GS1-EPC-Format"], answer["GS1-CBV-XML-Format"]) == ("Never_Translates", "Never_Translates")
    assert ("GS1-EPCIS-Capture-Limit" in answer) == ("POST" in allow)
    assert ("GS1-Capture-Error-Behaviour" in answer) == (path == "capture")


@pytest.mark.parametrize(
    "headers",
    [
        {"GS1-EPCIS-Version": "1.2"},
        {"GS1-EPCIS-Version": "x"},
        {"GS1-EPCIS-Min": "2.1"},
        {"GS1-CBV-Max": "1.2"},
        {"GS1-EPC-Format": "Always_EPC_URN"},
        {"Accept": "text/html"},
        {"Accept": "application/xml"},
    ],
)
def test_what_is_not_spoken_is_said(system: Epcis, headers: dict[str, str]) -> None:
    assert problem(system.get("events", headers)) == (406, "NotAcceptableException")


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("*/*", "application/json"),
        ("application/ld+json", "application/ld+json"),
        ("text/html, application/*;q=0.5", "application/json"),
        ("application/problem+json, application/json", "application/json"),
    ],
)
def test_answer_comes_in_the_form_asked_for(system: Epcis, accept: str, given: str) -> None:
    headers = {"Accept": accept, "GS1-EPCIS-Version": "2.0.0", "GS1-EPCIS-Min": "1.2", "GS1-EPC-Format": "No_Preference"}
    answer = system.get("events", headers)
    assert answer.status_code == 200


def test_wrong_method_and_too_long_an_address(system: Epcis) -> None:
    assert problem(system.post("bizSteps", {})) == (405, "about:blank")
    assert problem(system.get("events", EQ_bizStep="|".join(["shipping"] * 1000))) == (414, "URITooLongException")


def test_document_in_chunks_is_not_taken_for_an_empty_one(system: Epcis) -> None:
    client = Client()
    answer = client.generic("POST", "/epcis/capture", headers={**system._headers(None), "Transfer-Encoding": "chunked"})
    assert problem(answer) == (411, "about:blank")


def test_failure_of_ours_is_a_problem_too_and_tells_nothing(
    system: Epcis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the secret of the database")

    monkeypatch.setattr("traceability.epcis.rest.capture.capture_document", fail)
    answer = system.post("capture", document(object_event()))
    assert problem(answer) == (500, "ImplementationException")
    assert "secret" not in answer.content.decode()
    assert "the secret of the database" in caplog.text
