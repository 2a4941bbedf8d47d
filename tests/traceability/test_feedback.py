"""Feedback without an account: what is kept and what is not, who reads it, how the answer comes back."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from accounts.models import Message
from catalog.models import Producer, Product
from tests import builders, trace_builders
from tests.roles import People, Role, client_of
from traceability.codes.paths import code_path
from traceability.feedback import services, slowing
from traceability.feedback.masking import MASK, masked
from traceability.feedback.tickets import GOOD_FOR, TICKET_LENGTH, new_token, number_in, ticket_of
from traceability.models import Feedback, Reply, UnitCode
from traceability.resolver import guessing

pytestmark = pytest.mark.django_db


@pytest.fixture
def code(people: People) -> UnitCode:
    """A pack of the member's producer."""
    made = builders.product("CF", Producer.objects.get(), name="Cà phê bột")
    Product.objects.filter(pk=made.pk).update(gtin=trace_builders.gtin())
    return trace_builders.codes(trace_builders.lot(Product.objects.get(pk=made.pk), "RANG-1"))[0]


def address(code: UnitCode, kind: str = "") -> str:
    """Where the page behind the pack leads those who have something to say."""
    return f"{reverse('feedback_new')}?about={code_path(code)}" + (f"&kind={kind}" if kind else "")


def sent(**fields: Any) -> dict[str, Any]:
    """What the browser sends from a page that was just opened."""
    return {"token": new_token(), "kind": "complaint", "text": "Gói bị rách", **fields}


def write(code: UnitCode, **fields: Any) -> str:
    """Send it; the address of the ticket."""
    answer = Client().post(address(code), sent(**fields))
    assert answer.status_code == 302
    return answer["Location"].partition("?")[0]


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_from_the_page_behind_a_code_to_the_answer(people: People, code: UnitCode) -> None:
    visitor = Client()
    page = text(visitor.get(code_path(code)))
    (here, _counterfeit) = re.findall(r'href="(/feedback/\?about=[^"]+)"', page)
    assert here == address(code)
    form = text(visitor.get(here))
    assert code_path(code) in form
    token = re.search(r'name="token" value="([^"]+)"', form)
    assert token is not None
    answer = visitor.post(here, {"token": token[1], "kind": "question", "text": "Pha thế nào?\nNóng hay lạnh?"})
    shown_once = text(visitor.get(answer["Location"]))
    ticket = answer["Location"].split("/")[3]
    assert "-".join(ticket[at : at + 4] for at in range(0, 16, 4)) in shown_once
    feedback = Feedback.objects.get()
    assert (feedback.product, feedback.lot, feedback.unit, feedback.state) == (code.lot.product, code.lot, code, "new")

    member, official = client_of(people, Role.COOPERATIVE), client_of(people, Role.AGRICULTURE)
    inside = reverse("feedback_detail", args=[feedback.pk])
    assert "Pha thế nào?<br>Nóng hay lạnh?" in text(member.get(inside))
    assert member.post(inside, {"do": "answer", "text": "Nóng 92 độ"}).status_code == 302
    assert official.post(inside, {"do": "answer", "text": "Đúng vậy"}).status_code == 302
    for reader in (visitor.get(f"/feedback/ticket/{ticket}/"), member.get(inside), official.get(inside)):
        page = text(reader)
        assert page.index("Nóng 92 độ") < page.index("Đúng vậy")
        assert code.lot.product.producer.name in page
        assert people[Role.AGRICULTURE].current_posts()[0].agency.name in page
    outside = text(visitor.get(f"/feedback/ticket/{ticket}/"))
    assert str(people[Role.COOPERATIVE]) not in outside
    assert "Đã trả lời" in outside
    # Once more; typed as people type a code.
    typed = f"{ticket[:4]}-{ticket[4:]}".lower()
    assert visitor.get(reverse("feedback_new"), {"ticket": typed})["Location"] == f"/feedback/ticket/{typed}/"
    assert visitor.post(f"/feedback/ticket/{typed}/", {"token": new_token(), "text": "Cảm ơn"}).status_code == 302
    feedback.refresh_from_db()
    assert (feedback.state, feedback.waiting_since is not None) == ("new", True)
    assert [reply.side for reply in feedback.replies.all()] == ["producer", "office", "writer"]
    assert member.post(inside, {"do": "close"}).status_code == 302
    feedback.refresh_from_db()
    assert (feedback.state, feedback.closed_by) == ("closed", people[Role.COOPERATIVE])
    assert not visitor.cookies


