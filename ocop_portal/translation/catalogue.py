"""The Vietnamese catalogue: brought in step with the sources, compiled, and read back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from ocop_portal.translation.messages import Key, Message

# No date and no line numbers: the file changes when words change, and not otherwise.
HEADER = {
    "Project-Id-Version": "ocop-portal",
    "Language": "vi",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


@dataclass(frozen=True)
class Update:
    """What bringing the catalogue in step did: how many messages it now has, and which came, went, or lack words."""

    total: int
    added: list[str]
    dropped: list[str]
    untranslated: list[str]


def catalogue_path(root: Path | None = None) -> Path:
    """Where the Vietnamese words of the project under `root` stand."""
    return (root or settings.BASE_DIR) / "locale" / "vi" / "LC_MESSAGES" / "django.po"


def update_catalogue(path: Path, messages: dict[Key, Message]) -> Update:
    """Write the catalogue of exactly these messages, keeping the translations it has, and compile it beside itself."""
    import polib

    old = {key_of(entry): entry for entry in read_catalogue(path)} if path.exists() else {}
    new = polib.POFile(wrapwidth=110)
    new.header = "Vietnamese words of the portal. `manage.py make_messages` keeps it in step with the sources."
    new.metadata = HEADER
    for key in sorted(messages, key=lambda key: (key.text.casefold(), key)):
        new.append(_entry(key, messages[key], old.get(key)))
    path.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(path))
    compiled_path(path).write_bytes(new.to_binary())
    return Update(
        total=len(new),
        added=sorted(key.text for key in messages.keys() - old.keys()),
        dropped=sorted(key.text for key in old.keys() - messages.keys()),
        untranslated=[entry.msgid for entry in new if not entry.translated()],
    )


def _entry(key: Key, message: Message, old: Any) -> Any:
    """A catalogue's entry of the message, with the words that the old entry gave it."""
    import polib

    words = translations_of(old) if old is not None else [""]
    entry = polib.POEntry(
        msgid=key.text,
        msgctxt=key.context or None,
        comment="\n".join(message.comments),
        tcomment=old.tcomment if old is not None else "",
        occurrences=[(name, "") for name in sorted(message.files)],
        flags=list(old.flags) if old is not None else [],
    )
    if message.plural:
        entry.msgid_plural, entry.msgstr_plural = message.plural, {0: words[0]}
    else:
        entry.msgstr = words[0]
    if "%(" in key.text and "python-format" not in entry.flags:
        entry.flags.append("python-format")
    return entry


def read_catalogue(path: Path) -> Any:
    """The catalogue as polib reads it, without entries that no source uses any more."""
    import polib

    catalogue = polib.pofile(str(path), wrapwidth=110)
    for entry in catalogue.obsolete_entries():
        catalogue.remove(entry)
    return catalogue


def compiled_path(path: Path) -> Path:
    """The compiled catalogue beside `path`: committed, because the machine that serves compiles nothing."""
    return path.with_suffix(".mo")


def is_compiled(path: Path) -> bool:
    """Whether the compiled catalogue holds what the readable one says."""
    import polib

    if not compiled_path(path).exists():
        return False
    translated = [entry for entry in read_catalogue(path) if entry.translated()]
    wanted = {key_of(entry): translations_of(entry) for entry in translated}
    held = {key_of(entry): translations_of(entry) for entry in polib.mofile(str(compiled_path(path)))}
    return wanted == held


def key_of(entry: Any) -> Key:
    """What names the entry."""
    return Key(entry.msgid, entry.msgctxt or "")


def translations_of(entry: Any) -> list[str]:
    """The entry's words: one form, or one for each plural form of the language."""
    if entry.msgid_plural:
        return [entry.msgstr_plural[number] for number in sorted(entry.msgstr_plural)]
    return [entry.msgstr]
