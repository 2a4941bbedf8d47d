"""Producers and products of the OCOP programme, with what may change over time kept by date.

A figure speaks of a product as it was on the day an order was placed. So seat, set, weight and price are rows with a `since`
day: the row in force on a day is the newest with `since` on or before it, and before the first one, the first (`dated`).
"""

from catalog.models.dated import DatedQuerySet, in_force
from catalog.models.ocop import CODE, OcopGroup, OcopSet, in_language
from catalog.models.producers import Producer, ProducerMember, ProducerSeat
from catalog.models.products import ListPrice, Product, ProductFacts
from catalog.models.registry import RegistryUpload
from catalog.models.stars import RecognitionDecision, StarRating

__all__ = [
    "CODE",
    "DatedQuerySet",
    "ListPrice",
    "OcopGroup",
    "OcopSet",
    "Producer",
    "ProducerMember",
    "ProducerSeat",
    "Product",
    "ProductFacts",
    "RecognitionDecision",
    "RegistryUpload",
    "StarRating",
    "in_force",
    "in_language",
]
