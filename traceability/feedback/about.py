"""What feedback is about: the path of the page from which somebody came."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.models import Product
from traceability.codes.models import UnitCode
from traceability.lots.models import Lot
from traceability.resolver.digital_link import OtherFormError, read
from traceability.resolver.identifiers import MalformedLinkError
from traceability.resolver.lookup import UnknownKeyError, find, find_code


@dataclass(frozen=True)
class About:
    """A pack, a lot or a product; of a code that nobody issued, the product whose number it bears, if any."""

    path: str
    product: Product | None = None
    lot: Lot | None = None
    unit: UnitCode | None = None
    is_known: bool = True


def about_of(path: str) -> About:
    """What lives at `/01/…` or `/t/…`."""
    text = path.replace("\x00", "").strip()[:200]
    try:
        found = find_code(text.removeprefix("/t/").rstrip("/")) if text.startswith("/t/") else find(read(text))
    except UnknownKeyError as error:
        return About(text, error.product, is_known=False)
    except (MalformedLinkError, OtherFormError):
        return About(text, is_known=False)
    return About(found.path, found.product, found.lot, found.unit)
