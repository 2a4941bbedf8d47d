"""Names as plain data in both languages: rows are kept once and worded when they are shown."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.models import in_language


@dataclass(frozen=True, slots=True)
class Name:
    """What a thing is called; `code` is its code in addresses. As text it is the name in the reader's language."""

    code: str
    vi: str
    en: str = ""

    def __str__(self) -> str:
        return in_language(self.vi, self.en)
