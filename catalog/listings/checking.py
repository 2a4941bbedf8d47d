"""What keeps a draft from being submitted, each with the field and the step where it is mended."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.listings.fields import FieldError, ListingField, fields_of
from catalog.listings.live import Content
from catalog.models import OcopSet, Owner, Product


@dataclass(frozen=True)
class Problem:
    """One sentence about one field."""

    field: ListingField
    text: str


def problems(owner: Owner, content: Content, base: Content) -> list[Problem]:
    """Everything that is wrong, in the order of the steps. A price that was public can be changed, not taken back."""
    found = []
    fields = {field.key: field for field in fields_of(owner)}
    good: dict[str, str] = {}
    for key, field in fields.items():
        try:
            good[key] = field.tidy(content.get(key, ""))
        except FieldError as error:
            found.append(Problem(field, str(error)))
            continue
        if field.needed and not good[key]:
            found.append(Problem(field, _("This is needed before the listing can be published.")))
    if isinstance(owner, Product):
        found.extend(_of_product(owner, fields, good, base))
    order = list(fields)
    return sorted(found, key=lambda problem: order.index(problem.field.key))


def _of_product(product: Product, fields: dict[str, ListingField], good: dict[str, str], base: Content) -> list[Problem]:
    found = []
    if good.get("ocop_set") and not OcopSet.objects.filter(code=good["ocop_set"]).exists():
        found.append(Problem(fields["ocop_set"], _("There is no such set.")))
    if good.get("gtin") and gtin_taken(product, good["gtin"]):
        found.append(Problem(fields["gtin"], _("Another product has this number already: check the digits.")))
    for key in ("list_price", "floor_price"):
        if base.get(key) and good.get(key) == "":
            found.append(Problem(fields[key], _("A price that was given can be changed, not taken back.")))
    prices = good.get("list_price"), good.get("floor_price")
    if prices[0] and prices[1] and int(prices[1]) > int(prices[0]):
        found.append(Problem(fields["floor_price"], _("The lowest price lies above the list price.")))
    return found


def gtin_taken(product: Product, gtin: str) -> bool:
    """Whether another product has the number, as an article of its own or inside a 14-digit one without a packaging digit."""
    same = {gtin, gtin.zfill(14), gtin.lstrip("0").zfill(13)}
    return Product.objects.filter(gtin__in=same).exclude(pk=product.pk).exists()
