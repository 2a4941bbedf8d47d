"""Which columns of a shop's files may be kept, for the browser that leaves the others out before it sends a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from orders.intake.mapping.models import ColumnMapping
from orders.intake.reading import PLATFORMS
from orders.shops.models import Shop


def kept_columns(shops: Iterable[Shop]) -> dict[str, Any]:
    """`layouts`: name → {kept, needed} headers; `shops`: id of the shop → names of its layouts, the one with most columns first.

    A file has a layout where all the needed headers are in it. A shop whose columns nobody has explained yet has none: its file goes whole.
    """
    layouts: dict[str, dict[str, list[str]]] = {}
    of_shops: dict[str, list[str]] = defaultdict(list)
    unknown = []
    for shop in shops:
        platform = PLATFORMS.get(shop.platform)
        if platform is None:
            unknown.append(shop.pk)
            continue
        of_shops[str(shop.pk)].append(platform.code)
        layouts[platform.code] = {
            "kept": [column.header for column in platform.columns],
            "needed": [column.header for column in platform.columns if column.needed],
        }
    mappings = ColumnMapping.objects.filter(shop__in=unknown, replaced_at__isnull=True)
    for mapping in sorted(mappings, key=lambda mapping: (-len(mapping.columns), -mapping.pk)):
        headers = list(mapping.columns.values())
        layouts[f"mapping-{mapping.pk}"] = {"kept": headers, "needed": headers}
        of_shops[str(mapping.shop_id)].append(f"mapping-{mapping.pk}")
    return {"layouts": layouts, "shops": of_shops}
