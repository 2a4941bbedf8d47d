"""How allauth behaves here: nobody signs up by himself."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators; the sign-up page says so and makes none."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: who has an account was given it."""
        return False
