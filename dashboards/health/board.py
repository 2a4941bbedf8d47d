"""What is missing in the figures of an audience, or does not agree with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from accounts.scopes import Scope
from catalog.models import Paper, Producer, Product
from dashboards.boards.audience import Audience
from dashboards.boards.claim_list import claims_of
from dashboards.boards.names import Name
from dashboards.boards.session_list import SessionRow, session_rows
from dashboards.boards.unmapped import UnmappedLines, unmapped_by_shop
from dashboards.claims import ClaimRow, State
from dashboards.readings import Reading
from orders.models import Shop
from orders.shops.silence import silence_of

# The groups whose goods are sold with papers: food, drinks, medicinal herbs with cosmetics. Handicrafts, plants and tourism have none.
WITH_PAPERS = ("1", "2", "3")


@dataclass(frozen=True, slots=True)
class SilentShop:
    """A shop of which nothing comes; `silence` is a value of `Silence`, empty where no file ever came (`last_export` None)."""

    pk: int
    shop: Name
    silence: str
    last_export: datetime | None


@dataclass(frozen=True, slots=True)
class BareProduct:
    """A public product of which no paper holds; `ended_on` is the last day of the one that held longest, None where there is none."""

    product: Name
    producer: Name
    ended_on: date | None


@dataclass(frozen=True)
class Health:
    """All that is amiss, the gravest of each kind first. A member's has no claims: these are the officials' to compare.

    `shops`: how many there are of which files are waited for.
    """

    shops: int
    unmapped: tuple[UnmappedLines, ...]
    silent: tuple[SilentShop, ...]
    sessions: tuple[SessionRow, ...]
    bare: tuple[BareProduct, ...]
    claims: tuple[ClaimRow, ...]


def health(audience: Audience, reading: Reading) -> Health:
    """The health of what the audience sees; as many queries for any number of rows."""
    shops = _shops(audience)
    awaited: Any = shops.filter(Q(event=None) | Q(event__starts_on__lte=reading.day)).select_related("event")
    heard = list(awaited.with_last_export().order_by("name", "pk"))
    return Health(
        shops=len(heard),
        unmapped=unmapped_by_shop(shops),
        silent=_silent(heard, reading),
        sessions=tuple(row for row in session_rows(audience) if not row.known and row.state_at(reading.at) == "done"),
        bare=_bare(audience, reading.day),
        claims=tuple(row for row in claims_of(audience) if row.state == State.DIFFERS),
    )


def _shops(audience: Audience) -> QuerySet[Shop]:
    """The province's, those of the producers that sit in the commune, a member's own."""
    where = audience.territory
    if where is None:
        return Shop.objects.filter(producer__in=audience.producers)
    if where.commune is None:
        return Shop.objects.filter(province=where.province)
    return Shop.objects.filter(producer__in=Producer.objects.seated_in(where.commune))


def _silent(shops: list[Any], reading: Reading) -> tuple[SilentShop, ...]:
    found = []
    for shop in shops:
        silence = silence_of(shop, shop.last_export, reading.at)
        if shop.last_export is None or silence is not None:
            found.append(SilentShop(shop.pk, Name(shop.code, shop.name), silence.value if silence else "", shop.last_export))
    # What is lost for good soonest comes first; of what never came there is nothing to lose.
    return tuple(sorted(found, key=lambda row: row.last_export or reading.at))


def _bare(audience: Audience, day: date) -> tuple[BareProduct, ...]:
    where = audience.territory
    seen = Product.objects.filter(producer__in=audience.producers)
    if where is not None:
        seen = Product.objects.within(Scope(where.province, where.commune), day)
    own = Paper.objects.current().filter(product=OuterRef("pk"))
    products: Any = (
        seen.single()
        .published()
        .with_facts(day)
        .filter(~Exists(own.holding_on(day)), Q(*(("set_code__startswith", group) for group in WITH_PAPERS), _connector=Q.OR))
        .annotate(ended_on=Max("papers__valid_until", filter=Q(papers__withdrawn_at=None, papers__valid_until__lt=day)))
        .select_related("producer")
        .order_by("name_vi", "pk")
    )
    return tuple(
        BareProduct(
            Name(product.code, product.name_vi, product.name_en),
            Name(product.producer.code, product.producer.name, product.producer.name_en),
            product.ended_on,
        )
        for product in products
    )
