"""Sentences that pages and exports share: how complete, how final and from where figures are."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.amounts import Orders
from dashboards.boards.freshness import PENDING_AT_MOST, Freshness
from dashboards.boards.lines import SOURCE_WORDS
from dashboards.boards.overview import OverviewRows
from orders.attribution.models import Basis, Bucket
from orders.intake.models import Source
from orders.spans.rule import Days


def completeness(fresh: Freshness) -> list[str]:
    """How complete the figures of a territory are."""
    found = []
    # Where no day is known, shops are complete only because all of them opened later.
    if fresh.shops and (fresh.known or not fresh.complete):
        found.append(
            _("%(complete)s of %(shops)s shops complete to %(day)s")
            % {"complete": formats.number(fresh.complete), "shops": formats.number(fresh.shops), "day": formats.day(fresh.complete_to)}
        )
    if fresh.last_export:
        found.append(_("newest order file exported %(time)s") % {"time": formats.moment(fresh.last_export)})
    if fresh.pending:
        count = formats.number(fresh.pending)
        more = fresh.pending >= PENDING_AT_MOST
        found.append((_("%(count)s or more orders are being added") if more else _("%(count)s orders are being added")) % {"count": count})
    return [*found, *untold(fresh.unknown, fresh.unknown_before)]


def untold(unknown: Sequence[Days], before: Sequence[Days]) -> list[str]:
    """Of which days no file tells: of those shown, and of those they are compared with."""
    told = []
    if unknown:
        told.append(_("no order file tells of %(days)s") % {"days": listed_days(unknown)})
    if before:
        told.append(_("of the earlier days no order file tells of %(days)s") % {"days": listed_days(before)})
    return told


def listed_days(days: Sequence[Days]) -> str:
    """The spans, one after the other; nothing where there is none."""
    return ", ".join(formats.days(first, last) for first, last in days)


def facts(rows: OverviewRows) -> list[str]:
    """How complete, how final and from where the figures of an overview are."""
    orders = rows.total.now.orders or Orders()
    settled = [_("%(share)s of orders not final") % {"share": formats.share(orders.open, orders.placed)}] if orders.placed else []
    return [*completeness(rows.freshness), *settled, *shares(rows)]


def shares(rows: OverviewRows) -> list[str]:
    """Where the orders are known from, and how many sessions they are credited to by estimate."""
    orders = (rows.total.now.orders or Orders()).placed
    if not orders:
        return []
    found = [
        _("%(share)s of orders from: %(source)s") % {"share": formats.share(counts.placed, orders), "source": Source(source).label}
        for source, counts in sorted(rows.sources.items())
        if source in SOURCE_WORDS
    ]
    in_sessions = sum(
        (rows.buckets[bucket].orders or Orders()).placed for bucket in rows.buckets if bucket not in {Bucket.EVENT, Bucket.OTHER}
    )
    reported = rows.bases.get(Basis.REPORTED, Orders()).placed
    if in_sessions:
        share = formats.share(reported, in_sessions)
        found.append(_("%(share)s of the orders of livestreams are reported by the platform, the rest is estimated") % {"share": share})
    return found
