"""What a listing and a profile are made of: their fields in short steps, and what each may hold.

A draft keeps what was typed. `tidy` turns a text that is right into its one written form (“120.000” → “120000”); what it refuses
stays in the draft as it was typed, and only keeps the draft from being submitted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.phones import PhoneError
from accounts.phones import parse as parse_phone
from catalog.models import Owner, Product
from catalog.registry.values import CellError, grams, gtin_of, price

MOST_TYPED = 10_000
"""Characters that a draft takes in one field, right or wrong: more is no text that somebody typed."""


class FieldError(ValueError):
    """The text cannot be meant so; it says why, in the reader's language."""


class TooLongError(FieldError):
    """More than a draft keeps."""


class Kind(StrEnum):
    """How a field is typed, shown and compared."""

    LINE = "line"
    TEXT = "text"
    SET = "set"
    WEIGHT = "weight"
    PRICE = "price"
    PERCENT = "percent"
    CODE = "code"
    PHONE = "tel"
    EMAIL = "email"
    ADDRESS = "url"


@dataclass(frozen=True)
class ListingField:
    """One field: its key in `ListingRevision.content`, where it is asked for, and how long a text (characters) it may hold."""

    key: str
    label: str | Promise
    step: str
    kind: Kind = Kind.LINE
    limit: int = 200
    hint: str | Promise = ""
    needed: bool = False

    def tidy(self, text: str) -> str:
        """The text in its one written form; empty stays empty. Raises FieldError."""
        text = typed(text).strip()
        if not text:
            return ""
        if len(text) > self.limit:
            raise FieldError(gettext("At most %(most)d characters; these are %(now)d.") % {"most": self.limit, "now": len(text)})
        try:
            return _TIDY[self.kind](text)
        except CellError as error:
            raise FieldError(gettext(error.message)) from None
        except PhoneError as error:
            raise FieldError(str(error)) from None

    def best(self, text: str) -> str:
        """What a draft keeps of what was typed: tidy where that can be. Raises TooLongError."""
        if len(text) > MOST_TYPED:
            raise TooLongError(gettext("The text is too long to be kept: at most %(most)d characters.") % {"most": self.limit})
        try:
            return self.tidy(text)
        except FieldError:
            return typed(text)


