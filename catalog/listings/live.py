"""What is public of a product or a producer now, in the form of a revision's content."""

from __future__ import annotations

from datetime import date
from typing import Any

from catalog.listings.fields import MEDIA, fields_of, in_percent
from catalog.media.showing import current
from catalog.models import FloorPrice, ListPrice, Owner, Paper, Photo, Product, ProductFacts, SalesLink

Content = dict[str, Any]
DATED = frozenset({"ocop_set", "unit", "net_weight_g", "list_price", "floor_price"})


def live_content(owner: Owner, day: date) -> Content:
    """Texts as they stand in the rows, dated ones as in force on `day`; ids of the photos, papers and links that everybody sees."""
    content: Content = {field.key: str(getattr(owner, field.key) or "") for field in fields_of(owner) if field.key not in DATED}
    if isinstance(owner, Product):
        content["alcohol_percent"] = in_percent(owner.alcohol_percent)
        facts = ProductFacts.objects.in_force(owner, day).select_related("ocop_set").first()
        list_price, floor_price = (prices.objects.in_force(owner, day).first() for prices in (ListPrice, FloorPrice))
        content["ocop_set"] = facts.ocop_set.code if facts and facts.ocop_set else ""
        content["unit"] = facts.unit if facts else ""
        content["net_weight_g"] = str(facts.net_weight_g) if facts and facts.net_weight_g is not None else ""
        content["list_price"] = str(list_price.price) if list_price else ""
        content["floor_price"] = str(floor_price.price) if floor_price else ""
    content["photos"] = list(Photo.objects.of(owner).shown().values_list("pk", flat=True))
    content["papers"] = sorted(Paper.objects.of(owner).shown().values_list("pk", flat=True))
    content["links"] = sorted(SalesLink.objects.of(owner).shown().values_list("pk", flat=True))
    return content


def kept_media(owner: Owner) -> Content:
    """Ids of the photos, papers and links that the members keep at the moment: what a submission asks to show."""
    kept = current(owner)
    return {"photos": list(kept.photos), "papers": sorted(kept.papers), "links": sorted(kept.links)}


def without_media(content: Content) -> dict[str, str]:
    """The texts of a content."""
    return {key: value for key, value in content.items() if key not in MEDIA}
