"""LIVE analytics files: matched to sessions, confirmed, replaced by newer editions, and never another's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from livestreams.analytics.matching import State, matches
from livestreams.analytics.services import AppliedAlreadyError, NoSuchChoiceError, read_upload, take_upload
from livestreams.models import Channel, LiveFigures, LiveUpload, Session
from tests import builders
from tests.builders import at
from tests.dashboards.market import browser_of
from tests.livestreams.live_files import FULL, HEADERS, ROOM, broadcast, write

pytestmark = pytest.mark.django_db
OTHER = "7508812345678901299"


class Stage:
    """A trade official, and a channel with a session on 20 May at 20:00 and two on 22 May."""

    def __init__(self) -> None:
        self.official = builders.official()
        self.host = builders.host("H1")
        self.channel: Channel = self.host.channels.get()
        self.session = builders.session("L1", at("2025-05-20 20:00"), hosted_by=self.host)
        self.noon = builders.session("NOON", at("2025-05-22 12:00"), hosted_by=self.host)
        self.evening = builders.session("EVE", at("2025-05-22 20:00"), hosted_by=self.host)

    def upload(self, folder: Path, *rows: dict[str, Any], user: User | None = None, **more: Any) -> LiveUpload:
        file = write(folder / "live.xlsx", rows or [FULL], **more)
        return read_upload(user=user or self.official, channel=self.channel, path=file, file_name="live.xlsx")

    def take(self, upload: LiveUpload, **chosen: str) -> list[str]:
        """What became of the rows; `row4="L1"` chooses."""
        asked = {int(row.removeprefix("row")): code for row, code in chosen.items()}
        return [one["state"] for one in take_upload(upload_id=upload.pk, user=self.official, chosen=asked).outcomes]


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_nothing_is_kept_before_it_is_confirmed_and_the_same_again_changes_nothing(stage: Stage, tmp_path: Path) -> None:
    upload = stage.upload(tmp_path)
    (match,) = matches(upload, stage.official)
    assert (match.state, match.chosen) == (State.NEW, stage.session)
    assert LiveFigures.objects.count() == 0
    assert stage.take(upload) == ["new"]
    figures = LiveFigures.objects.get()
    assert (figures.session, figures.room_id, figures.views, figures.orders, figures.gmv, figures.viewers) == (
        stage.session, ROOM, 12_500, 40, 1_234_567, None,
    )  # fmt: skip
    with pytest.raises(AppliedAlreadyError):
        stage.take(upload)
    assert stage.take(stage.upload(tmp_path)) == ["unchanged"]
    assert LiveFigures.objects.get() == figures


def test_a_newer_edition_replaces_and_keeps_what_it_does_not_have(stage: Stage, tmp_path: Path) -> None:
    stage.take(stage.upload(tmp_path))
    half = [header for header in HEADERS[:12] if header != "Duration"]
    newer = stage.upload(tmp_path, broadcast(Attributed_orders=45), headers=half, covers="2025-05-01 ~ 2025-06-30")
    assert stage.take(newer) == ["replaces"]
    old, new = LiveFigures.objects.order_by("pk")
    assert (old.orders, old.replaced_at is not None) == (40, True)
    assert (new.orders, new.likes, new.duration_seconds, new.replaced_at) == (45, 31_000, 3720, None)
    assert list(LiveFigures.objects.current()) == [new]
    # A file that reaches less far came from before it.
    assert stage.take(stage.upload(tmp_path, covers="2025-05-01 ~ 2025-05-31")) == ["older"]
    assert list(LiveFigures.objects.current()) == [new]


def test_rooms_of_another_day_or_channel_are_told_and_not_taken(stage: Stage, tmp_path: Path) -> None:
    other = builders.host("H2")
    builders.session("OTHER", at("2025-05-20 20:00"), hosted_by=other)
    file = write(tmp_path / "other.xlsx", [broadcast(Room_ID=OTHER)])
    theirs = read_upload(user=stage.official, channel=other.channels.get(), path=file, file_name="other.xlsx")
    stage.take(theirs)
    upload = stage.upload(
        tmp_path,
        FULL,
        broadcast(Room_ID=OTHER),
        broadcast(Room_ID="7508812345678901300", Start_Time="2025-05-21 20:00", End_Time=None),
        broadcast(Room_ID="7508812345678901301", Views="?"),
    )
    assert stage.take(upload) == ["new", "elsewhere", "no_session", "wrong"]
    assert set(LiveFigures.objects.values_list("room_id", "session__code")) == {(ROOM, "L1"), (OTHER, "OTHER")}


def test_of_two_sessions_of_a_day_the_nearest_start_unless_told_otherwise(stage: Stage, tmp_path: Path) -> None:
    late = broadcast(Start_Time="2025-05-22 17:00", End_Time="2025-05-22 18:00")
    (match,) = matches(stage.upload(tmp_path, late), stage.official)
    assert (match.chosen, match.sessions) == (stage.evening, (stage.evening, stage.noon))
    with pytest.raises(NoSuchChoiceError) as caught:
        stage.take(stage.upload(tmp_path, late), row4="L1")
    assert caught.value.row == 4
    assert LiveFigures.objects.count() == 0
    assert stage.take(stage.upload(tmp_path, late), row4="") == ["left_out"]
    assert stage.take(stage.upload(tmp_path, late), row4="NOON") == ["new"]
    assert LiveFigures.objects.get().session == stage.noon
    # What was decided once stays, and can be decided anew.
    assert stage.take(stage.upload(tmp_path, late)) == ["unchanged"]
    assert stage.take(stage.upload(tmp_path, late), row4="EVE") == ["replaces"]
    assert LiveFigures.objects.current().get().session == stage.evening


def test_hours_away_from_every_session_it_is_taken_only_when_told(stage: Stage, tmp_path: Path) -> None:
    early = broadcast(Start_Time="2025-05-20 09:00", End_Time="2025-05-20 10:00")
    upload = stage.upload(tmp_path, early)
    (match,) = matches(upload, stage.official)
    assert (match.state, match.chosen, match.sessions) == (State.LEFT_OUT, None, (stage.session,))
    page = browser_of(stage.official).get(f"/en/live-analytics/{upload.pk}/").content.decode()
    assert ["hours away" in page, "Confirm what is chosen" in page, '<option value="" selected>' in page] == [True, True, True]
    assert stage.take(stage.upload(tmp_path, early)) == ["left_out"]
    assert stage.take(upload, row4="L1") == ["new"]
    assert LiveFigures.objects.get().session == stage.session


def test_over_midnight_and_without_a_channel(stage: Stage, tmp_path: Path) -> None:
    night = builders.session("NIGHT", at("2025-05-25 23:30"))
    file = write(tmp_path / "live.xlsx", [broadcast(Start_Time="2025-05-26 00:10", End_Time=None)])
    upload = read_upload(user=stage.official, channel=None, path=file, file_name="live.xlsx")
    (match,) = matches(upload, stage.official)
    assert (match.chosen, match.state) == (night, State.NEW)


def test_the_pages(stage: Stage, tmp_path: Path) -> None:
    client = browser_of(stage.official)
    form = client.get("/en/live-analytics/", {"session": "L1"}).context["form"]
    assert form["channel"].value() == str(stage.channel.pk)
    assert client.get("/live-analytics/", {"session": "\0"}).status_code == 200
    # A file that lacks a column, and a cell that cannot be read, are shown as not known.
    lacking = [header for header in HEADERS if header != "Attributed GMV"]
    content = write(tmp_path / "live.xlsx", [FULL, broadcast(Room_ID="x", Views="?")], headers=lacking).read_bytes()
    sent = {"channel": str(stage.channel.pk), "file": SimpleUploadedFile("live.xlsx", content)}
    answer = client.post("/en/live-analytics/", sent)
    upload = LiveUpload.objects.get()
    assert answer["Location"] == f"/en/live-analytics/{upload.pk}/"
    shown = client.get(answer["Location"])
    assert [row["state"].value for row in shown.context["rows"]] == ["new", "wrong"]
    assert [(row["views"], row["orders"], row["gmv"]) for row in shown.context["rows"]] == [(12_500, 40, None), (None, 40, None)]
    assert client.get(f"/live-analytics/{upload.pk}/").status_code == 200
    refused = client.post(f"/en/live-analytics/{upload.pk}/confirm/", {"session-4": "EVE"}, follow=True)
    assert "Row 4: this session does not fit the broadcast." in refused.content.decode()
    assert LiveFigures.objects.count() == 0
    # The same, twice, with fields that are none.
    for _time in range(2):
        done = client.post(
            f"/en/live-analytics/{upload.pk}/confirm/", {"session-4": "L1", "session-x": "L1", "session-9999999": ""}, follow=True
        )
        assert done.status_code == 200
    assert LiveFigures.objects.get().session == stage.session
    # An upload is its uploader's alone.
    assert browser_of(builders.official()).get(f"/live-analytics/{upload.pk}/").status_code == 404
    assert browser_of(builders.official()).post(f"/live-analytics/{upload.pk}/confirm/").status_code == 404


@pytest.mark.parametrize(
    ("channel", "content", "told"),
    [("999", b"PK", "channel"), ("own", b"", "file"), ("own", b"not a workbook", "file"), ("own", b"PK\x03\x04 and no more", "file")],
)
def test_bad_input_is_told_at_its_field(stage: Stage, channel: str, content: bytes, told: str) -> None:
    sent = {"channel": str(stage.channel.pk) if channel == "own" else channel, "file": SimpleUploadedFile("a.xlsx", content)}
    answer = browser_of(stage.official).post("/en/live-analytics/", sent)
    assert list(answer.context["form"].errors) == [told]
    assert LiveUpload.objects.count() == 0


def test_sessions_of_another_province_are_not_offered(stage: Stage, tmp_path: Path) -> None:
    elsewhere = builders.official(province=builders.CA_MAU)
    assert browser_of(elsewhere).get("/live-analytics/").context["form"].fields["channel"].choices == [("", "Chọn kênh")]
    (match,) = matches(stage.upload(tmp_path, user=elsewhere), elsewhere)
    assert match.state == State.NO_SESSION
    Session.objects.filter(pk=stage.session.pk).update(province=builders.CA_MAU)
    assert matches(stage.upload(tmp_path), stage.official)[0].state == State.NO_SESSION


def test_the_same_queries_for_one_broadcast_and_three(stage: Stage, tmp_path: Path) -> None:
    one = stage.upload(tmp_path)
    three = stage.upload(tmp_path, *(broadcast(Room_ID=f"75088123456789000{number}") for number in range(10, 13)))
    counts = []
    for upload in (one, three):
        with CaptureQueriesContext(connection) as captured:
            matches(upload, stage.official)
        counts.append(len(captured))
    assert counts[0] == counts[1]
