"""The platforms whose order files are read, and the other files that people upload by mistake."""

from __future__ import annotations

from collections.abc import Collection
from types import MappingProxyType

from .platform import OtherLayout, Platform
from .shopee import SHOPEE
from .tiktok import TIKTOK

PLATFORMS: MappingProxyType[str, Platform] = MappingProxyType({platform.code: platform for platform in (TIKTOK, SHOPEE)})

OTHER_LAYOUTS = (OtherLayout("TikTok LIVE (analytics)", frozenset({"Room ID", "Start Time", "Duration"})),)


def recognise(headers: Collection[str], *, expected: Platform | None) -> str | None:
    """The name of the platform whose file has these (clean) headers, if it is a known one other than the expected."""
    present = set(headers)
    for platform in PLATFORMS.values():
        if platform is not expected and platform.marks <= present:
            return platform.name
    for layout in OTHER_LAYOUTS:
        if layout.marks <= present:
            return layout.name
    return None
