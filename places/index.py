"""All place names in memory, as dictionaries by key: 13,000 names, read with three queries in about 0.15 s."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.contrib.postgres.aggregates import ArrayAgg

from places import names
from places.models import Commune, FormerCommune, Province

# Other names of provinces, by key without spaces: what people and platforms write beside the official name.
PROVINCE_ALIASES = {
    "hcm": "hochiminh",
    "hcmc": "hochiminh",
    "tphcm": "hochiminh",
    "saigon": "hochiminh",
    "hn": "hanoi",
    "thuathienhue": "hue",
    "daclac": "daklak",
    "dacnong": "daknong",
    "vungtau": "bariavungtau",
    "brvt": "bariavungtau",
}


@dataclass(frozen=True, slots=True)
class Current:
    """A commune of today."""

    code: str
    name: str
    kind: str
    province: str
    spelling: str  # names.accented


@dataclass(frozen=True, slots=True)
class Former:
    """A commune as it was before July 2025; keys are without spaces, `successors` are codes of today's communes."""

    spelling: str
    kind: str
    district: str
    province: str
    successors: frozenset[str]


def squeezed(text: str) -> str:
    """The key without its spaces: “Kontum” and “Kon Tum”, “Hanoi” and “Hà Nội” are one."""
    return names.key(text).replace(" ", "")


def squeezed_plain(text: str) -> str:
    """The same with the kind word kept, for names that begin like one (“Phường Đúc”)."""
    return names.plain(text).replace(" ", "").replace(".", "")


@dataclass(frozen=True)
class PlaceIndex:
    """Names of today and of before July 2025, each under its squeezed key."""

    provinces: dict[str, str] = field(default_factory=dict)  # key of today's province → code
    former_provinces: dict[str, str] = field(default_factory=dict)  # key of a province of before → code of today's
    province_codes: frozenset[str] = frozenset()
    by_code: dict[str, Current] = field(default_factory=dict)
    current: dict[str, list[Current]] = field(default_factory=dict)
    former: dict[str, list[Former]] = field(default_factory=dict)

    @classmethod
    def load(cls) -> PlaceIndex:
        """Read the database: three queries."""
        provinces = {squeezed(name): code for code, name in Province.objects.values_list("code", "name")}
        by_code: dict[str, Current] = {}
        current: defaultdict[str, list[Current]] = defaultdict(list)
        for code, name, kind, province, key in Commune.objects.values_list("code", "name", "kind", "province_id", "name_key"):
            by_code[code] = Current(code, name, kind, province, names.accented(name))
            current[key.replace(" ", "")].append(by_code[code])
        former: defaultdict[str, list[Former]] = defaultdict(list)
        shares: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for name, key, district, province, successors in _former_rows():
            province_key = province.replace(" ", "")
            shares[province_key].update(by_code[code].province for code in successors)
            if key:
                entry = Former(names.accented(name), names.kind_of(name), district.replace(" ", ""), province_key, frozenset(successors))
                former[key.replace(" ", "")].append(entry)
        # A province went as a whole into one of today's; a single row in the source that says otherwise does not outvote the rest.
        former_provinces = {key: votes.most_common(1)[0][0] for key, votes in shares.items()}
        return cls(provinces, former_provinces, frozenset(provinces.values()), by_code, dict(current), dict(former))

    def province_of(self, text: str) -> tuple[str | None, str | None]:
        """(code of today's province, key of the province of before where the text names one); (None, None) for an unknown name."""
        bare = text.strip()
        if bare in self.province_codes:
            return bare, None
        for key in (squeezed(text), squeezed_plain(text)):
            known = PROVINCE_ALIASES.get(key, key)
            before = known if known in self.former_provinces else None
            code = self.provinces.get(known) or self.former_provinces.get(known)
            if code:
                return code, before
        return None, None


def _former_rows() -> list[tuple[str, str, str, str, list[str]]]:
    rows = FormerCommune.objects.annotate(codes=ArrayAgg("successors")).filter(successors__isnull=False)
    return list(rows.values_list("name", "name_key", "district_key", "province_key", "codes"))


_loaded: PlaceIndex | None = None


def place_index() -> PlaceIndex:
    """The index of this process, read at first use.

    Places change with a release of the portal alone, so a process keeps what it has read; an empty database is asked again.
    """
    global _loaded  # noqa: PLW0603
    if _loaded is None or not _loaded.by_code:
        _loaded = PlaceIndex.load()
    return _loaded
