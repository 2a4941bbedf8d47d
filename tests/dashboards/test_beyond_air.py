"""Fairs, conferences and courses of a period: each in one period alone, unknown is not 0, what is only told is in no total."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from livestreams.models import Attendance, OfflineEvent
from tests import builders, order_builders
from tests.builders import at
from tests.dashboards.market import browser_of, forget_readings, queries_of
from tests.order_builders import Line

pytestmark = pytest.mark.django_db
NINE_MONTHS = {"from": "2025-01-01", "to": "2025-09-30"}


def rows_of(client: Client, **query: str) -> Any:
    forget_readings()
    return client.get("/beyond-air/", query).context["rows"]


@pytest.fixture
def client() -> Client:
    return browser_of(builders.official())


def test_nine_months_have_all_their_rows(client: Client) -> None:
    first, second = builders.producer("SX1"), builders.producer("SX2", nth_commune=1)
    product = builders.product("A", first)
    fair = builders.fair("HC", date(2025, 9, 30), date(2025, 10, 2), booths=6)
    fair.producers.set([first, second])
    conference = builders.fair(
        "XTDT", date(2025, 8, 29), kind=OfflineEvent.Kind.CONFERENCE, enterprises=35, enterprises_qualifier="more_than"
    )
    conference.producers.set([first])
    builders.fair("SAU", date(2025, 10, 1))
    builders.fair("HUY", date(2025, 3, 1), cancelled_at=at("2025-02-01 08:00"))
    builders.fair("CM", date(2025, 3, 1), province=builders.CA_MAU)
    shop = builders.shop("GIAN", first, sells=[product])
    type(shop).objects.filter(pk=shop.pk).update(event=fair)
    order_builders.order(shop, "1", at("2025-10-01 09:00"), Line(product, 2, 200_000), Line(product, 1, 100_000, cancelled=1))
    order_builders.fold()
    builders.claim("sales", None, event=conference, told_as="vài triệu đồng")
    builders.course("T1", date(2025, 2, 1), people=12)
    both = builders.course("T2", date(2025, 6, 1), people=5)
    Attendance.objects.create(course=both, commune=builders.commune(nth=1), people=8, women=6)
    builders.course("T3", date(2025, 7, 1))
    rows = rows_of(client, **NINE_MONTHS)
    assert (rows.fairs, rows.conferences, rows.booths, rows.enterprises, rows.enterprises_exact) == (1, 1, 6, 35, False)
    assert (rows.producers, rows.sold.value.net, rows.sold.orders.placed) == (2, 200_000, 1)
    assert (len(rows.courses), rows.people, rows.communes) == (3, 25, 2)
    by_code = {row.name.code: row for row in rows.courses}
    # Women were counted in one of T2's two communes, and nobody recorded who came to T3.
    assert [(by_code[code].people, by_code[code].women) for code in ("T1", "T2", "T3")] == [(12, None), (13, None), (None, None)]
    later = rows_of(client, **{"from": "2025-10-01", "to": "2025-12-31"})
    assert (later.fairs, later.sold.value.net, later.booths, later.people) == (1, 0, None, None)


def test_a_commune_has_its_own_numbers() -> None:
    own, other = builders.producer("SX1"), builders.producer("SX2", nth_commune=1)
    builders.fair("HC1", date(2025, 2, 1)).producers.set([own, other])
    builders.fair("HC2", date(2025, 2, 1)).producers.set([other])
    course = builders.course("T1", date(2025, 2, 1), people=12)
    Attendance.objects.create(course=course, commune=builders.commune(nth=1), people=8)
    rows = rows_of(browser_of(builders.official(commune=builders.commune())), **NINE_MONTHS)
    assert ([row.name.code for row in rows.events], rows.producers, rows.people, rows.communes) == (["HC1"], 1, 12, 1)


@pytest.mark.parametrize("days", [{"from": "2025-09-30", "to": "2025-01-01"}, {"from": "\x00"}, {"period": "aeon"}])
def test_days_that_make_no_period_are_told(client: Client, days: dict[str, str]) -> None:
    response = client.get("/beyond-air/", days)
    assert response.status_code == 200
    assert response.context["form"].errors


def test_three_events_cost_what_one_costs() -> None:
    official = builders.official()
    builders.fair("HC1", date(2025, 2, 1))
    builders.course("T1", date(2025, 2, 1), people=3)
    one = len(queries_of(official, "/beyond-air/", NINE_MONTHS))
    for number in (2, 3):
        builders.fair(f"HC{number}", date(2025, 2, number))
        builders.course(f"T{number}", date(2025, 2, number), people=3)
    assert len(queries_of(official, "/beyond-air/", NINE_MONTHS)) == one


def test_the_page_can_be_had_as_xlsx(client: Client) -> None:
    fair = builders.fair("HC", date(2025, 2, 1), booths=6, enterprises=35, enterprises_qualifier="more_than")
    builders.claim("sales", 5_000_000, event=fair)
    builders.course("T1", date(2025, 3, 1), people=12)
    builders.fair("SAU", date(2025, 10, 1))
    forget_readings()
    page = client.get("/en/beyond-air/", NINE_MONTHS)
    exported = client.get(page.context["export"])
    heads, *rows = CalamineWorkbook.from_filelike(BytesIO(exported.content)).get_sheet_by_index(0).to_python()
    found = {row[0]: dict(zip(heads, row, strict=True)) for row in rows}
    assert sorted(found) == ["HC", "T1"]
    fair_cells, course_cells = found["HC"], found["T1"]
    assert [fair_cells[head] for head in ("Kind", "Booths", "Enterprises", "How the number was told", "Net value (VND)", "People")] == [
        *("Fair or exhibition", 6, 35, "more than"), *("", "")
    ]  # fmt: skip
    assert "5,000,000" in str(fair_cells["Only reported"])
    assert [course_cells[head] for head in ("Kind", "People", "Communes", "Booths", "Only reported")] == [
        *("Training: Selling on livestreams", 12, 1), *("", "")
    ]  # fmt: skip
    assert exported["X-Reading"] == page.context["answer"].reading.token
