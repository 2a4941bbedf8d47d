"""The same events from several sides at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from tests import builders
from tests.traceability.epcis_documents import aggregation_event, document, object_event, transformation_event
from traceability.epcis.capturing import capture_document
from traceability.models import Event, EventItem


def test_one_document_sent_many_times_at_once_is_kept_once(fresh_db: str) -> None:
    maker = builders.producer("SX1")
    sent = document(object_event(), transformation_event(), aggregation_event())
    turned = document(*reversed(sent["epcisBody"]["eventList"]))

    def capture(number: int) -> list[Any]:
        try:
            return capture_document(producer=maker, by=None, document=turned if number % 2 else sent).errors
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(capture, range(8))) == [[]] * 8
    assert sorted(Event.objects.values_list("type", flat=True)) == ["AggregationEvent", "ObjectEvent", "TransformationEvent"]
    assert EventItem.objects.count() == 5
