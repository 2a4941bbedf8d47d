"""The shop window's pages: what they say of a product, and what they tell machines."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from catalog.models import Paper, Platform, Product, SalesLink, StoredDocument, StoredFile
from catalog.window.card_picture import HEIGHT, WIDTH
from tests import builders
from tests.builders import CA_MAU

pytestmark = pytest.mark.django_db
QUACH_PHAM = "32182"


@pytest.fixture
def crab() -> Product:
    """A product of three stars made in Quách Phẩm."""
    maker = builders.producer("BAKHIA", province=CA_MAU, name="Hợp tác xã Ba khía Đầm Dơi")
    maker.seats.update(commune=QUACH_PHAM)
    return builders.product("CRAB", maker, name="Ba khía muối", stars=3, price=135_000, grams=500, set_code="1.08")


def text_of(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def data_of(html: str) -> dict[str, Any]:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    data: dict[str, Any] = json.loads(found)
    return data


def test_a_product_with_its_star_its_maker_and_where_it_was_before_the_reform(client: Client, crab: Product) -> None:
    html = text_of(client, "/en/catalogue/products/CRAB/")
    assert "3 OCOP stars, valid to 01/01/2100" in html
    assert "Decision 01/QĐ-UBND" in html
    assert "135,000 ₫" in html.replace("\xa0", " ")
    assert 'href="/en/catalogue/producers/BAKHIA/"' in html
    assert f'href="/en/catalogue/communes/{QUACH_PHAM}/"' in html
    assert "Huyện Đầm Dơi" in html
    assert "OCOP Cà Mau" in html
    assert "From mangroves, shrimp ponds and salt fields" in html


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"valid_until": -1}, "Its 3 stars expired: they were valid to {0}"),
        ({"revoked_on": 0}, "Its 3 stars were revoked on {0}"),
        (None, "No OCOP star"),
    ],
)
def test_a_star_that_is_not_in_force_is_told_as_such(client: Client, crab: Product, change: dict[str, int] | None, wanted: str) -> None:
    today = timezone.localdate()
    if change is None:
        crab.ratings.all().delete()
        day = today
    else:
        ((name, days),) = change.items()
        day = today + timedelta(days=days)
        crab.ratings.update(**{name: day})
    html = text_of(client, "/en/catalogue/products/CRAB/")
    assert wanted.format(day.strftime("%d/%m/%Y")) in html
    assert "valid to 01/01/2100" not in html
    assert "hasCertification" not in data_of(html)
    if change is not None:
        assert 'class="stars lapsed"' in html


def test_the_last_day_of_a_star_and_the_day_after(client: Client, crab: Product) -> None:
    today = timezone.localdate()
    crab.ratings.update(valid_until=today)
    assert "3 OCOP stars, valid to" in text_of(client, "/en/catalogue/products/CRAB/")
    crab.ratings.update(valid_until=today - timedelta(days=1))
    assert "It holds no OCOP star today" in text_of(client, "/en/catalogue/products/CRAB/")


@pytest.mark.parametrize(
    ("moment", "wanted"),
    [("2026-11-25 10:00:00", [3600, 300, 300, 60, 60]), ("2026-11-25 23:59:30", [30] * 5), ("2026-11-25 23:59:59", [1] * 5)],
)
def test_nothing_that_tells_a_star_is_kept_past_midnight(
    client: Client, crab: Product, monkeypatch: pytest.MonkeyPatch, moment: str, wanted: list[int]
) -> None:
    paths = (
        "/catalogue/products/CRAB/card/",
        "/open-data/catalogue.csv",
        "/open-data/catalogue.json",
        "/api/v1/products/",
        "/api/v1/groups/",
    )
    monkeypatch.setattr("django.utils.timezone.now", lambda: builders.at(moment))
    assert [client.get(path)["Cache-Control"] for path in paths] == [f"public, max-age={seconds}" for seconds in wanted]


def test_what_machines_read(client: Client, crab: Product) -> None:
    Product.objects.update(name_en="Salted <crab> & co", gtin="8936000000016")
    html = text_of(client, "/en/catalogue/products/CRAB/")
    data = data_of(html)
    assert data["@type"] == "Product"
    assert data["name"] == "Salted <crab> & co"
    assert (data["sku"], data["gtin"]) == ("CRAB", "8936000000016")
    assert data["offers"] == {
        "@type": "Offer",
        "price": 135_000,
        "priceCurrency": "VND",
        "url": "http://testserver/en/catalogue/products/CRAB/",
    }
    assert data["manufacturer"]["address"]["addressRegion"] == "Cà Mau"
    assert data["hasCertification"]["expires"] == "2100-01-01"
    assert '<link rel="canonical" href="http://testserver/en/catalogue/products/CRAB/">' in html
    for language, path in (("vi", ""), ("en", "/en"), ("x-default", "")):
        assert f'<link rel="alternate" hreflang="{language}" href="http://testserver{path}/catalogue/products/CRAB/">' in html
    assert '<meta property="og:image" content="http://testserver/en/catalogue/products/CRAB/card/">' in html
    assert data_of(text_of(client, "/catalogue/producers/BAKHIA/"))["@type"] == "Organization"


def test_a_script_in_a_name_stays_text(client: Client, crab: Product) -> None:
    Product.objects.update(name_vi="</script><script>alert(1)</script>", description_vi="<b>đậm</b>")
    html = text_of(client, "/catalogue/products/CRAB/")
    assert data_of(html)["name"] == "</script><script>alert(1)</script>"
    assert "<script>alert" not in html
    assert "<b>đậm" not in html


def test_picture_for_sharing(client: Client, crab: Product) -> None:
    response = client.get("/catalogue/products/CRAB/card/")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    with Image.open(BytesIO(response.content)) as image:
        assert image.size == (WIDTH, HEIGHT)
    Product.objects.update(name_vi="Tên rất dài " * 16)
    assert client.get("/catalogue/products/CRAB/card/").status_code == 200


def test_what_is_not_public_does_not_exist(client: Client, crab: Product) -> None:
    Product.objects.update(published_at=None)
    for path in ("products/CRAB/", "products/CRAB/card/", "producers/BAKHIA/", "products/NONE/", "communes/99999/", "groups/7/"):
        text_of(client, f"/catalogue/{path}", 404)
    assert "No product of this commune yet" in text_of(client, f"/en/catalogue/communes/{QUACH_PHAM}/")
    assert "CRAB" not in text_of(client, "/sitemap-products.xml")
    assert "No product with a valid star yet" in text_of(client, "/en/")


def test_the_address_of_a_double_entry_leads_to_the_one_that_was_kept(client: Client, crab: Product) -> None:
    double = builders.product("DOUBLE", crab.producer, public=False)
    text_of(client, "/catalogue/products/DOUBLE/", 404)
    Product.objects.filter(pk=double.pk).update(merged_into=crab)
    response = client.get("/en/catalogue/products/DOUBLE/")
    assert (response.status_code, response["Location"]) == (301, "/en/catalogue/products/CRAB/")
    assert client.get("/catalogue/products/DOUBLE/card/").status_code == 404
    Product.objects.filter(pk=crab.pk).update(published_at=None)
    text_of(client, "/catalogue/products/DOUBLE/", 404)


def test_links_lead_away_only_while_they_are_open_and_shown(client: Client, crab: Product) -> None:
    link = SalesLink.objects.create(product=crab, floor=Platform.SHOPEE, url="https://shopee.vn/crab", shown=True)
    address = 'href="https://shopee.vn/crab" rel="nofollow noopener"'
    assert address in text_of(client, "/catalogue/products/CRAB/")
    assert "Ba khía muối" in text_of(client, "/catalogue/?floor=shopee")
    for change in ({"state": SalesLink.State.CLOSED}, {"state": SalesLink.State.OPEN, "shown": False}):
        SalesLink.objects.filter(pk=link.pk).update(**change)
        assert address not in text_of(client, "/catalogue/products/CRAB/")
        assert "Ba khía muối" not in text_of(client, "/catalogue/?floor=shopee")


def test_a_paper_that_everybody_may_open_can_be_opened_from_the_page(client: Client, crab: Product) -> None:
    stored = StoredFile.objects.create(digest="a" * 64, media_type="application/pdf", size=4, content=b"%PDF")
    document = StoredDocument.objects.create(file=stored, name="giấy.pdf")
    paper = Paper.objects.create(product=crab, kind="haccp", number="1", shown=True, document=document)
    address = f"/papers/{paper.pk}/file/"

    def told() -> tuple[bool, str | None, int]:
        (row,) = client.get("/api/v1/products/CRAB/").json()["papers"]
        return address in text_of(client, "/catalogue/products/CRAB/"), row["file"], client.get(address).status_code

    assert told() == (False, None, 404)
    Paper.objects.update(public_file=True)
    assert told() == (True, f"http://testserver{address}", 200)


def test_a_search_by_address_alone(client: Client, crab: Product) -> None:
    other = builders.product("COFFEE", builders.producer("CAPHE"), name="Cà phê bột", stars=4, set_code="1.13", price=95_000)
    html = text_of(client, "/en/catalogue/?q=ba+kia+dam+doi&star=3&province=96&sort=price")
    assert "Product CRAB" in html
    assert "Product COFFEE" not in html
    assert "No product has all of these words; these are like them." in html
    assert 'value="ba kia dam doi"' in html
    assert "Stars: 3 stars" in html
    assert "Price to, ₫: 1,250,000" in text_of(client, "/en/catalogue/?price_to=1250000")
    assert "Giá đến, ₫: 1.250.000" in text_of(client, "/catalogue/?price_to=1250000")
    assert '<meta name="robots" content="noindex, follow">' in html
    assert "1 product<" in text_of(client, "/en/catalogue/?star=4").replace("\n", "")
    assert "Nothing found for “zzzz”" in text_of(client, "/en/catalogue/?q=zzzz")
    assert other.name_en in text_of(client, "/en/catalogue/groups/1/")
    assert "Xem" not in text_of(client, "/en/catalogue/")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("price_from=9&price_to=1", "The highest price is below the lowest one."),
        ("star=9", "Select a valid choice"),
        ("price_from=-1", "greater than or equal to 0"),
        ("q=" + "x" * 201, "at most 200 characters"),
        ("q=%00", "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_asked_is_said(client: Client, crab: Product, query: str, words: str) -> None:
    assert words in text_of(client, f"/en/catalogue/?{query}", 400)


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", "\u0661", "2000"])
def test_pages_there_are_not_lead_to_one_there_is(client: Client, crab: Product, page: str) -> None:
    assert "Ba khía muối" in text_of(client, f"/catalogue/?page={page}")


def test_pages_hold_24_products(client: Client) -> None:
    maker = builders.producer("P")
    for number in range(25):
        builders.product(f"P{number:02d}", maker, name=f"Gạo {number}")
    first, second = text_of(client, "/catalogue/"), text_of(client, "/catalogue/?page=2")
    assert (first.count('class="card"'), second.count('class="card"')) == (24, 1)
    assert "Gạo 24" in second
    assert len(text_of(client, "/catalogue/").encode()) < 100_000


def test_the_same_queries_for_one_product_as_for_three(client: Client, crab: Product) -> None:
    paths = (
        "/",
        "/catalogue/",
        "/catalogue/?q=san",
        "/catalogue/producers/BAKHIA/",
        f"/catalogue/communes/{QUACH_PHAM}/",
        "/catalogue/groups/1/",
    )

    def counted() -> dict[str, int]:
        counts = {}
        for path in paths:
            with CaptureQueriesContext(connection) as queries:
                text_of(client, path)
            counts[path] = len(queries)
        return counts

    Product.objects.update(name_vi="San Sát San")
    one = counted()
    for number in (1, 2):
        builders.product(f"MORE{number}", crab.producer, name=f"San {number}", stars=4, price=1, set_code="1.08")
    assert counted() == one


def test_sitemap_names_each_page_in_both_languages(client: Client, crab: Product) -> None:
    index = text_of(client, "/sitemap.xml")
    sections = re.findall(r"<loc>http://testserver(/sitemap-\w+\.xml)</loc>", index)
    assert len(sections) == 5
    pages = [page for section in sections for page in re.findall(r"<loc>http://testserver([^<]+)</loc>", text_of(client, section))]
    wanted = {"/", "/catalogue/", "/catalogue/products/CRAB/", "/catalogue/producers/BAKHIA/", f"/catalogue/communes/{QUACH_PHAM}/"}
    assert wanted | {f"/en{path}" for path in wanted} <= set(pages)
    assert len(pages) == 2 * (2 + 6 + 3)
    for page in set(pages):
        text_of(client, page)
    assert "<lastmod>" not in text_of(client, "/sitemap-products.xml")
    assert 'hreflang="x-default"' in text_of(client, "/sitemap-products.xml")
    assert "Sitemap: http://testserver/sitemap.xml" in text_of(client, "/robots.txt")
    text_of(client, "/sitemap-none.xml", 404)


def test_a_producer_moved_shows_where_it_sits_today(client: Client, crab: Product) -> None:
    crab.producer.seats.create(since=date(2026, 1, 1), commune=builders.commune(CA_MAU, 2))
    assert "Quách Phẩm" not in text_of(client, "/catalogue/producers/BAKHIA/").split("<main")[1]
