"""Suggestions as sentences: what was seen, in how many cases, and what one might do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.reports.session.rows import SessionReport
from dashboards.reports.session.suggestions import Rule, Suggestion


def sentences(report: SessionReport) -> tuple[str, ...]:
    """The report's suggestions in the active language."""
    return tuple(_sentence(one) for one in report.suggestions)


def _sentence(one: Suggestion) -> str:
    first, second = formats.number(one.first, 1, trim=True), formats.number(one.second, 1, trim=True)
    values = {
        "n": formats.number(one.n),
        "first": first,
        "second": second,
        "products": ", ".join(map(str, one.products)),
        "share": formats.share(one.first, one.second) if one.rule in {Rule.RETURNED, Rule.CANCELLED} else "",
    }
    match one.rule:
        case Rule.SHORTER:
            words = _("Shorter slots sold more: %(first)s units a minute, longer ones %(second)s (n = %(n)s slots). Plan shorter slots.")
        case Rule.LONGER:
            words = _("Longer slots sold more: %(first)s units a minute, shorter ones %(second)s (n = %(n)s slots). Plan longer slots.")
        case Rule.SOLD_OUT:
            words = _("Sold out, or ordered beyond the stock (n = %(n)s slots): %(products)s. Bring more.")
        case Rule.RETURNED:
            words = _("Much came back: %(share)s of %(second)s delivered units (n = %(n)s slots): %(products)s. Find out why.")
        case Rule.CANCELLED:
            words = _("Much was cancelled: %(share)s of %(second)s units (n = %(n)s slots): %(products)s. Check price and stock.")
        case Rule.UNSOLD:
            words = _("Nothing sold in %(first)s of %(n)s slots: %(products)s. Show them otherwise, or show something else.")
    return words % values