def typed(text: str) -> str:
    """The text composed (NFC), with line breaks of one kind, without control characters, which no keyboard means."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})


def _line(text: str) -> str:
    return " ".join(text.split())


def _website(text: str) -> str:
    address = text if "://" in text else f"https://{text}"
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        raise FieldError(gettext("Write the address like https://example.vn.")) from None
    return address


def in_percent(share: Decimal | None) -> str:
    """The one written form of a percentage: "40", "14.5"; empty where it is not known."""
    return "" if share is None else f"{share.normalize():f}"


def _percent(text: str) -> Decimal:
    match = _SHARE.fullmatch(text)
    share = Decimal(match["number"].replace(",", ".")) if match else None
    if share is None or share > 100:
        raise FieldError(gettext("Write the percentage like 40 or 14,5."))
    return share


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise FieldError(gettext("Write the e-mail address like ten@example.vn.")) from None
    return text


_SHARE = re.compile(r"(?P<number>[0-9]{1,3}([.,][0-9])?)\s*(%|°|độ)?")
_TIDY: Mapping[Kind, Callable[[str], str]] = {
    Kind.LINE: _line,
    Kind.TEXT: lambda text: "\n".join(line.rstrip() for line in text.split("\n")),
    Kind.SET: _line,
    Kind.WEIGHT: lambda text: str(grams(text)),
    Kind.PRICE: lambda text: str(price(text)),
    Kind.PERCENT: lambda text: in_percent(_percent(text)),
    Kind.CODE: gtin_of,
    Kind.PHONE: parse_phone,
    Kind.EMAIL: _email,
    Kind.ADDRESS: _website,
}

_STORY, _TEXT = 4000, 1000
PRODUCT_FIELDS: tuple[ListingField, ...] = (
    ListingField("name_vi", _("Name in Vietnamese"), "names", needed=True, hint=_("As it stands on the label.")),
    ListingField("name_en", _("Name in English"), "names", hint=_("For buyers from abroad.")),
    ListingField(
        "description_vi",
        _("Story in Vietnamese"),
        "story",
        Kind.TEXT,
        _STORY,
        _("Where it comes from, who makes it and how, what is special about it."),
        needed=True,
    ),
    ListingField("description_en", _("Story in English"), "story", Kind.TEXT, _STORY),
    ListingField("ocop_set", _("OCOP group and set"), "facts", Kind.SET, needed=True, hint=_("Where it belongs, with or without a star.")),
    ListingField("unit", _("Unit"), "facts", limit=60, needed=True, hint=_("What one piece is: 500 g bag, 500 ml bottle.")),
    ListingField(
        "net_weight_g", _("Net weight"), "facts", Kind.WEIGHT, 20, _("Of one unit: 500 g or 1,5 kg. Empty for what has no weight.")
    ),
    ListingField("gtin", _("Bar code number (GTIN)"), "facts", Kind.CODE, 20, _("The digits under the bar code, if there is one.")),
    ListingField(
        "alcohol_percent",
        _("Alcohol (% by volume)"),
        "facts",
        Kind.PERCENT,
        10,
        _("Only for drinks with alcohol, as on the label: from 15% on they are not advertised in livestreams."),
    ),
    ListingField("ingredients_vi", _("Ingredients in Vietnamese"), "making", Kind.TEXT, _TEXT, _("As on the label, the most first.")),
    ListingField("ingredients_en", _("Ingredients in English"), "making", Kind.TEXT, _TEXT),
    ListingField("storage_vi", _("Storage in Vietnamese"), "making", limit=300, hint=_("For example: keep in a cool, dry place.")),
    ListingField("storage_en", _("Storage in English"), "making", limit=300),
    ListingField("shelf_life_vi", _("Shelf life in Vietnamese"), "making", hint=_("For example: 12 months from the day of making.")),
    ListingField("shelf_life_en", _("Shelf life in English"), "making"),
    ListingField("list_price", _("List price"), "prices", Kind.PRICE, 20, _("Of one unit, in VND. Everybody sees it.")),
    ListingField(
        "floor_price",
        _("Lowest price you accept"),
        "prices",
        Kind.PRICE,
        20,
        _("Of one unit, in VND. Buyers never see it; you are told when something is sold for less."),
    ),
)
PRODUCER_FIELDS: tuple[ListingField, ...] = (
    ListingField("name", _("Name"), "names", needed=True, hint=_("As registered.")),
    ListingField("name_en", _("Name in English"), "names", hint=_("For buyers from abroad.")),
    ListingField(
        "story_vi", _("Story in Vietnamese"), "story", Kind.TEXT, _STORY, _("Who you are, since when, what you are proud of."), needed=True
    ),
    ListingField("story_en", _("Story in English"), "story", Kind.TEXT, _STORY),
    ListingField("address", _("Address"), "contact", limit=300, hint=_("House, street, hamlet. The commune is added.")),
    ListingField("phone", _("Phone for buyers"), "contact", Kind.PHONE, 30, _("Everybody sees it.")),
    ListingField("email", _("E-mail for buyers"), "contact", Kind.EMAIL, 254, _("Everybody sees it.")),
    ListingField("website", _("Website"), "contact", Kind.ADDRESS, 300),
)
STEPS: dict[str, str | Promise] = {
    "names": _("Name"),
    "story": _("Story"),
    "facts": _("Group, unit and weight"),
    "making": _("Ingredients and storage"),
    "prices": _("Prices"),
    "contact": _("Contact"),
}
MEDIA: dict[str, str | Promise] = {"photos": _("Photos"), "papers": _("Papers"), "links": _("Sales links")}
"""Keys of a content that hold ids instead of text."""


def fields_of(owner: Owner) -> tuple[ListingField, ...]:
    """The fields of a product's listing, or of a producer's profile."""
    return PRODUCT_FIELDS if isinstance(owner, Product) else PRODUCER_FIELDS


def step_fields(owner: Owner, step: str) -> Sequence[ListingField]:
    """The fields asked for in one step; none where there is no such step."""
    return [field for field in fields_of(owner) if field.step == step]


def steps_of(owner: Owner) -> list[str]:
    """The steps in their order."""
    return list(dict.fromkeys(field.step for field in fields_of(owner)))
