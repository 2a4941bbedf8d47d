"""Sales links: which addresses are taken, and what happens to public ones."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import User
from catalog.keeping.addresses import AddressError, tidy_address
from catalog.keeping.links import LinkFacts, change_link
from catalog.keeping.waiting import ChangedMeanwhileError
from catalog.models import Product, SalesLink
from tests.catalog.kept import SHOP, address, of, problems, said

pytestmark = pytest.mark.django_db


def test_a_link_is_entered_changed_and_removed(client: Client, keeper: User, coffee: Product) -> None:
    response = client.post(address("kept_links"), {**SHOP, "url": " SHOPEE.vn/htx#top "}, follow=True)
    link = SalesLink.objects.get()
    assert (link.url, link.opened_on, link.state, link.owner) == ("https://shopee.vn/htx", date(2023, 8, 1), "open", coffee)
    assert "On sale there since 01/08/2023" in said(response)
    assert problems(client.post(address("kept_links"), SHOP)) == ["Address of the page: This address is entered already."]
    client.post(of("link_change", link), {**SHOP, "url": "https://shopee.vn/other"})
    assert SalesLink.objects.get().url == "https://shopee.vn/other"
    client.post(of("link_remove", link))
    assert not SalesLink.objects.exists()
    assert client.post(of("link_remove", link)).status_code == 404


def test_a_public_address_stays_until_the_change_is_published_and_closing_is_at_once(client: Client, keeper: User, coffee: Product) -> None:
    link = SalesLink.objects.create(product=coffee, floor="shopee", url=SHOP["url"], shown=True)
    client.post(of("link_change", link), {**SHOP, "state": "closed"})
    link.refresh_from_db()
    assert (link.state, link.opened_on, SalesLink.objects.count()) == ("closed", date(2023, 8, 1), 1)
    response = client.post(of("link_change", link), {**SHOP, "url": "https://shopee.vn/new"}, follow=True)
    assert "The earlier address is still shown" in said(response)
    link.refresh_from_db()
    later = link.replaced_by
    assert (link.url, link.shown, later.url, later.shown) == (SHOP["url"], True, "https://shopee.vn/new", False)
    with pytest.raises(ChangedMeanwhileError):
        change_link(link=link, facts=LinkFacts("shopee", "https://shopee.vn/x"))
    # Back to what is public: nothing waits any more.
    assert change_link(link=later, facts=LinkFacts("shopee", SHOP["url"])) == link
    assert SalesLink.objects.get().state == "open"


@pytest.mark.parametrize(
    ("floor", "typed", "kept"),
    [
        ("website", "skNONI.com.vn", "https://sknoni.com.vn/"),
        ("website", "http://www.hợp-tác-xã.vn/a?b=1#c", "http://www.xn--hp-tc-x-kwav6097e.vn/a?b=1"),
        ("facebook", "https://m.facebook.com/htx", "https://m.facebook.com/htx"),
        ("tiktok", "//www.tiktok.com/@htx", "https://www.tiktok.com/@htx"),
        ("other", "https://ocop.example.vn/sp", "https://ocop.example.vn/sp"),
    ],
)
def test_an_address_is_kept_in_one_form(floor: str, typed: str, kept: str) -> None:
    assert tidy_address(floor, typed) == kept


@pytest.mark.parametrize(
    ("floor", "typed", "words"),
    [
        ("other", "javascript:alert(1)", "begins with https"),
        ("other", "data:text/html,x", "begins with https"),
        ("other", "ftp://a.vn/", "begins with https"),
        ("other", "https://user:pass@a.vn/", "no user, password or port"),
        ("other", "https://a.vn:8080/", "no user, password or port"),
        ("other", "https://127.0.0.1/", "number of a machine"),
        ("other", "https://[::1]/", "number of a machine"),
        ("other", "https://localhost/", "no address of a page"),
        ("other", "https://printer.local/", "no address of a page"),
        ("other", "https://" + "a" * 300 + ".vn/", "no address of a page"),
        ("other", "https://[/", "no address of a page"),
        ("other", "https://a.vn:x/", "no address of a page"),
        ("other", "https://a.vn/ b", "no blank"),
        ("other", "https://a.vn\\@b.vn/", "no blank"),
        ("other", "", "no blank"),
        ("other", "https://a.vn/" + "a" * 500, "longer than 500"),
        ("lazada", "https://shopee.vn/a", "shopee.vn is not on Lazada"),
        ("shopee", "https://shopee.vn.evil.example/a", "is not on Shopee"),
        ("shopee", "https://notshopee.vn/a", "is not on Shopee"),
        ("website", "https://www.facebook.com/a", "www.facebook.com is Facebook"),
    ],
)
def test_what_is_no_address_is_refused_with_a_sentence(floor: str, typed: str, words: str) -> None:
    with translation.override("en"), pytest.raises(AddressError, match=words):
        tidy_address(floor, typed)


def test_wrong_days_and_floors_of_links_are_refused(client: Client, keeper: User) -> None:
    for wrong, sentence in (
        ({"opened_on": "2999-01-01"}, "a day that has been"),
        ({"opened_on": "0023-08-01"}, "a day that has been"),
        ({"floor": "booth"}, "Select a valid choice."),
        ({"state": "maybe"}, "Select a valid choice."),
        ({"url": "https://shopee.vn/" + "a" * 3000}, "at most 2000 characters"),
    ):
        assert any(sentence in found for found in problems(client.post(address("kept_links"), {**SHOP, **wrong})))
    assert not SalesLink.objects.exists()
