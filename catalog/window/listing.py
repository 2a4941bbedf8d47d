"""A page of product cards, as a search, a commune or a group shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.core.paginator import Page, Paginator

from catalog.window.cards import Card, cards
from catalog.window.search import Found, Wanted, search

PER_PAGE = 24
MOST_PAGES = 2000


@dataclass(frozen=True)
class Shelf:
    """The cards of one page: those that fit exactly, then those that are similar; `page` for the links to the others."""

    found: Found
    exact: list[Card] = field(default_factory=list)
    similar: list[Card] = field(default_factory=list)
    page: Page[int] | None = None


def shelf(wanted: Wanted, *, day: date, page: str | None) -> Shelf:
    """The page asked for, or the nearest one there is."""
    number = min(int(page), MOST_PAGES) if page and page.isascii() and page.isdigit() and len(page) < 9 else 1
    first = max(number - 1, 0) * PER_PAGE
    found = search(wanted, day=day, first=first, most=PER_PAGE)
    if first and not found.ids and found.total:
        first = (found.total - 1) // PER_PAGE * PER_PAGE
        found = search(wanted, day=day, first=first, most=PER_PAGE)
    shown = cards(found.ids, day)
    fitting = max(found.exact - first, 0)
    pages = Paginator(range(found.total), PER_PAGE)
    return Shelf(found, shown[:fitting], shown[fitting:], pages.get_page(first // PER_PAGE + 1))
