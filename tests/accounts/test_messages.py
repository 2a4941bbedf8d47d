"""Messages: a row first, then sent, once each, tried again, and shown to their reader alone."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.messages import send, send_secret
from accounts.messages.services import WAITS, due_messages, send_message
from accounts.messages.sms import GatewaySms, NoSms, SmsError
from accounts.models import Message
from ocop_portal.environment import sms_adapter
from tests import builders, sms

pytestmark = pytest.mark.django_db
PHONE = "+84912345678"


def test_who_has_an_address_gets_mail_and_who_has_none_a_text_message() -> None:
    reader, member = builders.user("an@example.vn"), builders.user(phone=PHONE)
    first, second = send([reader, member], subject="Sao sắp hết hạn", body="Còn 30 ngày.", kind="star_expiring")
    assert (mail.outbox, sms.outbox) == ([], [])  # a worker sends, after the commit
    assert send_message(message_id=first.pk)
    assert send_message(message_id=second.pk)
    assert [(letter.to, letter.subject, letter.body) for letter in mail.outbox] == [(["an@example.vn"], "Sao sắp hết hạn", "Còn 30 ngày.")]
    assert sms.outbox == [(PHONE, "Sao sắp hết hạn\nCòn 30 ngày.")]
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_a_message_is_sent_once() -> None:
    (message,) = send(builders.user(phone=PHONE), subject="Một lần", body="", kind="k")
    assert [send_message(message_id=message.pk) for _ in range(3)] == [True, False, False]
    assert sms.outbox == [(PHONE, "Một lần")]
    assert due_messages() == []


def test_an_occasion_tells_each_reader_once() -> None:
    readers = [builders.user(), builders.user()]
    made = [send(readers, subject="90 ngày", body="", kind="star_expiring", dedupe="star_expiring:1:90") for _ in range(2)]
    assert [len(messages) for messages in made] == [2, 0]
    assert len(send(readers, subject="30 ngày", body="", kind="star_expiring", dedupe="star_expiring:1:30")) == 2
    assert Message.objects.count() == 4


def test_everybody_is_told_in_his_own_language() -> None:
    vietnamese, english = builders.user(), builders.user(language="en")
    send([vietnamese, english], subject=gettext_lazy("Messages"), body="", kind="k")
    assert dict(Message.objects.values_list("user__language", "subject")) == {"vi": "Tin nhắn", "en": "Messages"}


def test_a_failed_message_is_tried_again_later_and_then_given_up() -> None:
    sms.broken.add(PHONE)
    (message,) = send(builders.user(phone=PHONE), subject="Thử", body="", kind="k")
    for wait in (*WAITS, None):
        Message.objects.filter(state="waiting").update(due_at=timezone.now() - timedelta(seconds=1))
        assert due_messages() == [message.pk]
        assert not send_message(message_id=message.pk)
        message.refresh_from_db()
        assert message.failure == "the gateway is away"
        assert due_messages() == []
        if wait:
            assert message.state == "waiting"
            assert abs(message.due_at - timezone.now() - wait) < timedelta(seconds=30)
    assert (message.state, message.attempts, sms.outbox) == ("failed", len(WAITS) + 1, [])


def test_a_secret_is_sent_at_once_and_kept_nowhere(client: Client) -> None:
    reader = builders.user(phone=PHONE)
    send_secret(user=reader, subject="Mã đăng nhập", body="X7K2PQ", kind="sign_in_code")
    send_secret(address="moi@example.vn", subject="Lời mời", body="https://…/bí-mật/", kind="invitation")
    assert sms.outbox == [(PHONE, "Mã đăng nhập\nX7K2PQ")]
    assert mail.outbox[0].body == "https://…/bí-mật/"
    assert set(Message.objects.values_list("state", "body")) == {("sent", "")}
    sms.broken.add(PHONE)
    assert send_secret(user=reader, subject="Mã", body="X7K2PQ", kind="sign_in_code").state == "failed"


def test_a_subject_is_one_line() -> None:
    (message,) = send(builders.user(), subject="Sao\r\nBcc: ai@example.vn " + "x" * 300, body="", kind="k")
    assert message.subject.startswith("Sao Bcc: ai@example.vn xxx")
    assert len(message.subject) == 200
    assert send_message(message_id=message.pk)


def test_the_page_shows_one_reader_his_own(client: Client) -> None:
    reader = builders.user("an@example.vn")
    send(reader, subject="Của An", body="Xem <b>đây</b>", kind="k")
    send(builders.user(), subject="Của người khác", body="", kind="k")
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/messages/").content.decode()
    assert "Của An" in page
    assert "Xem &lt;b&gt;đây&lt;/b&gt;" in page
    assert "Của người khác" not in page


def test_the_page_asks_the_same_of_the_database_for_one_and_for_three(client: Client) -> None:
    reader = builders.user()
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    asked = []
    for more in (1, 2):
        for _ in range(more):
            send(reader, subject="Tin", body="", kind="k")
        with CaptureQueriesContext(connection) as queries:
            client.get("/messages/")
        asked.append(len(queries))
    assert asked[0] == asked[1]


class Gateway(BaseHTTPRequestHandler):
    """Takes text messages as a real gateway does."""

    taken: ClassVar[list[tuple[str, Any]]] = []

    def do_POST(self) -> None:
        """Keep what was posted, unless the path says that the gateway is broken."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "garbled" in self.path:
            self.wfile.write(b"what a gateway does not say\r\n")
            return
        self.taken.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(503 if "broken" in self.path else 202)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def gateway() -> Iterator[int]:
    """A gateway on the loopback; its port."""
    Gateway.taken.clear()
    with HTTPServer(("127.0.0.1", 0), Gateway) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_gateway_gets_number_text_and_token(gateway: int, settings: Any) -> None:
    settings.SMS_URL = f"http://token-1@127.0.0.1:{gateway}/send"
    GatewaySms().send(PHONE, "Xin chào")
    assert Gateway.taken == [("Bearer token-1", {"to": PHONE, "text": "Xin chào"})]
    settings.SMS_URL = f"http://token-1@127.0.0.1:{gateway}/broken"
    with pytest.raises(SmsError, match="answered 503"):
        GatewaySms().send(PHONE, "Xin chào")
    settings.SMS_URL = f"http://127.0.0.1:{gateway}/garbled"
    with pytest.raises(SmsError, match="cannot be reached"):
        GatewaySms().send(PHONE, "Xin chào")


def test_a_gateway_that_is_away_is_an_error_of_ours(settings: Any) -> None:
    settings.SMS_URL = "http://127.0.0.1:9/send"
    with pytest.raises(SmsError, match="cannot be reached"):
        GatewaySms().send(PHONE, "Xin chào")


def test_which_adapter_the_environment_chooses() -> None:
    assert sms_adapter("", production=False) == "accounts.messages.sms.ConsoleSms"
    assert sms_adapter("", production=True) == "accounts.messages.sms.NoSms"
    assert sms_adapter("https://t@sms.example/send", production=True) == "accounts.messages.sms.GatewaySms"
    with pytest.raises(ImproperlyConfigured, match="https"):
        sms_adapter("http://sms.example/send", production=True)
    with pytest.raises(SmsError, match="SMS_URL"):
        NoSms().send(PHONE, "Xin chào")
