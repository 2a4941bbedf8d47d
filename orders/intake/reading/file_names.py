"""When a file was exported, as far as its name says so."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from .values import EARLIEST, LOCAL

_STAMP = re.compile(
    r"(?<!\d)(?P<year>20\d\d)(?P<mark>[-_.]?)(?P<month>\d\d)(?P=mark)(?P<day>\d\d)"
    r"[-_. T]{0,3}(?P<hour>\d\d)(?P<between>[-_.:h]?)(?P<minute>\d\d)(?:[-_.:]?(?P<second>\d\d))?(?![-_.:]?\d)"
)


def exported_at_from_name(file_name: str, *, now: datetime | None = None) -> datetime | None:
    """The moment in the name, such as `All order-2026-04-05-09_31.csv` or `OrderSKUList20250531095609.xlsx`, at +07:00.

    None where the name holds no full date with a time, more than one, or one that cannot be (before 2015, or over a day after `now`):
    asking is better than a wrong guess, because an older export never overrides a newer one.
    """
    moments = set()
    for match in _STAMP.finditer(file_name):
        if match["mark"] and not match["between"] and match["hour"] == "20":
            return None  # the year of a second date as likely as the time
        try:
            parts = {part: int(match[part] or 0) for part in ("year", "month", "day", "hour", "minute", "second")}
            moments.add(datetime(**parts, tzinfo=LOCAL))
        except ValueError:
            return None
    if len(moments) != 1:
        return None
    moment = moments.pop()
    if moment < EARLIEST or (now is not None and moment > now + timedelta(days=1)):
        return None
    return moment
