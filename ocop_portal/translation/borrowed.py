"""Messages of the libraries' own that our pages show and that no library translates into Vietnamese.

Where a library has a Vietnamese catalogue (Django's is not complete, allauth has none) its words are used, but for what it says badly;
the rest stands in ours.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from ocop_portal.translation.messages import Key, Message, collect

# What of each library can reach a reader: errors of forms, sign-in, mails about passwords, lists with filters.
SHOWN: dict[str, tuple[str, ...]] = {
    "django": (
        "forms/*.py",
        "core/validators.py",
        "db/models/constraints.py",
        "utils/ipv6.py",
        "utils/text.py",
        "utils/timesince.py",
        "contrib/auth/password_validation.py",
    ),
    "allauth": (
        "account/adapter.py",
        "account/fields.py",
        "account/forms.py",
        "templates/account/email/*.txt",
        "templates/account/messages/*.txt",
    ),
    "django_filters": ("fields.py", "filters.py", "widgets.py"),
}
# Django's Vietnamese of these is wrong ("a number as a whole") or has a space before its full stop: here ours is used.
SAID_BADLY = frozenset(
    {
        "Enter a whole number.",
        "Ensure this value is greater than or equal to %(limit_value)s.",
        "Ensure this value is less than or equal to %(limit_value)s.",
        "Ensure that there are no more than %(max)s digit in total.",
        "Ensure that there are no more than %(max)s decimal place.",
        "Ensure that there are no more than %(max)s digit before the decimal point.",
    }
)
CATALOGUES = {"django": ("conf/locale", "contrib/auth/locale"), "allauth": ("locale",), "django_filters": ("locale",)}


def borrowed_messages(language: str = "vi") -> dict[Key, Message]:
    """Messages of SHOWN that the library's own catalogue does not have in `language`, and what it says badly there."""
    found: dict[Key, Message] = {}
    for library, patterns in SHOWN.items():
        root = _root(library)
        ours: dict[Key, Message] = {}
        for pattern in patterns:
            for path in sorted(root.glob(pattern)):
                collect(ours, path, f"{library}/{path.relative_to(root)}")
        known = _translated(library, language)
        found.update((key, message) for key, message in ours.items() if key not in known or key.text in SAID_BADLY)
    return found


def _translated(library: str, language: str) -> set[Key]:
    """What the library's compiled catalogues hold in `language`."""
    import polib

    root = _root(library)
    compiled = [root / folder / language / "LC_MESSAGES" / "django.mo" for folder in CATALOGUES[library]]
    entries = [entry for path in compiled if path.exists() for entry in polib.mofile(str(path))]
    return {Key(entry.msgid, entry.msgctxt or "") for entry in entries}


def _root(library: str) -> Path:
    spec = find_spec(library)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{library} is not installed")
    return Path(spec.origin).parent