def test_nothing_about_the_writer_is_kept(code: UnitCode) -> None:
    there = write(code, text="Gọi 0977 123 456 hoặc nguoi.mua+1@example.com, GTIN 8938505974194")
    feedback = Feedback.objects.get()
    assert feedback.text == f"Gọi {MASK} hoặc {MASK}, GTIN 8938505974194"
    ticket = there.split("/")[3]
    assert len(ticket) == TICKET_LENGTH
    # The ticket opens it, and stands nowhere.
    with connection.cursor() as cursor:
        cursor.execute("SELECT feedback::text FROM traceability_feedback feedback")
        (row,) = cursor.fetchone()
    assert ticket not in row
    assert "0977" not in row


@pytest.mark.parametrize(
    "told",
    [
        "0977123456",
        "0977.123.456",
        "+84 977 123 456",
        "(+84) 977-123-456",
        "84977123456",
        "024 3825 1234",
        "(024) 38251234",
        "a@b.vn",
        "Tên.Họ@cong-ty.com.vn",
    ],
)
def test_numbers_and_addresses_are_masked(told: str) -> None:
    assert masked(f"Xin gọi {told}, cảm ơn") == f"Xin gọi {MASK}, cảm ơn"


@pytest.mark.parametrize(
    "told", ["08938505974194", "8938505974194", "01/11/2026", "120.000 ₫", "lô RANG-240501", "0,5 kg", "0 1 2", "@", "10:30"]
)
def test_other_figures_stay(told: str) -> None:
    assert masked(told) == told


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_masking_twice_is_masking_once(told: str) -> None:
    assert masked(masked(told)) == masked(told)


def test_a_form_sent_twice_is_one_ticket(people: People, code: UnitCode) -> None:
    form = sent()
    first, second = (Client().post(address(code), form) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Feedback.objects.count() == 1
    there, again = first["Location"].partition("?")[0], {"token": new_token(), "text": "Còn nữa"}
    assert [Client().post(there, again).status_code for _ in range(2)] == [302, 302]
    assert Reply.objects.get().text == "Còn nữa"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text": ""}, "bắt buộc"),
        ({"text": "x" * 1_000_000}, "2000"),
        ({"text": "a\x00b"}, "ký tự rỗng"),
        ({"kind": "counterfeit"}, "hợp lệ"),
        ({"kind": "<script>"}, "hợp lệ"),
        ({"website": "http://spam.example"}, "để trống"),
    ],
)
def test_what_the_form_refuses(code: UnitCode, fields: dict[str, str], told: str) -> None:
    answer = Client().post(address(code), sent(**fields))
    assert answer.status_code == 422
    assert told in text(answer)
    assert "<script>" not in text(answer)
    assert not Feedback.objects.exists()


def test_a_form_that_no_page_of_ours_made_is_refused(code: UnitCode) -> None:
    for token in ("", "x", new_token()[:-1] + "!", "\x00"):
        assert Client().post(address(code), sent(token=token)).status_code == 403
    there = write(code)
    assert Client().post(there, {"text": "x"}).status_code == 403
    later = timezone.now() + GOOD_FOR + timedelta(minutes=1)
    form = sent(text="Viết lâu lắm")
    with patch("time.time", later.timestamp):
        answer = Client().post(address(code), form)
        page = text(answer)
        renewed = re.search(r'name="token" value="([^"]+)"', page)
        assert (answer.status_code, "Viết lâu lắm" in page) == (422, True)
        assert renewed is not None
        assert number_in(renewed[1]) != ticket_of("")


def test_text_is_shown_as_it_was_typed(people: People, code: UnitCode) -> None:
    script = "<script>alert(1)</script> {{ 7 }} &amp;"
    there = write(code, text=script)
    inside = reverse("feedback_detail", args=[Feedback.objects.get().pk])
    for page in (
        Client().get(there),
        client_of(people, Role.COOPERATIVE).get(inside),
        client_of(people, Role.TRADE).get(reverse("feedback_list")),
    ):
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 }} &amp;amp;" in text(page)
        assert "<script>alert" not in text(page)


def photo() -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.effect_noise((400, 300), 80).convert("RGB").save(file, "JPEG")
    return SimpleUploadedFile("giả.jpg", file.getvalue(), "image/jpeg")


