"""Alerts 180, 90 and 30 days ahead: who is told, in what words, and that nobody is told twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Message
from catalog.models import StarAlert, StarRating
from catalog.stars.alerts import announce_ends
from catalog.stars.ending import AHEAD
from tests import builders

pytestmark = pytest.mark.django_db
END = date(2027, 6, 30)


def told() -> list[tuple[str, str]]:
    """Whom of which subject, in order."""
    return [(message.user.full_name if message.user else "", message.subject) for message in Message.objects.order_by("pk")]


def test_producer_and_department_are_told_three_times_once_each() -> None:
    maker = builders.producer("HTX-01")
    member, official = builders.member(maker), builders.official(builders.AGRICULTURE)
    for user in (builders.official(builders.TRADE), builders.official(builders.AGRICULTURE, builders.CA_MAU), builders.member()):
        type(user).objects.filter(pk=user.pk).update(full_name="không liên quan")
    type(member).objects.filter(pk=member.pk).update(full_name="thành viên")
    type(official).objects.filter(pk=official.pk).update(full_name="cán bộ", language="en")
    for code in ("GL-1", "GL-2"):
        builders.rate(builders.product(code, maker), 3, until=END)
    days = [END - timedelta(days=left) for left in range(200, -3, -1)]
    made_on = {alert.made_on for day in days for alert in announce_ends(today=day)}
    assert made_on == {END - timedelta(days=left) for left in AHEAD}
    assert StarAlert.objects.count() == 6
    assert told() == [
        (who, subject)
        for left in AHEAD
        for who, subject in (
            ("thành viên", f"2 sao OCOP hết hạn trong {left} ngày tới"),
            ("cán bộ", f"2 OCOP stars end within {left} days"),
        )
    ]
    first = Message.objects.earliest("pk")
    assert first.kind == "star_expiring"
    assert first.body.splitlines() == [
        "Sản phẩm GL-1: 3 sao, có giá trị đến 30/06/2027",
        "Sản phẩm GL-2: 3 sao, có giá trị đến 30/06/2027",
        "",
        "Hãy đề nghị đánh giá lại trên cổng, mục “Sao của tôi”. Nếu không, sao sẽ mất vào ngày tiếp theo.",
    ]


def test_a_day_without_a_worker_is_made_up_for() -> None:
    builders.rate(builders.product("GL-1", builders.producer("HTX-01")), 3, until=END)
    assert [alert.days for alert in announce_ends(today=END - timedelta(days=85))] == [90]
    assert announce_ends(today=END - timedelta(days=84)) == []


def test_what_comes_in_later_on_the_same_day_is_told_too() -> None:
    """A registry file of ten o'clock brings a second star into a threshold that was announced at nine."""
    maker, today = builders.producer("HTX-01"), END - timedelta(days=80)
    member = builders.member(maker)
    builders.rate(builders.product("GL-1", maker), 3, until=END)
    announce_ends(today=today)
    builders.rate(builders.product("GL-2", maker), 3, until=END)
    assert [alert.rating.product.code for alert in announce_ends(today=today)] == ["GL-2"]
    assert [body.partition(":")[0] for body in Message.objects.filter(user=member).order_by("pk").values_list("body", flat=True)] == [
        "Sản phẩm GL-1",
        "Sản phẩm GL-2",
    ]


def test_renewed_revoked_and_extended_stars() -> None:
    maker = builders.producer("HTX-01")
    renewed, revoked, extended = (builders.product(code, maker) for code in ("GL-1", "GL-2", "GL-3"))
    builders.rate(renewed, 3, until=END)
    builders.rate(renewed, 4, since=date(2027, 1, 1), until=date(2029, 12, 31), number="2")
    StarRating.objects.filter(pk=builders.rate(revoked, 3, until=END).pk).update(revoked_on=END - timedelta(days=50))
    rating = builders.rate(extended, 3, until=END)
    today = END - timedelta(days=80)
    assert [(alert.rating, alert.valid_until, alert.days) for alert in announce_ends(today=today)] == [(rating, END, 90)]
    StarRating.objects.filter(pk=rating.pk).update(valid_until=END + timedelta(days=5))
    assert [(alert.rating, alert.valid_until) for alert in announce_ends(today=today)] == [(rating, END + timedelta(days=5))]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(days=st.lists(st.integers(-3, 200), min_size=1, max_size=8))
def test_whatever_days_the_worker_runs_on_no_threshold_is_told_twice_or_early(days: list[int]) -> None:
    from django.db import transaction

    with transaction.atomic():
        builders.rate(builders.product("GL-1", builders.producer("HTX-01")), 3, until=END)
        runs = sorted(days, reverse=True)
        made = [(left, alert.days) for left in runs for alert in announce_ends(today=END - timedelta(days=left))]
        wanted = []
        for left in runs:
            near = [ahead for ahead in AHEAD if 0 <= left <= ahead]
            if near and min(near) not in {ahead for _, ahead in wanted}:
                wanted.append((left, min(near)))
        assert made == wanted
        transaction.set_rollback(True)
