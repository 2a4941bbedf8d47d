"""Publishes months: each once, when its orders have had time to settle and the shops' files reach past its end."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from catalog.models import OcopGroup
from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.freshness import Freshness, freshness
from dashboards.boards.measures import Filters, measure, measure_total
from dashboards.open_data.models import PublishedCell, PublishedMonth
from dashboards.open_data.protection import Behind, hidden_parts
from dashboards.periods import DAY, add_months
from dashboards.readings import observe, one_state
from orders.figures.models import Figure

# After a month's end: buyers send back what they do not want, and shops fetch their files. Then it waits for shops that are late, but
# not for ever: the page says how many of them were complete.
SETTLED_AFTER = timedelta(days=45)
PUBLISHED_AFTER = timedelta(days=90)

Part = PublishedCell.Part
_NO_GROUP = None


def publish_due(*, at: datetime) -> int:
    """Publish every month that is due at `at` and is not published yet; their number. Others find nothing left to do."""
    published = set(PublishedMonth.objects.values_list("province_id", "month"))
    made = 0
    for province, first in Figure.objects.order_by().values_list("province").annotate(first=Min("day")):
        month = first.replace(day=1)
        while _last_of(month) + SETTLED_AFTER < timezone.localdate(at):
            if (province, month) not in published:
                made += _publish(province, month, at)
            month = add_months(month, 1)
    return made


class MonthNotPublishedError(Exception):
    """There is no such month that the public still sees."""


def withdraw_month(*, province: str, month: date, reason: str, at: datetime) -> None:
    """Take a published month back for good, where it proves wrong. Raises MonthNotPublishedError.

    It is not published again: what a second edition differs by would tell of single orders.
    """
    found = PublishedMonth.objects.filter(province=province, month=month, withdrawn_at=None)
    if not found.update(withdrawn_at=at, withdrawn_reason=reason):
        raise MonthNotPublishedError


def _publish(province: str, month: date, at: datetime) -> bool:
    last = _last_of(month)
    where = Filters(province=province, first=month, last=last)
    with one_state():
        fresh = freshness(province, month, last, at)
        if not _is_due(fresh, last, at):
            return False
        reading = observe()
        total = measure_total(where)
        by_group = {group: sold for (group,), sold in measure(("group",), where).items()}
        by_producer = measure(("group", "producer"), where, orders="no")
    cells = _cells(total, by_group, by_producer, list(OcopGroup.objects.order_by("code").values_list("pk", flat=True)))
    with transaction.atomic():
        facts = {"published_at": at, "reading_number": reading.number, "shops": fresh.shops, "complete": fresh.complete}
        # Of two workers at once the second waits for the first one's row, and leaves it.
        published, made = PublishedMonth.objects.get_or_create(province_id=province, month=month, defaults=facts)
        if made:
            for cell in cells:
                cell.month = published
            PublishedCell.objects.bulk_create(cells)
    return made


def _is_due(fresh: Freshness, last: date, at: datetime) -> bool:
    """Whether files tell of every day of the month that ends on `last`: one that they tell of in part, or that lies between two of them, is
    no month of 0. And of every shop, or long enough ago; orders on their way in are waited for.
    """
    late = last + PUBLISHED_AFTER < timezone.localdate(at)
    return not fresh.pending and not fresh.unknown and (late or fresh.complete == fresh.shops)


def _cells(
    total: Measures, by_group: dict[int | None, Measures], by_producer: dict[tuple[int | None, ...], Measures], groups: list[int]
) -> list[PublishedCell]:
    """The total, every group, and what has none where there is any."""
    behind = {group: _behind(sold, {who: one for (of, who), one in by_producer.items() if of == group}) for group, sold in by_group.items()}
    producers: dict[int | None, Measures] = defaultdict(lambda: NOTHING)
    for (_group, producer), sold in by_producer.items():
        producers[producer] += sold
    total_hidden, hidden = hidden_parts(behind, _behind(total, producers))
    cells = [_cell(Part.TOTAL, None, total, total_hidden)]
    cells += [_cell(Part.GROUP, group, by_group.get(group, NOTHING), group in hidden) for group in groups]
    if _NO_GROUP in by_group:
        cells.append(_cell(Part.NO_GROUP, None, by_group[_NO_GROUP], _NO_GROUP in hidden))
    return cells


def _behind(sold: Measures, producers: dict[int | None, Measures]) -> Behind:
    return Behind(
        _orders(sold),
        net={producer: one.value.net for producer, one in producers.items()},
        units={producer: one.units.net for producer, one in producers.items()},
    )


def _cell(part: Part, group: int | None, sold: Measures, hidden: bool) -> PublishedCell:
    amounts = {} if hidden else {"orders": _orders(sold), "units": sold.units.net, "net": sold.value.net}
    return PublishedCell(part=part, group_id=group, hidden=hidden, **amounts)


def _orders(sold: Measures) -> int:
    return sold.orders.placed if sold.orders is not None else 0


def _last_of(month: date) -> date:
    return add_months(month, 1) - DAY
