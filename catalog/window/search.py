"""Search of the public catalogue.

A query is first taken by its word: products whose document holds all of its words. Where that finds few, it is read more and more
generously, one step at a time, and what is found so stands behind what fits exactly:

1. one word may be mistyped or unfinished, above all one that the catalogue does not know (it is replaced by words of the catalogue that
   are one mistake apart, or begin so);
2. any one of the words may be wrong altogether;
3. the name is merely like what was typed (trigrams): for more mistakes than one;
4. of many words two are right: what somebody remembers of a name, a maker and a place.

No step looks at more than the documents that an index gives it, so a search costs about the same in a province and in the country.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.expressions import Combinable

from catalog.models import SalesLink, SearchEntry, SearchWord
from catalog.window.words import Typed, one_mistake_apart, shapes

FEW = 5  # fewer hits than this are looked for more generously
TELLING = 4  # so many words that are all found are no mistake, however few products have them
MOST_PAIRED = 6  # words of a long query of which any two may be what is right
ALIKE = 12  # words that may stand for a mistyped or unfinished one
# Weights D, C, B, A of the documents: what a product was called counts more than where its maker sits.
WEIGHTS = [0.05, 0.2, 0.4, 1.0]
SORTS = ("best", "name", "price", "-price", "-star")


@dataclass(frozen=True)
class Wanted:
    """What is asked of the catalogue. `star`: "3", "4", "5", "any" (one in force) or "none"; prices in VND, both included."""

    text: str = ""
    star: str = ""
    group: str = ""
    commune: str = ""
    province: str = ""
    producer: str = ""
    floor: str = ""
    price_from: int | None = None
    price_to: int | None = None
    sort: str = ""

    @property
    def order(self) -> str:
        """How it is sorted: by what fits best where words are given, else by name."""
        fallback = "best" if self.text.strip() else "name"
        return self.sort if self.sort in SORTS and (self.sort != "best" or self.text.strip()) else fallback

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but words is asked."""
        return replace(self, text="", sort="") != Wanted()


@dataclass(frozen=True)
class Found:
    """A page of hits (ids of products, in order) out of `total`; the first `exact` of all hits have every word that was typed."""

    ids: list[int]
    total: int
    exact: int


def search(wanted: Wanted, *, day: date, first: int = 0, after: int = 0, most: int = 24) -> Found:
    """The hits from place `first` (0: the best) on, at most `most`; stars are those of `day`.

    `after`, the id of a product, gives what stands behind it in a list by name, whatever has come and gone before it.
    """
    entries, cut = _narrowed(wanted, day), slice(first, first + most)
    if after:
        last = SearchEntry.objects.filter(pk=after).values("sort_key")[:1]
        entries = entries.filter(Q(sort_key__gt=last) | Q(sort_key=last, pk__gt=after))
    typed = Typed.of(wanted.text)
    if wanted.text.strip() and not typed.words:
        return Found([], 0, 0)
    if not typed.words:
        return _page(entries, wanted, [], cut)
    every = " & ".join(typed.words)
    exact = Q(words=_tsquery(every))
    found = _page(entries.filter(exact), wanted, _closeness(typed), cut)
    if found.total >= FEW or (found.total and len(typed.words) >= TELLING):
        return found
    if wanted.is_narrowed and _few_enough(SearchEntry.objects.published().filter(exact)) >= FEW:
        return found  # the words are right; it is the filters that leave few
    for generous in _generous(typed):
        wider = _page(entries.filter(exact | generous), wanted, _closeness(typed), cut, exact)
        if wider.total > found.total:
            return wider
    return found


def _few_enough(entries: QuerySet[SearchEntry]) -> int:
    return len(entries.order_by().values_list("pk", flat=True)[:FEW])


def _narrowed(wanted: Wanted, day: date) -> QuerySet[SearchEntry]:
    entries = SearchEntry.objects.published()
    if wanted.star:
        entries = entries.with_star(day)
        by_star = {"any": Q(star__isnull=False), "none": Q(star__isnull=True)}
        entries = entries.filter(by_star.get(wanted.star) or Q(star=int(wanted.star)))
    elif wanted.order == "-star":
        entries = entries.with_star(day)
    if wanted.group:
        entries = entries.filter(ocop_set__group__code=wanted.group)
    if wanted.commune:
        entries = entries.filter(commune=wanted.commune)
    if wanted.province:
        entries = entries.filter(commune__province=wanted.province)
    if wanted.producer:
        entries = entries.filter(product__producer__code=wanted.producer)
    if wanted.floor:
        entries = entries.filter(Exists(_on_floor(wanted.floor)))
    if wanted.price_from is not None:
        entries = entries.filter(price__gte=wanted.price_from)
    if wanted.price_to is not None:
        entries = entries.filter(price__lte=wanted.price_to)
    return entries


