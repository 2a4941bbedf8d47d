"""The catalogue's API: what is answered to whom, conditional requests, cursors; own listings; open data."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.authtoken.models import Token
from rest_framework.request import Request

from accounts.models import User
from catalog.api.http import Throttle
from catalog.models import ListingRevision, Product
from tests import builders
from tests.builders import CA_MAU

pytestmark = pytest.mark.django_db
API = "/api/v1/"


def get(path: str, user: User | None = None, **headers: str) -> Any:
    return Client().get(API + path, headers=signed(user) | {name.replace("_", "-"): value for name, value in headers.items()})


def send(method: str, path: str, user: User | None, body: object = None, **headers: str) -> Any:
    given = signed(user) | {name.replace("_", "-"): value for name, value in headers.items()}
    return Client().generic(method, API + path, json.dumps(body), content_type="application/json", headers=given)


def signed(user: User | None) -> dict[str, str]:
    return {"Authorization": f"Token {Token.objects.get_or_create(user=user)[0].key}"} if user else {}


@pytest.fixture
def crab() -> Product:
    maker = builders.producer("BAKHIA", province=CA_MAU, name="Hợp tác xã Ba khía")
    return builders.product("CRAB", maker, name="Ba khía muối", stars=3, price=135_000, set_code="1.08")


def test_a_product_as_it_stands_today(crab: Product) -> None:
    found = get("products/CRAB/").json()
    seat = crab.producer.seats.get().commune
    assert {name: found[name] for name in ("code", "name_vi", "group", "ocop_set", "unit", "net_weight_g", "list_price", "is_demo")} == {
        "code": "CRAB",
        "name_vi": "Ba khía muối",
        "group": "1",
        "ocop_set": "1.08",
        "unit": "gói",
        "net_weight_g": 500,
        "list_price": 135_000,
        "is_demo": False,
    }
    assert found["star"] == {"stars": 3, "state": "valid", "in_force": True, "valid_until": "2100-01-01", "decision": "01/QĐ-UBND"}
    assert found["producer"] == {"code": "BAKHIA", "name_vi": "Hợp tác xã Ba khía", "name_en": ""}
    assert found["commune"] == {"code": seat.code, "name": seat.name, "province_code": "96", "province_name": "Cà Mau"}
    assert found["page"] == "http://testserver/catalogue/products/CRAB/"
    assert [rating["decision"] for rating in found["ratings"]] == ["01/QĐ-UBND"]
    assert get("products/").json() == {"next": None, "results": [{name: found[name] for name in get("products/").json()["results"][0]}]}


def test_the_day_after_its_last_a_star_is_not_in_force(crab: Product) -> None:
    crab.ratings.update(valid_until=timezone.localdate() - timedelta(days=1))
    assert get("products/CRAB/").json()["star"]["in_force"] is False
    assert get("products/?star=any").json()["results"] == []
    assert len(get("products/?star=none").json()["results"]) == 1


def test_what_is_not_public_does_not_exist(crab: Product) -> None:
    Product.objects.update(published_at=None)
    for path in ("products/CRAB/", "producers/BAKHIA/", "products/%00/", "products/x%2Fy/", "nothing/", "products"):
        answer = get(path)
        assert (answer.status_code, list(answer.json())) == (404, ["detail"]), path
    assert get("products/").json()["results"] == get("producers/").json()["results"] == []


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["CRAB", "COFFEE", "HONEY"]),
        ("q=mat%20ong", ["HONEY"]),
        ("q=mat%20onh", ["HONEY"]),
        ("q=%00%20mat%20ong", ["HONEY"]),
        ("star=4", ["HONEY"]),
        ("province=96", ["CRAB"]),
        ("producer=ONG", ["HONEY"]),
        ("group=1&price_from=100000&ordering=-price", ["HONEY", "CRAB"]),
        ("ordering=-star", ["HONEY", "CRAB", "COFFEE"]),
    ],
)
def test_filters_and_orders(crab: Product, query: str, wanted: list[str]) -> None:
    builders.product("HONEY", builders.producer("ONG"), name="Mật ong rừng", stars=4, price=185_000)
    builders.product("COFFEE", builders.producer("CAPHE"), name="Cà phê bột", price=95_000)
    assert [row["code"] for row in get(f"products/?{query}").json()["results"]] == wanted


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("colour=red", "colour"),
        ("star=3&star=4", "star"),
        ("star=", "star"),
        ("price_from=x", "price_from"),
        ("page_size=101", "page_size"),
        ("commune=%D9%A1%D9%A1%D9%A1%D9%A1%D9%A1", "commune"),
        ("producer=a%00", "producer"),
        ("q=" + "x" * 201, "q"),
    ],
)
def test_what_is_not_described_is_refused_by_name(crab: Product, query: str, named: str) -> None:
    answer = get(f"products/?{query}")
    assert (answer.status_code, list(answer.json())) == (400, [named])


@pytest.mark.parametrize("query", ["", "ordering=price", "q=gao", "ordering=name&q=gao"])
def test_cursors_lead_through_all_rows_once(query: str) -> None:
    maker = builders.producer("P")
    for number in range(5):
        builders.product(f"P{number}", maker, name=f"Gạo {number}", price=number)
    address, seen = f"products/?page_size=2&{query}", []
    for part in range(3):
        answer = get(address).json()
        seen += [row["code"] for row in answer["results"]]
        address = (answer["next"] or "").partition(API)[2]
        if part == 0 and not query:
            # What comes before the place where a list by name goes on does not move it.
            builders.product("P9", maker, name="Ba khía")
    assert (seen, answer["next"]) == (["P0", "P1", "P2", "P3", "P4"], None)
    other = get(f"products/?page_size=2&{query}").json()["next"].partition("cursor=")[2].partition("&")[0]
    for wrong in ("abc", "WzFd", "W10", other + "x"):
        assert get(f"products/?{query}&cursor={wrong}").status_code == 404, wrong
    assert get(f"products/?star=3&cursor={other}").status_code == 404


def test_producers_and_groups(crab: Product) -> None:
    builders.producer("EMPTY")
    (row,) = get("producers/").json()["results"]
    assert (row["code"], row["products"], row["kind"]) == ("BAKHIA", 1, "cooperative")
    assert get("producers/BAKHIA/").json() == row
    assert get("producers/?province=52").json()["results"] == []
    found = get("groups/").json()
    assert [group["code"] for group in found] == ["1", "2", "3", "4", "5", "6"]
    assert sum(len(group["sets"]) for group in found) == 26


def test_whoever_has_the_answer_already_gets_none(crab: Product) -> None:
    first = get("products/CRAB/")
    same = get("products/CRAB/", If_None_Match=f'"other", W/{first["ETag"]}')
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    crab.list_prices.update(price=1)
    changed = get("products/CRAB/", If_None_Match=first["ETag"])
    assert (changed.status_code, changed.json()["list_price"]) == (200, 1)


def test_a_caller_is_counted_once_whatever_address_he_says_he_has() -> None:
    asked = [RequestFactory().get(API, headers={"X-Forwarded-For": said} if said else {}) for said in ("", "1.2.3.4", "5.6.7.8, 9.9.9.9")]
    assert len({Throttle().get_ident(Request(request)) for request in asked}) == 1


def test_as_many_queries_for_one_row_as_for_three(crab: Product) -> None:
    member = builders.member(crab.producer)
    Token.objects.create(user=member)
    paths = ["products/", "products/?q=san", "producers/", "listings/"]

    def counted() -> list[int]:
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as queries:
                assert get(path, member).json()["results"]
            counts.append(len(queries))
        return counts

    Product.objects.update(name_vi="San sát san")
    one = counted()
    for number in (1, 2):
        builders.product(f"MORE{number}", crab.producer, name=f"San {number}", stars=4, price=1)
    builders.product("OTHER", builders.producer("OTHER"), name="San")
    assert counted() == one


# Own listings


def test_a_listing_is_written_submitted_and_stays_unpublished_until_reviewed(crab: Product) -> None:
    member = builders.member(crab.producer)
    first = get("listings/CRAB/", member)
    assert (first.json()["state"], first.json()["content"]["list_price"]) == (None, "135000")
    texts = {"name_vi": "Ba khía muối ngon", "description_vi": "Từ rừng đước.", "net_weight_g": "1,5 kg", "list_price": "nhiều"}
    saved = send("PATCH", "listings/CRAB/", member, texts, If_Match=first["ETag"])
    assert (saved.status_code, saved.json()["state"], list(saved.json()["problems"])) == (200, "draft", ["list_price"])
    assert saved.json()["content"]["net_weight_g"] == "1500"
    assert send("POST", "listings/CRAB/submit/", member).status_code == 422
    mended = send("PATCH", "listings/CRAB/", member, {"list_price": "140.000"}, If_Match=saved["ETag"])
    assert mended.json()["content"]["list_price"] == "140000"
    handed = send("POST", "listings/CRAB/submit/", member)
    assert (handed.status_code, handed.json()["state"]) == (200, "submitted")
    assert send("PATCH", "listings/CRAB/", member, {"name_vi": "x"}, If_Match=handed["ETag"]).status_code == 409
    assert send("POST", "listings/CRAB/submit/", member).status_code == 409
    assert get("products/CRAB/").json()["name_vi"] == "Ba khía muối"


def test_whoever_writes_second_is_told(crab: Product) -> None:
    member, colleague = builders.member(crab.producer), builders.member(crab.producer)
    etag = get("listings/CRAB/", member)["ETag"]
    assert send("PATCH", "listings/CRAB/", member, {"unit": "hũ"}).status_code == 428
    assert send("PATCH", "listings/CRAB/", colleague, {"unit": "hộp"}, If_Match=etag).status_code == 200
    second = send("PATCH", "listings/CRAB/", member, {"unit": "hũ"}, If_Match=etag)
    assert (second.status_code, second.json()["content"]["unit"]) == (412, "hộp")
    assert send("PATCH", "listings/CRAB/", member, {"unit": "hũ"}, If_Match=second["ETag"]).json()["content"]["unit"] == "hũ"


def test_a_new_product_is_nobody_elses_before_it_is_published(crab: Product) -> None:
    member = builders.member(crab.producer)
    made = send("POST", "listings/", member, {"name_vi": "  Mắm  ba khía "})
    assert (made.status_code, made.json()["state"], made.json()["public"]) == (201, "draft", False)
    assert made.json()["content"]["name_vi"] == "Mắm ba khía"
    code = made.json()["code"]
    assert get(f"products/{code}/").status_code == 404
    again = send("POST", "listings/", member, {"name_vi": "Mắm ba khía"})
    assert (again.status_code, list(again.json())) == (422, ["name_vi"])
    member.memberships.create(producer=builders.producer("OTHER"))
    unclear = send("POST", "listings/", member, {"name_vi": "Khô"})
    assert (unclear.status_code, list(unclear.json())) == (422, ["producer"])
    assert send("POST", "listings/", member, {"name_vi": "Khô", "producer": "OTHER"}).json()["producer"] == "OTHER"
    assert send("POST", "listings/", member, {"name_vi": "Khô", "producer": "NONE"}).status_code == 422
    assert [row["code"] for row in get("listings/", member).json()["results"]][:2] == ["CRAB", code]


def test_listings_of_others_do_not_exist(crab: Product) -> None:
    stranger = builders.member(builders.producer("OTHER"))
    for answer in (
        get("listings/CRAB/", stranger),
        send("PATCH", "listings/CRAB/", stranger, {"unit": "x"}, If_Match='"a"'),
        send("POST", "listings/CRAB/submit/", stranger),
    ):
        assert (answer.status_code, list(answer.json())) == (404, ["detail"])
    assert get("listings/", stranger).json()["results"] == []
    assert get("listings/").status_code == 401
    assert get("listings/", builders.official()).status_code == 403
    assert not ListingRevision.objects.exists()


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"colour": "x"}, "colour"),
        ({"unit": 5}, "unit"),
        ({"unit": None}, "unit"),
        ([], "non_field_errors"),
        ({"unit": "x" * 10_001}, "unit"),
    ],
)
def test_a_body_that_is_not_as_described_changes_nothing(crab: Product, body: object, named: str) -> None:
    member = builders.member(crab.producer)
    answer = send("PATCH", "listings/CRAB/", member, body, If_Match=get("listings/CRAB/", member)["ETag"])
    assert (answer.status_code, list(answer.json())) == (400, [named])
    assert not ListingRevision.objects.exists()


# Open data


def test_a_body_larger_than_any_listing_is_not_read(crab: Product) -> None:
    member = builders.member(crab.producer)
    etag = get("listings/CRAB/", member)["ETag"]
    huge = {"unit": "x" * 6_000_000}
    assert send("PATCH", "listings/CRAB/", member, huge, If_Match=etag).status_code == 413
    assert send("POST", "listings/", member, {"name_vi": "x" * 6_000_000}).status_code == 413
    assert send("PATCH", "listings/CRAB/", member, {"unit": "x" * 10_001}, If_Match=etag).status_code == 400
    assert not ListingRevision.objects.exists()


def test_the_whole_catalogue_as_csv_and_json(crab: Product) -> None:
    formula = builders.product("HONEY", builders.producer("ONG"), name="=1+1")
    Product.objects.filter(pk=formula.pk).update(name_en="-honey")
    builders.product("DRAFT", crab.producer, public=False)
    answer = Client().get("/open-data/catalogue.csv")
    text = answer.getvalue().decode()
    assert text.startswith("\ufeffcode,name_vi")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["code"], row["name_vi"], row["stars"]) for row in rows] == [("CRAB", "Ba khía muối", "3"), ("HONEY", "'=1+1", "")]
    assert (rows[0]["province_name"], rows[0]["list_price_vnd"], rows[1]["name_en"]) == ("Cà Mau", "135000", "'-honey")
    assert "attachment" in answer["Content-Disposition"]
    data = json.loads(Client().get("/open-data/catalogue.json").getvalue())
    assert data["as_of"] == timezone.localdate().isoformat()
    assert data["products"] == sorted(get("products/").json()["results"], key=lambda row: row["code"])
