"""Rules of attribution: what a new one would change, how far the change is, and that what held comes out the same for ever."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders.attribution.services import RuleDayTakenError, Windows, add_rule, preview_rule
from orders.figures.fold import fold_once
from orders.figures.verify import rebuild_figures
from orders.marks.waiting import rules_recount, session_recount
from orders.models import Attribution, AttributionRule, Bucket, Mark, Recount
from tests import builders
from tests.builders import at
from tests.dashboards.market import Market, browser_of, context_of, forget_readings, make_market
from tests.order_builders import fold

pytestmark = pytest.mark.django_db
LONGER = Windows(live_grace_minutes=30, after_hours=48, after_days_short=7, after_days_long=30)
SHORTER = Windows(live_grace_minutes=5, after_hours=24, after_days_short=7, after_days_long=30)
MAY = {"from": "2025-05-01", "to": "2025-05-31"}
# What rule 1 makes of the market, to the day and the đồng: written once, true for ever.
GOLDEN = {
    "day-before": (Bucket.OTHER, None),
    "elsewhere": (Bucket.OTHER, None),
    "grace": (Bucket.LIVE, "L1"),
    "hosts": (Bucket.AFTER_7D, "L1"),
    "next-day": (Bucket.AFTER_24H, "L1"),
    "on-air": (Bucket.LIVE, "L1"),
    "sent-back": (Bucket.LIVE, "L1"),
    "week": (Bucket.AFTER_7D, "L1"),
    "week-before": (Bucket.OTHER, None),
}


@pytest.fixture
def market() -> Market:
    """The market, folded by rule 1."""
    return make_market()


def attributed() -> dict[str, tuple[int, str | None]]:
    """Bucket and session of each order."""
    rows = Attribution.objects.values_list("order__number", "bucket", "session__code")
    return {number: (bucket, session) for number, bucket, session in rows}


def report() -> list[str]:
    """Every cell of the session's report, without the reading."""
    forget_readings()
    document = context_of(builders.official(), "/en/sessions/L1/report/")["document"]
    return [str(block) for section in document.sections for block in section.blocks if section.key != "about"]


def test_the_same_rules_over_the_same_rows_give_the_same_report_a_year_later(market: Market, monkeypatch: Any) -> None:
    assert attributed() == GOLDEN
    before = report()
    add_rule(since=date(2026, 1, 1), windows=LONGER, reason="Quyết định mới", by=None)
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=365))
    rebuild_figures()
    assert attributed() == GOLDEN
    assert report() == before


def test_a_preview_says_what_would_change_and_keeps_nothing(market: Market) -> None:
    # H sold 37 hours after the end of L1; what was sold the next morning is within 24 hours by either rule.
    preview = preview_rule(since=date(2025, 5, 20), windows=LONGER)
    assert (preview.orders, preview.looked_at, preview.changed) == (7, 7, 1)
    assert preview.moves == ((Bucket.AFTER_7D, Bucket.AFTER_24H, 1),)
    assert preview_rule(since=date(2025, 5, 20), windows=SHORTER).moves == ((Bucket.LIVE, Bucket.AFTER_24H, 1),)
    assert preview_rule(since=date(2027, 1, 1), windows=SHORTER).orders == 0
    assert (AttributionRule.objects.count(), Mark.objects.count(), Recount.objects.count()) == (1, 0, 0)
    assert attributed() == GOLDEN


def test_a_new_rule_attributes_the_orders_of_its_days_alone_with_progress(market: Market) -> None:
    assert rules_recount() is None
    add_rule(since=date(2025, 5, 21), windows=LONGER, reason="QĐ", by=None)
    waiting = rules_recount()
    assert waiting is not None
    assert (waiting.done, waiting.total, waiting.seconds_left) == (0, 3, None)
    assert fold_once(limit=2) == 2
    waiting = rules_recount()
    assert waiting is not None
    assert (waiting.done, waiting.total) == (2, 3)
    assert waiting.seconds_left is not None
    fold()
    assert (rules_recount(), Recount.objects.count()) == (None, 0)
    assert attributed() == GOLDEN | {"hosts": (Bucket.AFTER_24H, "L1")}
    assert dict(Attribution.objects.values_list("order__number", "rule__version"))["grace"] == 1


