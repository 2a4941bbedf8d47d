"""`manage.py api_token CONTACT`: the token with which a user's programs call the API."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rest_framework.authtoken.models import Token

from accounts.models import User
from accounts.phones import PhoneError, parse


class Command(BaseCommand):
    """The token does what its user may do; it is made at the first call and stays the same."""

    help = "Print a user's API token, making it when there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The user's e-mail in any case, or phone number as people write it."""
        parser.add_argument("contact")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token alone, so that a script can take it as it is."""
        contact = options["contact"].strip()
        try:
            user = User.objects.known_by(contact if "@" in contact else parse(contact))
        except PhoneError as error:
            raise CommandError(str(error)) from error
        if user is None:
            raise CommandError(f"no user is known by {contact}")
        if not user.is_active:
            raise CommandError(f"{user.contact} is not active: a token would open nothing")
        token, _ = Token.objects.get_or_create(user=user)
        self.stdout.write(token.key)
