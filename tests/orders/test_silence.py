"""Shops of which nothing comes any more: who is told, when, and that it is once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message
from orders.models import IntakeRun, Shop
from orders.shops.silence import Silence, remind_silent_shops, silence_of
from tests import builders, order_builders
from tests.roles import People, Role, client_of

NOW = timezone.now()


@pytest.fixture
def shop(people: People) -> Shop:
    return builders.shop("CH-1", people[Role.COOPERATIVE].memberships.get().producer)


def exported(shop: Shop, days: float) -> None:
    """A file of so many days ago."""
    order_builders.run(shop, NOW - timedelta(days=days))


def told(people: People) -> dict[str, set[Role]]:
    """Who has which message."""
    roles = {people[role]: role for role in Role if role is not Role.NOBODY}
    found: dict[str, set[Role]] = {}
    for message in Message.objects.filter(kind__startswith="shop_").select_related("user"):
        found.setdefault(message.kind, set()).add(roles[message.user])  # type: ignore[index]
    return found


@pytest.mark.parametrize(
    ("days", "silence"),
    [(1, None), (13.9, None), (14.1, Silence.SILENT), (74.9, Silence.SILENT), (75.1, Silence.NEAR_LIMIT), (90.1, Silence.LOST)],
)
def test_a_shop_falls_silent_by_its_last_export(shop: Shop, days: float, silence: Silence | None) -> None:
    assert silence_of(shop, NOW - timedelta(days=days), NOW) == silence


def test_of_a_shop_that_is_no_known_platforms_orders_are_not_lost(people: People, shop: Shop) -> None:
    stall = builders.stall("ZL-1", shop.owner)
    assert [silence_of(stall, NOW - timedelta(days=days), NOW) for days in (13, 15, 200)] == [None, Silence.SILENT, Silence.SILENT]
    exported(stall, 80)
    assert [remind_silent_shops(now=NOW) for _time in range(2)] == [2, 0]
    assert told(people) == {"shop_silent": {Role.COOPERATIVE, Role.TRADE}}
    body = Message.objects.get(user=people[Role.COOPERATIVE]).body
    assert (_day(NOW - timedelta(days=80)) in body, "90 ngày" in body) == (True, False)


def test_a_shop_of_which_nothing_ever_came_is_not_silent_and_a_fair_ends(people: People, shop: Shop) -> None:
    assert silence_of(shop, None, NOW) is None
    shop.event = builders.fair("HC-1", timezone.localdate() - timedelta(days=30))
    assert silence_of(shop, NOW - timedelta(days=20), NOW) is None


def test_owner_and_department_are_told_once_for_each_silence(people: People, shop: Shop) -> None:
    exported(shop, 20)
    both = {Role.COOPERATIVE, Role.TRADE}
    assert [remind_silent_shops(now=NOW + timedelta(days=days)) for days in (-10, 0, 0, 1, 30)] == [0, 2, 0, 0, 0]
    assert told(people) == {"shop_silent": both}
    assert [remind_silent_shops(now=NOW + timedelta(days=days)) for days in (56, 57)] == [2, 0]
    assert told(people) == {"shop_silent": both, "shop_near_limit": both}
    exported(shop, 0)
    assert [remind_silent_shops(now=NOW + timedelta(days=days)) for days in (10, 15, 16)] == [0, 2, 0]


def test_the_message_says_by_when_and_where(people: People, shop: Shop) -> None:
    exported(shop, 80)
    remind_silent_shops(now=NOW)
    message = Message.objects.get(user=people[Role.COOPERATIVE], kind="shop_near_limit")
    assert _day(NOW + timedelta(days=10)) in message.subject
    assert f"/intake/new/?shop={shop.pk}" in message.body


def test_a_file_that_was_not_taken_in_ends_no_silence(people: People, shop: Shop) -> None:
    exported(shop, 20)
    IntakeRun.objects.create(shop=shop, platform=shop.platform, file_name="x.csv", exported_at=NOW)
    assert remind_silent_shops(now=NOW) == 2


def test_the_list_of_shops_shows_silence(people: People, shop: Shop) -> None:
    exported(shop, 20)
    page = client_of(people, Role.TRADE).get(reverse("shop_list"))
    assert [(found.pk, silence) for found, _last, silence in page.context["rows"]] == [(shop.pk, Silence.SILENT)]


def _day(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%d/%m/%Y")
