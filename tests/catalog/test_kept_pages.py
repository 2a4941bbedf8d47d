"""Pages on which a member keeps photos, papers and sales links."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from catalog.keeping.addresses import AddressError, tidy_address
from catalog.keeping.links import MOST_LINKS, LinkFacts, change_link
from catalog.keeping.papers import MOST_PAPERS, PaperFacts, change_paper, remove_paper
from catalog.keeping.waiting import ChangedMeanwhileError
from catalog.models import ListingRevision, Paper, Photo, Platform, Product, SalesLink, StoredDocument
from tests import builders
from tests.catalog.upload_files import pdf, photo

pytestmark = pytest.mark.django_db
SOON = {"kind": "haccp", "number": "HACCP 12/2026", "issuer": "Quacert", "valid_from": "2026-01-05", "valid_until": "2029-01-04"}
SHOP = {"floor": "shopee", "url": "https://shopee.vn/htx", "opened_on": "2023-08-01", "state": "open"}


@pytest.fixture
def coffee() -> Product:
    return builders.product("GL-1", builders.producer("GL"), name="Cà phê")


@pytest.fixture
def keeper(coffee: Product, client: Client) -> User:
    made = builders.member(coffee.producer)
    client.force_login(made)
    return made


def address(name: str, code: str = "GL-1", kind: str = "listings") -> str:
    with translation.override("en"):
        return reverse(name, kwargs={"kind": kind, "code": code})


def of(name: str, row: Any) -> str:
    with translation.override("en"):
        return reverse(name, kwargs={"pk": row.pk})


def file(content: bytes, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def problems(response: HttpResponse) -> list[str]:
    """The sentences of the error summary."""
    assert response.status_code == 422
    summary = re.search(r'<div class="error-summary".*?</div>', response.content.decode(), re.S)
    assert summary is not None
    return [re.sub("<.*?>", "", item) for item in re.findall(r"<li>(.*?)</li>", summary[0], re.S)]


def said(response: HttpResponse) -> str:
    return response.content.decode()


def submitted(owner: Product, by: User) -> ListingRevision:
    return ListingRevision.objects.create(
        product=owner, number=1, state="submitted", author=by, saved_by=by, submitted_by=by, submitted_at=timezone.now()
    )


# Photos


def test_photos_come_in_and_bad_ones_are_named(client: Client, keeper: User, coffee: Product) -> None:
    assert "No photo yet" in said(client.get(address("kept_photos")))
    response = client.post(
        address("kept_photos"), {"photos": [file(photo(), "một.jpg"), file(b"text", "hai.jpg"), file(photo(colour="red"), "ba.jpg")]}
    )
    assert problems(response) == ["hai.jpg is a text, whatever its name says."]
    assert "2 photos were added." in said(response)
    assert Photo.objects.of(coffee).count() == 2
    again = client.post(address("kept_photos"), {"photos": [file(photo())]}, follow=True)
    assert again.redirect_chain == [(address("kept_photos"), 302)]
    assert Photo.objects.of(coffee).count() == 2
    assert said(again).count('class="photo"') == 2
    assert said(again).count("Not shown yet") == 2
    assert problems(client.post(address("kept_photos"))) == ["Choose a photo first."]
    assert problems(client.post(address("kept_photos"), {"photos": "text"})) == ["Choose a photo first."]
    assert problems(client.post(address("kept_photos"), {"photos": [file(b"x", f"{n}") for n in range(11)]})) == [
        "These are more than ten photos. Choose fewer at a time."
    ]


def test_photos_are_described_moved_and_removed(client: Client, keeper: User, coffee: Product) -> None:
    first, second, third = (builders.photo(coffee) for _ in range(3))
    for place, made in enumerate((first, second, third), start=1):
        Photo.objects.filter(pk=made.pk).update(position=place)
    client.post(of("photo_change", second), {"alt_vi": "Gói cà phê", "alt_en": "A bag"})
    assert 'alt="A bag"' in said(client.get(address("kept_photos")))
    assert client.post(of("photo_change", second), {"alt_vi": "a" * 201}).status_code == 422

    def order(photo: Photo, to: str) -> list[int]:
        client.post(of("photo_move", photo), {"to": to})
        return list(Photo.objects.of(coffee).values_list("pk", flat=True))

    assert order(third, "earlier") == [first.pk, third.pk, second.pk]
    assert order(third, "later") == [first.pk, second.pk, third.pk]
    assert order(third, "first") == [third.pk, first.pk, second.pk]
    assert order(third, "earlier") == [third.pk, first.pk, second.pk]
    assert order(second, "later") == [third.pk, first.pk, second.pk]
    assert order(second, "nowhere") == [third.pk, first.pk, second.pk]
    assert client.post(of("photo_remove", third), follow=True).status_code == 200
    assert client.post(of("photo_remove", third)).status_code == 404
    assert list(Photo.objects.of(coffee)) == [first, second]


# Papers


def test_a_paper_is_entered_with_its_file(client: Client, keeper: User, coffee: Product) -> None:
    response = client.post(address("kept_papers"), {**SOON, "file": file(pdf(), "giấy.pdf")}, follow=True)
    paper = Paper.objects.get()
    assert (paper.owner, paper.number, paper.valid_until, paper.shown) == (coffee, "HACCP 12/2026", date(2029, 1, 4), False)
    assert "The paper was entered." in said(response)
    assert "HACCP HACCP 12/2026" in said(response)
    assert client.get(of("paper_file", paper)).content == pdf()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": ""}, "This field is required."),
        ({"kind": "magic"}, "Select a valid choice."),
        ({"kind": "other", "title": ""}, "Say what kind of paper it is."),
        ({"valid_until": "2025-01-01"}, "The last day is before the first one."),
        ({"valid_from": "0026-01-05"}, "This day cannot be right"),
        ({"valid_from": "soon"}, "Enter a valid date."),
        ({"number": "1" * 101}, "at most 100 characters"),
        ({"file": file(b"", "a.pdf")}, "The submitted file is empty."),
        ({"file": file(b"MZ" + bytes(99), "a.pdf")}, "a.pdf is neither a PDF nor a photo"),
        ({"file": file(pdf(b"<< /JS (x) >>"), "a.pdf")}, "a.pdf holds a script."),
        ({"number": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_a_wrong_paper_is_refused_and_what_was_typed_stays(client: Client, keeper: User, wrong: dict[str, Any], sentence: str) -> None:
    response = client.post(address("kept_papers"), {**SOON, **wrong})
    assert any(sentence in found for found in problems(response))
    assert not Paper.objects.exists()
    assert not StoredDocument.objects.exists()
    if "number" not in wrong:
        assert 'value="HACCP 12/2026"' in said(response)


def test_a_paper_that_nobody_saw_is_changed_in_place(client: Client, keeper: User, coffee: Product) -> None:
    client.post(address("kept_papers"), {**SOON, "file": file(pdf(), "a.pdf")})
    paper = Paper.objects.get()
    client.post(of("paper_change", paper), {**SOON, "number": "2"})
    changed = Paper.objects.get()
    assert (changed.pk, changed.number, changed.document) == (paper.pk, "2", paper.document)
    client.post(of("paper_remove", paper))
    assert not Paper.objects.exists()


@pytest.mark.parametrize("state", ["shown", "submitted"])
def test_a_paper_that_somebody_sees_stays_until_the_change_is_published(client: Client, keeper: User, coffee: Product, state: str) -> None:
    paper = Paper.objects.create(product=coffee, kind="haccp", number="1", shown=state == "shown")
    if state == "submitted":
        submitted(coffee, keeper)
    response = client.post(of("paper_change", paper), {**SOON, "number": "2"}, follow=True)
    assert "once an official has published" in said(response)
    paper.refresh_from_db()
    later = paper.replaced_by
    assert (paper.number, paper.shown, later.number, later.shown, later.owner) == ("1", state == "shown", "2", False, coffee)
    assert client.get(of("paper_change", paper)).status_code == 404
    with pytest.raises(ChangedMeanwhileError):
        change_paper(paper=paper, facts=PaperFacts("haccp"))

    client.post(of("paper_remove", later))
    paper.refresh_from_db()
    assert paper.withdrawn_at is not None
    assert not paper.shown
    assert not Paper.objects.current().exists()
    with pytest.raises(ChangedMeanwhileError):
        remove_paper(paper=paper)


def test_a_papers_file_is_everybodys_only_where_the_producer_says_so(client: Client, keeper: User, coffee: Product) -> None:
    client.post(address("kept_papers"), {**SOON, "file": file(pdf(), "a.pdf")})
    paper = Paper.objects.get()
    there = of("paper_file", paper)

    def answers() -> list[int]:
        found = []
        for user in (None, builders.member(builders.producer(f"P{Paper.objects.count()}{timezone.now():%f}")), keeper):
            visitor = Client()
            if user is not None:
                visitor.force_login(user)
            found.append(visitor.get(there).status_code)
        return found

    assert answers() == [404, 404, 200]
    Paper.objects.update(shown=True)
    assert answers() == [404, 404, 200]
    Paper.objects.update(public_file=True)
    assert answers() == [200, 200, 200]
    Paper.objects.update(shown=False)
    assert answers() == [404, 404, 200]


def test_papers_tell_whether_they_hold_today(coffee: Product) -> None:
    paper = Paper(product=coffee, kind="haccp", valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31))
    days = ["2025-12-31", "2026-01-01", "2026-10-01", "2026-10-02", "2026-12-31", "2027-01-01"]
    states = ["planned", "valid", "valid", "expiring", "expiring", "expired"]
    assert [paper.state_on(date.fromisoformat(day)).value for day in days] == states
    assert Paper(kind="haccp").state_on(date(2026, 1, 1)) == Paper.State.VALID


# Sales links


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


# All three


def test_a_profile_has_the_same_pages(client: Client, keeper: User, coffee: Product) -> None:
    client.post(address("kept_papers", "GL", "profiles"), SOON)
    client.post(address("kept_links", "GL", "profiles"), {**SHOP, "floor": "website", "url": "htx-gl.vn"})
    client.post(address("kept_photos", "GL", "profiles"), {"photos": [file(photo())]})
    for model in (Paper, SalesLink, Photo):
        assert model.objects.get().owner == coffee.producer
        assert model.objects.get().product is None
    for name in ("kept_photos", "kept_papers", "kept_links"):
        assert client.get(address(name, "GL", "profiles")).status_code == 200
        assert client.get(address(name, "GL", "listings")).status_code == 404
        assert client.get(address(name, "GL-1", "profiles")).status_code == 404


def test_there_is_an_end_to_papers_and_links(client: Client, keeper: User, coffee: Product) -> None:
    Paper.objects.bulk_create(Paper(product=coffee, kind="haccp") for _ in range(MOST_PAPERS))
    SalesLink.objects.bulk_create(SalesLink(product=coffee, floor="other", url=f"https://a.vn/{n}") for n in range(MOST_LINKS))
    assert "There are forty papers already" in problems(client.post(address("kept_papers"), SOON))[0]
    assert "There are thirty addresses already" in problems(client.post(address("kept_links"), SHOP))[0]


def test_others_can_change_nothing(client: Client, coffee: Product) -> None:
    rows = {
        "photo_change": builders.photo(coffee),
        "paper_change": Paper.objects.create(product=coffee, kind="haccp"),
        "link_change": SalesLink.objects.create(product=coffee, floor="shopee", url=SHOP["url"]),
    }
    neighbour = builders.member(builders.producer("GL2"))
    for user, status in ((neighbour, 404), (builders.official(builders.TRADE), 403), (builders.administrator(), 403)):
        client.force_login(user)
        for name in ("kept_photos", "kept_papers", "kept_links"):
            assert client.post(address(name), {**SOON, **SHOP}).status_code == status
        for name, row in rows.items():
            for one in (name, name.replace("change", "remove")):
                assert client.post(of(one, row), {**SOON, **SHOP}).status_code == status
        assert client.post(of("photo_move", rows["photo_change"]), {"to": "first"}).status_code == status
    assert (Photo.objects.count(), Paper.objects.count(), SalesLink.objects.count()) == (1, 1, 1)


def test_pages_take_the_same_queries_at_one_and_three_rows(client: Client, keeper: User, coffee: Product) -> None:
    official = Client()
    official.force_login(builders.official(builders.TRADE))
    seen: list[list[int]] = []
    for rows in (1, 3):
        while Photo.objects.count() < rows:
            builders.photo(coffee)
            Paper.objects.create(product=coffee, kind="haccp")
            SalesLink.objects.create(product=coffee, floor=Platform.OTHER, url=f"https://a.vn/{Photo.objects.count()}")
            builders.product(f"GL-X{Photo.objects.count()}", coffee.producer)
        counts = []
        for name in ("kept_photos", "kept_papers", "kept_links"):
            with CaptureQueriesContext(connection) as queries:
                client.get(address(name))
            counts.append(len(queries))
        for query in ("", "?floor=other"):
            with CaptureQueriesContext(connection) as queries:
                official.get("/en/sales-links/" + query)
            counts.append(len(queries))
        seen.append(counts)
    assert seen[0] == seen[1]
    assert max(seen[0]) <= 14


def test_coverage_counts_products_by_floor(client: Client, tmp_path: Path) -> None:
    crab = builders.producer("CM", province=builders.CA_MAU)
    salted, ready, plain = (builders.product(f"CM-{n}", crab, name=f"Cua {n}") for n in range(3))
    other = builders.product("CM-9", builders.producer("CM2", province=builders.CA_MAU), name="Muối")
    builders.product("GL-9", builders.producer("GL9"), name="Cà phê")
    for owner, floor, state, opened in (
        ({"product": salted}, "ocop_floor", "open", date(2023, 8, 1)),
        ({"product": ready}, "ocop_floor", "open", None),
        ({"product": salted}, "shopee", "open", None),
        ({"product": plain}, "shopee", "closed", date(2020, 1, 1)),
        ({"producer": other.producer}, "facebook", "open", None),
    ):
        SalesLink.objects.create(floor=floor, url=f"https://a.vn/{SalesLink.objects.count()}", state=state, opened_on=opened, **owner)
    client.force_login(builders.official(builders.TRADE, builders.CA_MAU))
    page = said(client.get("/en/sales-links/"))
    figures = re.findall(r'class="value[^"]*">\s*([\d,]+)', page)
    assert figures == ["4", "3", "1"]
    rows = {
        re.sub("<.*?>", "", row[0]): re.findall(r">([^<>\s]+)<", row[1])
        for row in re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page, re.S)
    }
    assert rows["Online OCOP floor"] == ["2", "50%", "1", "01/08/2023", "0"]
    assert rows["Shopee"] == ["1", "25%", "1", "–", "1"]
    assert rows["Facebook"] == ["1", "25%", "1", "–", "0"]
    assert rows["Lazada"][0] == "0"
    assert "Product CM-2" in page
    assert "Product CM-0" not in page
    assert "GL-9" not in page
    assert "Product CM-9" in said(client.get("/en/sales-links/?floor=facebook"))
