"""The address of the order lines behind a figure: the same filters, so that its lines add up to it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from dashboards.boards.territory import Territory
from dashboards.periods import Period
from orders.attribution.models import Basis, Bucket
from orders.intake.models import Source

# How the buckets, bases and sources stand in addresses; a word may mean several buckets, shown cumulatively.
BUCKETS: dict[str, tuple[int, ...]] = {
    "event": (Bucket.EVENT,),
    "live": (Bucket.LIVE,),
    "after_24h": (Bucket.AFTER_24H,),
    "after_7d": (Bucket.AFTER_7D,),
    "after_30d": (Bucket.AFTER_30D,),
    "within_7d": (Bucket.AFTER_24H, Bucket.AFTER_7D),
    "after": (Bucket.AFTER_24H, Bucket.AFTER_7D, Bucket.AFTER_30D),
    "other": (Bucket.OTHER,),
}
BASES = {"reported": Basis.REPORTED, "estimated": Basis.ESTIMATED}
SOURCES = {"file": Source.FILE, "api": Source.API, "typed": Source.TYPED}
BUCKET_WORDS = {numbers[0]: word for word, numbers in BUCKETS.items() if len(numbers) == 1}
SOURCE_WORDS = {int(number): word for word, number in SOURCES.items()}

# In the order in which they stand in an address. Values are codes (of a session, programme, product, producer, commune, shop, group), a
# number of stars, a slot's id, a word of the tables above, or "absent"; states are those of boards.line_rows. `back` is two
# days on which something came back: `2026-11-01..2026-11-21`.
PARAMETERS = (
    *("session", "programme", "host", "product", "producer", "commune", "shop", "platform", "bucket", "group", "star", "basis", "slot"),
    *("source", "partner", "state", "delivery", "back"),
)


def lines_address(period: Period | None, territory: Territory | None = None, **filters: object) -> str:
    """The address of `line_list` with these days and filters; a filter that is None is left out. Raises ValueError for an unknown one."""
    unknown = set(filters) - set(PARAMETERS)
    if unknown:
        raise ValueError(f"order lines are not filtered by {', '.join(sorted(unknown))}")
    query = {**(period.address() if period else {}), **(territory.address() if territory else {})}
    query.update({name: str(filters[name]) for name in PARAMETERS if filters.get(name) is not None})
    return f"{reverse('line_list')}?{urlencode(query)}"
