"""What the trace page tells of a product and its lot, as plain values: read once, kept as long as the reader likes.

Circular 02/2024/TT-BKHCN asks for: name and picture, producer with address and id, when made, brand, lot or serial, best before,
origin, certificates, warnings. The verdict is no part of it: that is judged anew at every scan (`traceability.page.verdict`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from catalog.models import Paper, Photo, Producer, Product, ProductFacts, SalesLink, StarRating
from places.models import Commune
from traceability.codes.paths import gtin14, lot_path
from traceability.epcis.models import Event
from traceability.lots.models import Lot, LotInput
from traceability.page.captured import captured_events, note_of, places_of, words_of
from traceability.resolver.models import ExtraLink
from traceability.steps.models import Step


@dataclass(frozen=True)
class StarFact:
    """The newest star and the decision that gave it; `state` is valid, expired or revoked."""

    stars: int
    state: str
    valid_until: date
    decision: str
    decided_on: date


@dataclass(frozen=True)
class PaperFact:
    """A paper that the producer shows."""

    name: str
    number: str
    issuer: str
    valid_until: date | None


@dataclass(frozen=True)
class InputFact:
    """What went into the lot: another lot with its number and the key of its page, or words."""

    name: str
    number: str = ""
    key: str = ""


@dataclass(frozen=True)
class StepFact:
    """One station of the way; `paper` only where its producer shows it."""

    title: str
    happened_at: datetime
    place: str
    temperature: Decimal | None
    note: str
    paper: str
    photo: str


@dataclass(frozen=True)
class SoldFact:
    """A livestream in which packs of the lot were sold."""

    name: str
    sold_on: date


@dataclass(frozen=True)
class LotFacts:
    """What is known of the lot itself."""

    number: str
    made_on: date
    best_before: date | None
    place: str
    inputs: list[InputFact]
    way: list[StepFact]
    sold: list[SoldFact]


@dataclass(frozen=True)
class Facts:
    """Everything on the page but the verdict. Days are local days; texts are in the language that was active."""

    name: str
    about: str
    photo: Photo | None
    is_demo: bool
    unit: str
    net_weight_g: int | None
    gtin: str
    producer: str
    producer_code: str
    tax_code: str
    address: str
    origin: str
    star: StarFact | None
    papers: list[PaperFact]
    shops: list[tuple[str, str]]
    links: list[tuple[str, str]]
    lot: LotFacts | None


def facts_of(product: Product, lot: Lot | None, day: date, language: str) -> Facts:
    """Read it: fifteen statements at most, whatever the lot is made of."""
    # A scan reads little of either (`resolver.lookup`).
    if lot is None:
        product = Product.objects.select_related("producer").get(pk=product.pk)
    else:
        lot = Lot.objects.select_related("product__producer", "commune__province").get(pk=lot.pk)
        product = lot.product
    made = ProductFacts.objects.in_force(product, lot.made_on if lot else day).first()
    producer = product.producer
    seat = _place(producer, day)
    photo = Photo.objects.of(product).shown().first()
    extra = ExtraLink.objects.filter(product=product, language__in=["", language])
    here = [link for link in extra if link.lot_id is None or (lot is not None and link.lot_id == lot.pk)]
    return Facts(
        name=product.name,
        about=product.description_en if language == "en" and product.description_en else product.description_vi,
        photo=photo,
        is_demo=product.is_demo or (lot is not None and lot.is_demo),
        unit=made.unit if made else "",
        net_weight_g=made.net_weight_g if made else None,
        gtin=gtin14(product) or "",
        producer=str(producer),
        producer_code=producer.code,
        tax_code=producer.tax_code,
        address=producer.address or seat,
        origin=_words(lot.commune) if lot and lot.commune else seat,
        star=_star(product, day),
        papers=_papers(product),
        shops=[
            (str(link.get_floor_display()), link.url) for link in SalesLink.objects.of(product).shown().filter(state=SalesLink.State.OPEN)
        ],
        links=[(link.title, link.url) for link in here],
        lot=_lot_facts(lot) if lot else None,
    )


def _lot_facts(lot: Lot) -> LotFacts:
    rows = list(lot.inputs.select_related("source__product"))
    inputs = [_input(one) for one in rows]
    tellers = [lot.product.producer_id, *(one.source.product.producer_id for one in rows if one.source)]
    steps = Step.objects.filter(lot=lot).standing().select_related("commune__province", "paper")
    sold = [SoldFact(sale.name, sale.sold_on) for sale in lot.sales.all()]
    return LotFacts(lot.number, lot.made_on, lot.best_before, lot.place, inputs, _way(lot, steps, tellers), sold)


def _way(lot: Lot, steps: Iterable[Step], tellers: list[int]) -> list[StepFact]:
    """What was told on a phone and what came from a system, in order of time."""
    events = captured_events(lot, tellers)
    places = places_of(events)
    captured = [StepFact(_title(event, lot), event.event_time, places[event.pk], None, note_of(event), "", "") for event in events]
    return sorted([*(_station(step) for step in steps), *captured], key=lambda fact: fact.happened_at)


def _title(event: Event, lot: Lot) -> str:
    """What happened, and whose account it is where it is not the lot's own producer's."""
    words = words_of(event)
    return words if event.producer_id == lot.product.producer_id else f"{words} – {event.producer}"


def _station(step: Step) -> StepFact:
    """What everybody may know of a step: business partners and numbers of documents are not it."""
    place = ", ".join(filter(None, (step.place, _words(step.commune) if step.commune else "")))
    paper = f"{step.paper.get_kind_display()} {step.paper.number}".strip() if step.paper and step.paper.shown else ""
    return StepFact(str(step.get_kind_display()), step.happened_at, place, step.temperature, step.note, paper, step.photo_id or "")


def _input(one: LotInput) -> InputFact:
    if one.source is None:
        return InputFact(one.words)
    return InputFact(one.source.product.name, one.source.number, lot_path(one.source).removeprefix("/"))


def _words(commune: Commune) -> str:
    return f"{commune.name}, {commune.province.name}"


def _place(producer: Producer, day: date) -> str:
    seat = producer.seats.in_force(producer, day).select_related("commune__province").first()
    return _words(seat.commune) if seat else ""


def _star(product: Product, day: date) -> StarFact | None:
    """The star in force on `day`, else the newest one there was."""
    rating = (
        StarRating.objects.filter(product=product, valid_from__lte=day).select_related("decision").order_by("-valid_from", "-pk").first()
    )
    if rating is None:
        return None
    revoked = rating.revoked_on is not None and rating.revoked_on <= day
    state = "revoked" if revoked else "expired" if rating.valid_until < day else "valid"
    return StarFact(rating.stars, state, rating.valid_until, rating.decision.number, rating.decision.decided_on)


def _papers(product: Product) -> list[PaperFact]:
    return [
        PaperFact(paper.title or str(paper.get_kind_display()), paper.number, paper.issuer, paper.valid_until)
        for paper in Paper.objects.of(product).shown()
    ]
