"""Programmes with what is planned in each, what each aims at, and what was sold in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.audience import Audience, sales
from dashboards.boards.names import Name
from dashboards.boards.session_list import AFTER
from dashboards.periods import Period
from livestreams.models import OfflineEvent, Programme, Target
from livestreams.programmes.models import ProgrammeQuerySet
from orders.models import Bucket


@dataclass(frozen=True, slots=True)
class ProgrammeSales:
    """What a programme sold on air (`live`), in the 30 days after (`after`) and at its fairs, in some days."""

    live: Measures = NOTHING
    after: Measures = NOTHING
    fairs: Measures = NOTHING

    @property
    def known(self) -> bool:
        """Whether any line is behind it: what has not come is not 0."""
        return bool(self.live.lines or self.after.lines or self.fairs.lines)


@dataclass(frozen=True)
class ProgrammeFigures:
    """By programme (id): the sales of the days asked for, and of the earlier ones."""

    now: Mapping[int, ProgrammeSales]
    before: Mapping[int, ProgrammeSales]


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A programme with its partners and sales; `livestreams`, `events` and `courses` are those not called off, `targets` as in Target."""

    name: Name
    province: str
    first: date
    last: date
    partners: tuple[Name, ...]
    livestreams: int
    events: int
    courses: int
    targets: Mapping[str, int]
    is_demo: bool
    now: ProgrammeSales
    before: ProgrammeSales

    def state_on(self, day: date) -> str:
        """`planned`, `running` or `done`, by the calendar."""
        return Programme(starts_on=self.first, ends_on=self.last).state_on(day)

    @property
    def target(self) -> int | None:
        """The net value that is aimed at, in VND; None where none is."""
        return self.targets.get(Target.Metric.NET.value)

    @property
    def net(self) -> int | None:
        """What counts towards it: net on air and at fairs, in VND; None where nothing is known."""
        return self.now.live.value.net + self.now.fairs.value.net if self.now.known else None


def programme_figures(audience: Audience, first: date | None, last: date | None, before: Period | None) -> ProgrammeFigures:
    """The sales of all programmes that have any, of the days (None: no bound) and of the earlier ones."""
    earlier = _sold(audience, before.first, before.last) if before else {}
    return ProgrammeFigures(_sold(audience, first, last), earlier)


def programme_rows(programmes: ProgrammeQuerySet, figures: ProgrammeFigures) -> tuple[ProgrammeRow, ...]:
    """The programmes as they stand now, those that began last first, with their figures; three queries for any number."""
    none = ProgrammeSales()
    return tuple(
        ProgrammeRow(
            name=Name(programme.code, programme.name_vi, programme.name_en),
            province=programme.province.name,
            first=programme.starts_on,
            last=programme.ends_on,
            partners=tuple(Name(partner.code, partner.name_vi, partner.name_en) for partner in programme.partners.all()),
            livestreams=programme.planned,
            events=programme.fairs,
            courses=programme.trainings,
            targets={target.metric: target.value for target in programme.targets.all()},
            is_demo=programme.is_demo,
            now=figures.now.get(programme.pk, none),
            before=figures.before.get(programme.pk, none),
        )
        for programme in programmes.with_counts().prefetch_related("targets")
    )


def _sold(audience: Audience, first: date | None, last: date | None) -> dict[int, ProgrammeSales]:
    in_sessions = sales(("programme", "bucket"), audience.filters(first=first, last=last))
    at_events = sales(("event",), audience.filters(first=first, last=last, bucket=Bucket.EVENT.value))
    held = OfflineEvent.objects.filter(pk__in=[event for (event,) in at_events if event], cancelled_at__isnull=True)
    of_event = dict(held.exclude(programme=None).values_list("pk", "programme"))
    parts: dict[int, dict[str, Any]] = defaultdict(dict)
    for (programme, bucket), found in in_sessions.items():
        if programme is not None and (bucket == Bucket.LIVE or bucket in AFTER):
            part = "live" if bucket == Bucket.LIVE else "after"
            parts[programme][part] = parts[programme].get(part, NOTHING) + found
    for (event,), found in at_events.items():
        programme = of_event.get(event)
        if programme is not None:
            parts[programme]["fairs"] = parts[programme].get("fairs", NOTHING) + found
    return {programme: ProgrammeSales(**sold) for programme, sold in parts.items()}
