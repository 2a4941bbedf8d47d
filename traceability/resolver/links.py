"""The links of a product, lot or unit: those the portal makes, and those its producer added.

GS1-Conformant resolver 1.2: a request sees the links of each level that its own link names, from the unit up to the product. A serial
without its lot (01+21) therefore has the unit's links and the product's, not those that hang on 01+10; and 01+10 none of any unit.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from catalog.models import SalesLink
from traceability.recalls.models import Recall
from traceability.resolver.lookup import Found
from traceability.resolver.models import ExtraLink
from traceability.steps.events import lot_uris

VOCABULARY = "https://ref.gs1.org/voc/"
# The names under which the same vocabulary is known: its old address, and its prefix.
_SAME = (VOCABULARY, "https://gs1.org/voc/", "https://www.gs1.org/voc/", "http://gs1.org/voc/", "gs1:")
PRODUCT_PAGE, TRACE_PAGE, RECALL_PAGE = "pip", "traceability", "recallStatus"
EPCIS = "epcis"
HTML = "text/html"


@dataclass(frozen=True)
class Link:
    """One link: its type (the name within the GS1 vocabulary), where it leads, and what it is in which language."""

    link_type: str
    href: str
    title: str
    language: str = ""
    media_type: str = ""


def type_of(asked: str) -> str:
    """The name within the vocabulary of a `linkType` as clients write it; what is of another vocabulary is given back as it is."""
    return next((asked[len(prefix) :] for prefix in _SAME if asked.startswith(prefix)), asked)


def page_address(path: str, language: str) -> str:
    """The address of the page about what lives at `path`, in a language."""
    with translation.override(language):
        return reverse("trace", kwargs={"key": path.removeprefix("/")})


def pages(found: Found) -> list[Link]:
    """The page about what was asked for, in each language: what the default link leads to, Vietnamese first."""
    made = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            title = (
                _("Product information") if found.lot is None else _("Way of this lot") if found.unit is None else _("Check of this pack")
            )
        kind = PRODUCT_PAGE if found.lot is None else TRACE_PAGE
        made.append(Link(kind, page_address(found.path, language), title, language, HTML))
    return made


def recall_pages(found: Found) -> list[Link]:
    """The pages of the recalls that concern what was asked for, in each language: of the pack, of the lot, of any lot of the product."""
    if found.lot is None:
        recalls = Recall.objects.of_product(found.product)
    elif found.lot.recalled_at is None:
        return []
    else:
        recalls = Recall.objects.concerning(found.lot, found.unit.number if found.unit else None)
    made = []
    for recall in recalls.in_order_of_telling():
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                made.append(Link(RECALL_PAGE, recall.get_absolute_url(), _("Recall"), language, HTML))
    return made


def links_of(found: Found, product_path: str) -> list[Link]:
    """All links that the request may have, the nearest level first and `pages(found)` at their head; four statements at most."""
    links = pages(found)
    if found.lot is not None:
        links += pages(Found(found.product, None, None, product_path))
    links += recall_pages(found)
    wanted = Q(lot=None) if not (found.lot and found.names_lot) else Q(lot=None) | Q(lot=found.lot)
    added = ExtraLink.objects.filter(wanted, product=found.product)
    links += [
        Link(extra.link_type, extra.url, extra.title, extra.language, _media_type(extra.url))
        for extra in sorted(added, key=lambda extra: extra.lot_id is None)
    ]
    for sold in SalesLink.objects.of(found.product).shown().filter(state=SalesLink.State.OPEN):
        links.append(Link("hasRetailers", sold.url, str(sold.get_floor_display()), media_type=HTML))
    if settings.EPCIS_API and found.lot is not None and found.names_lot:
        names = urlencode({"MATCH_anyEPCClass": "|".join(lot_uris(found.lot))})
        links.append(Link(EPCIS, f"{reverse('epcis_events')}?{names}", _("EPCIS events"), media_type="application/ld+json"))
    return links


def _media_type(url: str) -> str:
    """What an address says about itself: a certificate may be a PDF; what does not say is a page."""
    return mimetypes.guess_type(urlsplit(url).path)[0] or HTML


def linkset(links: Sequence[Link], *, anchor: str, description: str, absolute: dict[str, str]) -> dict[str, object]:
    """The linkset of RFC 9264 as GS1 profiles it; `absolute` gives the absolute address of each `href`.

    Exactly one default link, with nothing but its title; the same page in each language as `defaultLinkMulti`.
    """
    default = links[: len(settings.LANGUAGES)]
    context: dict[str, object] = {
        "anchor": anchor,
        "itemDescription": description,
        "description": description,
        f"{VOCABULARY}defaultLink": [{"href": absolute[default[0].href], "title": default[0].title}],
        f"{VOCABULARY}defaultLinkMulti": [_target(link, absolute) for link in default],
    }
    for link in links:
        targets = context.setdefault(VOCABULARY + link.link_type, [])
        assert isinstance(targets, list)
        targets.append(_target(link, absolute))
    return {"linkset": [context]}


def _target(link: Link, absolute: dict[str, str]) -> dict[str, object]:
    target: dict[str, object] = {"href": absolute[link.href], "title": link.title}
    if link.media_type:
        target["type"] = link.media_type
    if link.language:
        target["hreflang"] = [link.language]
    return target
