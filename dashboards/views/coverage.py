"""How far the files behind a page reach: said on each page, and what decides between 0 and not known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.audience import Audience
from dashboards.boards.freshness import freshness
from dashboards.boards.own_shops import OwnShop, own_shops
from dashboards.periods import EARLIEST
from dashboards.readings import Answer, Query, read
from dashboards.wording import completeness


@dataclass(frozen=True)
class Coverage:
    """Sentences for the page, and whether anything is known of its days: if not, a figure is a dash and never 0."""

    facts: tuple[str, ...]
    known: bool


def coverage_of(audience: Audience, answer: Answer[Any], first: date | None, last: date | None, lines: int) -> Coverage:
    """The coverage of the days from `first` to `last` (None: no bound) at the answer's reading; `lines` were counted in them."""
    begin, end = first or EARLIEST, last or answer.reading.day
    if audience.territory is not None:
        place = (audience.territory.province, audience.territory.commune)
        query = Query.of("freshness", place=place, first=begin, last=end)
        fresh = read(query, lambda reading: freshness(place[0], begin, end, reading.at, place[1]), token=answer.reading.token).rows
        return Coverage(tuple(completeness(fresh)), lines > 0 or fresh.knows(begin))
    query = Query.of("own_shops", producers=audience.producers)
    shops = read(query, lambda _reading: own_shops(audience.producers), token=answer.reading.token).rows
    facts = [_fact(shop) for shop in shops[:5]]
    if len(shops) > 5:
        facts.append(_("%(count)s more shops") % {"count": formats.number(len(shops) - 5)})
    return Coverage(tuple(facts), lines > 0 or any(shop.knows(begin) for shop in shops))


def told_of(audience: Audience, coverage: Coverage) -> list[tuple[str, str]]:
    """What a file says of itself beside its reading: whose figures it has, and how complete they are."""
    told = [(_("Territory"), str(audience.territory.name))] if audience.territory else []
    return [*told, *([(_("Completeness"), "; ".join(coverage.facts))] if coverage.facts else [])]


def _fact(shop: OwnShop) -> str:
    if shop.exported_at is None:
        return _("%(shop)s: no file yet") % {"shop": shop.shop}
    return _("%(shop)s: newest file exported %(time)s") % {"shop": shop.shop, "time": formats.moment(shop.exported_at)}
