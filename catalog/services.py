"""Loads the OCOP groups and product sets from `catalog/data`; takes warnings that the floors above hand down."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from django.db import transaction

from catalog.models import OcopGroup, OcopSet, Product, ProductWarning

DATA = Path(__file__).resolve().parent / "data"


@transaction.atomic
def load_ocop_groups() -> dict[str, int]:
    """Bring groups and sets in line with `ocop_groups.json`; a second run changes nothing. Returns how many there are of each."""
    stated = json.loads((DATA / "ocop_groups.json").read_text(encoding="utf-8"))["groups"]
    groups = [OcopGroup(code=group["code"], name_vi=group["name_vi"], name_en=group["name_en"]) for group in stated]
    OcopGroup.objects.bulk_create(groups, update_conflicts=True, unique_fields=["code"], update_fields=["name_vi", "name_en"])
    ids = dict(OcopGroup.objects.values_list("code", "pk"))
    sets = [
        OcopSet(group_id=ids[group["code"]], code=entry["code"], position=position, name_vi=entry["name_vi"], name_en=entry["name_en"])
        for group in stated
        for position, entry in enumerate(group["sets"], start=1)
    ]
    changing = ["group", "position", "name_vi", "name_en"]
    OcopSet.objects.bulk_create(sets, update_conflicts=True, unique_fields=["code"], update_fields=changing)
    return {"ocop_groups": len(groups), "ocop_sets": len(sets)}


def warn_of_recall(*, product: Product, at: datetime, path: str) -> ProductWarning:
    """Let the product's page warn, from now on and for ever, that lots of it were recalled; `path` tells which. Again: the newer time."""
    return ProductWarning.objects.update_or_create(product=product, defaults={"recalled_at": at, "path": path})[0]
