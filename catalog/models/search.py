"""What the catalogue is searched by: a document for each product, and the words that occur in them.

Both are written by the database alone (triggers of migration `search_documents`), whatever path a fact takes: page, import, command, SQL.
"""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import OuterRef, Subquery

from catalog.models.ocop import OcopSet
from catalog.models.products import Product
from catalog.models.stars import StarRating
from places.models import Commune


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    """Entries of products that the public may see."""

    def published(self) -> SearchEntryQuerySet:
        """Entries of the public catalogue."""
        return self.filter(product__in=Product.objects.published())

    def with_star(self, day: date) -> SearchEntryQuerySet:
        """Each entry with `star` (3, 4, 5 or None): what the ratings of its product say of `day`."""
        valid = StarRating.objects.filter(product=OuterRef("product_id")).valid_on(day).order_by("-valid_from", "-pk")
        return self.annotate(star=Subquery(valid.values("stars")[:1]))


class SearchEntry(models.Model):
    """One product's document. `commune`, `ocop_set` and `price` are those in force when it was written (each night anew).

    Weights of `words`: A the product's name, with and without accents; B its English name, codes and producer; C its commune
    and province; D what its commune was before July 2025 (communes, districts, provinces) and its OCOP group.
    """

    product = models.OneToOneField(Product, models.CASCADE, primary_key=True, related_name="search_entry")
    words = SearchVectorField()
    name_key = models.TextField(help_text="the name in both languages without accents, for likeness")
    sort_key = models.CharField(max_length=900, db_collation="C", help_text="catalog_sort_key: place in the Vietnamese alphabet")
    commune = models.ForeignKey(Commune, models.DO_NOTHING, null=True, related_name="+")
    ocop_set = models.ForeignKey(OcopSet, models.DO_NOTHING, null=True, related_name="+")
    price = models.PositiveBigIntegerField(null=True)

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="search_words"),
            models.Index(fields=["sort_key"], name="search_alphabet"),
            GinIndex(fields=["name_key"], name="search_likeness", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.name_key


class SearchWord(models.Model):
    """A word without accents that occurs in some document. `shapes`: the word, and it with any one letter left out.

    Two words that are one mistake apart (a letter changed, left out, added, or two exchanged) share a shape: so a mistyped word is
    found by equality, however many words there are.
    """

    word = models.CharField(max_length=100, primary_key=True, db_collation="C")
    shapes = ArrayField(models.CharField(max_length=100, db_collation="C"))

    class Meta:
        indexes = [GinIndex(fields=["shapes"], name="search_shapes")]

    def __str__(self) -> str:
        return self.word
