"""Producers and products of the OCOP programme, with what may change over time kept by date.

A figure speaks of a product as it was on the day an order was placed. So seat, set, weight and price are rows with a `since`
day: the row in force on a day is the newest with `since` on or before it, and before the first one, the first (`dated`).
"""

from catalog.models.applications import Assessment, CommuneCheck, DossierItem, StarApplication, StarStep
from catalog.models.dated import DatedQuerySet, in_force
from catalog.models.files import StoredDocument, StoredFile
from catalog.models.gtins import FormerGtin
from catalog.models.hands import ProducerHand, ProductMerge
from catalog.models.invitations import Invitation
from catalog.models.listings import ListingRevision, Remark
from catalog.models.ocop import CODE, OcopGroup, OcopSet, in_language
from catalog.models.owned import Owned, Owner, lock_owner
from catalog.models.papers import Paper
from catalog.models.photos import Photo
from catalog.models.platforms import BROADCASTING, LINKED, Platform
from catalog.models.producers import Producer, ProducerMember, ProducerSeat
from catalog.models.products import FloorPrice, ListPrice, Product, ProductFacts
from catalog.models.registry import RegistryUpload
from catalog.models.sales_links import SalesLink
from catalog.models.search import SearchEntry, SearchWord
from catalog.models.stars import RecognitionDecision, StarAlert, StarExtension, StarRating
from catalog.models.warnings import ProductWarning

__all__ = [
    "BROADCASTING",
    "CODE",
    "LINKED",
    "Assessment",
    "CommuneCheck",
    "DatedQuerySet",
    "DossierItem",
    "FloorPrice",
    "FormerGtin",
    "Invitation",
    "ListPrice",
    "ListingRevision",
    "OcopGroup",
    "OcopSet",
    "Owned",
    "Owner",
    "Paper",
    "Photo",
    "Platform",
    "Producer",
    "ProducerHand",
    "ProducerMember",
    "ProducerSeat",
    "Product",
    "ProductFacts",
    "ProductMerge",
    "ProductWarning",
    "RecognitionDecision",
    "RegistryUpload",
    "Remark",
    "SalesLink",
    "SearchEntry",
    "SearchWord",
    "StarAlert",
    "StarApplication",
    "StarExtension",
    "StarRating",
    "StarStep",
    "StoredDocument",
    "StoredFile",
    "in_force",
    "in_language",
    "lock_owner",
]
