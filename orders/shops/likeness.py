"""Which product an unmapped SKU could be: by likeness of names (pg_trgm). A person decides; nothing is mapped by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import get_language

from orders.shops.models import Shop
from orders.shops.packs import units_in, without_pack
from orders.shops.services import UnmappedSku

LEAST = 50
"""Likeness, in hundredths, below which nothing is suggested."""

COMPARED = 20  # products whose names are looked at closely, for each SKU
WORDS_READ = 120  # characters of a name in a shop that are compared: what follows is advertising


@dataclass(frozen=True)
class Suggestion:
    """A product that a SKU could be, `score` of 100 alike, with the units in the pack that its name tells."""

    line_key: str
    product: int
    code: str
    name: str
    score: int
    units: int


# Of the shop's producer's own products, else of the province's (which the index of names narrows down), the COMPARED most alike as a whole
# are looked at closely: how much of the product's name stands together in the text. A name that stands there whole is 100 alike; of two
# such the longer one says more.
_LIKE = """
WITH sku AS MATERIALIZED (
    SELECT key, catalog_plain(words) AS words FROM unnest(%(keys)s::text[], %(words)s::text[]) AS s (key, words)
)
SELECT sku.key, best.id, best.code, best.name_vi, best.name_en, best.score
FROM sku CROSS JOIN LATERAL (
    SELECT near.*, round(100 * word_similarity(catalog_plain(near.name_vi), sku.words))::int AS score
    FROM (
        SELECT p.id, p.code, p.name_vi, p.name_en
        FROM catalog_searchentry e JOIN catalog_product p ON p.id = e.product_id
        WHERE p.merged_into_id IS NULL AND {candidates}
        ORDER BY similarity(e.name_key, sku.words) DESC, p.id LIMIT %(compared)s
    ) near
    ORDER BY score DESC, length(near.name_vi) DESC, near.id LIMIT 1
) best
WHERE best.score >= %(least)s
"""
_OWN = "p.producer_id = %(producer)s"
_PROVINCE = """e.name_key %% sku.words
        AND e.commune_id IN (SELECT code FROM places_commune WHERE province_id = %(province)s)"""


def suggestions(shop: Shop, skus: Sequence[UnmappedSku]) -> dict[str, Suggestion]:
    """By line key the product that each SKU is most like, of those that the shop is likely to sell; one statement, whatever there is.

    Give it a page of SKUs, not all: each is compared with every candidate.
    """
    if not skus:
        return {}
    texts = {sku.line_key: f"{sku.product_name} {sku.variation}"[:WORDS_READ] for sku in skus}
    asked = {
        "keys": list(texts),
        "words": [without_pack(text) for text in texts.values()],
        "producer": shop.producer_id,
        "province": shop.province_id,
        "least": LEAST,
        "compared": COMPARED,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # A shop's name of a product is long: much of it is not the product's.
        cursor.execute("SET LOCAL pg_trgm.similarity_threshold = 0.25")
        cursor.execute(_LIKE.format(candidates=_OWN if shop.producer_id else _PROVINCE), asked)
        rows = cursor.fetchall()
    english = get_language() == "en"
    return {
        key: Suggestion(key, product, code, (english and name_en) or name_vi, score, units_in(texts[key], name_vi))
        for key, product, code, name_vi, name_en, score in rows
    }
