"""A cooperative's own board."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from catalog.models import FloorPrice, StarRating
from dashboards.boards.audience import Audience
from dashboards.boards.my_page import MyPage, Scans, my_page
from dashboards.periods import Period
from orders.figures.fold import fold_all
from orders.models import Order
from tests import builders
from tests.builders import at
from tests.dashboards.market import DAYS, Market, browser_of, context_of, forget_readings, queries_of
from tests.order_builders import Line, fold, order
from traceability.models import Feedback, ScanCount

pytestmark = pytest.mark.django_db


def opened(user: User, **query: str) -> MyPage:
    page = context_of(user, "/en/my/", **(DAYS | query))["page"]
    assert isinstance(page, MyPage)
    return page


def test_what_i_sold(market: Market) -> None:
    page = opened(builders.member(market.gl1))
    assert (page.now.orders.placed if page.now.orders else 0, page.now.value.placed, page.now.value.net) == (6, 940_000, 840_000)
    assert {row.made.product.code: row.made.now.value.placed for row in page.products} == {"A": 890_000, "B": 50_000}
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
    later = opened(builders.member(market.gl2), **{"from": "2025-05-29", "to": "2025-06-01"})
    assert (later.came_back, later.came_back_before) == ((), 100_000)


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
        for row, address in context["products"]:
            assert client.get(address).context["page"].totals == row.made.now
        for platform, shops in context["platforms"]:
            assert platform.net == sum(row.now.value.net for row, _address in shops)
            for row, address in shops:
                assert client.get(address).context["page"].totals == row.now
        for row, address in context["places"]:
            assert client.get(address).context["page"].totals.orders.placed == row.orders
        for row, address in context["came_back"]:
            lines = client.get(address).context["page"].rows
            assert sum(line.value.cancelled + line.value.returned for line in lines) == row.value
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


def test_where_it_was_sold_and_delivered(market: Market) -> None:
    Order.objects.filter(number__in=("on-air", "grace")).update(delivery_province="79")
    page = opened(builders.member(market.gl1), **{"from": "2025-05-20", "to": "2025-05-24"})
    assert [
        (platform.platform, [(row.shop.code, row.now.value.net, row.before.value.net) for row in platform.shops])
        for platform in page.platforms
    ] == [("tiktok", [("S", 550_000, 90_000), ("H", 100_000, 0)])]
    assert [(row.province.code if row.province else None, row.orders, row.before, row.net) for row in page.delivered] == [
        ("79", 2, 0, 250_000),
        (None, 2, 1, 400_000),
    ]


def test_scans_and_visits_stand_apart(market: Market) -> None:
    for product, day, scans, visits in (
        (market.a, "2025-05-31", 7, 4),
        (market.b, "2025-05-01", 2, 2),
        (market.a, "2025-04-30", 5, 1),
        (market.c, "2025-05-10", 9, 9),
    ):
        ScanCount.objects.create(product=product, day=day, scans=scans, visits=visits)
    assert opened(builders.member(market.gl1)).scans == (Scans(9, 6), Scans(5, 1))


@pytest.mark.parametrize("earlier", [("2025-04-21", "2025-05-20"), ("2024-05-21", "2024-06-19"), ("2025-05-10", "2025-05-25")])
def test_both_periods_are_told_as_each_alone(market: Market, earlier: tuple[str, str]) -> None:
    """What the board says of the earlier days, one after another, a year apart or overlapping, is what it says of them by themselves."""
    Order.objects.filter(number__in=("on-air", "grace")).update(delivery_province="79")
    for day, scans in (("2025-05-22", 7), ("2025-05-12", 5), ("2025-06-18", 3)):
        ScanCount.objects.create(product=market.a, day=day, scans=scans, visits=1)
    spans = Period(date(2025, 5, 21), date(2025, 6, 19)), Period(*map(date.fromisoformat, earlier))
    for makers in ((market.gl1,), (market.gl1, market.gl2)):
        audience = Audience(producers=tuple(maker.pk for maker in makers))
        here, there = (my_page(audience, pair, timezone.now(), date(2025, 6, 19)) for pair in (spans, spans[::-1]))
        for one, other in ((here, there), (there, here)):
            assert one.before == other.now
            assert one.came_back_before == sum(row.value for row in other.came_back)
            assert one.scans == other.scans[::-1]
            assert {row.made.product.code: row.before for row in one.products} == {
                row.made.product.code: row.made.now for row in other.products
            }
            assert {row.province: (row.orders, row.before) for row in one.delivered} == {
                row.province: (row.before, row.orders) for row in other.delivered
            }
    assert here.scans[0].scans + here.before.value.placed > 0


def test_what_waits_for_the_producer(market: Market) -> None:
    own = builders.shop("OWN", market.gl1)
    order(own, "unknown", at("2025-05-26 10:00"), Line(None, 1, 70_000, key="ky-1"))
    fold()
    for made, state in ((market.a, "new"), (market.a, "answered"), (market.c, "new")):
        waiting = {} if state == "new" else {"waiting_since": None}
        Feedback.objects.create(kind="question", product=made, about="/t/1", text="?", ticket_hash=f"{made}{state}", state=state, **waiting)
    user = builders.member(market.gl1)
    duties = opened(user).duties
    # The unmapped line in the partner's shop is not this producer's to explain.
    assert [(row.shop.code, row.lines, row.value) for row in duties.unmapped] == [("OWN", 1, 70_000)]
    assert (duties.waiting, duties.since) == (1, timezone.localdate())
    shown = browser_of(user).get("/en/my/", DAYS).content.decode()
    assert f'href="{reverse("shop_products", args=["OWN"])}"' in shown
    assert "1 message waits for an answer" in shown
    client = browser_of(user)
    assert (
        client.post(
            f"{reverse('shop_map', args=['OWN'])}?sku=ky-1", {"product": market.b.pk, "units": "1", "since": "2025-05-01"}
        ).status_code
        == 302
    )
    before = opened(user).now.value.placed
    fold_all()
    forget_readings()
    page = opened(user)
    assert (page.now.value.placed - before, page.duties.unmapped) == (70_000, ())


def test_lines_below_the_lowest_price_are_listed_for_their_producer_alone(market: Market) -> None:
    FloorPrice.objects.create(product=market.a, since=date(2025, 5, 20), price=100_000)
    order(market.shop, "cheap", at("2025-05-23 10:00"), Line(market.a, 2, 150_000))
    fold()
    context = browser_of(builders.member(market.gl1)).get("/en/my/", DAYS).context
    assert [(found.lines, found.short) for found in context["page"].below] == [(1, 50_000), (0, 0)]
    rows = browser_of(builders.member(market.gl1)).get(context["below_url"]).context["page"].rows
    assert [row.number for row in rows] == ["cheap"]
    asked = browser_of(builders.official()).get("/order-lines/", DAYS | {"state": "below_floor"})
    assert ("state" in asked.context["form"].errors, asked.context["answer"]) == (True, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("back", "2025-05-31..2025-05-01"),
        ("back", "x"),
        ("back", "2025-05-01"),
        ("back", "1999-12-31..2025-01-01"),
        ("back", "9999-12-31..9999-12-31"),
        ("delivery", "00"),
        ("delivery", "'"),
        ("delivery", "7" * 50),
    ],
)
def test_an_address_that_names_no_days_or_province_is_told_so(market: Market, name: str, value: str) -> None:
    asked = browser_of(builders.member(market.gl1)).get("/en/order-lines/", {name: value}).context
    assert (bool(asked["form"].errors), asked["answer"]) == (True, None)


def test_stars_about_to_expire_and_livestreams_to_come(market: Market) -> None:
    today = timezone.localdate()
    StarRating.objects.all().delete()
    builders.rate(market.a, 4, since=today - timedelta(days=900), until=today + timedelta(days=30))
    builders.rate(market.b, 5, since=today - timedelta(days=900), until=today - timedelta(days=1))
    builders.session("NEXT", timezone.now() + timedelta(days=2), products=[market.a, market.c], aired=False)
    builders.session("THEIRS", timezone.now() + timedelta(days=1), products=[market.c], aired=False)
    user = builders.member(market.gl1)
    page = opened(user)
    assert [(name.code, star.state) for name, star in page.duties.stars] == [("B", "expired"), ("A", "expiring")]
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
