"""Words that stand in a template without going through gettext: they would be the same in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, Token, TokenType

from ocop_portal.translation.messages import template_files

# Names and units that are the same in both languages.
NAMES = {"OCOP", "TikTok", "Shop", "LIVE", "Shopee", "TT"}
UNITS_AND_KINDS = {"VND", "kg", "min", "API", "GTIN", "SKU", "XLSX", "CSV", "PDF", "DOCX", "JSON", "xlsx", "csv"}
SAME_IN_BOTH = NAMES | UNITS_AND_KINDS
WORD = re.compile(r"[^\W\d_]+")
# A block that adds attributes to a tag of the page's frame: `{% block body_attrs %} class="narrow"{% endblock %}`.
ATTRIBUTES = re.compile(r"""(\s*[\w-]+="[^"]*")+\s*""")
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "aria-description", "placeholder", "title", "label", "data-label", "content"}
# Documents of a machine's kind have no reader.
SILENT_ELEMENTS = {"script", "style", "code", "kbd", "samp"}
NO_END_TAG = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def hard_coded_words(base: Path) -> list[str]:
    """A sentence for every piece of hard-coded text in the templates under `base`."""
    return [
        f"{path.relative_to(base)}:{line}: {text!r} does not go through gettext."
        for path in template_files(base)
        for line, text in _spoken(path.read_text(encoding="utf-8"))
    ]


def _spoken(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of each piece with words in it that stand in the page outside template tags."""
    reader = _Reader()
    reader.feed(_without_tags(source))
    reader.close()
    for line, text in reader.pieces:
        if any(len(word) > 1 and word not in SAME_IN_BOTH for word in WORD.findall(text)):
            yield line, " ".join(text.split())


def _without_tags(source: str) -> str:
    """The template's own HTML: tags, variables, comments and translated blocks taken out, lines kept."""
    kept: list[str] = []
    until = ""
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.TEXT:
            kept.append("\n" * token.contents.count("\n") if until else token.contents)
            continue
        if token.token_type == TokenType.BLOCK:
            name = _tag_name(token)
            if until:
                until = "" if name == until else until
            elif name in {"blocktranslate", "blocktrans", "comment"}:
                until = f"end{name}"
    return "".join(kept)


def _tag_name(token: Token) -> str:
    return (token.contents.split() or [""])[0]


class _Reader(HTMLParser):
    """Collects text and spoken attributes with their lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[tuple[int, str]] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT_ELEMENTS
        named = dict(attrs)
        for name, value in attrs:
            # <meta content> is words only for what a reader or a search engine shows.
            shown = name != "content" or named.get("name") in {"description", "author"}
            if value and name in SPOKEN_ATTRIBUTES and shown:
                self.pieces.append((self.getpos()[0], value))

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in SILENT_ELEMENTS))

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip() and not ATTRIBUTES.fullmatch(data):
            self.pieces.append((self.getpos()[0], data))
