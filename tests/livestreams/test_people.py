"""Hosts and guests: what is entered and what is refused, dated rows that are never overwritten, names that go while figures stay."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Platform, Producer
from livestreams.air.links import make_link
from livestreams.models import AssistantLink, Channel, FollowerCount, Guest, GuestTitle, Host, HostTerms, Organisation
from livestreams.people.capacity import months_ahead
from livestreams.people.services import (
    ErasedError,
    StillPlannedError,
    add_row,
    change_guest,
    change_host,
    erase_guest,
    erase_host,
    erase_past_date,
)
from livestreams.tasks import erase_people
from orders.figures.fold import fold_all
from orders.figures.models import Figure
from orders.figures.verify import rebuild_figures
from tests import builders, order_builders
from tests.order_builders import Line
from tests.roles import People, Role, client_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def official(people: People) -> Client:
    return client_of(people, Role.TRADE)


def host_form(**fields: Any) -> dict[str, Any]:
    """What the browser sends to enter a host."""
    return {"stage_name": "Bếp Núi", "purpose": "Livestream", "keep_until": "2100-01-01", **fields}


def errors(answer: HttpResponse) -> list[str]:
    """Which fields the summary of errors names, by id."""
    assert answer.status_code == 422
    summary = re.search(r'<div class="error-summary".*?</div>', answer.content.decode(), re.S)
    assert summary is not None
    return re.findall(r'href="#([\w-]+)"', summary[0])


def test_a_host_is_entered_with_a_code_that_says_nothing_of_the_person(official: Client) -> None:
    answer = official.post(reverse("host_new"), host_form(full_name="Nguyễn Thị Hoa", verified_on="2026-01-02", verified_by="tiktok"))
    host = Host.objects.get()
    assert answer["Location"] == reverse("host_page", args=[host.code])
    assert (host.code, host.stage_name, host.province_id) == (f"KOL-{host.pk:04d}", "Bếp Núi", "52")
    assert (host.verified_on, host.verified_by, host.keep_until) == (date(2026, 1, 2), "tiktok", date(2100, 1, 1))


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"stage_name": ""}, "id_stage_name"),
        ({"stage_name": "x" * 151}, "id_stage_name"),
        ({"stage_name": "a\0b"}, "id_stage_name"),
        ({"purpose": ""}, "id_purpose"),
        ({"keep_until": ""}, "id_keep_until"),
        ({"keep_until": (TODAY - timedelta(days=1)).isoformat()}, "id_keep_until"),
        ({"keep_until": "mai"}, "id_keep_until"),
        ({"sessions_a_month": "-1"}, "id_sessions_a_month"),
        ({"sessions_a_month": "99999999999999999999"}, "id_sessions_a_month"),
        ({"verified_on": "2026-01-02"}, "id_verified_by"),
        ({"verified_by": "tiktok"}, "id_verified_on"),
        ({"verified_on": (TODAY + timedelta(days=1)).isoformat(), "verified_by": "tiktok"}, "id_verified_on"),
        ({"disclosure_agreed_on": (TODAY + timedelta(days=1)).isoformat()}, "id_disclosure_agreed_on"),
        ({"groups": ["0"]}, "id_groups"),
        ({"commune": "32182"}, "id_commune"),  # of another province
        ({"commune": "\0"}, "id_commune"),
    ],
)
def test_what_is_wrong_of_a_host_is_said_at_its_field(official: Client, sent: dict[str, Any], field: str) -> None:
    assert errors(official.post(reverse("host_new"), host_form(**sent))) == [field]
    assert not Host.objects.exists()


def test_a_department_cannot_give_a_host_to_another_province_or_to_all(official: Client) -> None:
    official.post(reverse("host_new"), host_form(province="96"))
    assert Host.objects.get().province_id == "52"


def test_who_keeps_a_host() -> None:
    builders.host("A", province="52"), builders.host("B", province="96"), builders.host("C")
    seen = {
        user: sorted(Host.objects.kept_by(user).values_list("code", flat=True))
        for user in (builders.official(), builders.official(builders.TRADE, "96"), builders.official(builders.AGRICULTURE))
    }
    assert list(seen.values()) == [["A", "C"], ["B", "C"], []]
    assert Host.objects.kept_by(builders.administrator()).count() == 3


def test_dated_rows_are_added_and_never_overwritten(official: Client) -> None:
    host = builders.host("A", province="52")
    channel = host.channels.get()
    page = reverse("host_page", args=["A"])
    terms = {"act": "terms", "since": "2026-01-01", "rate": "12.5", "fee": "2000000"}
    assert official.post(page, terms)["Location"] == page
    assert official.post(page, terms | {"since": "2026-06-01", "rate": "10"}).status_code == 302
    assert errors(official.post(page, terms | {"rate": "50"})) == ["terms_since"]
    assert [(one.since, one.rate, one.fee) for one in host.terms.all()] == [
        (date(2026, 6, 1), Decimal("10.00"), 2_000_000),
        (date(2026, 1, 1), Decimal("12.50"), 2_000_000),
    ]
    count = {"act": "followers", "channel": channel.pk, "counted_on": "2026-01-01", "followers": "1000"}
    assert official.post(page, count).status_code == 302
    assert errors(official.post(page, count | {"followers": "5"})) == ["followers_counted_on"]
    assert [one.followers for one in FollowerCount.objects.all()] == [1000]
    assert official.post(page, {"act": "channel", "platform": "shopee", "handle": "@A"}).status_code == 302
    assert errors(official.post(page, {"act": "channel", "platform": "shopee", "handle": "@A"})) == ["channel_handle"]
    # An act that there is not changes nothing.
    assert official.post(page, {"act": "erase"}).status_code == 200
    assert (host.channels.count(), host.terms.count()) == (2, 2)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"rate": "101"}, "terms_rate"),
        ({"rate": "-1"}, "terms_rate"),
        ({"rate": "NaN"}, "terms_rate"),
        ({"fee": "-1"}, "terms_fee"),
        ({"fee": "9" * 30}, "terms_fee"),
        ({"since": ""}, "terms_since"),
    ],
)
def test_terms_that_are_none(official: Client, sent: dict[str, Any], field: str) -> None:
    builders.host("A", province="52")
    terms = {"act": "terms", "since": "2026-01-01", "rate": "12", "fee": "0", **sent}
    assert errors(official.post(reverse("host_page", args=["A"]), terms)) == [field]
    assert not HostTerms.objects.exists()


def test_followers_of_another_hosts_channel_are_refused(official: Client) -> None:
    builders.host("A", province="52")
    other = builders.host("B", province="52").channels.get()
    count = {"act": "followers", "channel": other.pk, "counted_on": "2026-01-01", "followers": "1"}
    assert errors(official.post(reverse("host_page", args=["A"]), count)) == ["followers_channel"]


def test_a_guest_and_the_titles(official: Client) -> None:
    sent = {"full_name": "Phạm Văn B", "kind": "leader", "purpose": "Livestream", "keep_until": "2100-01-01"}
    official.post(reverse("guest_new"), sent)
    guest = Guest.objects.get()
    page = reverse("guest_page", args=[guest.code])
    assert guest.code == f"KM-{guest.pk:04d}"
    title = {"title_vi": "Phó Giám đốc Sở", "since": "2024-01-01"}
    assert official.post(page, title)["Location"] == page
    assert official.post(page, title | {"title_vi": "Giám đốc Sở", "since": "2025-07-01"}).status_code == 302
    assert errors(official.post(page, title | {"until": "2023-12-31"})) == ["id_until"]
    assert errors(official.post(page, {"title_vi": "", "since": ""})) == ["id_title_vi", "id_since"]
    assert [str(guest.held_on(day)) for day in (date(2025, 6, 30), date(2025, 7, 1))] == ["Phó Giám đốc Sở", "Giám đốc Sở"]


def test_an_organisation(official: Client) -> None:
    assert errors(official.post(reverse("partner_new"), {"name_vi": "", "kind": "bank"})) == ["id_name_vi", "id_kind"]
    assert official.post(reverse("partner_new"), {"name_vi": "Bưu điện tỉnh", "kind": "shipping"}).status_code == 302
    made = Organisation.objects.get()
    official.post(reverse("partner_edit", args=[made.code]), {"name_vi": "Bưu điện tỉnh Gia Lai", "kind": "shipping"})
    made.refresh_from_db()
    assert (made.code, made.name_vi) == (f"DT-{made.pk:04d}", "Bưu điện tỉnh Gia Lai")


def test_capacity_counts_sessions_that_are_not_cancelled(django_assert_num_queries: Any) -> None:
    host = builders.host("A")
    Host.objects.filter(pk=host.pk).update(sessions_a_month=2)
    host.refresh_from_db()
    for code, start in (("1", "2026-01-31 23:59"), ("2", "2026-02-01 00:00"), ("3", "2026-02-28 23:00"), ("4", "2026-02-10 08:00")):
        builders.session(code, builders.at(start), hosted_by=host, aired=False)
    type(host.sessions.get(code="4")).objects.filter(code="4").update(cancelled_at=timezone.now())
    with django_assert_num_queries(1):
        months = months_ahead(host, date(2026, 1, 15))
    assert [(one.first.month, one.sessions, one.left, one.full) for one in months] == [
        (1, 1, 1, False),
        (2, 2, 0, True),
        (3, 0, 2, False),
        (4, 0, 2, False),
    ]


def sold(host: Host) -> None:
    """A session of the host in which something was sold, its figures folded."""
    product = builders.product("P", Producer.objects.create(code="X", name="HTX X"))
    builders.ProducerSeat.objects.create(producer=product.producer, commune=builders.commune(), since=builders.LONG_AGO)
    shop = builders.shop("S", host, sells=[product])
    start = builders.at("2026-01-10 20:00")
    builders.session("L", start, products=[product], hosted_by=host, shops=[shop])
    order_builders.order(shop, "1", start + timedelta(minutes=2), Line(product, units=3, value=300_000, delivered=2, returned=1))
    order_builders.fold()


def figures() -> list[tuple[Any, ...]]:
    """All cells of a host's sessions, with their sums."""
    cells = Figure.objects.filter(session__host__isnull=False)
    return sorted(cells.values_list("session__host", "bucket", "placed_units", "placed_value", "returned_value", "delivered_value"))


