"""Which reader each field of a platform's file has."""

from __future__ import annotations

from datetime import date, datetime

from .loose import currency, loose_time_reader, of_thousands
from .platform import Platform
from .values import (
    LIMITS,
    Reader,
    choice_reader,
    needed,
    or_zero,
    order_id,
    positive,
    sku_id,
    text_reader,
    time_reader,
    units,
    vnd,
)


def readers_for(platform: Platform, *, latest: datetime, first_day: date) -> dict[str, Reader]:
    """The reader of each of the platform's fields."""
    moment = time_reader(latest=latest, first_day=first_day)
    money = vnd if platform.money_unit == 1 else of_thousands(vnd)
    if platform.date_order is not None:
        moment = loose_time_reader(moment, order=platform.date_order, days_alone=platform.days_alone, latest=latest)
    by_kind: dict[str, Reader] = {
        "order_id": order_id,
        "sku_id": sku_id,
        "status": choice_reader(platform.statuses, problem="unknown_status", beginnings=platform.status_beginnings),
        "cancel_kind": choice_reader(platform.cancel_kinds, problem=None),
        "units": positive(needed(units)),
        "units_or_0": or_zero(units),
        "vnd": needed(money),
        "vnd_or_0": or_zero(money),
        "vnd_or_none": money,
        "time": needed(moment),
        "time_or_none": moment,
        "currency": currency,
        "shop": text_reader(LIMITS["shop"]),
    }
    return {
        column.field: text_reader(LIMITS[column.field]) if column.kind == "text" else by_kind[column.kind] for column in platform.columns
    }
