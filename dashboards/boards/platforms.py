"""Platforms, and the shops on them, with what was sold there in a period and in the one before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from catalog.models import Platform, Producer
from dashboards.boards.amounts import NOTHING, Measures
from dashboards.boards.audience import Audience, sales_and_totals
from dashboards.boards.covered import covered_shops
from dashboards.boards.names import Name
from dashboards.periods import Period
from orders.models import Shop


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A platform with the number of its `shops`, or one shop (`shop`) of it, with its sales in both periods.

    Shops are those of the territory (or the members' own) and those elsewhere that sold something of it. `known`: a file of the shop (of
    one of the platform's) tells of one of the days; else nothing is not 0. `known_before`: the same of the earlier days.
    """

    platform: str
    shop: Name | None
    owner: Name | None
    shops: int
    is_demo: bool
    now: Measures
    before: Measures
    known: bool
    known_before: bool

    @property
    def name(self) -> str:
        """What the row is called: the shop, else the platform in words."""
        return str(self.shop or self.platform_name)

    @property
    def platform_name(self) -> str:
        """The platform in words."""
        return str(Platform(self.platform).label)


@dataclass(frozen=True)
class ChannelBoard:
    """All platforms, and all shops; `total` and `total_before` are everything."""

    platforms: tuple[ChannelRow, ...]
    shops: tuple[ChannelRow, ...]
    total: Measures
    total_before: Measures


def channel_board(audience: Audience, period: Period, before: Period, day: date) -> ChannelBoard:
    """The shops that belong to the audience on `day` or sold something of its in either period, and their platforms."""
    (now, total), (then, total_before) = sales_and_totals(("shop",), audience.filters_of(period, before))
    sold = {shop for (shop,) in (*now, *then)}
    shown: Any = Shop.objects.filter(_own(audience, day) | Q(pk__in=sold)).select_related("producer", "host", "partner").order_by("pk")
    found = list(shown)
    covered = covered_shops([shop.pk for shop in found])
    told, told_before = (covered.shops(span.first, span.last) for span in (period, before))
    shops = tuple(
        ChannelRow(
            platform=shop.platform,
            shop=Name(shop.code, shop.name),
            owner=_owner(shop),
            shops=1,
            is_demo=shop.is_demo,
            now=now.get((shop.pk,), NOTHING),
            before=then.get((shop.pk,), NOTHING),
            known=(shop.pk,) in now or shop.pk in told,
            known_before=(shop.pk,) in then or shop.pk in told_before,
        )
        for shop in found
    )
    of_platform: dict[str, list[ChannelRow]] = defaultdict(list)
    for row in shops:
        of_platform[row.platform].append(row)
    # An order is of one shop: orders of shops may be added up.
    platforms = tuple(
        ChannelRow(
            platform=platform,
            shop=None,
            owner=None,
            shops=len(rows),
            is_demo=False,
            now=sum((row.now for row in rows), NOTHING),
            before=sum((row.before for row in rows), NOTHING),
            known=any(row.known for row in rows),
            known_before=any(row.known_before for row in rows),
        )
        for platform, rows in of_platform.items()
    )
    return ChannelBoard(platforms, shops, total, total_before)


def _own(audience: Audience, day: date) -> Q:
    if audience.territory is None:
        return Q(producer__in=audience.producers)
    if audience.territory.commune is None:
        return Q(province=audience.territory.province)
    seated: Any = Producer.objects.with_seat(day)
    return Q(producer__in=seated.filter(commune_code=audience.territory.commune).values("pk"))


def _owner(shop: Shop) -> Name:
    if shop.producer is not None:
        return Name(shop.producer.code, shop.producer.name, shop.producer.name_en)
    if shop.host is not None:
        return Name(shop.host.code, shop.host.stage_name)
    assert shop.partner is not None  # the constraint shop_has_one_owner
    return Name(shop.partner.code, shop.partner.name_vi, shop.partner.name_en)
