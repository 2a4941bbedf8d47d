"""What a client would rather have: languages and media types, by their quality values (RFC 9110, section 12)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest

T = TypeVar("T")


def weighted(header: str) -> list[tuple[str, float]]:
    """The entries of an Accept header with their quality, the best first and equals in their order; nonsense is left out."""
    entries = []
    for part in header.split(",")[:50]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = float(parameter[2:])
                except ValueError:
                    quality = -1.0
        if name and 0 <= quality <= 1:
            entries.append((name, quality))
    return sorted(entries, key=lambda entry: -entry[1])


def quality_of(language: str, wanted: Sequence[tuple[str, float]]) -> float:
    """How much a language (`vi`, `en-GB`) is wanted; the longest range that fits decides (RFC 4647, basic filtering)."""
    fitting = [
        (len(name) if name != "*" else 0, quality)
        for name, quality in wanted
        if name == "*" or language.lower() == name or language.lower().startswith(f"{name}-") or name.startswith(f"{language.lower()}-")
    ]
    return max(fitting)[1] if fitting else 0.0


def choose(offered: Sequence[tuple[str, T]], accept_language: str) -> T:
    """Of things with a language (empty: none in particular) the one that the client wants most; the first where it wants none."""
    wanted = weighted(accept_language)
    # Something without a language fits anybody, but less than something in a language that was asked for.
    scored = [(quality_of(language, wanted) if language else 0.0005, thing) for language, thing in offered]
    best = max(score for score, _ in scored)
    return next(thing for score, thing in scored if score == best)


def wants_linkset(accept: str) -> bool:
    """Whether `application/linkset+json` is asked for by name, and no less than a page."""
    qualities = dict(reversed(weighted(accept)))
    asked = qualities.get("application/linkset+json", 0.0)
    return asked > 0 and asked >= qualities.get("text/html", 0.0)


def language_of(request: HttpRequest) -> str:
    """Which of the portal's languages the client wants most."""
    return _language_of(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))


@lru_cache(maxsize=256)  # most phones of a country say the same
def _language_of(accept_language: str) -> str:
    return choose([(code, code) for code, _name in settings.LANGUAGES], accept_language)
