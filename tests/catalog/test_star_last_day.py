"""Time travel: a star stands everywhere on the last day of its 36 months, and nowhere on the day after."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import Message
from catalog.criteria import last_valid_day
from catalog.models import Product, RecognitionDecision, StarAlert, StarRating
from catalog.stars.ending import AHEAD
from catalog.tasks import announce_star_ends
from dashboards import readings
from tests.access_cases import CASES, ask
from tests.builders import VIETNAM
from tests.roles import Role
from tests.world import World, make_world

DECIDED = date(2024, 3, 15)
LAST = last_valid_day(DECIDED)
# Gold on a page; stars that are not in force are drawn in grey, with a word that says why.
GOLD = re.compile(r'<span class="stars"><span role="img"')
# A page for each way in which products with their stars are read.
PAGES = {
    "catalogue": Role.NOBODY,
    "catalogue_product": Role.NOBODY,
    "catalogue_producer": Role.NOBODY,
    "catalogue_commune": Role.NOBODY,
    "catalogue_group": Role.NOBODY,
    "product_list": Role.TRADE,
    "product_detail": Role.TRADE,
    "producer_detail": Role.TRADE,
    "star_desk": Role.AGRICULTURE,
    "decision_detail": Role.AGRICULTURE,
    "application_detail": Role.AGRICULTURE,
    "product_stars": Role.AGRICULTURE,
    "my_stars": Role.COOPERATIVE,
    "my_sales": Role.COOPERATIVE,
    "listing": Role.COOPERATIVE,
}
GOLDEN = {
    "catalogue", "catalogue_product", "catalogue_producer", "catalogue_commune", "catalogue_group",
    "product_list", "product_detail", "producer_detail", "star_desk", "decision_detail", "product_stars", "my_stars",
}  # fmt: skip


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the portal's clock stand at noon of a day in Vietnam."""

    observe = readings.observe

    def to(day: date) -> None:
        # A board's day is that of its reading, whose time the database tells.
        monkeypatch.setattr(readings, "observe", lambda: replace(observe(), at=timezone.now()))
        monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(day.year, day.month, day.day, 12, tzinfo=VIETNAM))
        cache.clear()

    return to


def golden(world: World) -> set[str]:
    """The pages on which a star shines."""
    return {name for name, role in PAGES.items() if GOLD.search(text_of(world, name, role))}


def text_of(world: World, name: str, role: Role, **query: str) -> str:
    answer = ask(world.people, role, name, world.own, query=query or None)
    assert answer.status_code == 200, name
    return (answer.getvalue() if answer.streaming else answer.content).decode()


def counted(world: World) -> dict[str, int]:
    """How many starred products each way of counting finds."""
    rows = json.loads(text_of(world, "open_data_json", Role.NOBODY))["products"]
    table = csv.DictReader(io.StringIO(text_of(world, "open_data_csv", Role.NOBODY).lstrip("\ufeff")))
    found = json.loads(text_of(world, "api_products", Role.NOBODY, star="any"))
    html = text_of(world, "star_desk", Role.ADMINISTRATOR)
    return {
        "queryset": Product.objects.with_star(timezone.localdate()).filter(star__isnull=False).count(),
        "open data": sum(bool(row["star"] and row["star"]["in_force"]) for row in rows),
        "csv": sum(row["star_state"] in {"valid", "expiring"} for row in table),
        "api": len(found["results"]),
        "api product": int(bool((json.loads(text_of(world, "api_product", Role.NOBODY))["star"] or {}).get("in_force"))),
        "desk": int((re.search(r'class="value"[^>]*>(\d+)', html) or [0, "0"])[1]),
    }


@pytest.mark.usefixtures("fresh_db")
def test_on_the_day_after_the_36_months_the_star_is_gone_and_its_history_whole(travel: Any) -> None:
    world = make_world()
    StarRating.objects.update(valid_from=DECIDED, valid_until=LAST)
    RecognitionDecision.objects.update(decided_on=DECIDED)
    everything = sorted(StarRating.objects.values_list("pk", "stars", "valid_from", "valid_until", "revoked_on"))

    for left in (181, 180, 179, 91, 90, 89, 31, 30, 29, 1, 0, -1):
        travel(LAST - timedelta(days=left))
        announce_star_ends()
        announce_star_ends()
    alerts = StarAlert.objects.filter(rating=world.own.rating)
    assert [(alert.days, alert.made_on) for alert in alerts] == [(ahead, LAST - timedelta(days=ahead)) for ahead in AHEAD]
    told = Message.objects.filter(kind="star_expiring", user__in=[world.people[Role.COOPERATIVE], world.people[Role.AGRICULTURE]])
    assert sorted(told.values_list("user", flat=True)) == sorted(
        [world.people[role].pk for role in (Role.COOPERATIVE, Role.AGRICULTURE) for _ in AHEAD]
    )

    travel(LAST)
    world.people.sessions.clear()  # they were in the cache
    assert golden(world) >= GOLDEN
    assert counted(world) == {"queryset": 3, "open data": 3, "csv": 3, "api": 3, "api product": 1, "desk": 3}

    travel(LAST + timedelta(days=1))
    world.people.sessions.clear()
    assert golden(world) == set()
    assert counted(world) == {"queryset": 0, "open data": 0, "csv": 0, "api": 0, "api product": 0, "desk": 0}
    assert "15/03/2027" in text_of(world, "product_stars", Role.AGRICULTURE)
    assert sorted(StarRating.objects.values_list("pk", "stars", "valid_from", "valid_until", "revoked_on")) == everything
    shown = text_of(world, "product_stars", Role.AGRICULTURE, on=f"{LAST}")
    assert GOLD.search(shown.split('role="status"')[1].split("</p>")[0])


def test_every_page_of_the_journey_has_a_case() -> None:
    assert set(PAGES) <= set(CASES)
