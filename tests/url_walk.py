"""The URL configuration, read as it is: every address of the portal with the view behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from accounts.access import Access


@dataclass(frozen=True)
class Address:
    """One pattern: its name (its route, where it has none), its whole route, and its view."""

    name: str
    route: str
    view: Callable[..., Any]

    @property
    def access(self) -> Access | None:
        """Who may open it, as declared at the view; None where nothing is declared."""
        declared = getattr(self.view, "access", None)
        return declared if isinstance(declared, Access) else None


def addresses(patterns: list[URLPattern | URLResolver] | None = None, route: str = "", names: str = "") -> Iterator[Address]:
    """Every address of the portal, or of the patterns given, in order; namespaces stand before names as in `reverse`."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            within = f"{names}{pattern.namespace}:" if pattern.namespace else names
            yield from addresses(pattern.url_patterns, here, within)
        else:
            yield Address(f"{names}{pattern.name}" if pattern.name else here, here, pattern.callback)


def undeclared(walked: Iterator[Address]) -> list[str]:
    """The names of the addresses whose view declares no access."""
    return [address.name for address in walked if address.access is None]
