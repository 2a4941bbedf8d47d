"""What tests of batches share: a shop, and the key by which its program sends orders. A module with another shop has its own."""

from __future__ import annotations

import pytest

from orders.feeds.keys import make_key
from orders.feeds.models import ShopKey
from orders.models import Shop
from tests import builders


@pytest.fixture
def shop() -> Shop:
    """A host's shop on TikTok Shop."""
    return builders.shop("GIAN-1", builders.host("SAMMY"))


@pytest.fixture
def key(shop: Shop) -> str:
    """Its key."""
    return make_key(shop=shop, kind=ShopKey.Kind.API, by=builders.official())[1]