def test_erasing_a_host_takes_the_names_and_leaves_every_sum() -> None:
    host = builders.host("SAO-MAI", name="Sao Mai")
    Host.objects.filter(pk=host.pk).update(full_name="Nguyễn Thị Hoa", base="Pleiku", purpose="Livestream", keep_until=TODAY)
    Channel.objects.create(host=host, platform=Platform.SHOPEE, handle="saomai", url="https://shopee.vn/saomai")
    HostTerms.objects.create(host=host, since=date(2026, 1, 1), rate=10, fee=5, note="Chị Hoa nói")
    sold(host)
    before = figures()
    assert len(before) > 0
    erased = erase_host(host_id=host.pk)
    again = erase_host(host_id=host.pk)
    host.refresh_from_db()
    # Not even the code names anybody any more.
    code = f"KOL-{host.pk:04d}"
    assert (host.code, str(host), host.full_name, host.base, host.purpose) == (code, code, "", "", "")
    assert again.erased_at == erased.erased_at is not None
    assert [(one.handle, one.url) for one in host.channels.order_by("pk")] == [
        (f"{code}-{pk}", "") for pk in host.channels.order_by("pk").values_list("pk", flat=True)
    ]
    assert [(one.rate, one.fee, one.note) for one in host.terms.all()] == [(Decimal("10.00"), 5, "")]
    # Nothing that is folded anew from the ledger differs either.
    fold_all()
    rebuild_figures()
    assert figures() == before


