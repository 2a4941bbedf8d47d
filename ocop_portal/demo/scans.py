"""Scans of the demonstration's packs over the last four weeks, all made up; one pack was scanned unusually often."""

from __future__ import annotations

import random
from datetime import timedelta

from ocop_portal.demo.clock import Clock
from traceability.models import DayVisit, UnitCode
from traceability.scans.record import Record, new_id
from traceability.scans.writing import MOST_A_DAY, write_scans

DAYS = 28


def build(clock: Clock) -> None:
    """Write them by the verb that writes those of today. Whose they might be is forgotten, as each night."""
    chance = random.Random("scans of the demonstration")  # noqa: S311  (repeatable on purpose)
    codes = list(UnitCode.objects.filter(lot__is_demo=True).select_related("lot").order_by("lot__made_on", "lot__number", "number"))
    records: list[Record] = []

    def scan(code: UnitCode, day: int, times: int) -> None:
        lot, visit = code.lot, chance.randbytes(16)
        at = clock.at(day, "08:00") + timedelta(minutes=chance.randrange(12 * 60))
        named = chance.random()  # most scan the pack's own code, some that of the lot or of the product
        for time in range(times):
            records.append(
                Record(
                    new_id(),
                    at + timedelta(minutes=2 * time),
                    "en" if chance.random() < 0.1 else "vi",
                    lot.product_id,
                    lot.pk if named < 0.95 else None,
                    code.pk if named < 0.85 else None,
                    visit=visit,
                )
            )

    for day in range(-DAYS, 0):
        for code in chance.choices(codes, k=6 + chance.randrange(12)):
            if code.lot.made_on <= clock.day(day):
                scan(code, day, 1 + (chance.random() < 0.3))
    copied = [code for code in codes if code.lot.number.startswith("RANG-")][-1]
    while len([one for one in records if one.unit == copied.pk]) <= 2 * MOST_A_DAY:
        scan(copied, -2, 1)
    write_scans(scans=records)
    DayVisit.objects.all().delete()
