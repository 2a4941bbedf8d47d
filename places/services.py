"""Loads provinces, communes and their former names from `places/data` into the database."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from places import names
from places.models import Commune, FormerCommune, Province

DATA = Path(__file__).resolve().parent / "data"


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def load_places() -> dict[str, int]:
    """Bring the database in line with the data files; a second run changes nothing. Returns the number of rows of each kind.

    Rows that the files no longer name are kept: producers and orders may point at them.
    """
    provinces = [Province(code=row["code"], name=row["name"], kind=row["type"]) for row in _rows("provinces.csv")]
    Province.objects.bulk_create(provinces, update_conflicts=True, unique_fields=["code"], update_fields=["name", "kind"])
    communes = [
        Commune(
            code=row["code"],
            # The official list writes one of them in lower case (06325 “xã Bắc Sơn”).
            name=row["name"][0].upper() + row["name"][1:],
            kind=row["type"],
            province_id=row["province_code"],
            name_key=names.key(row["name"]),
        )
        for row in _rows("communes.csv")
    ]
    Commune.objects.bulk_create(
        communes, update_conflicts=True, unique_fields=["code"], update_fields=["name", "kind", "province", "name_key"]
    )
    former_rows = _rows("communes_before_2025_07.csv")
    former = [
        FormerCommune(
            code=row["old_code"],
            name=row["old_name"],
            district=row["old_district"],
            province_name=row["old_province"],
            is_split=row["split"] == "yes",
            name_key=names.key(row["old_name"]),
            district_key=names.key(row["old_district"]),
            province_key=names.key(row["old_province"]),
        )
        for row in former_rows
    ]
    changing = ["name", "district", "province_name", "is_split", "name_key", "district_key", "province_key"]
    FormerCommune.objects.bulk_create(former, update_conflicts=True, unique_fields=["code"], update_fields=changing)
    _load_successors({(row["old_code"], code) for row in former_rows for code in row["new_codes"].split()})
    return {"provinces": len(provinces), "communes": len(communes), "former_communes": len(former)}


def _load_successors(wanted: set[tuple[str, str]]) -> None:
    """Make the pairs (former commune, commune) exactly those wanted."""
    links = FormerCommune.successors.through.objects
    known = {(former, commune): pk for pk, former, commune in links.values_list("pk", "formercommune_id", "commune_id")}
    links.filter(pk__in=[pk for pair, pk in known.items() if pair not in wanted]).delete()
    links.bulk_create(
        [FormerCommune.successors.through(formercommune_id=former, commune_id=commune) for former, commune in sorted(wanted - known.keys())]
    )
