"""A scan on its way from the request to PostgreSQL, and how it is written while it waits in Valkey."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Record:
    """A scan: what was looked at, when (aware), in which language. `visit` is 16 bytes, or None where no salt was to be had.

    `product`, `lot` and `unit` are ids. Where PostgreSQL was away nobody could look them up: then `key` is the link or code of
    ours as it was scanned (`01/…` or `t/…`), and they are found when it is written.
    """

    id: UUID
    at: datetime
    language: str
    product: int | None = None
    lot: int | None = None
    unit: int | None = None
    key: str = ""
    visit: bytes | None = None

    @property
    def day(self) -> date:
        """The local day it counts for."""
        return self.at.astimezone(VIETNAM).date()


_encode = json.JSONEncoder(separators=(",", ":")).encode


class NoRecordError(ValueError):
    """What waited in Valkey is no record of ours."""


def new_id() -> UUID:
    """UUID version 7 (RFC 9562, 5.7): 48 bits of milliseconds, 74 random ones; in order of time, so that the index grows at its end."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


def packed(record: Record) -> bytes:
    """As it waits: a JSON array; the time in microseconds since 1970."""
    micros = round(record.at.timestamp() * 1_000_000)
    visit = record.visit.hex() if record.visit else None
    return _encode([record.id.hex, micros, record.language, record.product, record.lot, record.unit, record.key, visit]).encode()


def unpacked(text: bytes) -> Record:
    """The record that `packed` wrote. Raises NoRecordError."""
    try:
        number, micros, language, product, lot, unit, key, visit = json.loads(text)
        at = datetime.fromtimestamp(micros / 1_000_000, UTC)
        return Record(UUID(number), at, language, product, lot, unit, key, bytes.fromhex(visit) if visit else None)
    except (ValueError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise NoRecordError from error
