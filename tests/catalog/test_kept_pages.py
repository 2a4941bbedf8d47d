"""What the pages of photos, papers and sales links have in common, and the coverage that comes of the links."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalog.keeping.links import MOST_LINKS
from catalog.keeping.papers import MOST_PAPERS
from catalog.models import Paper, Photo, Platform, Product, SalesLink
from tests import builders
from tests.catalog.kept import SHOP, SOON, address, file, of, problems, said
from tests.catalog.upload_files import photo
from tests.folded import unfolded

pytestmark = pytest.mark.django_db


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
    page = unfolded(said(client.get("/en/sales-links/")))
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
