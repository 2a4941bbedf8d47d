"""Feeds: read back with the library; a secret address that is guessed, revoked or somebody's who may see nothing any more opens nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Post, User
from livestreams.calendar.links import MOST, TooManyLinksError, make_link, revoke_link
from livestreams.models import FeedLink, OfflineEvent, Programme, Session
from tests import builders
from tests.dashboards.market import browser_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def feed(user: User, programme: Programme | None = None) -> Any:
    """A new link's answer, read by the library."""
    response = Client().get(f"/calendar/{make_link(user=user, programme=programme)}.ics")
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return Calendar.from_ical(response.content)


def entries(calendar: Any) -> dict[str, Any]:
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


@pytest.fixture
def official() -> User:
    return builders.official()


def tonight(days: int = 1) -> Any:
    return timezone.localtime().replace(hour=19, minute=30, second=0, microsecond=0) + timedelta(days=days)


def test_read_back_with_the_library(official: User) -> None:
    programme = builders.programme("CT1")
    session = builders.session("L1", tonight(), minutes=80, hosted_by=builders.host("H1", name="Sammy; & bạn"), of=programme, aired=False)
    guest = builders.guest("LD", "Phó Giám đốc")
    session.guests.add(guest)
    builders.fair("HC", TODAY, TODAY + timedelta(days=2), place="Pleiku", programme=programme)
    builders.course("TH", TODAY + timedelta(days=401))
    calendar = feed(official)
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["tzid"] == "Asia/Ho_Chi_Minh"
    found = entries(calendar)
    assert set(found) == {"session-L1@ocop-portal", "event-HC@ocop-portal"}
    live, fair = found["session-L1@ocop-portal"], found["event-HC@ocop-portal"]
    assert live["dtstart"].params["TZID"] == "Asia/Ho_Chi_Minh"
    assert (live.decoded("dtstart"), live.decoded("dtend")) == (session.planned_start, session.planned_end)
    assert live.decoded("dtstart").utcoffset() == timedelta(hours=7)
    assert (str(live["summary"]), str(live["status"]), live["sequence"]) == ("Phiên L1", "CONFIRMED", 0)
    assert str(live["description"]) == "Người dẫn: Sammy; & bạn\nChương trình: Chương trình CT1"
    assert str(live["url"]) == "http://testserver/plans/L1/"
    # Whole days: the end is excluded.
    assert (fair.decoded("dtstart"), fair.decoded("dtend"), str(fair["location"])) == (TODAY, TODAY + timedelta(days=3), "Pleiku")
    assert guest.full_name not in calendar.to_ical().decode()
    assert not {"attendee", "organizer"} & set(live)


def test_a_change_is_a_newer_revision_and_what_is_called_off_says_so(official: User) -> None:
    session = builders.session("L1", tonight(), aired=False)
    first = entries(feed(official))["session-L1@ocop-portal"]
    moved = tonight(3)
    Session.objects.filter(pk=session.pk).update(planned_start=moved, planned_end=moved + timedelta(hours=1))
    Session.objects.filter(pk=session.pk).update(cancelled_at=timezone.now(), cancelled_reason="Bão")
    again = entries(feed(official))["session-L1@ocop-portal"]
    assert (first["sequence"], again["sequence"], str(again["status"])) == (0, 2, "CANCELLED")
    assert again.decoded("dtstart") == moved
    assert again.decoded("last-modified") >= first.decoded("last-modified")
    assert again.decoded("last-modified").utcoffset() == timedelta(0)


def test_a_programme_s_feed_holds_it_alone_in_the_reader_s_language(official: User) -> None:
    programme = builders.programme("CT1")
    builders.session("L1", tonight(), of=programme, aired=False)
    builders.session("L2", tonight(), aired=False)
    User.objects.filter(pk=official.pk).update(language="en")
    calendar = feed(User.objects.get(pk=official.pk), programme)
    assert [str(event["summary"]) for event in calendar.walk("VEVENT")] == ["Session L1"]
    assert str(calendar["x-wr-calname"]) == "OCOP livestreams: Chương trình CT1"


def test_only_its_hash_is_kept_and_it_is_shown_once(official: User) -> None:
    client = browser_of(official)
    response = client.post("/calendar/feeds/", {"programme": ""})
    address = response.context["fresh"]
    token = address.removeprefix("http://testserver/calendar/").removesuffix(".ics")
    assert len(token) == 43
    assert response["Cache-Control"] == "no-store"
    assert Client().get(address).status_code == 200
    assert Client().head(address).status_code == 200
    link = FeedLink.objects.get()
    assert token not in (link.token_hash, str(link.pk))
    assert token not in client.get("/calendar/feeds/").content.decode()


def test_guessed_revoked_or_without_a_right_it_opens_nothing(official: User) -> None:
    address = f"/calendar/{make_link(user=official, programme=None)}.ics"
    other = browser_of(builders.official())
    link = FeedLink.objects.get()
    # Another's link is nobody's to revoke; the hash opens nothing.
    assert other.post(f"/calendar/feeds/{link.pk}/revoke/").status_code == 404
    for guessed in ("x", link.token_hash, "%00", "a" * 5000):
        assert Client().get(f"/calendar/{guessed}.ics").status_code == 404
    assert Client().get(address).status_code == 200
    Post.objects.filter(user=official).update(until=date(2021, 1, 1))
    assert Client().get(address).status_code == 404
    Post.objects.filter(user=official).update(until=None)
    User.objects.filter(pk=official.pk).update(is_active=False)
    assert Client().get(address).status_code == 404
    User.objects.filter(pk=official.pk).update(is_active=True)
    assert browser_of(official).post(f"/calendar/feeds/{link.pk}/revoke/").status_code == 302
    assert Client().get(address).status_code == 404
    assert revoke_link(user=official, pk=link.pk) is False


def test_read_again_unchanged_it_costs_no_body(official: User) -> None:
    builders.fair("HC", TODAY)
    address = f"/calendar/{make_link(user=official, programme=None)}.ics"
    first = Client().get(address)
    assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    OfflineEvent.objects.update(place="Pleiku")
    assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_of_another_province_s_programme_no_feed_is_made(official: User) -> None:
    foreign = builders.programme("CT9", province=builders.CA_MAU)
    response = browser_of(official).post("/calendar/feeds/", {"programme": foreign.pk})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["programme"])
    builders.session("L9", tonight(), province=builders.CA_MAU, of=foreign, aired=False)
    assert not entries(feed(official, foreign))


def test_so_many_and_no_more(official: User) -> None:
    for _number in range(MOST):
        make_link(user=official, programme=None)
    with pytest.raises(TooManyLinksError):
        make_link(user=official, programme=None)
    assert browser_of(official).post("/calendar/feeds/", {"programme": ""}).status_code == 422


def test_three_entries_cost_what_one_costs(official: User) -> None:
    address = f"/calendar/{make_link(user=official, programme=None)}.ics"
    counts = []
    for number in range(1, 4):
        builders.session(f"L{number}", tonight(number), aired=False)
        builders.fair(f"HC{number}", TODAY)
        builders.course(f"TH{number}", TODAY)
        with CaptureQueriesContext(connection) as captured:
            Client().get(address)
        counts.append(len(captured))
    assert counts[0] == counts[2]
