"""Names read out of `.values()` rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.boards.names import Name

# Arguments of `columns` and `name_in` for what has other columns than name_vi and name_en.
PRODUCER = {"vi": "name", "en": "name_en"}
HOST = {"vi": "stage_name", "en": ""}
SHOP = {"vi": "name", "en": ""}


def columns(path: str, *, vi: str = "name_vi", en: str = "name_en", code: str = "code") -> tuple[str, ...]:
    """The columns under `path` (`product__`) that `name_in` reads; `en` empty: it has one name."""
    return tuple(f"{path}{name}" for name in (code, vi, en) if name)


def name_in(row: Mapping[str, Any], path: str, *, vi: str = "name_vi", en: str = "name_en", code: str = "code") -> Name | None:
    """The name under `path`; None where the row has nothing there."""
    if row[f"{path}{code}"] is None:
        return None
    return Name(row[f"{path}{code}"], row[f"{path}{vi}"], row[f"{path}{en}"] if en else "")