def test_a_counterfeit_goes_to_the_department_first(people: People, code: UnitCode) -> None:
    fields = {"token": new_token(), "text": "Tem in mờ", "bought_where": "Chợ, gọi 0977123456", "photo": photo()}
    assert Client().post(address(code, "counterfeit"), {**fields, "bought_where": "", "photo": ""}).status_code == 422
    answer = Client().post(address(code, "counterfeit"), fields)
    assert answer.status_code == 302
    feedback = Feedback.objects.get()
    assert (feedback.kind, feedback.bought_where, feedback.with_producer) == ("counterfeit", f"Chợ, gọi {MASK}", False)
    told = {message.user_id for message in Message.objects.all()}
    assert told == {people[Role.AGRICULTURE].pk, people[Role.TRADE].pk}
    inside, picture = (reverse(name, args=[feedback.pk]) for name in ("feedback_detail", "feedback_photo"))
    member, official = client_of(people, Role.COOPERATIVE), client_of(people, Role.AGRICULTURE)
    assert [member.get(page).status_code for page in (inside, picture)] == [404, 404]
    assert official.get(picture)["Content-Type"] == "image/webp"
    official.post(inside, {"do": "answer", "text": "Đang kiểm tra"})
    assert official.post(inside, {"do": "pass_on"}).status_code == 302
    assert official.post(inside, {"do": "pass_on"}).status_code == 404
    assert "Đang kiểm tra" in text(member.get(inside))
    assert member.get(picture).status_code == 200
    assert people[Role.COOPERATIVE].pk in {message.user_id for message in Message.objects.all()}


