"""A programme's page: plan against actual from the market's orders, what is told beside it, and what is not known yet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from dashboards.reports.document import Table
from livestreams.models import OfflineEvent, Programme, Session, Target
from tests import builders, order_builders
from tests.builders import at
from tests.dashboards.market import Market, browser_of, context_of, forget_readings, queries_of
from tests.order_builders import Line

pytestmark = pytest.mark.django_db
PAGE = "/en/programmes/CT1/"


@pytest.fixture
def market(market: Market) -> Market:
    programme = builders.programme("CT1")
    Session.objects.filter(pk=market.session.pk).update(programme=programme)
    for metric, value in (("sessions", 4), ("orders", 10), ("net", 1_000_000), ("weight", 2), ("people_trained", 50)):
        Target.objects.create(programme=programme, metric=metric, value=value)
    return market


def reached(user: User) -> dict[str, Any]:
    forget_readings()
    return {row.metric: (row.target, row.reached) for row in context_of(user, PAGE)["page"].targets}


def test_what_was_reached_beside_the_plan(market: Market) -> None:
    official = builders.official()
    # On air: 3 orders, 280,000 net; A twice, B and C and an unmapped line once, less what was sent back or cancelled.
    rows = reached(official)
    assert rows == {
        "sessions": (4, 1),
        "products": (None, 2),
        "producers": (None, 2),
        "orders": (10, 3),
        "net": (1_000_000, 280_000),
        "weight": (2000, 1500),
        "people_trained": (50, None),
    }
    # What counts besides: its fairs and courses; what does not: what is called off, or still to come.
    programme = Programme.objects.get()
    fair = builders.fair("HC", date(2025, 6, 1), programme=programme)
    fair.producers.set([market.gl1])
    booth = builders.shop("GIAN", market.gl1, sells=[market.b])
    type(booth).objects.filter(pk=booth.pk).update(event=fair)
    order_builders.order(booth, "1", at("2025-06-01 09:00"), Line(market.b, 2, 100_000))
    order_builders.fold()
    builders.course("TH", date(2025, 6, 1), programme=programme, people=30)
    builders.course("TH2", date(2025, 6, 1), programme=programme, people=9, cancelled_at=timezone.now())
    builders.session("L7", timezone.now() + timedelta(days=9), of=programme, products=[market.b], aired=False)
    cancelled = builders.session("L8", at("2025-06-02 20:00"), of=programme, products=[market.b], aired=False)
    Session.objects.filter(pk=cancelled.pk).update(cancelled_at=timezone.now(), cancelled_reason="x")
    rows = reached(official)
    assert {metric: rows[metric][1] for metric in ("sessions", "products", "orders", "net", "weight", "people_trained")} == {
        "sessions": 1,
        "products": 2,
        "orders": 4,
        "net": 380_000,
        "weight": 2500,
        "people_trained": 30,
    }
    # Its report says the same beside the targets, although its sums are of the 30 days after too.
    told = report_of(official, programme)
    assert {row[1].text: row[2].text for row in told["plan"].rows} == {"1.000.000": "380.000", "10": "4", "2": "2,5"}
    assert told["overall"].rows[3][1].text == "780.000"
    OfflineEvent.objects.update(cancelled_at=timezone.now())
    assert reached(official)["net"] == (1_000_000, 280_000)


def report_of(user: User, programme: Programme) -> dict[str, Table]:
    """The tables of its report as it would be prepared today."""
    document = browser_of(user).get("/reports/new/", {"kind": "programme", "year": "2025", "programme": programme.code}).context["document"]
    return {block.key: block for section in document.sections for block in section.blocks if isinstance(block, Table)}


def test_a_commune_sees_what_its_own_producers_sold_and_is_told_so(market: Market) -> None:
    official = builders.official(commune=market.gl2.seats.get().commune)
    context = context_of(official, PAGE)
    assert context["partial"] is True
    rows = {row.metric: row.reached for row in context["page"].targets}
    # C was sent back.
    assert (rows["products"], rows["producers"], rows["orders"], rows["net"]) == (1, 1, 1, 0)


@pytest.mark.usefixtures("market")
def test_claims_stand_in_their_scopes() -> None:
    programme = Programme.objects.get()
    builders.claim("orders", 3, programme=programme)
    builders.claim("orders", 1_234, period_from=date(2025, 1, 1), period_to=date(2025, 9, 30))
    builders.claim("orders", 77, period_from=date(2024, 1, 1), period_to=date(2025, 9, 30))
    context = context_of(builders.official(), PAGE)
    told = [[(shown.row.value, shown.row.state.value) for shown in context[name]] for name in ("claims", "claims_around")]
    assert told == [[(3, "matches")], [(1_234, "other_scope")]]


def test_before_any_file_it_is_not_known() -> None:
    builders.programme("CT1")
    context = context_of(builders.official(), PAGE)
    assert [(row.metric, row.reached) for row in context["page"].targets if row.reached is None] == [
        ("orders", None),
        ("net", None),
        ("weight", None),
        ("people_trained", None),
    ]


@pytest.mark.usefixtures("market")
def test_three_of_each_cost_what_one_costs() -> None:
    official, programme = builders.official(), Programme.objects.get()
    counts = []
    for number in range(1, 4):
        builders.fair(f"HC{number}", date(2025, 6, number), programme=programme)
        builders.course(f"TH{number}", date(2025, 6, number), programme=programme, people=3)
        counts.append(len(queries_of(official, PAGE)))
        builders.session(f"L{number}0", at(f"2025-06-0{number} 20:00"), of=programme)
    assert counts[0] == counts[2]
