"""`manage.py api_token EMAIL`: the token with which a user's programs call the API."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rest_framework.authtoken.models import Token

from accounts.models import User


class Command(BaseCommand):
    """The token does what its user may do; it is made at the first call and stays the same."""

    help = "Print a user's API token, making it when there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The user's e-mail, in any case."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token alone, so that a script can take it as it is."""
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError(f"no user has the e-mail {options['email']}")
        if not user.is_active:
            raise CommandError(f"{user.email} is not active: a token would open nothing")
        token, _ = Token.objects.get_or_create(user=user)
        self.stdout.write(token.key)