@pytest.mark.parametrize("file", [SimpleUploadedFile("x.jpg", b"<script>"), SimpleUploadedFile("x.jpg", b"\xff\xd8\xff broken")])
def test_a_photo_that_is_none_is_refused(code: UnitCode, file: SimpleUploadedFile) -> None:
    answer = Client().post(address(code, "counterfeit"), sent(bought_where="Chợ", photo=file))
    assert answer.status_code == 422
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("about", ["/t/0000000000000", "/01/09521234543213/21/ABC", "javascript:alert(1)", "x" * 5000, "/01/1"])
def test_a_code_that_nobody_issued_is_reported_by_province(people: People, about: str) -> None:
    where = f"{reverse('feedback_new')}?about={quote(about)}"
    assert Client().post(where, sent(bought_where="Chợ")).status_code == 422
    assert Client().post(where, sent(bought_where="Chợ", province=builders.GIA_LAI)).status_code == 302
    feedback = Feedback.objects.get()
    assert (feedback.kind, feedback.product, feedback.about) == ("counterfeit", None, about[:200])
    inside = reverse("feedback_detail", args=[feedback.pk])
    statuses = {role: client_of(people, role).get(inside).status_code for role in Role}
    assert statuses == {
        Role.NOBODY: 302,
        Role.COOPERATIVE: 404,
        Role.COMMUNE: 404,
        Role.TRADE: 200,
        Role.AGRICULTURE: 200,
        Role.ADMINISTRATOR: 200,
    }
    assert 'href="javascript' not in text(client_of(people, Role.TRADE).get(inside))
    elsewhere = Client()
    elsewhere.force_login(builders.official(builders.TRADE, builders.CA_MAU), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert elsewhere.get(inside).status_code == 404


def test_who_reads_what(people: People, code: UnitCode) -> None:
    foreign = trace_builders.lot(builders.product("CM", builders.producer("CM", province=builders.CA_MAU)))
    neighbour = trace_builders.lot(builders.product("HX", builders.producer("HX", nth_commune=1)))
    for number, path in enumerate((code_path(code), f"/t/{neighbour.code}", f"/t/{foreign.code}")):
        trace_builders.feedback(path, number=str(number))
    seen = {
        role: set(Feedback.objects.visible_to(people[role]).values_list("product__code", flat=True))
        for role in Role
        if role is not Role.NOBODY
    }
    assert seen == {
        Role.COOPERATIVE: {"CF"},
        Role.COMMUNE: {"CF"},
        Role.TRADE: {"CF", "HX"},
        Role.AGRICULTURE: {"CF", "HX"},
        Role.ADMINISTRATOR: {"CF", "HX", "CM"},
    }
    # An official who belongs to the producer reads no report that its members do not read.
    report, _ticket = trace_builders.feedback(code_path(code), number="report", kind="counterfeit")
    assert Feedback.objects.visible_to(people[Role.TRADE]).filter(pk=report.pk).exists()
    code.lot.product.producer.memberships.create(user=people[Role.TRADE])
    assert not Feedback.objects.visible_to(people[Role.TRADE]).filter(pk=report.pk).exists()


def test_people_are_told_once_a_day(people: People, code: UnitCode) -> None:
    for number in range(5):
        trace_builders.feedback(code_path(code), number=str(number))
    trace_builders.feedback(code_path(code), number="praise", kind="praise")
    assert Message.objects.filter(user=people[Role.COOPERATIVE]).count() == 1
    assert Message.objects.filter(user=people[Role.AGRICULTURE]).count() == 1
    assert not Message.objects.filter(user=people[Role.COMMUNE]).exists()
    assert Message.objects.earliest("pk").subject == "Khiếu nại: Cà phê bột"


def test_whoever_sends_by_the_hundred_has_to_wait(code: UnitCode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slowing, "ALLOWED", 3)
    sender, other = Client(REMOTE_ADDR="203.0.113.7"), Client(REMOTE_ADDR="203.0.113.8")
    assert [sender.post(address(code), sent()).status_code for _ in range(5)] == [302] * 3 + [429] * 2
    assert other.post(address(code), sent()).status_code == 302
    assert sender.post(write(code), {"token": new_token(), "text": "x"}).status_code == 429


def test_whoever_guesses_tickets_has_to_wait(code: UnitCode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "ALLOWED", 3)
    there, guesser = write(code), Client(REMOTE_ADDR="203.0.113.7")
    assert [guesser.get(f"/feedback/ticket/{number:016d}/").status_code for number in range(6)] == [404] * 4 + [429] * 2
    assert guesser.get(there).status_code == 429
    assert Client().get(there).status_code == 200
    assert Client().get(there)["Cache-Control"] == "private, no-store"


def test_text_is_erased_a_year_after_closing_and_counts_stay(people: People, code: UnitCode) -> None:
    feedback, ticket = trace_builders.feedback(code_path(code), photo=b"made up", bought_where="Chợ")
    untouched, _ = trace_builders.feedback(code_path(code), number="2")
    services.answer(feedback=feedback, by=people[Role.COOPERATIVE], text="Xin lỗi")
    now = timezone.now()
    assert services.erase_old(now=now + services.CLOSED_AFTER - timedelta(days=1)) == 0
    feedback.refresh_from_db()
    assert feedback.state == "answered"
    closed = now + services.CLOSED_AFTER + timedelta(days=1)
    assert services.erase_old(now=closed) == 0
    feedback.refresh_from_db()
    assert (feedback.state, feedback.text) == ("closed", "Gói bị rách")
    assert services.erase_old(now=closed + services.ERASED_AFTER + timedelta(days=1)) == 1
    assert services.erase_old(now=closed + services.ERASED_AFTER + timedelta(days=1)) == 0
    feedback.refresh_from_db()
    assert (feedback.text, feedback.bought_where, feedback.photo, feedback.replies.get().text) == ("", "", None, "")
    assert (feedback.kind, feedback.product) == ("complaint", code.lot.product)
    with pytest.raises(services.ClosedError):
        services.write_again(feedback=feedback, text="Còn đó?", number="3")
    assert "được xóa ngày" in text(Client().get(reverse("feedback_ticket", args=[ticket])))
    untouched.refresh_from_db()
    assert (untouched.state, untouched.text) == ("new", "Gói bị rách")
    # What nobody ever answered is not kept for ever either.
    given_up = now + services.GIVEN_UP_AFTER + timedelta(days=1)
    assert services.erase_old(now=given_up) == 0
    untouched.refresh_from_db()
    assert (untouched.state, untouched.waiting_since, untouched.text) == ("closed", None, "Gói bị rách")
    assert services.erase_old(now=given_up + services.ERASED_AFTER + timedelta(days=1)) == 1
    untouched.refresh_from_db()
    assert untouched.text == ""


@pytest.mark.parametrize("typed", ["%09", "%00%09", "/", "%20/%20", "%E3%80%80"])
def test_a_ticket_of_nothing_is_asked_for_again(typed: str) -> None:
    answer = Client().get(f"{reverse('feedback_new')}?ticket={typed}")
    assert (answer.status_code, 'name="ticket"' in text(answer)) == (200, True)


def test_what_waits_longest_comes_first_with_its_age(people: People, code: UnitCode) -> None:
    client = client_of(people, Role.COOPERATIVE)
    counts = []
    for number in (1, 3):
        for nth in range(number):
            trace_builders.feedback(code_path(code), f"lần {number}-{nth}", number=f"{number}-{nth}")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("feedback_list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    Feedback.objects.filter(text="lần 3-2").update(waiting_since=timezone.now() - timedelta(days=8))
    page = text(client.get(reverse("feedback_list")))
    assert page.index("lần 3-2") < page.index("lần 1-0")
    assert "đã 8 ngày" in page
    assert "Chờ trả lời (4)" in page
    assert "lần 3-2" not in text(client.get(reverse("feedback_list"), {"state": "closed"}))
