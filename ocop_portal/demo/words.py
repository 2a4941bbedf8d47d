"""Word lists of our own, and the plausible names made of them. Every name made here belongs to a row marked `is_demo`."""

from __future__ import annotations

import csv
import json
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class Kind:
    """A kind of product: what it is called, its OCOP set, the unit it is sold in, grams in one unit (None: none), VND."""

    family: str
    name_vi: str
    name_en: str
    ocop_set: str
    unit: str
    grams: int | None
    price: int


@cache
def kinds(province: str) -> dict[str, list[Kind]]:
    """The kinds of `province` ("ca_mau" or "gia_lai") by family, in the file's order."""
    found: dict[str, list[Kind]] = {}
    with (DATA / f"kinds_{province}.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            grams = int(row["grams"]) if row["grams"] else None
            kind = Kind(row["family"], row["name_vi"], row["name_en"], row["ocop_set"], row["unit"], grams, int(row["price"]))
            found.setdefault(kind.family, []).append(kind)
    return found


@cache
def _words() -> dict[str, list[str]]:
    words: dict[str, list[str]] = json.loads((DATA / "words.json").read_text(encoding="utf-8"))
    return words


def brands(chance: random.Random) -> list[str]:
    """All brands of two different words, shuffled: each is used once."""
    words = _words()
    made = [f"{first} {second}" for first in words["brand_first"] for second in words["brand_second"] if first != second]
    chance.shuffle(made)
    return made


def person(chance: random.Random) -> str:
    """A person who does not exist."""
    words = _words()
    return " ".join(chance.choice(words[part]) for part in ("surnames", "middles", "given"))
