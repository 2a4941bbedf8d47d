"""Scans: what is one, what is counted, in which order and however often it comes; what is forgotten at night."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Message
from catalog.models import Producer, Product
from tests import builders, trace_builders
from tests.roles import People, Role
from tests.traceability.scanning import counts, packs, scan, unit_days
from traceability import valkey
from traceability.codes.paths import code_path, lot_path, product_path
from traceability.models import DayVisit, ExtraLink, OftenScanned, Scan, ScanCount, UnitCode, UnitDay
from traceability.scans import nightly, often, queue, visits, writing
from traceability.scans.moving import move_scan_counts
from traceability.scans.record import NoRecordError, Record, new_id, packed, unpacked

pytestmark = pytest.mark.django_db


def today() -> date:
    return timezone.localdate()


def test_each_answered_request_is_a_scan_and_a_device_is_one_visit_a_day() -> None:
    first, second = packs(2)
    for path in (code_path(first), code_path(first), f"/trace{code_path(first)}", f"/en/trace{code_path(first)}"):
        assert scan(path).status_code == 200
    scan(code_path(first), address="203.0.113.2")
    scan(code_path(first), device="Mozilla/5.0 (iPhone)")
    scan(code_path(second))
    scan(lot_path(first.lot))
    scan(product_path(first.lot.product))
    assert not Scan.objects.exists()
    assert queue.drain() == 9
    assert counts() == {("P1", "RANG-1", today()): (8, 5), ("P1", "", today()): (1, 1)}
    assert unit_days() == {(first.serial, today()): (6, 3), (second.serial, today()): (1, 1)}
    assert sorted(Scan.objects.values_list("language", flat=True)) == ["en"] + ["vi"] * 8
    assert Scan.objects.filter(unit=first).count() == 6
    assert (queue.drain(), Scan.objects.count()) == (0, 9)


def test_what_is_no_scan() -> None:
    (code,) = packs()
    path = code_path(code)
    client = Client()
    client.head(path)
    client.options(path)
    client.get(path, {"linkType": "linkset"})
    client.get(path, headers={"Accept": "application/linkset+json"})
    client.get(path, {"linkType": "gs1:pip"})  # sent on to a page of ours
    client.get(path, {"linkType": "gs1:nothing"})
    client.get(f"{path[:-1]}{'0' if path[-1] != '0' else '1'}")
    client.get("/01/09520000000074")
    client.get("/t/0000000000000")
    client.get(f"/t/{code.serial}")  # sent on to the Digital Link
    client.get(f"/trace{product_path(code.lot.product)}", {"lot": "rang-1"})
    assert queue.drain() == 0
    ExtraLink.objects.create(product=code.lot.product, link_type="recipeInfo", url="https://example.com/pha", title="Pha", language="vi")
    assert client.get(path, {"linkType": "gs1:recipeInfo"}).status_code == 307
    assert queue.drain() == 1


def records(code: UnitCode, *moments: datetime, device: int = 0) -> list[Record]:
    lot = code.lot
    return [Record(new_id(), at, "vi", lot.product_id, lot.pk, code.pk, visit=device.to_bytes(16) if device else None) for at in moments]


def test_a_batch_that_is_written_again_counts_once() -> None:
    (code,) = packs()
    made = records(code, timezone.now(), timezone.now(), device=7)
    assert writing.write_scans(scans=made) == 2
    assert writing.write_scans(scans=[*made, *made]) == 0
    assert writing.write_scans(scans=[*records(code, timezone.now(), device=7), *made]) == 1
    assert counts() == {("P1", "RANG-1", today()): (3, 1)}


def test_a_day_ends_at_midnight_in_vietnam() -> None:
    (code,) = packs()
    midnight = datetime.combine(today(), datetime.min.time(), builders.VIETNAM)
    before, after = midnight - timedelta(microseconds=1), midnight
    assert before.astimezone(UTC).hour == 16
    writing.write_scans(scans=records(code, before, after.astimezone(UTC)))
    yesterday = today() - timedelta(days=1)
    assert counts() == {("P1", "RANG-1", yesterday): (1, 0), ("P1", "RANG-1", today()): (1, 0)}
    assert visits.visit_of(_request(), "unit:1", today()) != visits.visit_of(_request(), "unit:1", today() + timedelta(days=1))


def _request() -> HttpRequest:
    return RequestFactory().get("/", REMOTE_ADDR="203.0.113.9")


def test_two_things_that_one_person_scans_have_nothing_in_common() -> None:
    one, other = (visits.visit_of(_request(), thing, today()) for thing in ("unit:1", "unit:2"))
    assert one is not None
    assert other is not None
    assert len(one) == len(other) == 16
    assert one != other


def test_all_processes_use_one_salt_and_it_expires_after_midnight() -> None:
    one = visits.visit_of(_request(), "unit:1", today())
    visits.forget_salt()
    assert visits.visit_of(_request(), "unit:1", today()) == one
    (left,) = valkey.ask(("PEXPIRETIME", f"{visits.SALT}{today()}"))
    midnight = datetime.combine(today() + timedelta(days=1), datetime.min.time(), builders.VIETNAM)
    assert left == (midnight + timedelta(minutes=5)).timestamp() * 1000
    # For a day that is over none is made any more.
    assert visits.visit_of(_request(), "unit:1", today() - timedelta(days=2)) is None


def test_the_night_takes_the_visits_and_leaves_the_counts() -> None:
    (code,) = packs()
    yesterday = timezone.now() - timedelta(days=1)
    for made in records(code, yesterday, yesterday, timezone.now(), device=9):
        queue.hand_over(replace(made, visit=made.day.toordinal().to_bytes(16)))
    writing.write_scans(scans=records(code, timezone.now() - timedelta(days=29)))
    Scan.objects.filter(scanned_at__lt=yesterday).update(scanned_at=timezone.now() - timedelta(days=31))
    assert nightly.forget_visits() == 1
    assert nightly.forget_visits() == 0
    assert DayVisit.objects.get().day == today()
    assert Scan.objects.count() == 3
    day = today()
    assert counts() == {
        ("P1", "RANG-1", day - timedelta(days=1)): (2, 1),
        ("P1", "RANG-1", day): (1, 1),
        ("P1", "RANG-1", day - timedelta(days=29)): (1, 0),
    }


def test_what_is_too_old_to_be_known_as_written_is_not_written() -> None:
    (code,) = packs()
    assert writing.write_scans(scans=records(code, timezone.now() - timedelta(days=31))) == 0
    assert counts() == {}


@pytest.mark.parametrize("text", [b"", b"\x00\xff", b"[]", b"{}", b"null", b'["x",1,"vi",1,1,1,"",null]', b'["' + b"0" * 32 + b'",1e400]'])
def test_nonsense_among_the_scans_holds_up_nothing(text: bytes) -> None:
    with pytest.raises(NoRecordError):
        unpacked(text)
    (code,) = packs()
    valkey.ask(("RPUSH", queue.WAITING, text))
    queue.hand_over(records(code, timezone.now())[0])
    assert queue.drain() == 1
    assert valkey.ask(("LLEN", queue.WAITING)) == [0]


def test_scans_of_what_is_gone_and_of_what_has_moved() -> None:
    (code,) = packs()
    lot, product = code.lot, code.lot.product
    kept = builders.product("KEPT", product.producer)
    gone = Record(new_id(), timezone.now(), "vi", 999_999)
    no_lot = Record(new_id(), timezone.now(), "vi", product.pk, 999_999)
    waiting = [gone, no_lot, *records(code, timezone.now()), Record(new_id(), timezone.now(), "vi", product.pk)]
    lot.product = kept
    lot.save(update_fields=["product"])
    Product.objects.filter(pk=product.pk).update(merged_into=kept, published_at=None)
    assert writing.write_scans(scans=waiting) == 2
    assert counts() == {("KEPT", "RANG-1", today()): (1, 0), ("KEPT", "", today()): (1, 0)}


def test_a_scan_that_waited_under_its_key_is_found_when_it_is_written() -> None:
    (code,) = packs()
    keys = [code_path(code)[1:], lot_path(code.lot)[1:], f"t/{code.serial.lower()}", "01/09520000000074", "t/0000000000000", "01/x"]
    assert writing.write_scans(scans=[Record(new_id(), timezone.now(), "vi", key=key) for key in keys]) == 3
    assert counts() == {("P1", "RANG-1", today()): (3, 0)}
    assert unit_days() == {(code.serial, today()): (2, 0)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_order_and_any_repetition_counts_the_same(scanned: list[UnitCode], data: st.DataObject) -> None:
    now = timezone.now()
    told = data.draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 3)), min_size=1, max_size=30))
    made = []
    expected: dict[tuple[str, date], list[object]] = {}
    for unit, days, device in told:
        (one,) = records(scanned[unit], now - timedelta(days=days))
        visit = (1 + unit + 10 * days + 100 * device).to_bytes(16) if device else None
        made.append(replace(one, visit=visit))
        expected.setdefault((scanned[unit].serial, one.day), []).append(visit)
    arriving = data.draw(st.permutations(made + data.draw(st.lists(st.sampled_from(made), max_size=10))))
    for table in (Scan, DayVisit, ScanCount, UnitDay):
        table.objects.all().delete()
    while arriving:
        size = data.draw(st.integers(1, len(arriving)))
        batch, arriving = arriving[:size], arriving[size:]
        writing.write_scans(scans=[unpacked(packed(one)) for one in batch])
    assert unit_days() == {key: (len(seen), len({one for one in seen if one})) for key, seen in expected.items()}
    total = [sum(column) for column in zip(*unit_days().values(), strict=True)]
    assert [sum(column) for column in zip(*counts().values(), strict=True)] == total
    assert Scan.objects.count() == len(made)


@pytest.fixture
def scanned() -> list[UnitCode]:
    """Packs of two lots of two products."""
    return [*packs(2), *packs(1, "L2", nth=2)]


def by_devices(code: UnitCode, count: int, *, days_ago: int = 0, first: int = 1) -> list[Record]:
    at = timezone.now() - timedelta(days=days_ago)
    return [one for device in range(first, first + count) for one in records(code, at, at, device=device * 100 + days_ago + 1)]


def test_a_pack_scanned_by_more_devices_than_one_pack_meets() -> None:
    (code, quiet) = packs(2)
    writing.write_scans(scans=by_devices(code, writing.MOST_A_DAY))
    # A till scans on and on: one device.
    writing.write_scans(scans=[one for _ in range(60) for one in records(quiet, timezone.now(), device=5_000_000)])
    assert not OftenScanned.objects.exists()
    assert "verdict valid" in scan(code_path(code)).content.decode()
    writing.write_scans(scans=by_devices(code, 1, first=900))
    assert OftenScanned.objects.get().unit == code
    assert "verdict scanned_too_often" in scan(code_path(code)).content.decode()
    assert "verdict valid" in scan(code_path(quiet)).content.decode()


def test_a_pack_scanned_by_many_over_its_life() -> None:
    (code,) = packs()
    for day in range(5):
        writing.write_scans(scans=by_devices(code, writing.MOST_IN_ALL // 5, days_ago=day))
    assert not OftenScanned.objects.exists()
    writing.write_scans(scans=by_devices(code, 1, days_ago=6))
    assert OftenScanned.objects.get().unit == code


def test_producer_and_departments_are_told_once(people: People) -> None:
    product = builders.product("CF", Producer.objects.get(), name="Cà phê bột")
    first, second = trace_builders.codes(trace_builders.lot(product, "L1"), 2)
    writing.write_scans(scans=by_devices(first, writing.MOST_A_DAY + 1))
    assert (often.tell_of_often_scanned(), often.tell_of_often_scanned()) == (1, 0)
    told = Message.objects.filter(kind=often.KIND)
    assert {message.user for message in told} == {people[role] for role in (Role.COOPERATIVE, Role.TRADE, Role.AGRICULTURE)}
    (message,) = told.filter(user=people[Role.COOPERATIVE])
    assert message.subject == "1 mã của lô L1 được quét nhiều bất thường"
    assert first.serial in message.body
    assert second.serial not in message.body
    # Another pack of the lot on the same day stands on the page.
    writing.write_scans(scans=by_devices(second, writing.MOST_A_DAY + 1, first=500))
    assert often.tell_of_often_scanned() == 1
    assert told.count() == 3
    assert OftenScanned.objects.filter(told_at__isnull=False).count() == 2


def test_counts_follow_when_two_entries_are_one_product() -> None:
    (code,) = packs()
    double = code.lot.product
    kept = builders.product("KEPT", double.producer)
    at = timezone.now()
    writing.write_scans(scans=[*records(code, at), Record(new_id(), at, "vi", double.pk), Record(new_id(), at, "vi", kept.pk)])
    assert move_scan_counts(kept=kept, double=double) == 2
    assert counts() == {("KEPT", "RANG-1", today()): (1, 0), ("KEPT", "", today()): (2, 0)}
    assert move_scan_counts(kept=kept, double=double) == 0
