"""A past session played into its room: as of a moment, plainly marked, and without a trace in any table."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboards.air.minutes import minutes_of
from dashboards.air.replay import LEAD, replay_of, start_replay
from dashboards.air.room import Moment, room_of
from livestreams.models import AirMark, MetricSample, Session
from tests import builders, order_builders
from tests.order_builders import Line

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
START = timezone.now().replace(second=0, microsecond=0) - timedelta(days=1)


@pytest.fixture
def session() -> Session:
    """On air a day ago for an hour, two slots of five minutes, an order in each, a sample in the second minute."""
    maker = builders.producer("HTX")
    products = [builders.product(f"SP{number}", maker) for number in (1, 2)]
    shop = builders.shop("CH", maker, sells=products)
    made = builders.session("PH", START, products=products, shops=[shop])
    order_builders.order(shop, "1", START + 2 * MINUTE, Line(products[0], value=100_000))
    order_builders.order(shop, "2", START + 7 * MINUTE, Line(products[1], value=50_000))
    order_builders.fold()
    MetricSample.objects.create(session=made, at=START + 2 * MINUTE, orders=9)
    return made


def everything() -> dict[str, str]:
    """What stands in every table, sign-ins apart."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table != "django_session":
                cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{table}\" t")
                found[table] = str(cursor.fetchone())
    return found


def test_a_room_as_of_a_moment_holds_what_had_happened_by_then(session: Session) -> None:
    def at(minutes: float) -> tuple[object, ...]:
        moment = START + minutes * MINUTE
        room = room_of(session, Moment(moment, as_of=moment))
        return (
            room.phase,
            room.current.position if room.current else None,
            room.ledger.orders,
            room.ledger.total.value,
            [figure.value for figure in room.reported],
        )

    assert at(-1) == ("planned", None, 0, 0, [])
    assert at(1) == ("on_air", 1, 0, 0, [])
    assert at(3) == ("on_air", 1, 1, 100_000, [9])
    assert at(8) == ("on_air", 2, 2, 150_000, [9])
    assert at(61) == ("ended", None, 2, 150_000, [9])


def test_a_replay_changes_no_row_of_any_table(session: Session) -> None:
    operator = builders.official(builders.TRADE)
    link = builders.air_link(session, operator, token="x")
    client = Client()
    client.force_login(operator, backend="allauth.account.auth_backends.AuthenticationBackend")
    before = everything()
    call_command("play_session", "PH", "--speed", "20", "--no-wait")
    replay = replay_of(session)
    assert replay is not None
    for name in ("control_room", "control_now", "control_sales", "control_wall", "control_wall_now"):
        page = client.get(reverse(name, args=["PH"]))
        assert page.status_code == 200
    page = client.get(reverse("control_room", args=["PH"])).content.decode()
    assert "Đang phát lại" in page
    assert "press-" not in page
    mark = {"id": str(uuid4()), "kind": "end"}
    for address in (reverse("control_sync", args=["PH"]), "/air/x/sync/"):
        answer = client.post(address, json.dumps({"marks": [mark], "samples": [{"id": str(uuid4()), "orders": 3}]}), "application/json")
        assert [fate["reason"] for fate in answer.json()["fates"]] == ["replay", "replay"]
    client.post(reverse("control_write", args=["PH"]), {"mark": f"end:::{uuid4()}"})
    assert link.pk
    assert everything() == before
    call_command("play_session", "PH", "--stop")
    assert replay_of(session) is None
    assert "Đang phát lại" not in client.get(reverse("control_room", args=["PH"])).content.decode()
    assert not AirMark.objects.exists()


def test_time_goes_as_fast_as_it_was_told(session: Session) -> None:
    now = timezone.now()
    replay = start_replay(session, speed=20, now=now)
    assert replay.moment(now) == START - LEAD
    assert replay.moment(now + timedelta(seconds=30)) == START - LEAD + 10 * MINUTE
    assert replay.moment(now + timedelta(days=1)) == replay.last


def test_only_a_past_session_can_be_played(session: Session) -> None:
    builders.session("SAP", timezone.now() - MINUTE)
    builders.session("CHUA", timezone.now() + MINUTE, aired=False)
    for arguments in (["KHONG"], ["SAP"], ["CHUA"], ["PH", "--speed", "0"], ["PH", "--speed", "nan"], ["PH", "--speed", "1e9"]):
        with pytest.raises(CommandError):
            call_command("play_session", *arguments)
    assert replay_of(session) is None


def test_minutes_and_the_turns_of_slots(session: Session) -> None:
    rows = minutes_of(session)
    assert [(minute.at - START, minute.orders, minute.value) for minute in rows.minutes if minute.orders] == [
        (2 * MINUTE, 1, 100_000),
        (7 * MINUTE, 1, 50_000),
    ]
    assert len(rows.minutes) == 6
    assert [(band.position, band.first - START, band.last - START) for band in rows.bands] == [
        (1, 0 * MINUTE, 5 * MINUTE),
        (2, 5 * MINUTE, 60 * MINUTE),
    ]
    assert [slot for _minute, slot in rows.rows] == [1, 2]
