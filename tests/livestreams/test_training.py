"""Courses: who came from where in numbers alone, and the needs that they answer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from catalog.models import Producer
from livestreams.models import Attendance, Course, Need
from livestreams.training.errors import NeedTakenError, NotHeldError
from livestreams.training.services import cancel_course, record_attendance, save_course
from tests import builders
from tests.dashboards.market import browser_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 10)
GOOD = {"title_vi": "Bán hàng qua livestream", "topic": "livestream", "starts_on": "2026-03-01", "ends_on": "2026-03-02"}


@pytest.fixture
def official() -> User:
    return builders.official(builders.AGRICULTURE)


def need(maker: Producer, *, wish: str = Need.Wish.TRAINING, state: str = Need.State.OPEN) -> Need:
    closed = timezone.now() if state in {"met", "refused", "withdrawn"} else None
    return Need.objects.create(producer=maker, wish=wish, window_from=TODAY, window_to=TODAY, state=state, closed_at=closed)


def states(*needs: Need) -> list[str]:
    return [Need.objects.get(pk=one.pk).state for one in needs]


def test_entered_then_who_came(official: User) -> None:
    client, here, there = browser_of(official), builders.commune(), builders.commune(nth=1)
    assert client.post("/training/new/", {**GOOD, "commune": here.pk}).status_code == 302
    course = Course.objects.get()
    assert (course.code, course.province_id, course.commune) == (f"TH-{course.pk:04d}", "52", here)
    address = f"/training/{course.code}/"
    for commune, people, women in ((here, 12, 7), (there, 5, ""), (here, 14, 9)):
        assert client.post(address, {"commune": commune.pk, "people": people, "women": women}).status_code == 302
    assert set(course.attendances.values_list("commune", "people", "women")) == {(here.pk, 14, 9), (there.pk, 5, None)}
    context = client.get(address).context
    # Women of a commune where nobody counted are not 0, so there is no total of them.
    assert (context["total"]["all_people"], context["all_counted"]) == (19, False)
    gone = course.attendances.get(commune=there)
    assert client.post(f"{address}attendance/{gone.pk}/remove/").status_code == 302
    assert client.post(f"{address}attendance/{gone.pk}/remove/").status_code == 302
    assert course.attendances.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"people": "0", "women": "0"}, "people"),
        ({"people": ""}, "people"),
        ({"people": "5001"}, "people"),
        ({"people": "9" * 30}, "people"),
        ({"women": "13"}, "women"),
        ({"women": "-1"}, "women"),
        ({"commune": ""}, "commune"),
        ({"commune": "\x00"}, "commune"),
    ],
)
def test_bad_numbers_name_their_field(official: User, wrong: dict[str, str], field: str) -> None:
    course = builders.course("TH1", date(2026, 1, 5))
    good = {"commune": builders.commune().pk, "people": "12", "women": "3"}
    response = browser_of(official).post("/training/TH1/", {**good, **wrong})
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert not course.attendances.exists()


def test_a_commune_of_another_province_sends_nobody(official: User) -> None:
    builders.course("TH1", date(2026, 1, 5))
    response = browser_of(official).post("/training/TH1/", {"commune": builders.commune(builders.CA_MAU).pk, "people": 3})
    assert list(response.context["form"].errors) == ["commune"]


def test_a_commune_official_reads_and_writes_nothing() -> None:
    builders.course("TH1", date(2026, 1, 5))
    client = browser_of(builders.official(commune=builders.commune()))
    assert client.get("/training/TH1/").context["form"] is None
    assert client.post("/training/TH1/", {"commune": builders.commune().pk, "people": 3}).status_code == 404
    assert not Attendance.objects.exists()


def test_nobody_came_to_what_has_not_begun_or_was_called_off() -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    coming, off = builders.course("TH1", tomorrow), builders.course("TH2", date(2026, 1, 5))
    cancel_course(course=off, reason="Mưa bão")
    cancel_course(course=off, reason="lần hai")
    for course in (coming, off):
        with pytest.raises(NotHeldError):
            record_attendance(course=course, commune=builders.commune(), people=1, women=None)
    off.refresh_from_db()
    assert off.cancelled_reason == "Mưa bão"


def test_needs_are_planned_then_met_and_open_again_where_let_go_or_called_off() -> None:
    kept, let_go, other = (need(builders.producer(code)) for code in ("SX1", "SX2", "SX3"))
    course = builders.course("TH1", date(2026, 1, 5))
    save_course(course=course, needs=[kept, let_go])
    assert states(kept, let_go, other) == ["planned", "planned", "open"]
    save_course(course=course, needs=[kept])
    assert states(kept, let_go) == ["planned", "open"]
    record_attendance(course=course, commune=builders.commune(), people=4, women=4)
    assert states(kept, let_go) == ["met", "open"]
    assert Need.objects.get(pk=kept.pk).closed_at is not None
    late = builders.course("TH2", date(2026, 2, 5))
    save_course(course=late, needs=[other])
    cancel_course(course=late, reason="x")
    assert states(kept, other) == ["met", "open"]


@pytest.mark.parametrize(
    "taken", [{"state": Need.State.PLANNED}, {"state": Need.State.WITHDRAWN}, {"state": Need.State.MET}, {"wish": Need.Wish.KOL}]
)
def test_a_need_that_was_answered_otherwise_is_not_taken(taken: dict[str, str]) -> None:
    answered = need(builders.producer("SX1"), **taken)
    course = Course(title_vi="Lớp", topic="other", starts_on=TODAY, ends_on=TODAY, province_id=builders.GIA_LAI)
    with pytest.raises(NeedTakenError):
        save_course(course=course, needs=[answered])
    assert not Course.objects.exists()


def test_the_form_offers_needs_of_the_own_province_alone(official: User) -> None:
    mine = need(builders.producer("SX1"))
    need(builders.producer("SX2"), wish=Need.Wish.KOL)
    foreign = need(builders.producer("SX3", province=builders.CA_MAU))
    client = browser_of(official)
    assert list(client.get("/training/new/").context["form"].fields["needs"].queryset) == [mine]
    response = client.post("/training/new/", {**GOOD, "needs": [foreign.pk]})
    assert list(response.context["form"].errors) == ["needs"]
    assert client.post("/training/new/", {**GOOD, "needs": [mine.pk]}).status_code == 302
    assert states(mine, foreign) == ["planned", "open"]


def test_the_database_keeps_a_commune_once_and_women_among_people() -> None:
    course = builders.course("TH1", TODAY, people=3)
    where = course.attendances.get().commune
    for broken, name in (({"people": 1}, "attendance_once_a_commune"), ({"people": 2, "women": 3}, "women_are_among_the_people")):
        place = where if name.startswith("attendance") else builders.commune(nth=2)
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Attendance.objects.create(course=course, commune=place, **broken)


def test_called_off_for_a_reason(official: User) -> None:
    builders.course("TH1", TODAY)
    client = browser_of(official)
    assert list(client.post("/training/TH1/cancel/", {"reason": " "}).context["form"].errors) == ["reason"]
    assert client.post("/training/TH1/cancel/", {"reason": "Trùng lịch"}).status_code == 302
    assert Course.objects.get().cancelled_reason == "Trùng lịch"
