"""A product and its keeper, for the pages of photos, papers and sales links."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from catalog.models import Product
from tests import builders


@pytest.fixture
def coffee(db: None) -> Product:
    """A product of the producer GL."""
    return builders.product("GL-1", builders.producer("GL"), name="Cà phê")


@pytest.fixture
def keeper(coffee: Product, client: Client) -> User:
    """A member of its producer, signed in with `client`."""
    made = builders.member(coffee.producer)
    client.force_login(made)
    return made
