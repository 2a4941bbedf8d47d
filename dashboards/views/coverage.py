"""How far the files behind a page reach: said on each page, and what decides between 0 and not known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.audience import Audience
from dashboards.boards.freshness import freshness
from dashboards.boards.own_shops import OwnShop, own_shops
from dashboards.periods import DAY, EARLIEST, Period
from dashboards.readings import Answer, Query, read_beside
from dashboards.wording import completeness, untold
from orders.spans.rule import Days


@dataclass(frozen=True)
class Coverage:
    """Sentences for the page, and whether anything is known of its days: if not, a figure is a dash and never 0.

    `unknown` are the spans of its days, today apart, that no file tells of; `untold` says so, and which of the earlier days are not known.
    Unless all of both are known they are not `comparable`.
    """

    facts: tuple[str, ...]
    known: bool
    unknown: tuple[Days, ...] = ()
    untold: tuple[str, ...] = ()
    comparable: bool = True


def coverage_of(
    audience: Audience, answer: Answer[Any], first: date | None, last: date | None, lines: int, *, before: Period | None = None
) -> Coverage:
    """The coverage of the days from `first` to `last` (None: no bound) at the answer's reading; `lines` were counted in them.

    `before`: the days they are compared with.
    """
    begin, end = first or EARLIEST, last or answer.reading.day
    if audience.territory is not None:
        place = (audience.territory.province, audience.territory.commune)
        earlier = (before.first, before.last) if before else None
        query = Query.of("freshness", place=place, first=begin, last=end, before=earlier)
        compute = partial(freshness, place[0], begin, end, commune=place[1], before=earlier)
        fresh = read_beside(query, lambda reading: compute(reading.at), answer.reading)
        known, unknown, unknown_before, facts = fresh.known, fresh.unknown, fresh.unknown_before, completeness(fresh)
    else:
        query = Query.of("own_shops", producers=audience.producers)
        shops, covered = read_beside(query, lambda _reading: own_shops(audience.producers), answer.reading)
        known, unknown = covered.knows_some(begin, end), covered.unknown_to(begin, min(end, answer.reading.day - DAY))
        unknown_before = covered.unknown(before.first, before.last) if before else ()
        facts = [*map(_fact, shops[:5]), *([_("%(count)s more shops") % {"count": formats.number(len(shops) - 5)}] if shops[5:] else [])]
        facts += untold(unknown, unknown_before)
    return Coverage(tuple(facts), lines > 0 or known, unknown, tuple(untold(unknown, unknown_before)), not (unknown or unknown_before))


def told_of(audience: Audience, coverage: Coverage) -> list[tuple[str, str]]:
    """What a file says of itself beside its reading: whose figures it has, and how complete they are."""
    told = [(_("Territory"), str(audience.territory.name))] if audience.territory else []
    return [*told, *([(_("Completeness"), "; ".join(coverage.facts))] if coverage.facts else [])]


def _fact(shop: OwnShop) -> str:
    if shop.exported_at is None:
        return _("%(shop)s: no file yet") % {"shop": shop.shop}
    return _("%(shop)s: newest file exported %(time)s") % {"shop": shop.shop, "time": formats.moment(shop.exported_at)}
