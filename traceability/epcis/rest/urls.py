"""Addresses of the EPCIS interface, named as the standard names them: without a language and without a slash at the end."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from traceability.epcis.queries import RESOURCES
from traceability.epcis.rest import capture, events, words

urlpatterns: list[URLPattern | URLResolver] = [
    path("", words.root, name="epcis_root"),
    path("capture", capture.capture, name="epcis_capture"),
    path("capture/<uuid:job_id>", capture.capture_job, name="epcis_capture_job"),
    path("events", events.events, name="epcis_events"),
    path("events/<path:event_id>", events.event, name="epcis_event"),
]
for _resource in RESOURCES:
    _fixed = {"resource": _resource}
    urlpatterns += [
        path(_resource, words.words, _fixed, name=f"epcis_{_resource}"),
        path(f"{_resource}/<path:value>/events", events.events_of, _fixed, name=f"epcis_{_resource}_events"),
        path(f"{_resource}/<path:value>", words.word, _fixed, name=f"epcis_{_resource}_one"),
    ]
