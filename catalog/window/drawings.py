"""Which drawing of static/img/groups.svg stands for a product that has no photo."""

from __future__ import annotations

# By the product set of Decision 26/2026/QĐ-TTg; other sets have their group's drawing.
_BY_SET = {
    "1.01": "fruit",
    "1.02": "fish",
    "1.03": "rice",
    "1.04": "honey",
    "1.06": "rice",
    "1.07": "fruit",
    "1.08": "fish",
    "1.09": "sauce",
    "1.10": "spice",
    "1.11": "tea",
    "1.12": "tea",
    "1.13": "coffee",
}


def drawing(ocop_set: str | None) -> str:
    """The drawing's name for the code of a product set; a box where the set is not known."""
    if not ocop_set:
        return "g0"
    return _BY_SET.get(ocop_set, f"g{ocop_set.partition('.')[0]}")
