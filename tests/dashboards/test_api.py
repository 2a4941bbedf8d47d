"""The API: the page's figures as JSON, for those who may open the page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.authtoken.models import Token

from accounts.models import User
from tests import builders
from tests.builders import CA_MAU, GIA_LAI, at, commune
from tests.dashboards.trade import DAYS, Trade
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/overview/"


def get(user: User | None, **query: str) -> Any:
    headers = {"Authorization": f"Token {Token.objects.get_or_create(user=user)[0].key}"} if user else {}
    return Client().get(ADDRESS, {**DAYS, **query}, headers=headers)


def test_the_figures_of_the_page_with_their_reading(trade: Trade) -> None:
    answer = get(builders.official(province=CA_MAU))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    found = answer.json()
    assert found["reading"]["number"] == 1
    assert found["reading"]["token"].startswith("1-")
    assert found["reading"]["replaced"] is False
    assert (found["province"], found["commune"], found["known"]) == (CA_MAU, None, True)
    assert (found["period"], found["compared_with"]) == (
        {"first": "2025-11-01", "last": "2025-11-21"},
        {"first": "2025-10-01", "last": "2025-10-21"},
    )
    assert found["total"]["now"] == {
        "value": {"placed": 735_000, "cancelled": 100_000, "returned": 50_000, "net": 585_000, "delivered": 405_000},
        "units": {"placed": 20, "cancelled": 1, "returned": 1, "net": 18, "delivered": 15},
        "weight_g": {"placed": 4_000, "cancelled": 500, "returned": 200, "net": 3_300, "delivered": 2_600},
        "orders": {"placed": 15, "net": 14, "delivered": 12, "open": 3},
    }
    assert found["total"]["before"]["value"]["net"] == 400_000
    assert len(found["by_day"]) == 21
    assert found["by_day"][9]["now"]["value"]["net"] == 250_000
    assert {name: sold["value"]["net"] for name, sold in found["by_bucket"].items()} == {
        "live": 250_000,
        "after_24h": 150_000,
        "other": 185_000,
    }
    assert found["products"][0]["thing"] == {"code": "CRAB", "name_vi": "Sản phẩm CRAB", "name_en": "Product CRAB"}
    assert found["sessions"][0]["start"] == "2025-11-10T20:00:00+07:00"
    assert found["sessions"][0]["host"]["code"] == "KOL"
    assert found["registry"][0] == {
        "group": {"code": "1", "name_vi": "Thực phẩm", "name_en": "Food"},
        "stars_5": 0,
        "stars_4": 1,
        "stars_3": 10,
        "lapsed": 1,
        "never": 0,
    }
    assert found["freshness"]["shops"] == 3


def test_a_token_of_a_reading_gives_the_same_figures_again(trade: Trade) -> None:
    user = builders.official(province=CA_MAU)
    first = get(user).json()
    order(trade.mixed, "new", at("2025-11-12 09:00"), Line(trade.crab, 1, 15_000))
    fold()
    assert get(user, reading=first["reading"]["token"]).json() == first


def test_no_earlier_figure_and_no_file_are_null_and_not_zero(trade: Trade) -> None:
    user = builders.official(province=CA_MAU)
    assert get(user, compare="last_year").json()["total"]["before"] is None
    unknown = get(user, **{"from": "2025-11-22", "to": "2025-11-30", "by": "days"}).json()
    assert (unknown["known"], unknown["total"]["now"], unknown["by_day"][0]["now"]) == (False, None, None)


def test_scope_and_permission_are_those_of_the_page(trade: Trade) -> None:
    assert get(None).status_code == 401
    assert get(builders.member(trade.crabbers)).status_code == 403
    assert get(builders.official(province=CA_MAU), province=GIA_LAI).status_code == 403
    assert get(builders.official(province=GIA_LAI)).json()["total"]["now"]["value"]["placed"] == 70_000
    assert get(builders.administrator(), province=CA_MAU).json()["total"]["now"]["value"]["placed"] == 735_000
    assert get(builders.administrator(), province="00").status_code == 404
    mine = get(builders.official(commune=commune(CA_MAU, 1))).json()
    assert (mine["commune"], mine["total"]["now"]["value"]["placed"], mine["claims"]) == (commune(CA_MAU, 1).pk, 305_000, [])


def test_days_that_make_no_period_are_named(trade: Trade) -> None:
    answer = get(builders.official(province=CA_MAU), **{"from": "2025-11-21", "to": "2025-11-01"})
    assert (answer.status_code, list(answer.json())) == (400, ["period"])


def test_a_browser_session_is_no_token(trade: Trade) -> None:
    client = Client()
    client.force_login(builders.official(province=CA_MAU), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(ADDRESS).status_code == 401


def test_only_get(trade: Trade) -> None:
    key = Token.objects.create(user=builders.official(province=CA_MAU)).key
    assert Client().post(ADDRESS, headers={"Authorization": f"Token {key}"}).status_code == 405


def test_an_administrator_of_an_empty_portal_finds_nothing() -> None:
    assert get(builders.administrator()).status_code == 404


def test_the_schema_is_open_and_describes_what_is_answered() -> None:
    answer = Client().get("/api/v1/schema/?format=json")
    assert answer.status_code == 200
    schema = answer.json()
    parameters = {parameter["name"] for parameter in schema["paths"][ADDRESS]["get"]["parameters"]}
    assert {"period", "from", "to", "compare", "province", "reading"} <= parameters
    assert set(schema["components"]["schemas"]["Overview"]["required"]) >= {"reading", "total", "by_day", "claims"}
