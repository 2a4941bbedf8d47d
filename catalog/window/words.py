"""What somebody types into the search field, taken apart as the documents are (SQL functions of migration `search_documents`)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_WORDS = 12  # nobody remembers more of a name, and the cost of forgiving a mistake grows with their square
_WORD = re.compile(r"[a-z]+|[0-9]+")
_ACCENTED = re.compile(r"[^\W\d_]+")
_MARKS = re.compile("[\u0300-\u036f]")
_BARRED = str.maketrans("đĐ", "dd")
# Words that tell nothing, as they are written: without its accent “của” (of) would be “cua” (crab).
_EMPTY = {"của", "và", "tại", "ở", "từ", "cho", "the", "of", "in", "from", "and", "a", "an"}

# What is written in one word, and in two on the label.
_JOINED = {"cafe": ("ca", "phe"), "caphe": ("ca", "phe"), "coffe": ("coffee",), "socola": ("chocolate",), "nuocmam": ("nuoc", "mam")}


def plain(text: str) -> str:
    """The text without accents and capitals: `catalog_plain` in SQL."""
    return _MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_BARRED).lower()


def shapes(word: str) -> list[str]:
    """The word, and it with any one letter left out: `catalog_shapes` in SQL."""
    return list(dict.fromkeys([word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]))


def one_mistake_apart(one: str, other: str) -> bool:
    """Whether the words are the same but for a letter changed, left out or added, or two neighbours exchanged."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = next((place for place, letter in enumerate(one) if letter != other[place]), len(one))
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    return one[start + 1 :] == other[start + 1 :] or (
        one[start : start + 2] == other[start : start + 2][::-1] and one[start + 2 :] == other[start + 2 :]
    )


@dataclass(frozen=True)
class Typed:
    """The words of a query without accents, each once, and those of them that were typed with accents, as typed."""

    words: tuple[str, ...]
    accented: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Typed:
        """Take a query apart; empty words (của, of …) are left out unless there are no others."""
        parts = re.split(r"\s+", unicodedata.normalize("NFC", text).lower().strip())
        telling = " ".join(part for part in parts if part not in _EMPTY) or text
        found = (part for word in _WORD.findall(plain(telling)) for part in _JOINED.get(word, (word,)))
        words = tuple(dict.fromkeys(found))[:MOST_WORDS]
        written = dict.fromkeys(_ACCENTED.findall(unicodedata.normalize("NFC", telling).lower()))
        return cls(words, tuple(word for word in written if not word.isascii() and len(word) <= 100)[:MOST_WORDS])
