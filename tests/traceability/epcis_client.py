"""Who speaks to the EPCIS interface in tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.test import Client
from rest_framework.authtoken.models import Token

from accounts.models import User
from catalog.models import Producer
from tests import builders


@dataclass(frozen=True)
class Epcis:
    """A system that holds somebody's token, or nobody's."""

    user: User | None

    def get(self, path: str, headers: dict[str, str] | None = None, **query: str) -> Any:
        """The answer to GET `/epcis/<path>`."""
        return Client().get(f"/epcis/{path}", query, headers=self._headers(headers))

    def options(self, path: str) -> Any:
        """The answer to OPTIONS."""
        return Client().options(f"/epcis/{path}", headers=self._headers(None))

    def post(self, path: str, body: Any, headers: dict[str, str] | None = None, content_type: str = "application/json") -> Any:
        """The answer to POST with a body that becomes JSON, or is sent as it is."""
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        return Client().post(f"/epcis/{path}", data, content_type=content_type, headers=self._headers(headers))

    def events(self, path: str = "events", **query: str) -> list[dict[str, Any]]:
        """The events of an answer that must be one."""
        return events_of(self.get(path, **query))

    def captured(self, document: dict[str, Any], **headers: str) -> dict[str, Any]:
        """The job of a document that must be taken in."""
        answer = self.post("capture", document, headers=headers)
        assert answer.status_code == 202, answer.content
        job: dict[str, Any] = Client().get(answer["Location"], headers=self._headers(None)).json()
        return job

    def _headers(self, more: dict[str, str] | None) -> dict[str, str]:
        if self.user is None:
            return more or {}
        return {"Authorization": f"Token {Token.objects.get_or_create(user=self.user)[0].key}", **(more or {})}


def of_member(maker: Producer) -> Epcis:
    """The system of a producer that has a product."""
    builders.product(f"SP-{maker.code}", maker)
    return Epcis(builders.member(maker))


def events_of(answer: Any) -> list[dict[str, Any]]:
    """The events of a query document."""
    assert answer.status_code == 200, answer.content
    listed: list[dict[str, Any]] = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return listed


def problem(answer: Any) -> tuple[int, str]:
    """Status and type of an answer that is a problem as RFC 9457 writes it."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    told = answer.json()
    assert set(told) == {"type", "title", "status", "detail"}
    assert told["status"] == answer.status_code
    assert told["detail"]
    return answer.status_code, told["type"].removeprefix("epcisException:")


def encoded(uri: str) -> str:
    """A URI as one segment of an address."""
    return quote(uri, safe="")
