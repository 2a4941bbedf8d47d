"""The fields of a passport, in the order of the export, each with what is to be done where it is missing.

Circular 02/2024/TT-BKHCN (data of traceability) and Decree 37/2026/NĐ-CP, article 32 (digital product passport); docs/passport.md says
which field answers to which, where it comes from and what it looks like.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Field:
    """A field. `remedy`: what to do where it is missing; a field without one may be empty. `of_lot`: only a lot has it."""

    name: str
    label: str | Promise
    remedy: str | Promise = ""
    of_lot: bool = False


FIELDS: tuple[Field, ...] = (
    Field("trace_code", _("Traceability code"), _("Order labels for it: with them it gets its code.")),
    Field("product_code", _("Code of the product on this portal")),
    Field("product_name", _("Name of the product")),
    Field("product_name_en", _("Name of the product in English")),
    Field("gtin", "GTIN", _("Apply for a GTIN at GS1 Vietnam and enter it in the listing.")),
    Field("picture", _("Picture"), _("Add a photo to the listing and have it published.")),
    Field("brand", _("Brand")),
    Field("pack_size", _("Pack size"), _("Enter unit and net weight in the listing.")),
    Field("ingredients", _("Ingredients"), _("Enter the ingredients in the listing.")),
    Field("shelf_life", _("Shelf life"), _("Enter the shelf life in the listing.")),
    Field("warnings", _("Storage and warnings"), _("Say in the listing how it is kept and what to beware of.")),
    Field("producer_name", _("Producer")),
    Field("producer_code", _("Code of the producer on this portal")),
    Field("producer_id", _("Tax code of the producer"), _("Have the tax code entered in the registry.")),
    Field(
        "producer_address", _("Address of the producer"), _("Enter the address in the producer's profile: the commune alone is not enough.")
    ),
    Field("origin", _("Origin"), _("Have the producer's commune entered in the registry.")),
    Field("country", _("Country of origin")),
    Field("stars", _("OCOP star")),
    Field("star_decision", _("Decision on the star")),
    Field("certificates", _("Certificates"), _("Add the self-declaration or a certificate that is valid, and have it published.")),
    Field("lot_number", _("Lot"), of_lot=True),
    Field("made_on", _("Made on"), of_lot=True),
    Field("best_before", _("Best before"), of_lot=True),
    Field("recalled_on", _("Recalled on"), of_lot=True),
    Field("quantity", _("Quantity"), of_lot=True),
    Field("unit", _("Unit"), of_lot=True),
    Field("serial_numbers", _("Packs with a serial number"), of_lot=True),
    Field("inputs", _("What went into it"), _("Tell what the lot was made of, or record its harvest."), of_lot=True),
    Field("way", _("Way of the lot"), _("Record at least one thing that happened to the lot."), of_lot=True),
)
