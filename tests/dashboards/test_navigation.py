"""The header's entries: by role, and one at most is the page shown."""

from __future__ import annotations

import pytest
from django.test import Client

from dashboards.navigation import Entry, Section
from tests import builders
from tests.dashboards.market import context_of

pytestmark = pytest.mark.django_db


def entries(nav: list[Section]) -> list[Entry]:
    """The pages of all sections."""
    return [entry for section in nav for entry in section.entries]


def test_one_entry_is_the_page_shown() -> None:
    """`/my/listings/` begins as `/my/` does: the longer one is meant. The section of the page is the one that is open."""
    member = builders.member(builders.producer("HTX-1"))
    for address, section in (("/en/my/", "My sales"), ("/en/my/listings/", "Catalogue")):
        nav = context_of(member, address)["nav"]
        assert [entry.address for entry in entries(nav) if entry.current] == [address]
        assert [one.title for one in nav if one.current] == [section]


def test_everybody_is_led_to_the_catalogue() -> None:
    nav = Client().get("/en/catalogue/").context["nav"]
    offered = [(entry.address, entry.current) for entry in entries(nav)]
    assert offered == [("/en/catalogue/", True), ("/en/open-data/", False), ("/en/recalls/", False)]


def test_a_section_leads_to_its_first_page() -> None:
    nav = context_of(builders.official(), "/en/order-lines/")["nav"]
    assert [(section.title, section.address) for section in nav if len(section.entries) > 1] == [
        ("Overview", "/en/overview/"),
        ("Sales", "/en/sessions/"),
        ("Reports", "/en/reports/"),
        ("Livestream plan", "/en/needs/"),
        ("Orders and shops", "/en/intake/"),
        ("Catalogue", "/en/review/"),
        ("Lots", "/en/lots/"),
    ]
    assert [entry.words for entry in entries(nav) if entry.current] == ["Order lines"]


def test_shipping_partners_belong_to_the_platforms() -> None:
    nav = context_of(builders.official(), "/en/delivery/")["nav"]
    assert [entry.address for entry in entries(nav) if entry.current] == ["/en/platforms/"]
    assert [section.title for section in nav if section.current] == ["Sales"]