def test_a_rule_before_the_first_takes_what_lies_before_it(market: Market) -> None:
    AttributionRule.objects.update(since=date(2025, 5, 20))
    fold()
    add_rule(since=date(2025, 5, 1), windows=SHORTER, reason="QĐ", by=None)
    fold()
    versions = dict(Attribution.objects.values_list("order__number", "rule__version"))
    assert (versions["week-before"], versions["day-before"], versions["on-air"]) == (2, 2, 1)


def test_one_rule_a_day(market: Market) -> None:
    with pytest.raises(RuleDayTakenError):
        preview_rule(since=builders.LONG_AGO, windows=LONGER)


def test_a_session_that_moves_tells_how_far_its_orders_are(market: Market) -> None:
    type(market.session).objects.filter(pk=market.session.pk).update(actual_end=at("2025-05-20 20:30"))
    waiting = session_recount("L1")
    assert waiting is not None
    assert (waiting.done, waiting.total > 0) == (0, True)
    page = browser_of(builders.official())
    assert "Orders are being attributed anew" in page.get("/en/sessions/L1/").content.decode()
    assert 'hx-get="/en/sessions/L1/progress/"' in page.get("/en/sessions/L1/progress/").content.decode()
    fold()
    assert session_recount("L1") is None
    assert "All orders are attributed." in page.get("/en/sessions/L1/progress/").content.decode()


def given(**more: str) -> dict[str, str]:
    """A form filled in well."""
    windows = {name: str(value) for name, value in vars(LONGER).items()}
    asked = {"since": "2025-05-21", "reason": "QĐ 12", **windows, **more}
    return asked | {"previewed": " ".join([asked["since"], *(asked[name] for name in windows)])}


def test_the_page_previews_and_puts_in_force(market: Market) -> None:
    administrator = builders.administrator()
    page = browser_of(administrator)
    shown = page.post("/en/attribution/new/", given())
    assert (shown.status_code, shown.context["moves"]) == (200, [("After: 24 h–7 days", "After: 0–24 h", False, 1)])
    assert AttributionRule.objects.count() == 1
    # What was changed after the preview is previewed once more.
    changed = page.post("/en/attribution/new/", given(save="1") | {"after_hours": "47"})
    assert (changed.status_code, changed.context["preview"].changed, AttributionRule.objects.count()) == (200, 1, 1)
    assert page.post("/en/attribution/new/", given(save="1")).headers["Location"] == "/en/attribution/"
    rule = AttributionRule.objects.get(version=2)
    assert (rule.since, rule.after_hours, rule.reason, rule.made_by) == (date(2025, 5, 21), 48, "QĐ 12", administrator)
    assert page.post("/en/attribution/new/", given(save="1")).status_code == 422
    rows = page.get("/en/attribution/").context["rules"]
    assert [(one.version, orders) for one, orders in rows] == [(2, 0), (1, 9)]
    assert browser_of(builders.official()).post("/en/attribution/new/", given(save="1")).status_code == 403


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("since", "", "since"),
        ("since", "31/05/2025", "since"),
        ("live_grace_minutes", "-1", "live_grace_minutes"),
        ("live_grace_minutes", "99999999999", "live_grace_minutes"),
        ("after_hours", "x", "after_hours"),
        ("after_days_short", "1", "after_days_short"),
        ("after_days_long", "3", "after_days_long"),
        ("reason", "\x00", "reason"),
        ("reason", "", "reason"),
    ],
)
def test_what_is_no_rule_is_told_at_its_field(market: Market, field: str, value: str, wrong: str) -> None:
    answer = browser_of(builders.administrator()).post("/en/attribution/new/", given(save="1", **{field: value}))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [wrong]
    assert AttributionRule.objects.count() == 1