def test_erasing_a_guest_takes_name_and_titles_and_leaves_the_sessions() -> None:
    guest = builders.guest("KM-1", "Chủ tịch UBND xã", of=builders.commune())
    session = builders.session("L", builders.at("2026-01-10 20:00"))
    session.guests.add(guest)
    erase_guest(guest_id=guest.pk)
    guest.refresh_from_db()
    title = GuestTitle.objects.get()
    code = f"KM-{guest.pk:04d}"
    assert (str(guest), guest.code, title.title_vi, title.title_en, title.commune) == (code, code, code, "", None)
    assert list(session.guests.all()) == [guest]


def test_names_are_needed_until_the_last_session_is_over(official: Client) -> None:
    host = builders.host("KOL-1", name="Sao Mai", province="52")
    coming = builders.session("L", timezone.now() + timedelta(days=2), hosted_by=host, aired=False)
    with pytest.raises(StillPlannedError) as caught:
        erase_host(host_id=host.pk)
    assert caught.value.sessions == [coming]
    answer = official.post(reverse("host_erase", args=["KOL-1"]))
    assert (answer.status_code, "Phiên L" in answer.content.decode()) == (422, True)
    type(coming).objects.update(cancelled_at=timezone.now())
    code = f"KOL-{host.pk:04d}"
    there = reverse("host_page", args=[code])
    assert official.post(reverse("host_erase", args=["KOL-1"]))["Location"] == there
    page = official.get(there).content.decode()
    assert "Sao Mai" not in page
    # What was erased is not entered again.
    assert official.post(reverse("host_edit", args=[code]), host_form()).status_code == 302
    assert official.post(there, {"act": "channel", "platform": "shopee", "handle": "x"}).status_code == 200
    assert (Host.objects.get().stage_name, Channel.objects.count()) == (code, 1)


