"""The overview on a wall: one reading for all its figures, unknown told as unknown, renewed only where something changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from livestreams.models import Programme, Target
from orders.models import Shop, SkuMapping
from tests import builders
from tests.builders import CA_MAU
from tests.dashboards.market import browser_of, forget_readings
from tests.order_builders import Line, fold, order, run

pytestmark = pytest.mark.django_db
WALL, NOW = "/en/overview/wall/", "/en/overview/wall/now/"


@pytest.fixture
def client() -> Client:
    return browser_of(builders.official())


def text_of(client: Client, address: str = NOW, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return str(answer.content.decode().replace("\N{NO-BREAK SPACE}", " "))


def sell(value: int, delivered: int = 0) -> None:
    """An order of this moment; its product and shop are made where they are not there."""
    shop = Shop.objects.filter(code="S").first() or builders.shop("S", builders.producer("P"))
    product = shop.producer.products.first() or builders.product("A", shop.producer, grams=500)  # type: ignore[union-attr, arg-type]
    SkuMapping.objects.get_or_create(shop=shop, line_key=builders.sku(product), product=product, since=builders.LONG_AGO)
    order(shop, f"n{value}", timezone.now(), Line(product, 2, value, delivered=delivered))
    fold()
    forget_readings()


def test_before_the_first_file_nothing_is_zero(client: Client) -> None:
    builders.shop("S", builders.producer("P"))
    shown = text_of(client)
    assert shown.count("no order file yet") == 6
    assert "0 ₫" not in shown


def test_today_and_the_period_with_the_newest_livestreams(client: Client) -> None:
    sell(1_250_000, delivered=1)
    shop = Shop.objects.get(code="S")
    product = shop.producer.products.get()  # type: ignore[union-attr]
    for number in range(1, 6):
        start = timezone.now() - timedelta(days=number)
        builders.session(f"L{number}", start, products=[product], shops=[shop])
    builders.session("NEXT", timezone.now() + timedelta(hours=1), products=[product], shops=[shop], aired=False)
    builders.session("FAR", timezone.now() - timedelta(hours=3), province=CA_MAU)
    forget_readings()
    shown = text_of(client)
    assert shown.count("1.25 million ₫") == 2
    assert "1 kg" in shown
    # Another shop of the province told nothing of today: what is missing of it is not 0.
    builders.shop("SILENT", builders.partner("Q"))
    forget_readings()
    assert "by files of 1 of 2 shops, up to" in text_of(client)
    assert [number for number in range(1, 6) if f"L{number}" in shown] == [1, 2, 3]
    assert "NEXT" not in shown
    assert "FAR" not in shown


def test_a_file_of_midnight_tells_nothing_of_the_day_that_begins(client: Client) -> None:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    shop = builders.shop("S", builders.producer("P"))
    product = builders.product("A", shop.producer)  # type: ignore[arg-type]
    order(shop, "n1", midnight - timedelta(hours=2), Line(product, 1, 10_000), exported_at=midnight)
    fold()
    forget_readings()
    shown = text_of(client).partition("Today")[2].partition("</section>")[0]
    assert "no order file yet" in shown
    assert "by files of" not in shown
    run(shop, midnight + timedelta(seconds=1))
    forget_readings()
    shown = text_of(client).partition("Today")[2].partition("</section>")[0]
    assert "by files of 1 of 1 shops, up to 00:00" in shown
    assert "0 ₫" in shown


def test_it_renews_itself_where_something_changed(client: Client) -> None:
    sell(10_000)
    page = client.get(WALL).content.decode()
    etag = client.get(NOW)["ETag"]
    assert f'data-etag="{etag.strip(chr(34))}"' in page
    assert client.get(NOW, headers={"If-None-Match": etag}).status_code == 304
    sell(20_000)
    renewed = client.get(NOW, headers={"If-None-Match": etag})
    assert (renewed.status_code, renewed["ETag"] != etag, renewed["Cache-Control"]) == (200, True, "private, no-cache")


def test_a_programme_beside_its_targets(client: Client) -> None:
    sell(300_000)
    shop = Shop.objects.get(code="S")
    today = timezone.localdate()
    programme = builders.programme("CT")
    Programme.objects.update(starts_on=today, ends_on=today)
    made = shop.producer.products.get()  # type: ignore[union-attr]
    builders.session("L", timezone.now() - timedelta(minutes=30), products=[made], shops=[shop], of=programme)
    for metric, value in (
        (Target.Metric.PRODUCTS, 5),
        (Target.Metric.NET, 600_000),
        (Target.Metric.SESSIONS, 4),
        (Target.Metric.PRODUCERS, 2),
    ):
        Target.objects.create(programme=programme, metric=metric, value=value)
    fold()
    run(shop, timezone.now())
    forget_readings()
    shown = text_of(client, programme="CT")
    assert "<b>50%</b> / 600,000 ₫" in shown
    assert "<b>25%</b> / 4" in shown
    assert "Products" not in shown
    elsewhere = builders.programme("CM", province=CA_MAU)
    for code in (elsewhere.code, "no-such", "a\0", "x" * 500):
        assert client.get(WALL, {"programme": code}).status_code == 404


@pytest.mark.parametrize("days", [{"from": "x"}, {"from": "2025-02-02", "to": "2025-02-01"}, {"period": "never"}])
def test_days_that_make_no_period_lead_to_the_overview_which_says_so(client: Client, days: dict[str, str]) -> None:
    sell(10_000)
    answer = client.get(WALL, days, follow=True)
    assert answer.redirect_chain[0][0].startswith("/en/overview/?")
    assert answer.context["form"].errors
    assert client.get(NOW, days).status_code == 400
