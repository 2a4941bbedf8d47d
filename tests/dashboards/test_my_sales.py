"""A cooperative's own board."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from catalog.models import StarRating
from dashboards.boards.my_page import MyPage
from tests import builders
from tests.builders import at
from tests.dashboards.market import DAYS, Market, browser_of, context_of, forget_readings, make_market, queries_of
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> Market:
    return make_market()


def opened(user: User, **query: str) -> MyPage:
    page = context_of(user, "/en/my/", **(DAYS | query))["page"]
    assert isinstance(page, MyPage)
    return page


def test_what_i_sold(market: Market) -> None:
    page = opened(builders.member(market.gl1))
    assert (page.now.orders.placed if page.now.orders else 0, page.now.value.placed, page.now.value.net) == (6, 940_000, 840_000)
    assert {made.product.code: made.now.value.placed for made in page.products} == {"A": 890_000, "B": 50_000}
    assert [(row.session.code, row.minutes, row.live.value.placed, row.after.value.placed) for row in page.appearances] == [
        ("L1", 10, 350_000, 500_000)
    ]
    # A livestream of another month, whose sales after it are of these days, keeps its minutes.
    late = opened(builders.member(market.gl1), **{"from": "2025-05-22"})
    assert [(row.session.code, row.minutes, row.live.lines, row.after.value.placed) for row in late.appearances] == [("L1", 10, 0, 200_000)]


def test_what_came_back_by_the_day_it_did(market: Market) -> None:
    page = opened(builders.member(market.gl2))
    assert [(row.product.code if row.product else "", row.returned_pieces, row.returned, row.cancelled) for row in page.came_back] == [
        ("C", 1, 100_000, 0)
    ]
    # It was first seen in the file of 28 May.
    assert opened(builders.member(market.gl2), to="2025-05-27").came_back == ()
    assert [row.returned for row in opened(builders.member(market.gl2), **{"from": "2025-05-28"}).came_back] == [100_000]
    assert [row.cancelled for row in opened(builders.member(market.gl1)).came_back] == [100_000]


def test_a_member_of_several_chooses_or_sees_all(market: Market) -> None:
    both = builders.member(market.gl1, market.gl2)
    whole = opened(both)
    # Eight orders, though six and two of the one and the other: no order has both here.
    assert (whole.now.orders.placed if whole.now.orders else 0, whole.now.value.placed) == (8, 1_220_000)
    order(market.shop, "shared", at("2025-05-26 10:00"), Line(market.a, 1, 10_000), Line(market.c, 1, 20_000))
    fold()
    forget_readings()
    whole = opened(both)
    assert (whole.now.orders.placed if whole.now.orders else 0, whole.now.value.placed) == (9, 1_250_000)
    one = opened(both, producer="GL2")
    assert (one.now.orders.placed if one.now.orders else 0, one.now.value.placed) == (3, 300_000)
    assert browser_of(both).get("/my/", {"producer": "CM1"}).status_code == 404
    assert browser_of(builders.member(market.gl1)).get("/my/", {"producer": "GL2"}).status_code == 404
    for user in (builders.official(), builders.user()):
        assert browser_of(user).get("/my/").status_code == 403


def test_every_figure_opens_its_lines(market: Market) -> None:
    for user in (builders.member(market.gl1), builders.member(market.gl1, market.gl2)):
        client = browser_of(user)
        context = client.get("/en/my/", DAYS).context
        assert client.get(context["all_url"]).context["page"].totals == context["page"].now
        for made, address in context["products"]:
            assert client.get(address).context["page"].totals == made.now
        for row, live, after in context["appearances"]:
            assert client.get(live).context["page"].totals == row.live
            assert client.get(after).context["page"].totals == row.after


def test_the_lines_of_an_official_who_is_a_member_too(market: Market) -> None:
    both = builders.official(province=builders.CA_MAU)
    both.memberships.create(producer=market.gl1)
    client = browser_of(both)
    context = client.get("/en/my/", DAYS).context
    assert context["page"].now.value.placed == 940_000
    assert client.get(context["all_url"]).context["page"].totals.value.placed == 940_000
    # Elsewhere it is the territory that counts.
    assert client.get("/order-lines/", DAYS).context["page"].totals.value.placed == 500_000


def test_stars_about_to_expire_and_livestreams_to_come(market: Market) -> None:
    today = timezone.localdate()
    StarRating.objects.all().delete()
    builders.rate(market.a, 4, since=today - timedelta(days=900), until=today + timedelta(days=30))
    builders.rate(market.b, 5, since=today - timedelta(days=900), until=today - timedelta(days=1))
    builders.session("NEXT", timezone.now() + timedelta(days=2), products=[market.a, market.c], aired=False)
    builders.session("THEIRS", timezone.now() + timedelta(days=1), products=[market.c], aired=False)
    user = builders.member(market.gl1)
    page = opened(user)
    assert [(name.code, star.state) for name, star in page.alerts] == [("B", "expired"), ("A", "expiring")]
    assert [(coming.session.code, [product.code for product in coming.products]) for coming in page.coming] == [("NEXT", ["A"])]
    shown = browser_of(user).get("/en/my/", DAYS).content.decode()
    assert "4 stars, 30 days left" in shown
    assert "it may not be shown as valid" in shown


def test_before_the_first_file_nothing_is_zero(market: Market) -> None:
    fresh = builders.producer("NEW")
    builders.product("N", fresh)
    shown = browser_of(builders.member(fresh)).get("/en/my/").content.decode()
    assert "Your sales are not known yet; they are not zero." in shown
    assert "0 ₫" not in shown.replace("\N{NO-BREAK SPACE}", " ")
    assert market.gl1.code == "GL1"


def test_the_same_queries_at_one_and_three_products(market: Market) -> None:
    user = builders.member(market.gl2)
    counts = []
    for number, made in enumerate((market.c, builders.product("C2", market.gl1), builders.product("C3", market.gl1)), start=1):
        made.producer = market.gl2
        made.save()
        builders.session(f"L{number}0", timezone.now() + timedelta(days=number), products=[made], aired=False)
        forget_readings()
        page = opened(user)
        assert (len(page.products), len(page.coming)) == (number, number)
        counts.append(len(queries_of(user, "/my/", DAYS)))
    assert counts[0] == counts[2]
