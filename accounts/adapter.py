"""How allauth behaves here: nobody signs up by himself, people have phones, and what is sent is kept as a message."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.messages import send_secret
from accounts.models import User
from accounts.sign_in.fields import PhoneField


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """Accounts come by invitation; the sign-up page says so and makes none."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: who has an account was given it."""
        return False

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        """Numbers as people write them."""
        return PhoneField(**kwargs)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """The user's number; it was proved when the invitation came by it, or shown to an official."""
        return (user.phone, True) if user.phone else None

    def get_user_by_phone(self, phone: str) -> User | None:
        """The user with that number (E.164)."""
        return User.objects.filter(phone=phone).first()

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Give the user that number."""
        user.phone = phone
        user.save(update_fields=["phone"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Nothing to keep: an unproved number is never stored."""

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        """A code to sign in with."""
        text = _("%(code)s – give it to nobody, officials never ask for it.") % {"code": code}
        send_secret(user=user, address=phone, subject=_("Your code for the OCOP portal"), body=text, kind="sign_in_code")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """allauth's mails: they hold codes and links, so the row keeps that one was sent, and to whom."""
        request = current.request
        mail = self.render_mail(
            template_prefix, email, {"request": request, "email": email, "current_site": get_current_site(request)} | context
        )
        kind = template_prefix.rpartition("/")[2][:40]
        send_secret(user=User.objects.known_by(email), address=email, subject=mail.subject, body=mail.body, kind=kind)