def _on_floor(floor: str) -> QuerySet[SalesLink]:
    """Open links of the entry's product, or of all that its producer makes, to the floor."""
    links = SalesLink.objects.shown().filter(state=SalesLink.State.OPEN, floor=floor)
    return links.filter(Q(product=OuterRef("product")) | Q(producer=OuterRef("product__producer")))


def _tsquery(text: str) -> SearchQuery:
    return SearchQuery(text, config="simple", search_type="raw")


def _closeness(typed: Typed) -> list[Combinable]:
    """The hits with most of the words first, in the weightiest places; of those the names most like what was typed."""
    text = " ".join(typed.words)
    rank = SearchRank(F("words"), _tsquery(" | ".join([*typed.words, *typed.accented])), weights=WEIGHTS)
    # Likeness of the best stretch of the name; then of all of it, so that of two that hold the words the shorter one comes first.
    begins = Case(When(name_key__startswith=text, then=Value(0.25)), default=Value(0.0))
    return [rank + TrigramWordSimilarity(text, "name_key") + TrigramSimilarity("name_key", text) / 4 + begins]


def _page(entries: QuerySet[SearchEntry], wanted: Wanted, closeness: Sequence[Any], cut: slice, exact: Q | None = None) -> Found:
    """Hits and their number in one statement. `exact`: which of them have every word; None: all."""
    orders: dict[str, list[Any]] = {
        "best": [expression.desc() for expression in closeness],
        "name": [],
        "price": [F("price").asc(nulls_last=True)],
        "-price": [F("price").desc(nulls_last=True)],
        "-star": [F("star").desc(nulls_last=True)],
    }
    counts: dict[str, Any] = {"total": Window(Count("*"))}
    if exact is not None:
        counts["exact"] = Window(Count("pk", filter=exact))
        entries = entries.annotate(is_exact=exact)
        orders[wanted.order] = [F("is_exact").desc(), *orders[wanted.order]]
    rows = entries.order_by(*orders[wanted.order], "sort_key", "pk").annotate(**counts)
    hits = list(rows.values_list("pk", *counts)[cut])
    if hits:
        return Found([hit[0] for hit in hits], hits[0][1], hits[0][-1])
    total = entries.count() if cut.start else 0
    return Found([], total, total if exact is None else 0)


def _generous(typed: Typed) -> Iterator[Q]:
    """The readings beyond the word, narrowest first; each is made when the one before it has found too little."""
    alike = _alike(typed.words)
    known = [word for word in typed.words if alike[word] or word.isdigit()]
    strange = [word for word in known if word.isalpha() and word not in alike[word]]
    # A word that the catalogue does not know is the mistyped one; where it knows all, any of them may be.
    mistaken = [strange] if strange else [[word] for word in known if alike[word]]
    readings = []
    for doubted in mistaken:
        parts = [word for word in known if word not in doubted] + [f"({' | '.join(alike[word])})" for word in doubted]
        readings.append(f"({' & '.join(parts)})")
    if readings:
        yield Q(words=_tsquery(" | ".join(readings)))
    if len(known) > 2:
        left = [" & ".join(other for other in known if other != word) for word in known]
        yield Q(words=_tsquery(" | ".join(f"({words})" for words in left)))
    yield Q(name_key__trigram_word_similar=" ".join(typed.words))
    sure = [word for word in known if word.isdigit() or word in alike[word]][:MOST_PAIRED]
    if len(typed.words) >= TELLING and len(sure) > 1:
        yield Q(words=_tsquery(" | ".join(f"({one} & {other})" for one, other in combinations(sure, 2))))


def _alike(words: Sequence[str]) -> dict[str, list[str]]:
    """For each word the words of the catalogue one mistake apart, and those that begin with the last one; itself included if known.

    One letter tells too little to guess by, and numbers are meant as they are.
    """
    guessed = {word: shapes(word) for word in words if word.isalpha() and len(word) > 1}
    asked = sorted({shape for found in guessed.values() for shape in found})
    last = words[-1]
    condition = Q(shapes__overlap=asked)
    if last in guessed:
        condition |= Q(word__startswith=last)
    known = list(SearchWord.objects.filter(condition).values_list("word", flat=True)) if asked else []
    found: dict[str, list[str]] = {}
    for word in words:
        near = [other for other in known if word in guessed and (other == word or one_mistake_apart(word, other))]
        begun = [other for other in known if word == last and other.startswith(word)]
        # The word itself first, then what it may be the beginning of, shortest first.
        found[word] = list(dict.fromkeys([*sorted(near, key=lambda other: other != word), *sorted(begun, key=len)[:ALIKE]]))
    return found
