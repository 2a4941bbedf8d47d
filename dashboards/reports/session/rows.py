"""The report's rows: what the session page reads, and beside it plan and air, producers, the platform's figures, what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.models import Producer
from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.audience import Audience, sales
from dashboards.boards.names import Name
from dashboards.boards.session_page import Before, SessionPage, SlotRow, session_page, sold_before
from dashboards.boards.unmapped import UnmappedShop, unmapped_on_air
from dashboards.reports.session.commission import AFTER, Commission, commission_of
from dashboards.reports.session.reported import Reported, reported_of
from dashboards.reports.session.suggestions import Seen, Suggestion, suggestions
from livestreams.models import Session, Slot
from orders.attribution.models import Bucket


@dataclass(frozen=True, slots=True)
class SlotAir:
    """What was planned and what happened in a slot: seconds on air (None: not known), stock, outcome."""

    slot: int
    seconds: float | None
    stock: int | None
    outcome: str


@dataclass(frozen=True, slots=True)
class ProducerRow:
    """What a producer's products sold on air and in the 30 days after; None: SKUs that nobody has mapped."""

    producer: Name | None
    live: Measures
    after: Measures


@dataclass(frozen=True, slots=True)
class SessionReport:
    """Everything the report of a session says. `whole`: the reader sees the province's lines, not a part of them; `tells_platform`: and may
    read what the platform told of the livestream. `commission` is None where it is not the reader's business, or there is no host.
    """

    page: SessionPage
    air: tuple[SlotAir, ...]
    before_live: Before
    producers: tuple[ProducerRow, ...]
    whole: bool
    tells_platform: bool
    reported: Reported | None
    commission: Commission | None
    suggestions: tuple[Suggestion, ...]
    cancelled_at: datetime | None
    cancelled_reason: str
    community: str
    unmapped: tuple[UnmappedShop, ...]

    def air_of(self, slot: int | None) -> SlotAir | None:
        """What happened in the slot of that id."""
        return next((one for one in self.air if one.slot == slot), None)


def session_report(session: Session, audience: Audience, *, runs: bool) -> SessionReport:
    """The report with the audience's own lines; with `runs` also what the host is owed. As many queries for any number of slots."""
    page = session_page(session, audience)
    slots = list(session.slots.select_related("product").order_by("position"))
    seconds = seconds_on_air(slots, session.actual_end)
    air = tuple(SlotAir(slot.pk, seconds.get(slot.pk), slot.stock, slot.outcome) for slot in slots)
    territory = audience.territory
    whole = territory is not None and territory.commune is None and territory.province == session.province_id
    live_length = session.end - session.start
    (before,) = sold_before(session, audience, {slot.product_id for slot in slots}, (live_length,))
    return SessionReport(
        page=page,
        air=air,
        before_live=before,
        producers=_producers(session, audience),
        whole=whole,
        tells_platform=whole or runs,
        reported=reported_of(session) if whole or runs else None,
        commission=commission_of(session) if runs else None,
        suggestions=_suggestions(page, {one.slot: one for one in air}) if page.known else (),
        cancelled_at=session.cancelled_at,
        cancelled_reason=session.cancelled_reason,
        unmapped=unmapped_on_air(session) if whole or runs else (),
        community=session.commune.name if session.commune and session.host_id is None else "",
    )


def seconds_on_air(slots: Sequence[Slot], session_end: datetime | None) -> dict[int, float]:
    """Slot id → seconds on air, over all its turns: each lasts until the next slot begins, the last one until it ended.

    A slot that never began, or whose end is not known yet, is left out.
    """
    turns = sorted((at, slot.pk) for slot in slots if slot.started_at for at in (slot.started_at, *slot.again_at))
    ended = {slot.pk: slot.ended_at or session_end for slot in slots}
    found: dict[int, timedelta] = {}
    unknown: set[int] = set()
    for place, (begun, slot) in enumerate(turns):
        following = turns[place + 1][0] if place + 1 < len(turns) else None
        last = all(other != slot for _at, other in turns[place + 1 :])
        ends = [at for at in (following, ended[slot] if last else None) if at is not None]
        if not ends:
            unknown.add(slot)
        else:
            found[slot] = found.get(slot, timedelta()) + max(min(ends) - begun, timedelta())
    return {slot: length.total_seconds() for slot, length in found.items() if slot not in unknown}


def _producers(session: Session, audience: Audience) -> tuple[ProducerRow, ...]:
    sold = sales(("producer", "bucket"), audience.filters(session=session.pk))
    keys = {producer for producer, _bucket in sold}
    named = Producer.objects.in_bulk([key for key in keys if key is not None])
    rows = [
        ProducerRow(
            Name(named[key].code, named[key].name, named[key].name_en) if key is not None else None,
            sold.get((key, Bucket.LIVE.value), NOTHING),
            sum((sold.get((key, bucket), NOTHING) for bucket in AFTER), NOTHING),
        )
        for key in keys
    ]
    return tuple(sorted(rows, key=lambda row: (row.producer is None, -row.live.value.net, row.producer.vi if row.producer else "")))


def _suggestions(page: SessionPage, air: dict[int, SlotAir]) -> tuple[Suggestion, ...]:
    seen = [_seen(row, air[row.slot]) for row in page.slots if row.slot is not None and row.mine and row.product is not None]
    orders = page.total["live"].orders
    return suggestions(seen, orders.placed if orders is not None else 0)


def _seen(row: SlotRow, air: SlotAir) -> Seen:
    assert row.product is not None
    units = row.sold["live"].units
    return Seen(
        product=row.product,
        minutes=row.minutes or 0,
        seconds=air.seconds,
        stock=air.stock,
        outcome=air.outcome,
        placed=units.placed,
        cancelled=units.cancelled,
        handed_over=units.handed_over,
        returned=units.returned,
    )
