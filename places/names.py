"""One spelling for the many ways in which a Vietnamese place is written.

“Xã Quách Phẩm”, “quach pham”, “X. Quách Phẩm” in composed or decomposed Unicode all have the key `quach pham`. Two places may share
a key (accents distinguish names); `accented` tells those apart.
"""

from __future__ import annotations

import re
import unicodedata

# What stands before a name: the kind in words, or shortened. One letter alone is a kind only with its dot or before a number,
# because there are names like “H Bông” and “P Rao”.
_KIND = re.compile(
    r"^(?:(?:xa|phuong|thi tran|thi xa|huyen dao|huyen|quan|thanh pho truc thuoc trung uong|thanh pho|tinh|dac khu|ward|commune|district"
    r"|province|city of|tp|tx|tt|dk)\b[ .]*(?=\w)|[xpqht] ?\. ?(?=\w)|[pqf] ?(?=\d))"
)
_KIND_BEHIND = re.compile(r"(?<=\w) (?:ward|commune|district|province|city|town|special zone)$")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_APOSTROPHES = str.maketrans("", "", "'’‘`´ʼ")
_NOT_NAME = re.compile(r"[^\w.]+|_+")


def plain(text: str) -> str:
    """The text without accents and case: đ as d, apostrophes dropped, other signs as single spaces; the kind word is kept."""
    letters = unicodedata.normalize("NFD", text.casefold().translate(_APOSTROPHES).replace("đ", "d"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _NOT_NAME.sub(" ", bare).strip()


def key(text: str) -> str:
    """The name that places are found by: without accents, case and kind word (xã, phường, TP., ward …); "" for no name."""
    bare = _KIND.sub("", plain(text), count=1)
    bare = _KIND_BEHIND.sub("", bare)
    words = bare.replace(".", " ").split()
    # Wards with a number are written “Phường 7” and “Phường 07”.
    return " ".join(word.lstrip("0") or word if word.isdigit() else word for word in words)


def accented(text: str) -> str:
    """The name without kind, with its accents, however they are typed: “Hoà” and “Hòa” are one, “Tân An” and “Tân Ân” two.

    The tone mark moves to the end of its syllable, because old and new spelling put it over different vowels.
    """
    composed = _NOT_NAME.sub(" ", unicodedata.normalize("NFC", text.casefold()).translate(_APOSTROPHES)).replace(".", " ")
    syllables = [
        "".join(letter for letter in syllable if letter not in _TONES) + "".join(letter for letter in syllable if letter in _TONES)
        for syllable in unicodedata.normalize("NFD", composed).split()
    ]
    # Drop as many words as the key dropped: the kind has the same words with and without accents.
    kept = len(key(text).split())
    return " ".join(syllables[-kept:]) if kept else ""


def kind_of(text: str) -> str:
    """The kind of commune that a text states: "xã", "phường", "thị trấn" (until 2025), "đặc khu"; "" where it states none."""
    bare = plain(text)
    for kind, starts in _KINDS:
        if starts.match(bare):
            return kind
    return ""


_KINDS = (
    ("xã", re.compile(r"xa\b|x ?\.|commune\b")),
    ("thị trấn", re.compile(r"thi tran\b|tt\b")),
    ("phường", re.compile(r"phuong\b|p ?\.|p ?\d|ward\b")),
    ("đặc khu", re.compile(r"dac khu\b|dk\b")),
)
