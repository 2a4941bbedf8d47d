"""The roles that people have, and one user of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.test import Client

from accounts.models import User
from catalog.models import Producer
from tests import builders


class Role(StrEnum):
    """Who may stand before a page."""

    NOBODY = "nobody"
    COOPERATIVE = "cooperative"
    TRADE = "trade official"
    AGRICULTURE = "agriculture official"
    COMMUNE = "commune official"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class People:
    """A user of each role that signs in."""

    by_role: dict[Role, User]
    sessions: dict[Role, str] = field(default_factory=dict, compare=False)
    """The session of each who has looked around (`looking`)."""

    @classmethod
    def of(cls, producer: Producer) -> People:
        """The people around a producer: its member, its province's and its commune's officials, and an administrator."""
        seat = producer.seats.get().commune
        return cls(
            {
                Role.COOPERATIVE: builders.member(producer),
                Role.TRADE: builders.official(builders.TRADE, seat.province_id, leads=True),
                Role.AGRICULTURE: builders.official(builders.AGRICULTURE, seat.province_id),
                Role.COMMUNE: builders.official(commune=seat),
                Role.ADMINISTRATOR: builders.administrator(),
            }
        )

    def __getitem__(self, role: Role) -> User:
        return self.by_role[role]


def client_of(people: People, role: Role, **options: Any) -> Client:
    """A client in which the person of that role is signed in, or nobody."""
    client = Client(**options)
    if role is not Role.NOBODY:
        client.force_login(people[role], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def looking(people: People, role: Role) -> Client:
    """A new client with the one session in which that person only looks at pages: to sign in anew costs more than many a page."""
    if role is Role.NOBODY:
        return Client()
    if role not in people.sessions:
        people.sessions[role] = client_of(people, role).cookies[settings.SESSION_COOKIE_NAME].value
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = people.sessions[role]
    return client
