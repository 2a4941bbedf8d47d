"""What is wrong with the project's words; nothing, when the portal is complete in Vietnamese and English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.base import Lexer, TokenType

from ocop_portal.translation.borrowed import borrowed_messages
from ocop_portal.translation.catalogue import catalogue_path, is_compiled, key_of, read_catalogue, translations_of
from ocop_portal.translation.hard_coded import hard_coded_words
from ocop_portal.translation.messages import Key, Message, project_messages, template_files

PERCENT = re.compile(r"%(?:\((?P<name>\w+)\))?[-+#0]*\d*(?:\.\d+)?(?P<kind>[a-zA-Z%])")
BRACE = re.compile(r"\{(\w*)[^{}]*\}")
CONSTANT = re.compile(r"""_\(((?:".*?")|(?:'.*?'))\)""")


def wanted_messages(root: Path | None = None) -> dict[Key, Message]:
    """The messages a complete catalogue has: ours, and the libraries' that have no Vietnamese of their own."""
    messages = borrowed_messages()
    for key, message in project_messages(root).items():
        lent = messages.get(key)
        if lent is not None:
            message.files |= lent.files
            message.plural = message.plural or lent.plural
        messages[key] = message
    return messages


def problems(root: Path | None = None) -> list[str]:
    """A sentence for each message without good Vietnamese, each text outside gettext, and a compiled catalogue out of step."""
    base = root or settings.BASE_DIR
    path = catalogue_path(base)
    name = path.relative_to(base)
    found = [*hard_coded_words(base), *percent_constants(base)]
    if not path.exists():
        return [*found, f"{name} does not exist: run `manage.py make_messages`."]
    messages = wanted_messages(root)
    entries = {key_of(entry): entry for entry in read_catalogue(path)}
    found += [f"{name}: no entry for {key.text!r}: run `manage.py make_messages`." for key in sorted(messages.keys() - entries.keys())]
    found += [f"{name}: {key.text!r} is used nowhere: run `manage.py make_messages`." for key in sorted(entries.keys() - messages.keys())]
    for key in sorted(messages.keys() & entries.keys()):
        found += [f"{name}: {key.text!r}: {problem}" for problem in _problems_of(key, messages[key], entries[key])]
    if not is_compiled(path):
        found.append(f"{name} is newer in words than its compiled form: run `manage.py make_messages`.")
    return found


def _problems_of(key: Key, message: Message, entry: Any) -> Iterator[str]:
    """What is wrong with one entry."""
    words = translations_of(entry)
    if "fuzzy" in entry.flags:
        yield "marked fuzzy; a guess is not a translation."
    if not all(words):
        yield "not translated."
        return
    if len(words) != 1 or bool(message.plural) != bool(entry.msgid_plural):
        yield "Vietnamese has one plural form; the entry has another shape than the source."
        return
    # One Vietnamese form serves every number, so it needs all that the English plural says.
    source, text = message.plural or key.text, words[0]
    if placeholders(source) != placeholders(text):
        yield f"placeholders differ: {sorted(placeholders(source))} in English, {sorted(placeholders(text))} in Vietnamese."
    for edge in ("\n", " "):
        if source.startswith(edge) != text.startswith(edge) or source.endswith(edge) != text.endswith(edge):
            yield f"begins or ends with {edge!r} in one language only."


def placeholders(text: str) -> set[str]:
    """What is filled into a message: `%(name)s`, `%d`, `{name}`; with "%" for a percent sign that formatting would trip over."""
    percent = {f"%({match['name']}){match['kind']}" if match["name"] else f"%{match['kind']}" for match in PERCENT.finditer(text)}
    percent.discard("%%")
    if any(name.startswith("%(") for name in percent) and "%" in PERCENT.sub("", text):
        percent.add("%")
    return percent | {f"{{{name}}}" for name in BRACE.findall(text)}


def percent_constants(base: Path) -> list[str]:
    """Template constants `_("…")` with a percent sign: Django doubles it there and never undoes that; `{% translate %}` does."""
    return [
        f"{path.relative_to(base)}:{token.lineno}: _({constant}) would show its percent sign twice; use a translate tag."
        for path in template_files(base)
        for token in Lexer(path.read_text(encoding="utf-8")).tokenize()
        if token.token_type in {TokenType.BLOCK, TokenType.VAR}
        for constant in CONSTANT.findall(token.contents)
        if "%" in constant
    ]
