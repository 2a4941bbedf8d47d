"""The columns of TikTok's LIVE analytics file (`performance_detail`), as its headers say them; nothing else of a file is kept.

None of them is about a person. Users choose which columns they export, editions rename them, and some go missing: what a file does
not have is not known, and not 0.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a cell is read: a whole number, one (or VND) that is rounded, a share of 1, a length in seconds, a time of Vietnam, or text."""

    COUNT = "count"
    ROUNDED = "rounded"
    SHARE = "share"
    SECONDS = "seconds"
    MOMENT = "moment"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the field it is kept in, the header of the newest edition, how it is read, and headers of older editions."""

    field: str
    header: str
    kind: Kind
    older: tuple[str, ...] = ()


COLUMNS = (
    Column("room_id", "Room ID", Kind.TEXT),
    Column("room_title", "Room Title", Kind.TEXT),
    Column("started_at", "Start Time", Kind.MOMENT),
    Column("ended_at", "End Time", Kind.MOMENT),
    Column("duration_seconds", "Duration", Kind.SECONDS),
    Column("gmv", "Attributed GMV", Kind.ROUNDED, ("Gross revenue",)),
    Column("items_sold", "Attributed items sold", Kind.COUNT),
    Column("orders", "Attributed orders", Kind.COUNT, ("Orders paid for",)),
    Column("sku_orders", "Attributed SKU orders", Kind.COUNT),
    Column("customers", "Customers", Kind.COUNT),
    Column("order_value", "AOV", Kind.ROUNDED),
    Column("views", "Views", Kind.COUNT),
    Column("impressions", "Impressions", Kind.COUNT),
    Column("impressions_an_hour", "Impressions Per Hour", Kind.ROUNDED),
    Column("gmv_an_hour", "GMV per hour", Kind.ROUNDED),
    Column("show_gpm", "Show GPM", Kind.ROUNDED),
    Column("watch_gpm", "Watch GPM", Kind.ROUNDED),
    Column("seconds_a_view", "Avg. viewing duration per view", Kind.SECONDS),
    Column("seconds_a_viewer", "Avg. viewing duration", Kind.SECONDS),
    Column("tap_through_rate", "Tap through rate", Kind.SHARE),
    Column("live_ctr", "LIVE CTR", Kind.SHARE),
    Column("product_impressions", "Product Impressions", Kind.COUNT),
    Column("product_clicks", "Product clicks", Kind.COUNT),
    Column("ctr", "CTR", Kind.SHARE),
    Column("ctor", "CTOR", Kind.SHARE),
    Column("ctor_sku_orders", "CTOR (SKU orders)", Kind.SHARE),
    Column("sku_order_rate", "SKU order rate", Kind.SHARE),
    Column("new_followers", "New followers", Kind.COUNT),
    Column("follow_rate", "Follow rate", Kind.SHARE),
    Column("comments", "Comments", Kind.COUNT),
    Column("comment_rate", "Comment rate", Kind.SHARE),
    Column("shares", "Shares", Kind.COUNT),
    Column("share_rate", "Share rate", Kind.SHARE),
    Column("likes", "Likes", Kind.COUNT),
    Column("like_rate", "Like rate", Kind.SHARE),
    # Editions before 2026 had these too.
    Column("direct_gmv", "Direct GMV", Kind.ROUNDED),
    Column("viewers", "Viewers", Kind.COUNT),
    Column("peak_viewers", "Peak viewers", Kind.COUNT),
)
# Without these a row is nobody's broadcast.
NEEDED = ("room_id", "started_at")
# Figures, apart from what says which broadcast it was.
METRICS = tuple(column for column in COLUMNS if column.kind not in {Kind.TEXT, Kind.MOMENT})


def same(header: str) -> str:
    """A header as it is compared: composed, without regard to case and spaces."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", header)).strip().casefold()


BY_HEADER = {same(header): column for column in COLUMNS for header in (column.header, *column.older)}
