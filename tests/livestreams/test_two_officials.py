"""Programmes, fairs and courses that two officials change at once: the second is told, and what was called off stays."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from livestreams.events.services import cancel_event
from livestreams.models import Course, OfflineEvent, Programme
from tests import builders
from tests.dashboards.market import browser_of

pytestmark = pytest.mark.django_db
DAYS = {"starts_on": "2026-03-01", "ends_on": "2026-03-02"}
Row = Programme | OfflineEvent | Course


@pytest.fixture
def client() -> Client:
    return browser_of(builders.official())


def programme() -> tuple[Row, str, dict[str, str]]:
    return builders.programme("CT1"), "name_vi", DAYS


def fair() -> tuple[Row, str, dict[str, str]]:
    return builders.fair("SK1", date(2026, 3, 1)), "name_vi", {**DAYS, "kind": "fair"}


def course() -> tuple[Row, str, dict[str, str]]:
    return builders.course("TH1", date(2026, 3, 1)), "title_vi", {**DAYS, "topic": "livestream"}


@pytest.mark.parametrize("made", [programme, fair, course])
def test_whoever_saves_second_is_told_and_overwrites_nothing(client: Client, made: Any) -> None:
    row, name, data = made()
    address = f"{row.get_absolute_url()}change/"
    first, second = (client.get(address).context["version"] for _ in range(2))
    assert client.post(address, {**data, name: "Bản của chị Hoa", "version": first}).status_code == 302
    late = client.post(address, {**data, name: "Bản của anh Nam", "version": second})
    assert (late.status_code, list(late.context["form"].errors)) == (422, ["__all__"])
    row.refresh_from_db()
    assert (getattr(row, name), row.version) == ("Bản của chị Hoa", first + 1)
    # What was typed is still there, and sent again it rests on what stands now.
    assert (late.context["form"][name].value(), late.context["version"]) == ("Bản của anh Nam", first + 1)
    assert f'name="version" value="{first + 1}"' in late.content.decode()
    assert client.post(address, {**data, name: "Bản của anh Nam", "version": late.context["version"]}).status_code == 302
    row.refresh_from_db()
    assert getattr(row, name) == "Bản của anh Nam"


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 40, "\x00"])
def test_a_form_without_a_version_that_any_page_had_writes_nothing(client: Client, version: str) -> None:
    row, name, data = programme()
    assert client.post(f"{row.get_absolute_url()}change/", {**data, name: "Khác", "version": version}).status_code == 422
    row.refresh_from_db()
    assert row.version == 0


@pytest.mark.parametrize("made", [fair, course])
def test_what_was_called_off_meanwhile_stays_as_it_was(client: Client, made: Any) -> None:
    row, name, data = made()
    address = row.get_absolute_url()
    assert client.post(f"{address}cancel/", {"reason": "Bão"}).status_code == 302
    page = client.get(address).content.decode()
    assert f"{address}change/" not in page
    row.refresh_from_db()
    late = client.post(f"{address}change/", {**data, name: "Khác", "version": row.version})
    assert (late.status_code, list(late.context["form"].errors)) == (422, ["__all__"])
    row.refresh_from_db()
    assert (getattr(row, name) == "Khác", row.cancelled_reason) == (False, "Bão")


def test_called_off_twice_counts_once() -> None:
    event = builders.fair("SK1", date(2026, 3, 1))
    for reason in ("Bão", "lần hai"):
        cancel_event(event=event, reason=reason)
    event.refresh_from_db()
    assert (event.cancelled_reason, event.version) == ("Bão", 1)
