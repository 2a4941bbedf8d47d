"""The page of scans, and what a lot's page tells of them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog.models import Producer, Product
from tests import builders, trace_builders
from tests.roles import People, Role, client_of
from traceability.codes.paths import code_path
from traceability.models import Lot, OftenScanned
from traceability.scans.record import Record, new_id
from traceability.scans.writing import MOST_A_DAY, write_scans

pytestmark = pytest.mark.django_db
ADDRESS = "/lots/scans/"


@pytest.fixture
def lot(people: People) -> Lot:
    """A lot of the member's producer."""
    return trace_builders.lot(builders.product("CF", Producer.objects.get(), name="Cà phê bột"), "RANG-1")


@pytest.fixture
def member(people: People) -> Client:
    return client_of(people, Role.COOPERATIVE)


def scanned(lot: Lot | None, product: Product, times: int, *, days_ago: int = 0, visits: int = 0) -> None:
    """So many scans of the lot, or of the product's own code, of which so many are visits."""
    at = timezone.now() - timedelta(days=days_ago)
    seen = [(one + 1 + 1000 * product.pk + 100_000 * days_ago).to_bytes(16) if one < visits else None for one in range(times)]
    write_scans(scans=[Record(new_id(), at, "vi", product.pk, lot.pk if lot else None, visit=visit) for visit in seen])


def text(client: Client, address: str = ADDRESS, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_by_product_by_lot_and_by_day(member: Client, lot: Lot) -> None:
    assert "Không có lượt quét nào" in text(member)
    scanned(lot, lot.product, 1234, visits=3)
    scanned(None, lot.product, 11, days_ago=2)
    scanned(lot, lot.product, 5, days_ago=29)
    page = text(member)
    assert "1.250" in page
    assert "Cà phê bột" in page
    assert page.count("<tr>") == 2 + 4
    page = text(member, f"{ADDRESS}?product=CF&since={timezone.localdate() - timedelta(days=2)}")
    assert "RANG-1" in page
    assert "Mã chung của sản phẩm" in page
    assert "1.245" in page
    assert "1.250" not in page
    detail = text(member, reverse("lot_detail", args=[lot.pk]))
    assert "1.239" in detail
    assert "trong 3 lượt xem" in detail


def test_others_scans_are_on_nobodys_page(people: People, lot: Lot) -> None:
    foreign = builders.product("F", builders.producer("F", nth_commune=1), name="Mắm lạ")
    scanned(None, foreign, 7)
    scanned(lot, lot.product, 3)
    for role in (Role.COOPERATIVE, Role.COMMUNE):
        client = client_of(people, role)
        assert "Mắm lạ" not in text(client)
        text(client, f"{ADDRESS}?product=F", 404)
    assert "Mắm lạ" in text(client_of(people, Role.ADMINISTRATOR))
    assert Client().get(ADDRESS).status_code == 302
    assert client_of(people, Role.COOPERATIVE).post(ADDRESS).status_code == 405


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("since=hôm nay", 422, "Từ"),
        ("since=2026-02-30", 422, "Từ"),
        ("since=2026-11-02&until=2026-11-01", 422, "Ngày này nằm trước ngày bắt đầu"),
        ("since=2020-01-01&until=2026-11-01", 422, "Chọn nhiều nhất một năm"),
        ("since=0001-01-01", 200, ""),
        ("until=0001-01-31", 200, ""),
        ("until=9999-12-31", 200, ""),
        ("since=%00", 422, ""),
        ("page=x&often=-1", 200, ""),
        ("product=", 200, ""),
        ("product=%00", 404, ""),
        ("product=CF%27--", 404, ""),
        ("product=" + "x" * 5000, 404, ""),
    ],
)
def test_what_cannot_be_asked_for(member: Client, lot: Lot, query: str, status: int, told: str) -> None:
    assert told in text(member, f"{ADDRESS}?{query}", status)


def test_packs_scanned_unusually_often_are_listed(people: People, member: Client, lot: Lot) -> None:
    (code,) = trace_builders.codes(lot)
    write_scans(
        scans=[Record(new_id(), timezone.now(), "vi", lot.product_id, lot.pk, code.pk, visit=one.to_bytes(16)) for one in range(1, 23)]
    )
    assert OftenScanned.objects.get().unit == code
    for client in (member, client_of(people, Role.TRADE)):
        page = text(client)
        assert code.serial in page
        assert "Quá 20 lượt xem trong một ngày" in page
    foreign = client_of(People.of(builders.producer("F", nth_commune=1)), Role.COOPERATIVE)
    assert code.serial not in text(foreign)


def test_statements_do_not_grow_with_the_rows(member: Client, lot: Lot) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            text(member)
        return len(queries)

    scanned(lot, lot.product, 2)
    trace_builders.codes(lot, 3)
    OftenScanned.objects.create(unit=lot.codes.all()[0], flagged_at=timezone.now())
    statements()
    one = statements()
    for number in range(2):
        product = builders.product(f"N{number}", lot.product.producer)
        scanned(trace_builders.lot(product, "L"), product, 2, days_ago=number)
        OftenScanned.objects.create(unit=lot.codes.all()[1 + number], flagged_at=timezone.now())
    assert statements() == one


def test_a_department_clears_a_pack_and_says_why(people: People, lot: Lot) -> None:
    (code,) = trace_builders.codes(lot, 1)
    at = timezone.now()

    def visited(first: int, count: int = MOST_A_DAY + 1, at: datetime = at) -> None:
        visits = (number.to_bytes(16) for number in range(first, first + count))
        write_scans(scans=[Record(new_id(), at, "vi", lot.product_id, lot.pk, code.pk, visit=visit) for visit in visits])

    visited(1)
    official, address = client_of(people, Role.TRADE), reverse("often_clear", args=[code.serial])
    assert "verdict scanned_too_often" in text(Client(), code_path(code))
    for role, status in ((Role.COOPERATIVE, 403), (Role.COMMUNE, 403), (Role.NOBODY, 302)):
        assert client_of(people, role).post(address, {"found": "Không sao"}).status_code == status
    elsewhere = builders.official(builders.TRADE, "01")
    stranger = Client()
    stranger.force_login(elsewhere, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert stranger.post(address, {"found": "Không sao"}).status_code == 404
    for wrong in ("", " ", "x" * 501, "a\0b"):
        assert "500 ký tự" in official.post(address, {"found": wrong}, follow=True).content.decode()
    assert "verdict scanned_too_often" in text(Client(), code_path(code))
    assert "đã được gỡ cảnh báo" in official.post(address, {"found": "Đặt ở quầy hội chợ"}, follow=True).content.decode()
    assert "đã được gỡ cảnh báo trước đó" in official.post(address, {"found": "Khác"}, follow=True).content.decode()
    cleared = OftenScanned.objects.get()
    assert (cleared.found, cleared.cleared_by) == ("Đặt ở quầy hội chợ", people[Role.TRADE])
    assert "verdict valid" in text(Client(), code_path(code))
    page = text(client_of(people, Role.COOPERATIVE))
    assert "Đặt ở quầy hội chợ" in page
    assert "often-rows" not in page
    # The day's visits count no more; those of another day do, and its people are told again.
    visited(900, count=1)
    assert not OftenScanned.objects.standing().exists()
    visited(1000, at=at + timedelta(days=1))
    again = OftenScanned.objects.standing().get()
    assert (again.told_at, again.found) == (None, "Đặt ở quầy hội chợ")
    assert "verdict scanned_too_often" in text(Client(), code_path(code))
