"""What a host is owed for a session, by the terms that held on its day."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import floor

from django.utils import timezone

from dashboards.boards.audience import distinct_orders
from dashboards.boards.measures import Filters, measure
from livestreams.models import HostTerms, Session
from orders.attribution.models import Bucket

AFTER = (Bucket.AFTER_24H.value, Bucket.AFTER_7D.value, Bucket.AFTER_30D.value)


@dataclass(frozen=True, slots=True)
class Terms:
    """A host's terms: percent of what was delivered, whether also of what was sold after the session, and a fee (VND)."""

    rate: Decimal
    covers_after: bool
    fee: int


@dataclass(frozen=True, slots=True)
class Commission:
    """What is owed so far. `base_*`: delivered less returned (VND), all lines of the session; `open`: orders that may still change it.

    `terms` is None where none held on the session's day: then nothing can be said.
    """

    terms: Terms | None
    base_live: int
    base_after: int
    open: int

    @property
    def base(self) -> int:
        """What the rate is taken of."""
        return self.base_live + (self.base_after if self.terms and self.terms.covers_after else 0)

    @property
    def on_sales(self) -> int:
        """The rate of the base, rounded down to the đồng."""
        return floor(self.base * self.terms.rate / 100) if self.terms else 0

    @property
    def total(self) -> int:
        """On sales, and the fee."""
        return self.on_sales + (self.terms.fee if self.terms else 0)


def commission_of(session: Session) -> Commission | None:
    """What the session's host is owed; None for a session without a host. Sales of every province count: a contract knows none."""
    if session.host_id is None:
        return None
    day = timezone.localdate(session.start)
    held = HostTerms.objects.filter(host=session.host_id, since__lte=day).order_by("-since").first()
    terms = Terms(held.rate, held.covers_after, held.fee) if held else None
    sold = {key[0]: found.value.delivered for key, found in measure(("bucket",), Filters(session=session.pk), orders="no").items()}
    counted = (Bucket.LIVE.value, *AFTER) if terms and terms.covers_after else (Bucket.LIVE.value,)
    orders = distinct_orders((), Filters(session=session.pk, bucket=counted)).get(())
    return Commission(
        terms, sold.get(Bucket.LIVE.value, 0), sum(sold.get(bucket, 0) for bucket in AFTER), orders.open if orders is not None else 0
    )
