"""For every address of the portal: who may open it, how it is filled in, and what the answer is.

The URL walk fails on an address that is missing here. An address is opened with GET. Whoever it is not open to is sent to sign-in
(nobody) or gets 403 (somebody). Where it names a thing, officials and members get 404 for a thing of another province.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import translation

from tests.roles import Role
from tests.things import Things

EVERYBODY = frozenset(Role)
SIGNED_IN = EVERYBODY - {Role.NOBODY}
OFFICIALS = frozenset({Role.TRADE, Role.AGRICULTURE, Role.COMMUNE, Role.ADMINISTRATOR})
INTAKE = frozenset({Role.TRADE, Role.COMMUNE, Role.COOPERATIVE, Role.ADMINISTRATOR})
TRADE = frozenset({Role.TRADE, Role.ADMINISTRATOR})
REGISTRY = frozenset({Role.AGRICULTURE, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Case:
    """What is true of one address."""

    open_to: frozenset[Role]
    args: Callable[[Things], dict[str, Any]] | None = None
    status: int = 200
    query: str = ""
    # Whether rows of several producers are on the page, so that it must leave out those of others.
    rows: bool = False
    # Not a page: nothing for a browser to look at.
    page: bool = True

    @property
    def names_a_thing(self) -> bool:
        """Whether the address has parameters."""
        return self.args is not None


CASES: dict[str, Case] = {
    "healthz": Case(EVERYBODY, page=False),
    "home": Case(EVERYBODY),
    # Sign-in
    "account_login": Case(EVERYBODY),
    "account_logout": Case(EVERYBODY),
    "account_inactive": Case(EVERYBODY),
    "account_signup": Case(EVERYBODY),
    "account_reset_password": Case(EVERYBODY),
    "account_reset_password_done": Case(EVERYBODY),
    "account_reset_password_from_key": Case(EVERYBODY, args=lambda _: {"uidb36": "1", "key": "used"}),
    "account_reset_password_from_key_done": Case(EVERYBODY),
    "account_change_password": Case(SIGNED_IN),
    "account_set_password": Case(SIGNED_IN, status=302),
    "account_email": Case(SIGNED_IN),
    "account_reauthenticate": Case(SIGNED_IN),
}


def address_of(name: str, things: Things, language: str = "vi") -> str:
    """The address of that name in a language, filled in with things."""
    case = CASES[name]
    with translation.override(language):
        return reverse(name, kwargs=case.args(things) if case.args else None) + case.query
