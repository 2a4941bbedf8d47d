"""How many units a pack holds, as far as its name in a shop says so: a guess that a person confirms."""

from __future__ import annotations

import re
import unicodedata

MOST_GUESSED = 100

_PACK = r"gói|goi|hộp|hop|hũ|hu|chai|lọ|lo|túi|tui|bịch|bich|lon|bánh|banh|thanh|vỉ|vi|cây|cay|con|miếng|mieng|sp"
_MANY = r"combo|com bo|set|sét|bộ|lốc|loc|thùng|thung|kiện|pack|gồm"
# “Mua 2 tặng 1” before “2 gói” before “x2”: the wordier says more.
_PATTERNS = (
    re.compile(rf"\bmua\s*(\d{{1,3}})(?:\s*(?:{_PACK}))?\s*(?:được\s*)?tặng\s*(\d{{1,3}})\b"),
    re.compile(rf"\b(?:{_MANY})\s*(?:gồm\s*)?(\d{{1,3}})\b(?![.,]?\d|\s*(?:g|gr|gram|kg|ml|l|lít|%|k|sao)\b)"),
    re.compile(rf"(?<![\d.,])(\d{{1,3}})\s*(?:{_PACK})\b"),
    re.compile(r"(?<![\w.,])x\s*(\d{1,3})\b(?!\s*(?:cm|mm|g|gr|kg|ml)\b|\s*x)"),
    re.compile(r"(?<![\w.,])(\d{1,3})\s*x(?=\s|\d+\s*(?:g|gr|gram|kg|ml|l)\b|$)"),
)


def units_in(text: str, product: str = "") -> int:
    """Units in the pack that `text` names (“combo 3”, “x2”, “hộp 5 gói”, “mua 2 tặng 1”), 1 where it names none.

    What the product's own name says too is the product, not a pack of it: a tea “Hộp 20 túi” is one unit.
    """
    own = _first(product)
    found = _first(text)
    if found is None or found == own:
        return 1
    return found if 1 <= found <= MOST_GUESSED else 1


def without_pack(text: str) -> str:
    """The text without the words that name a pack: what it is like is the product's name."""
    plain = unicodedata.normalize("NFC", text).lower()
    for pattern in _PATTERNS:
        plain = pattern.sub(" ", plain)
    return " ".join(plain.split())


def _first(text: str) -> int | None:
    plain = unicodedata.normalize("NFC", text).lower()
    for pattern in _PATTERNS:
        match = pattern.search(plain)
        if match:
            return sum(int(number) for number in match.groups())
    return None
