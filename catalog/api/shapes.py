"""What the API answers, field by field: the schema is made of these."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.models import ListingRevision

STATES = ["valid", "expiring", "expired", "revoked"]
REVISION_STATES = [one.value for one in ListingRevision.OPEN]


class PlaceSerializer(serializers.Serializer[Any]):
    """A commune of today."""

    code = serializers.CharField()
    name = serializers.CharField()
    province_code = serializers.CharField()
    province_name = serializers.CharField()


class NamedSerializer(serializers.Serializer[Any]):
    """What a thing is called; English may be empty."""

    code = serializers.CharField()
    name_vi = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)


class StarSerializer(serializers.Serializer[Any]):
    """A star as it stands today: only `valid` and `expiring` (180 days or less) are in force."""

    stars = serializers.IntegerField(min_value=3, max_value=5)
    state = serializers.ChoiceField(STATES)
    in_force = serializers.BooleanField()
    valid_until = serializers.DateField()
    decision = serializers.CharField()


class ProductSerializer(serializers.Serializer[Any]):
    """A public product; null: not known."""

    code = serializers.CharField()
    name_vi = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    gtin = serializers.CharField(allow_null=True)
    producer = NamedSerializer()
    commune = PlaceSerializer(allow_null=True)
    group = serializers.CharField(allow_null=True, help_text="code of the OCOP group")
    ocop_set = serializers.CharField(allow_null=True, help_text="code of the product set")
    unit = serializers.CharField(allow_blank=True)
    net_weight_g = serializers.IntegerField(allow_null=True, help_text="grams in one unit")
    list_price = serializers.IntegerField(allow_null=True, help_text="VND for one unit")
    star = StarSerializer(allow_null=True)
    is_demo = serializers.BooleanField(help_text="made up for the demonstration")
    page = serializers.CharField(help_text="the address of the product's page")


class PhotoSerializer(serializers.Serializer[Any]):
    """A photo's largest size; `width` and `height` in pixels."""

    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    alt_vi = serializers.CharField(allow_blank=True)
    alt_en = serializers.CharField(allow_blank=True)


class PaperSerializer(serializers.Serializer[Any]):
    """A paper that the listing shows; no `valid_until`: without end. `file`: where everybody may open it, if so."""

    kind = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    number = serializers.CharField(allow_blank=True)
    issuer = serializers.CharField(allow_blank=True)
    valid_until = serializers.DateField(allow_null=True)
    state = serializers.CharField()
    file = serializers.CharField(allow_null=True)


class LinkSerializer(serializers.Serializer[Any]):
    """Where it is sold."""

    floor = serializers.CharField()
    url = serializers.CharField()


class RatingSerializer(serializers.Serializer[Any]):
    """One decision about its stars."""

    stars = serializers.IntegerField()
    decision = serializers.CharField()
    decided_on = serializers.DateField()
    issuer = serializers.CharField(allow_blank=True)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField()
    revoked_on = serializers.DateField(allow_null=True)
    revoked_ground = serializers.CharField(allow_blank=True)


class ProductDetailSerializer(ProductSerializer):
    """A public product with all that its page shows."""

    description_vi = serializers.CharField(allow_blank=True)
    description_en = serializers.CharField(allow_blank=True)
    ingredients_vi = serializers.CharField(allow_blank=True)
    ingredients_en = serializers.CharField(allow_blank=True)
    storage_vi = serializers.CharField(allow_blank=True)
    storage_en = serializers.CharField(allow_blank=True)
    shelf_life_vi = serializers.CharField(allow_blank=True)
    shelf_life_en = serializers.CharField(allow_blank=True)
    photos = PhotoSerializer(many=True)
    papers = PaperSerializer(many=True)
    links = LinkSerializer(many=True)
    ratings = RatingSerializer(many=True, help_text="newest first")


class ProducerSerializer(NamedSerializer):
    """A producer with a public product."""

    kind = serializers.CharField()
    commune = PlaceSerializer(allow_null=True)
    address = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    website = serializers.CharField(allow_blank=True)
    story_vi = serializers.CharField(allow_blank=True)
    story_en = serializers.CharField(allow_blank=True)
    products = serializers.IntegerField(help_text="how many of its products are public")
    page = serializers.CharField()


class OcopGroupSerializer(NamedSerializer):
    """One of the six OCOP groups with its product sets."""

    sets = NamedSerializer(many=True)


class ProductPageSerializer(serializers.Serializer[Any]):
    """A part of a list; `next` is the address of the part that follows, null at the end."""

    next = serializers.CharField(allow_null=True)
    results = ProductSerializer(many=True)


class ProducerPageSerializer(serializers.Serializer[Any]):
    """A part of a list; `next` is the address of the part that follows, null at the end."""

    next = serializers.CharField(allow_null=True)
    results = ProducerSerializer(many=True)
