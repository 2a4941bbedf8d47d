"""Sign-in on the real pages: who gets in, who is held up, and where it leads."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from rest_framework.authtoken.models import Token

from accounts.models import User
from tests import builders

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"
PASSWORD = "mật khẩu thử"


@pytest.fixture
def user() -> User:
    return builders.user("an@example.vn", "An")


def sign_in(client: Client, password: str = PASSWORD, email: str = "an@example.vn", **extra: str) -> object:
    return client.post(LOGIN, {"login": email, "password": password, **extra})


def test_the_right_password_opens_a_session(client: Client, user: User) -> None:
    response = client.post(LOGIN, {"login": "An@Example.VN", "password": PASSWORD, "next": "/en/"})
    assert (response.status_code, response.headers["Location"]) == (302, "/en/")
    assert client.session["_auth_user_id"] == str(user.pk)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    client.post("/account/logout/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:evil.example"]
)
def test_next_leads_nowhere_else(client: Client, user: User, target: str) -> None:
    assert f'href="{target}' not in client.get(LOGIN, {"next": target}).content.decode()
    response = client.post(LOGIN, {"login": user.email, "password": PASSWORD, "next": target})
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/")
    assert "evil" not in response.headers["Location"]


@pytest.mark.parametrize(("email", "password"), [("an@example.vn", "falsch"), ("nobody@example.vn", PASSWORD), ("an@example.vn", "")])
def test_wrong_ones_do_not_and_do_not_say_which(client: Client, user: User, email: str, password: str) -> None:
    response = client.post("/en/account/login/", {"login": email, "password": password})
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session
    if password:
        assert "The email address and/or password you specified are not correct." in response.content.decode()


def test_an_inactive_user_stays_out(client: Client, user: User) -> None:
    User.objects.update(is_active=False)
    sign_in(client)
    assert "_auth_user_id" not in client.session


def test_after_five_wrong_passwords_not_even_the_right_one_opens(client: Client, user: User) -> None:
    for _ in range(5):
        assert sign_in(client, "wrong").status_code == 200  # type: ignore[attr-defined]
    response = client.post("/en/account/login/", {"login": user.email, "password": PASSWORD})
    assert "Too many failed login attempts. Try again later." in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_flood_from_one_address_gets_our_page_429(client: Client) -> None:
    for number in range(30):
        assert sign_in(client, "wrong", f"u{number}@example.vn").status_code == 200  # type: ignore[attr-defined]
    response = client.post("/en/account/login/", {"login": "x@example.vn", "password": "wrong"})
    assert response.status_code == 429
    assert "Too many attempts" in response.content.decode()
    assert "site-header" in response.content.decode()


def test_nobody_signs_up_by_himself(client: Client) -> None:
    page = client.get("/en/account/signup/")
    assert "Accounts are given by invitation" in page.content.decode()
    response = client.post("/en/account/signup/", {"email": "new@example.vn", "password1": PASSWORD, "password2": PASSWORD})
    assert "Accounts are given by invitation" in response.content.decode()
    assert not User.objects.exists()


def test_a_forgotten_password_is_reset_by_mail_and_strangers_learn_nothing(client: Client, user: User) -> None:
    known = client.post("/en/account/password/reset/", {"email": user.email})
    unknown = client.post("/en/account/password/reset/", {"email": "nobody@example.vn"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert len([message for message in mail.outbox if message.to == [user.email]]) == 1


def test_api_token_is_made_once() -> None:
    builders.user("an@example.vn")
    first, second = io.StringIO(), io.StringIO()
    call_command("api_token", "an@example.vn", stdout=first)
    call_command("api_token", " AN@example.VN", stdout=second)
    User.objects.update(phone="+84912345678")
    by_phone = io.StringIO()
    call_command("api_token", "0912 345 678", stdout=by_phone)
    assert first.getvalue() == second.getvalue() == by_phone.getvalue() == Token.objects.get().key + "\n"


def test_api_token_of_nobody_and_of_an_inactive_user() -> None:
    with pytest.raises(CommandError, match=r"no user is known by x@example\.vn"):
        call_command("api_token", "x@example.vn")
    with pytest.raises(CommandError, match="0912 345 678"):
        call_command("api_token", "12")
    builders.user("an@example.vn")
    User.objects.update(is_active=False, date_joined=timezone.now() - timedelta(days=1))
    with pytest.raises(CommandError, match="not active"):
        call_command("api_token", "an@example.vn")
    assert not Token.objects.exists()
