"""How many products a province (or commune) has by OCOP group and star, as of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from dashboards.boards.names import Name

STARS = (5, 4, 3)


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """The products of a group (None: of no set yet) by star, in the order of STARS, and `without` a star in force.

    `lapsed` of the latter had one that has expired or was revoked.
    """

    group: Name | None
    by_star: tuple[int, ...]
    without: int
    lapsed: int

    @property
    def starred(self) -> int:
        """Products with a star in force."""
        return sum(self.by_star)

    @property
    def never(self) -> int:
        """Products that never had a star."""
        return self.without - self.lapsed

    @property
    def products(self) -> int:
        """All products."""
        return self.starred + self.without


@dataclass(frozen=True, slots=True)
class RegistryCounts:
    """Every group of the programme, also an empty one; products of no set last, where there are any."""

    groups: tuple[GroupCounts, ...]

    @property
    def total(self) -> GroupCounts:
        """All groups together."""
        by_star = tuple(sum(counts) for counts in zip(*(group.by_star for group in self.groups), strict=True))
        return GroupCounts(
            None, by_star or (0,) * len(STARS), sum(group.without for group in self.groups), sum(group.lapsed for group in self.groups)
        )


# The row in force on a day is the newest begun by then, before the first one the first. Looked up product by product, because the
# planner cannot tell how many rows "in force" leaves; beginning with the producers that ever sat in the province.
_IN_FORCE = "ORDER BY since <= %(day)s DESC, CASE WHEN since <= %(day)s THEN since END DESC, since LIMIT 1"
_COUNTS = f"""
SELECT g.code, g.name_vi, g.name_en, rating.stars, rating.stars IS NULL AND rating.held AS lapsed, count(p.id)
FROM (
    SELECT DISTINCT s.producer_id FROM catalog_producerseat s JOIN places_commune c ON c.code = s.commune_id
    WHERE c.province_id = %(province)s
) here
JOIN LATERAL (SELECT commune_id FROM catalog_producerseat WHERE producer_id = here.producer_id {_IN_FORCE}) seat ON true
JOIN places_commune c ON c.code = seat.commune_id AND c.province_id = %(province)s AND (%(commune)s::text IS NULL OR c.code = %(commune)s)
JOIN catalog_product p ON p.producer_id = here.producer_id AND p.merged_into_id IS NULL
LEFT JOIN LATERAL (SELECT ocop_set_id FROM catalog_productfacts WHERE product_id = p.id {_IN_FORCE}) facts ON true
LEFT JOIN LATERAL (
    SELECT count(*) > 0 AS held, (array_agg(stars ORDER BY valid_from DESC, id DESC)
        FILTER (WHERE valid_until >= %(day)s AND (revoked_on IS NULL OR revoked_on > %(day)s)))[1] AS stars
    FROM catalog_starrating WHERE product_id = p.id AND valid_from <= %(day)s
) rating ON true
LEFT JOIN catalog_ocopset s ON s.id = facts.ocop_set_id
FULL JOIN catalog_ocopgroup g ON g.id = s.group_id
GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608  (built of this module's constants)


def registry_counts(province: str, day: date, commune: str | None = None) -> RegistryCounts:
    """Products whose producer sits there on `day`, by group and by the star in force on `day`; a double is no product of its own."""
    found: dict[Name | None, dict[int | None, int]] = {}
    lapsed: dict[Name | None, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"province": province, "day": day, "commune": commune})
        for code, name_vi, name_en, stars, is_lapsed, count in cursor.fetchall():
            group = Name(code, name_vi, name_en) if code else None
            by_star = found.setdefault(group, {})
            by_star[stars] = by_star.get(stars, 0) + count
            lapsed[group] = lapsed.get(group, 0) + (count if is_lapsed else 0)
    return RegistryCounts(
        tuple(
            GroupCounts(group, tuple(by_star.get(stars, 0) for stars in STARS), by_star.get(None, 0), lapsed[group])
            for group, by_star in sorted(found.items(), key=lambda item: item[0].code if item[0] else "~")
            if group is not None or any(by_star.values())
        )
    )
