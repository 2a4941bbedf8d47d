"""schemathesis tries the API against its own OpenAPI document: every answer is one that the document describes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from rest_framework.authtoken.models import Token
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection

from orders.feeds.keys import make_key
from orders.feeds.models import ShopKey
from tests import builders

EXAMPLES = int(os.environ.get("OCOP_API_EXAMPLES", "6"))
CONFIG: dict[str, Any] = {
    "seed": 20260701,
    "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
    "checks": {
        # What the document says is refused for what it means, not for how it is written: days in the wrong order, a name there is.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "400", "401", "403", "404", "406", "409", "412", "422", "428"]},
        "missing_required_header": {"expected-statuses": ["400", "401", "403", "404", "428"]},
    },
}


SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(hypothesis.HealthCheck)
)


@pytest.fixture
def schema(fresh_db: str) -> Iterator[Any]:
    """The document as it is served, asked for with the token of a member of two producers, and a shop's key."""
    makers = [builders.producer("SX1"), builders.producer("SX2", nth_commune=1)]
    for number in range(3):
        builders.product(f"SP{number}", makers[number % 2], stars=3 + number, price=1000)
    token = Token.objects.create(user=builders.member(*makers))
    config = SchemathesisConfig.from_dict(CONFIG)
    loaded: Any = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", get_wsgi_application(), config=config)
    key = make_key(shop=builders.shop("GIAN-1", makers[0]), kind=ShopKey.Kind.API, by=token.user)[1]
    loaded.authorization = {True: f"Bearer {key}", False: f"Token {token.key}"}
    yield loaded
    cache.clear()


@pytest.mark.slow
@pytest.mark.no_cover
def test_every_answer_is_one_that_the_document_describes(schema: Any) -> None:
    tried = []
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:

            @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
            @SETTINGS
            def answers(case: Any) -> None:
                cache.clear()  # else the limit of requests is all that is found
                of_shop = case.path.startswith("/api/v1/orders")
                # A parameter that nobody knows is passed over, as everywhere on the web.
                known = {
                    parameter["name"] for parameter in case.operation.definition.raw.get("parameters", []) if parameter["in"] == "query"
                }
                strange = set(case.query or {}) - known
                case.call_and_validate(
                    headers={"Authorization": schema.authorization[of_shop]}, excluded_checks=[negative_data_rejection] if strange else []
                )

            with suppress(hypothesis.errors.Unsatisfiable):  # an address without anything to be wrong about
                answers()
        tried.append(f"{operation.method.upper()} {operation.path}")
    assert "PATCH /api/v1/listings/{code}/" in tried
    assert "POST /api/v1/orders" in tried
    assert len(tried) >= 14
