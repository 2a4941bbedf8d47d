"""The province's brand: the name, the line and the drawing that stand on each page of the shop window."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from catalog.models import SearchEntry, in_language
from places.models import Province

_FILE = Path(__file__).resolve().parent.parent / "data" / "province_brands.json"


@dataclass(frozen=True)
class Brand:
    """Whose goods a page shows. `motif`: one of the drawings in static/img/brands.svg; `province`: code, "" where there are several."""

    province: str
    name: str
    motif: str
    line_vi: str
    line_en: str

    @property
    def line(self) -> str:
        """What stands under the name, in the reader's language."""
        return in_language(self.line_vi, self.line_en)


@cache
def _stated() -> dict[str, dict[str, str]]:
    data = json.loads(_FILE.read_text(encoding="utf-8"))
    brands: dict[str, dict[str, str]] = data["brands"]
    return {**brands, "": data["other"]}


def brand_of(province: Province | None) -> Brand:
    """The province's brand; without a province that of all whose products are in the catalogue."""
    if province is not None:
        return _made([province])
    return _made(provinces_shown())


def provinces_shown() -> list[Province]:
    """Provinces with a product in the public catalogue: one query."""
    return list(Province.objects.filter(code__in=SearchEntry.objects.published().order_by().values("commune__province").distinct()))


def _made(provinces: Sequence[Province]) -> Brand:
    code = provinces[0].code if len(provinces) == 1 else ""
    # More than three names are a list, not a brand.
    name = " · ".join(province.short_name for province in provinces) if len(provinces) <= 3 else "Việt Nam"
    return Brand(code, name, **_stated().get(code, _stated()[""]))
