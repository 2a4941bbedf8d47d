"""The header's entries: by role, and one at most is the page shown."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import builders
from tests.dashboards.market import context_of

pytestmark = pytest.mark.django_db


def test_one_entry_is_the_page_shown() -> None:
    """`/my/listings/` begins as `/my/` does: the longer one is meant."""
    member = builders.member(builders.producer("HTX-1"))
    for address in ("/en/my/", "/en/my/listings/"):
        assert [entry for entry, _words, current in context_of(member, address)["nav"] if current] == [address]


def test_everybody_is_led_to_the_catalogue() -> None:
    nav = Client().get("/en/catalogue/").context["nav"]
    assert [(address, current) for address, _words, current in nav] == [("/en/catalogue/", True)]