def test_a_form_that_was_open_while_the_names_went_brings_none_back() -> None:
    host, guest = builders.host("KOL-1", name="Sao Mai"), builders.guest("KM-1", "Chủ tịch")
    opened, guest_opened = Host.objects.get(pk=host.pk), Guest.objects.get(pk=guest.pk)
    erase_host(host_id=host.pk)
    erase_guest(guest_id=guest.pk)
    channel = Channel(host=opened, platform=Platform.SHOPEE, handle="saomai")
    title = GuestTitle(guest=guest_opened, title_vi="Chủ tịch", since=TODAY)
    for late in (
        lambda: change_host(host=opened, groups=[]),
        lambda: change_guest(guest=guest_opened),
        lambda: add_row(channel),
        lambda: add_row(title),
    ):
        with pytest.raises(ErasedError):
            late()
    host.refresh_from_db()
    guest.refresh_from_db()
    assert [host.stage_name, guest.full_name] == [host.code, guest.code]
    assert not Channel.objects.filter(handle="saomai").exists()
    assert not GuestTitle.objects.filter(title_vi="Chủ tịch").exists()


def test_links_forget_for_whom_they_were_ninety_days_after_they_expired() -> None:
    session, now = builders.session("L", builders.at("2026-01-10 20:00")), timezone.now()
    for name, days in (("Lan", 91), ("Hòa", 89)):
        link, _token = make_link(session=session, name=name, hours=4, by=builders.official())
        AssistantLink.objects.filter(pk=link.pk).update(expires_at=now - timedelta(days=days))
    erase_people()
    assert set(AssistantLink.objects.values_list("name", flat=True)) == {"", "Hòa"}


def test_a_night_erases_whose_date_has_passed() -> None:
    days = {"A": -1, "B": 0, "C": None, "D": -1}
    for code, offset in days.items():
        host = builders.host(code, name=f"Tên {code}")
        Host.objects.filter(pk=host.pk).update(keep_until=None if offset is None else TODAY + timedelta(days=offset))
    builders.session("L", timezone.now() + timedelta(days=2), hosted_by=Host.objects.get(code="D"), aired=False)
    guest = builders.guest("G", "Chủ tịch")
    Guest.objects.filter(pk=guest.pk).update(keep_until=TODAY - timedelta(days=30))
    assert erase_past_date(today=TODAY) == 2
    erase_people()
    erased, *named = Host.objects.order_by("pk")
    assert [str(erased), *map(str, named)] == [f"KOL-{erased.pk:04d}", "Tên B", "Tên C", "Tên D"]
    assert [str(one) for one in Guest.objects.all()] == [f"KM-{guest.pk:04d}"]
    assert list(Host.objects.past(TODAY)) == [Host.objects.get(code="D")]


def test_the_register_names_whose_date_has_passed(official: Client) -> None:
    host = builders.host("KOL-9", name="Sao Mai", province="52")
    assert "notice warning" not in official.get(reverse("host_register")).content.decode()
    Host.objects.filter(pk=host.pk).update(keep_until=date(2026, 1, 1))
    page = official.get(reverse("host_register")).content.decode()
    assert page.index("notice warning") < page.index(reverse("host_page", args=["KOL-9"]))


def test_the_register_asks_as_much_for_one_as_for_three(official: Client, django_assert_max_num_queries: Any) -> None:
    def filled(code: str) -> None:
        host = builders.host(code, province="52")
        host.groups.set(builders.OcopSet.objects.values_list("group", flat=True)[:2])
        HostTerms.objects.create(host=host, since=TODAY, rate=5)
        FollowerCount.objects.create(channel=host.channels.get(), counted_on=TODAY, followers=10)
        builders.guest(f"G{code}", "Chủ tịch", province="52", of=builders.commune())

    filled("A")
    addresses = (reverse("host_register"), reverse("guest_register"))

    def asked() -> list[int]:
        counts = []
        for address in addresses:
            with django_assert_max_num_queries(50) as queries:
                official.get(address)
            counts.append(len(queries))
        return counts

    one = asked()
    filled("B")
    filled("C")
    assert asked() == one
