"""From what somebody wrote as an address to a commune of today.

Since 1 July 2025 there are provinces and communes and no districts; people and platforms go on writing the old addresses. What a
text says decides what it is read as:

- a district, a province that is no more (Bình Định) or a township (thị trấn) makes it an address of before: the former communes
  of that district or province are asked first, and what succeeded them;
- else today's communes of the province are asked first;
- accents and the kind word (xã, phường) choose between places that only they tell apart; without them all fit;
- where a commune was split, all its successors are candidates: no guess is made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeVar

from places import names
from places.index import Current, Former, PlaceIndex, place_index, squeezed, squeezed_plain

Named = TypeVar("Named", Current, Former)
_CODE = re.compile(r"\d{5}")


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a text resolves to, as codes: `commune` where it is exactly one, else `candidates` (several), else the province alone."""

    province: str | None = None
    commune: str | None = None
    candidates: tuple[str, ...] = ()

    @property
    def kind(self) -> Literal["commune", "candidates", "province", "none"]:
        """In a word, how far the text led."""
        if self.commune:
            return "commune"
        if self.candidates:
            return "candidates"
        return "province" if self.province else "none"


def resolve(commune: str, district: str = "", province: str = "", *, index: PlaceIndex | None = None) -> Resolution:
    """Resolve names (old or new, with or without accents and kinds) or codes of a commune and its province.

    A whole address in `commune` (“Xã A, Huyện B, Tỉnh C”) is taken apart where nothing else is given. A province that is not
    known gives nothing, because a commune of that name elsewhere would be a guess.
    """
    places = index or place_index()
    if "," in commune and not district.strip() and not province.strip():
        return _resolve_address(commune, places)
    province_code, before = places.province_of(province) if province.strip() else (None, None)
    if province.strip() and province_code is None:
        return Resolution()
    if _CODE.fullmatch(commune.strip()):
        known = places.by_code.get(commune.strip())
        if known and province_code in {None, known.province}:
            return Resolution(known.province, known.code)
        return Resolution(province_code)
    codes = _communes(places, commune, squeezed(district), province_code, before)
    found = sorted(codes)
    if not found:
        return Resolution(province_code)
    provinces = {places.by_code[code].province for code in found}
    whole = province_code or (provinces.pop() if len(provinces) == 1 else None)
    if len(found) == 1:
        return Resolution(places.by_code[found[0]].province, found[0])
    return Resolution(whole, None, tuple(found))


def _resolve_address(text: str, places: PlaceIndex) -> Resolution:
    """Take the parts from the end: province, perhaps a district, then the commune; what stands before is house and street."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    province, _ = places.province_of(parts[-1]) if parts else (None, None)
    if province is None or len(parts) == 1:
        return Resolution(province)
    if len(parts) > 2:
        with_district = resolve(parts[-3], parts[-2], parts[-1], index=places)
        if with_district.kind in {"commune", "candidates"}:
            without = resolve(parts[-2], "", parts[-1], index=places)
            # “Số 5, Xã A, Tỉnh C”: the part before the province is the commune itself, not a district.
            if not (without.commune and names.kind_of(parts[-2])):
                return with_district
    return resolve(parts[-2], "", parts[-1], index=places)


def _communes(places: PlaceIndex, text: str, district: str, province: str | None, before: str | None) -> frozenset[str]:
    """Codes of the communes of today that the text can mean."""
    province_of_before = before if before and before not in places.provinces else None
    of_before = province_of_before is not None or names.kind_of(text) == "thị trấn"
    for key in dict.fromkeys((squeezed(text), squeezed_plain(text))):
        if not key:
            continue
        today = [place for place in places.current.get(key, ()) if province in {None, place.province}]
        former = [place for place in places.former.get(key, ()) if _within(places, place, province)]
        if province_of_before:
            former = [place for place in former if place.province == province_of_before] or former
        in_district = [place for place in former if place.district == district] if district else []
        if in_district:
            return _succeeding(in_district, text)
        if of_before and former:
            return _succeeding(former, text)
        if today and province:
            return frozenset(place.code for place in _best(today, text))
        if today or former:
            return frozenset(place.code for place in _best(today, text)) | _succeeding(former, text)
    return frozenset()


def _within(places: PlaceIndex, place: Former, province: str | None) -> bool:
    return province is None or places.former_provinces[place.province] == province


def _succeeding(former: list[Former], text: str) -> frozenset[str]:
    """The communes that succeeded those that fit the text best."""
    return frozenset(code for place in _best(former, text) for code in place.successors)


def _best(found: list[Named], text: str) -> list[Named]:
    """Those spelled as in the text, of the kind that it states; each test is dropped where nothing passes it."""
    spelling, kind = names.accented(text), names.kind_of(text)
    fitting = [place for place in found if place.spelling == spelling] or found
    return [place for place in fitting if place.kind == kind] or fitting


class DeliveryPlaces:
    """Places of delivery for an order intake: 500,000 look-ups a second and more where texts repeat, as they do in order files.

    The names are those of the process's index (three queries at its first use); each new text is resolved once and remembered.
    """

    LIMIT = 200_000  # remembered texts; a file that has more of them is garbage and must not fill the memory

    def __init__(self, index: PlaceIndex | None = None) -> None:
        self._index = index or place_index()
        self._known: dict[tuple[str | None, ...], tuple[str | None, str | None]] = {}

    def codes(self, province: str | None, commune: str | None, district: str | None = "") -> tuple[str | None, str | None]:
        """(province code, commune code), each None where the texts do not say or do not say it for certain."""
        texts = (province, commune, district)
        known = self._known.get(texts)
        if known is None:
            if len(self._known) >= self.LIMIT:
                self._known.clear()
            found = resolve(commune or "", district or "", province or "", index=self._index)
            known = self._known[texts] = (found.province, found.commune)
        return known
