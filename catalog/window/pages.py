"""What the pages of a product, a producer, a commune and a group show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from catalog.models import (
    ListPrice,
    OcopGroup,
    OcopSet,
    Owner,
    Paper,
    Photo,
    Producer,
    ProducerSeat,
    Product,
    ProductFacts,
    ProductWarning,
    SalesLink,
    SearchEntry,
    StarRating,
    in_force,
)
from catalog.standing import Star, star_on
from catalog.window.alphabet import Alphabetic
from catalog.window.cards import Card, cards
from catalog.window.drawings import drawing
from places.models import Commune, FormerCommune

OTHERS = 6  # products of the same producer beside one
SHELF = 60  # products on a producer's page; more are a search away


@dataclass(frozen=True)
class Shown:
    """What is shown of a product or producer beside its texts: photos in order, papers with their state, links that are open."""

    photos: list[Photo]
    papers: list[tuple[Paper, str]]
    links: list[SalesLink]


@dataclass(frozen=True)
class ProductPage:
    """A product on `day`: what holds then, and each decision about its stars, the newest first."""

    day: date
    product: Product
    star: Star | None
    ratings: list[StarRating]
    facts: ProductFacts | None
    price: ListPrice | None
    commune: Commune | None
    former: list[FormerCommune]
    others: list[Card]
    media: Shown
    made_by: Shown
    warning: ProductWarning | None

    @property
    def drawing(self) -> str:
        """What stands for it where it has no photo."""
        return drawing(self.facts.ocop_set.code if self.facts and self.facts.ocop_set else None)


@dataclass(frozen=True)
class ProducerPage:
    """A producer on `day`, with its public products."""

    day: date
    producer: Producer
    commune: Commune | None
    former: list[FormerCommune]
    cards: list[Card]
    total: int
    media: Shown


@dataclass(frozen=True)
class CommunePage:
    """A commune with the producers that have a public product and sit there."""

    commune: Commune
    former: list[FormerCommune]
    producers: list[tuple[Producer, int]]


@dataclass(frozen=True)
class GroupPage:
    """A group with its product sets and how many public products each has."""

    group: OcopGroup
    sets: list[tuple[OcopSet, int]]


def product_page(product: Product, day: date) -> ProductPage:
    """Everything about one product, which comes with its producer."""
    ratings = sorted(product.ratings.select_related("decision"), key=lambda rating: (rating.valid_from, rating.pk), reverse=True)
    commune = commune_of(product.producer, day)
    others = SearchEntry.objects.published().filter(product__producer=product.producer).exclude(product=product)
    return ProductPage(
        day=day,
        product=product,
        star=star_on(ratings, day),
        ratings=[rating for rating in ratings if rating.valid_from <= day],
        facts=in_force(product.facts.select_related("ocop_set__group"), day),
        price=in_force(product.list_prices.all(), day),
        commune=commune,
        former=former_of(commune),
        others=cards(list(others.order_by("sort_key").values_list("pk", flat=True)[:OTHERS]), day),
        media=shown_of(product, day),
        made_by=shown_of(product.producer, day),
        warning=ProductWarning.objects.filter(product=product).first(),
    )


def producer_page(producer: Producer, day: date) -> ProducerPage:
    """A producer and its products by name."""
    commune = commune_of(producer, day)
    ids = list(SearchEntry.objects.published().filter(product__producer=producer).order_by("sort_key").values_list("pk", flat=True))
    return ProducerPage(day, producer, commune, former_of(commune), cards(ids[:SHELF], day), len(ids), shown_of(producer, day))


def commune_page(commune: Commune) -> CommunePage:
    """A commune's producers by name, each with how many public products it has."""
    counts = dict(
        SearchEntry.objects.published().filter(commune=commune).order_by().values_list("product__producer").annotate(products=Count("pk"))
    )
    producers = Producer.objects.filter(pk__in=counts).order_by(Alphabetic("name"), "pk")
    return CommunePage(commune, former_of(commune), [(producer, counts[producer.pk]) for producer in producers])


def group_page(group: OcopGroup) -> GroupPage:
    """A group's sets with the number of their public products."""
    counts = dict(
        SearchEntry.objects.published().filter(ocop_set__group=group).order_by().values_list("ocop_set").annotate(products=Count("pk"))
    )
    return GroupPage(group, [(one, counts.get(one.pk, 0)) for one in group.sets.all()])


def commune_of(producer: Producer, day: date) -> Commune | None:
    """Where the producer sits on `day`, with its province."""
    seat = ProducerSeat.objects.in_force(producer, day).select_related("commune__province").first()
    return seat.commune if seat else None


def former_of(commune: Commune | None) -> list[FormerCommune]:
    """What the commune was called before July 2025: people go on searching for it so."""
    return list(commune.predecessors.order_by(Alphabetic("name"), "code")) if commune else []


def shown_of(owner: Owner, day: date) -> Shown:
    """What the published listing shows; of two links to one floor both."""
    return Shown(
        photos=list(Photo.objects.of(owner).shown().order_by("position", "pk")),
        papers=[(paper, paper.state_on(day)) for paper in Paper.objects.of(owner).shown().select_related("document")],
        links=list(SalesLink.objects.of(owner).shown().filter(state=SalesLink.State.OPEN)),
    )
