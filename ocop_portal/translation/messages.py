"""Every message of the project: read out of its Python files and templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tokenize import TokenError

from django.conf import settings
from django.utils.translation.template import templatize

# Names under which messages are passed, with the places of context ("c"), singular and plural among the arguments.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATE_SUFFIXES = {".html", ".txt"}


@dataclass(frozen=True, order=True)
class Key:
    """What names a message in a catalogue."""

    text: str
    context: str = ""


@dataclass
class Message:
    """A message as the sources use it: its plural if it has one, the files it stands in, what they tell the translator."""

    plural: str = ""
    files: set[str] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)


class UnreadableSourceError(Exception):
    """A file that cannot be read for messages; the sentence names it."""


def project_messages(root: Path | None = None) -> dict[Key, Message]:
    """All messages of our own sources under `root` (default: the project). Raises `UnreadableSourceError`."""
    base = root or settings.BASE_DIR
    found: dict[Key, Message] = {}
    for path in source_files(base):
        collect(found, path, str(path.relative_to(base)))
    return found


def source_files(base: Path) -> list[Path]:
    """Our Python files (without tests, benches and migrations) and templates, in order."""
    packages = [base / app for app in settings.INSTALLED_APPS if (base / app / "__init__.py").exists()]
    python = [path for package in packages for path in package.rglob("*.py") if "migrations" not in path.parts]
    return sorted([*python, *template_files(base)])


def template_files(base: Path) -> list[Path]:
    """The project's templates."""
    return sorted(path for path in (base / "templates").rglob("*") if path.suffix in TEMPLATE_SUFFIXES)


def collect(found: dict[Key, Message], path: Path, name: str) -> None:
    """Add the messages of one file, known as `name`, to those found."""
    source = path.read_text(encoding="utf-8")
    if path.suffix in TEMPLATE_SUFFIXES:
        # templatize leaves the indentation of the page, which is none to a Python tokenizer; its calls stand on one line each.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=name).split("\n"))
    try:
        for key, plural, comments in _calls(source):
            message = found.setdefault(key, Message())
            if plural and message.plural and plural != message.plural:
                raise UnreadableSourceError(f"{name}: the plural of {key.text!r} is {plural!r} here and {message.plural!r} elsewhere.")
            message.plural = message.plural or plural
            message.files.add(name)
            message.comments.extend(comment for comment in comments if comment not in message.comments)
    except (SyntaxError, TokenError, ValueError) as error:
        raise UnreadableSourceError(f"{name} cannot be read for messages: {error}") from error


def _calls(source: str) -> Iterator[tuple[Key, str, list[str]]]:
    """(key, plural or "", comments for the translator) of every gettext call with literal arguments."""
    from babel.messages.extract import extract

    extracted: Iterable[tuple[int, str | tuple[str, ...], list[str], str | None]] = extract(
        "python", BytesIO(source.encode()), keywords=KEYWORDS, comment_tags=("Translators:",), options={"encoding": "utf-8"}
    )
    for _line, text, comments, context in extracted:
        singular, plural = (text[0], text[1]) if isinstance(text, tuple) else (text, "")
        if singular:
            yield Key(singular, context or ""), plural, comments
