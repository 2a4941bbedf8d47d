"""A platform's order file, read and checked: observations to stage, rejections to show.

    reading = read_observations(path, file_name="Tất cả đơn hàng-2026-04-05-09_31.xlsx")
    for chunk in reading.chunks():
        stage(chunk.accepted); reject(chunk.rejected)

Nobody's name, phone, address or message leaves this package: only columns on the platform's list are ever looked at. No database is
touched, and memory stays small whatever the file holds.
"""

from __future__ import annotations

from .checker import OBSERVATION_FIELDS, Observation
from .errors import UnreadableFile
from .file_names import exported_at_from_name
from .platform import CANCELLED, COMPLETED, DELIVERED, PLACED, SHIPPED
from .platforms import PLATFORMS
from .reader import Chunk, Reading, read_observations
from .rejections import Rejection, rejection_message

__all__ = [
    "CANCELLED",
    "COMPLETED",
    "DELIVERED",
    "OBSERVATION_FIELDS",
    "PLACED",
    "PLATFORMS",
    "SHIPPED",
    "Chunk",
    "Observation",
    "Reading",
    "Rejection",
    "UnreadableFile",
    "exported_at_from_name",
    "read_observations",
    "rejection_message",
]
