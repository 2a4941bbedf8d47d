"""How a public page is known elsewhere: its own whole address, the same in the other language, and its picture."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, translate_url
from django.utils.translation import get_language


@dataclass(frozen=True)
class Links:
    """`alternates`: (language, address) of every language, and of x-default; `card`: the picture for where the page is shared."""

    canonical: str
    alternates: list[tuple[str, str]]
    card: str


def links_of(request: HttpRequest, name: str, *codes: str, card: str = "") -> Links:
    """Those of the page `name` in the language in force; without `card` the portal's own picture."""
    path = reverse(name, args=codes)
    found = {language: request.build_absolute_uri(translate_url(path, language)) for language, _ in settings.LANGUAGES}
    return Links(
        canonical=found[(get_language() or settings.LANGUAGE_CODE).split("-")[0]],
        alternates=[*found.items(), ("x-default", found[settings.LANGUAGE_CODE])],
        card=request.build_absolute_uri(card or static("img/share.png")),
    )
