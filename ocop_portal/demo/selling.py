"""Opens the shops, makes their orders, and takes them in the way every order comes in: as files of the platform."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from catalog.models import Product
from livestreams.models import Session
from ocop_portal.demo import live_orders, recent_orders
from ocop_portal.demo.ca_mau import CaMau
from ocop_portal.demo.catalogue import Catalogue
from ocop_portal.demo.clock import Clock
from ocop_portal.demo.gia_lai import GiaLai
from ocop_portal.demo.order_file import write_export
from ocop_portal.demo.sales import Order
from ocop_portal.demo.sessions import MEGA_1, MEGA_2, SAMMY, SAMPLE_SESSION
from ocop_portal.demo.shops import Counter, Street, map_skus
from ocop_portal.demo.stage import CA_MAU, DEMO_FAIR, GIA_LAI, Broadcasts
from ocop_portal.demo.tet import sell_tet
from orders.intake.services import take_in_file
from places.models import Commune

COMMON = ("TT-GL-CHUNG-1", "TT-GL-CHUNG-2")
SAMPLE_SHOP = "TT-DEMO"
SILENT_SHOP = "TT-CM-CHUNG"  # its last file is two weeks old, so that boards have something to warn of
PROVINCES_OF_DELIVERY = ("01", "31", "46", "48", "52", "56", "66", "68", "75", "79", "92", "96")
SILENT_DAYS = 16
SEEN_TWICE = 100  # a shop with so many recent orders also gave a file a month ago
WITH_HISTORY = ("TT-CM-BAKHIA", "TT-CM-SKNONI")
# Session, the shops it sold through, orders while it was on air.
LIVE: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("GL-D1", ("TT-GL-PHIEN",), 140),
    ("GL-D2", (COMMON[0],), 110),
    ("GL-D3", ("TT-GL-PHIEN",), 180),
    ("GL-D4", (COMMON[1],), 90),
    ("GL-D5", ("TT-GL-PHIEN",), 210),
    ("CM-D1", (SILENT_SHOP,), 120),
    ("CM-D2", ("TT-CM-BAKHIA", "TT-CM-SKNONI"), 95),
    ("CM-D3", (SILENT_SHOP, "TT-CM-GHEHANG"), 150),
    ("CM-D4", ("TT-CM-BAKHIA", "TT-CM-SKNONI"), 130),
    ("CM-D5", ("TT-CM-GHEHANG",), 170),
)
# Orders a day outside sessions.
DAILY = {
    COMMON[0]: 4.0,
    COMMON[1]: 3.0,
    "TT-GL-PHIEN": 2.5,
    "TT-CM-BAKHIA": 4.0,
    "TT-CM-SKNONI": 3.0,
    SILENT_SHOP: 3.5,
    "TT-CM-GHEHANG": 3.0,
}
EXPORT_SPAN = timedelta(days=80)  # the platform exports at most 90 days at once


def open_shops(made: Broadcasts, gia_lai: GiaLai, ca_mau: CaMau, sample_pairs: list[tuple[str, Product]]) -> Street:
    """Write all shops with their mappings and sessions; `sample_pairs`: sample SKU ids with their products, for TT-DEMO."""
    communes = Commune.objects.filter(province_id__in=PROVINCES_OF_DELIVERY).select_related("province").order_by("province_id", "code")
    street = Street([(commune.province.name, commune.name) for commune in communes[::9]])
    sessions, hosts, partners = made.sessions, made.hosts, made.organisations
    sellable = gia_lai.old[: -len(gia_lai.lapsed)]
    mega = [sessions[MEGA_1], sessions[MEGA_2]]
    common = [*sellable, *gia_lai.sammy, *gia_lai.coast]
    street.open(
        COMMON[0],
        "Gian hàng chung Gia Lai 1",
        partners["GL-GIANHANG"],
        province=GIA_LAI,
        products=common,
        sessions=[*mega, sessions["GL-D2"]],
    )
    street.open(
        COMMON[1],
        "Gian hàng chung Gia Lai 2",
        partners["GL-GIANHANG"],
        province=GIA_LAI,
        products=common,
        sessions=[*mega, sessions["GL-D4"]],
    )
    street.open(
        "TT-GL-PHIEN",
        "Phiên Cao Nguyên",
        hosts["PHIEN-CAO-NGUYEN"],
        province=GIA_LAI,
        products=common,
        sessions=_of(made, "GL-D1", "GL-D3", "GL-D5"),
    )
    for product in gia_lai.sammy:
        maker = product.producer
        links = [sessions[SAMMY], *([sessions["GL-D1"]] if product in gia_lai.sammy[:10] else [])]
        street.open(f"TT-{maker.code}", maker.name, maker, province=GIA_LAI, products=[product], sessions=links)
    fair = made.events[DEMO_FAIR]
    street.open("TT-GL-CHO", "Quầy phiên chợ Pleiku", partners["GL-GIANHANG"], province=GIA_LAI, products=gia_lai.sammy[:6], event=fair)
    street.open(
        "TT-CM-BAKHIA",
        "HTX Ba khía Đầm Dơi",
        ca_mau.crab,
        province=CA_MAU,
        products=ca_mau.crab_products,
        sessions=_of(made, "CM-D2", "CM-D4", "CM-D6"),
    )
    street.open(
        "TT-CM-SKNONI", "SK Noni", ca_mau.noni, province=CA_MAU, products=ca_mau.noni_products, sessions=_of(made, "CM-D2", "CM-D4")
    )
    on_floor = [slot.product for code in ("CM-D1", "CM-D2", "CM-D3", "CM-D4", "CM-D5") for slot in made.slots[code]]
    named = {product.code for product in [*ca_mau.crab_products, *ca_mau.noni_products]}
    others = [product for product in on_floor if product.code not in named]
    street.open(
        SILENT_SHOP,
        "Gian hàng chung Cà Mau",
        partners["CM-GIANHANG"],
        province=CA_MAU,
        products=others,
        sessions=_of(made, "CM-D1", "CM-D3"),
    )
    street.open(
        "TT-CM-GHEHANG", "Ghe Hàng Cuối Trời", hosts["GHE-HANG"], province=CA_MAU, products=others, sessions=_of(made, "CM-D3", "CM-D5")
    )
    sample = street.open(
        SAMPLE_SHOP, "Gian hàng mẫu TT-DEMO", partners["GL-GIANHANG"], province=GIA_LAI, products=[], sessions=_of(made, SAMPLE_SESSION)
    )
    map_skus(sample.shop, sample_pairs)
    return street


def sell(clock: Clock, made: Broadcasts, street: Street, catalogue: Catalogue, gia_lai: GiaLai) -> None:
    """Make all orders; nothing is written yet."""
    counters = street.counters
    common = [counters[code] for code in COMMON]
    for code in (MEGA_1, MEGA_2):
        live_orders.sell_mega_live(made.sessions[code], made.slots[code], common, catalogue)
    producers = {product.code: counters[f"TT-{product.producer.code}"] for product in gia_lai.sammy}
    live_orders.sell_sammys_session(made.sessions[SAMMY], made.slots[SAMMY], producers, catalogue)
    for session, shops, orders in LIVE:
        recent_orders.sell_live(made.sessions[session], made.slots[session], [counters[shop] for shop in shops], catalogue, orders)
    first, last = clock.day(-recent_orders.RECENT_DAYS), clock.day(-1)
    for code, per_day in DAILY.items():
        recent_orders.sell_daily(counters[code], catalogue, first, last, per_day=per_day)
    for counter in producers.values():
        recent_orders.sell_daily(counter, catalogue, first, last, per_day=0.8)
    fair = made.events[DEMO_FAIR]
    recent_orders.sell_daily(counters["TT-GL-CHO"], catalogue, fair.starts_on, fair.ends_on, per_day=30)
    for code in WITH_HISTORY:
        recent_orders.sell_daily(counters[code], catalogue, recent_orders.HISTORY_FROM, first - timedelta(days=1), per_day=1.2)
    sell_tet(clock, street, catalogue, gia_lai)
    for counter in counters.values():
        recent_orders.forget_future(counter, clock)


def export_times(counter: Counter, clock: Clock) -> list[tuple[list[Order], datetime]]:
    """The files that a shop gives, each as orders and the moment of its export.

    Older orders come in spans of at most 80 days, once they are settled. The orders of the last weeks are seen at the last midnight and, in
    a busy shop, a month before too: those files overlap.
    """
    orders = sorted(counter.maker.made, key=lambda order: order.placed_at)
    newest = clock.at(-SILENT_DAYS) if counter.shop.code == SILENT_SHOP else clock.at(0)
    recent_from = clock.at(-recent_orders.RECENT_DAYS)
    files: list[tuple[list[Order], datetime]] = []
    old = [order for order in orders if order.placed_at < recent_from]
    while old:
        end = old[0].placed_at + EXPORT_SPAN
        span = [order for order in old if order.placed_at < end]
        old = old[len(span) :]
        settled = min(span[-1].placed_at + timedelta(days=40), newest)
        files.append((span, settled))
    recent = [order for order in orders if recent_from <= order.placed_at < newest]
    if len(recent) >= SEEN_TWICE:
        files.append((recent, clock.at(-30)))
    if recent:
        files.append((recent, newest))
    return [(span, at) for span, at in files if any(order.placed_at < at for order in span)]


def take_in(clock: Clock, street: Street) -> int:
    """Write each shop's files and take them in, one after the other; the number of files."""
    number = 0
    with tempfile.TemporaryDirectory(prefix="ocop-demo-") as folder:
        for counter in street.counters.values():
            for orders, exported_at in export_times(counter, clock):
                number += 1
                name = f"All order-{timezone.localtime(exported_at):%Y-%m-%d-%H_%M}.csv"  # as TikTok Shop names it
                path = Path(folder) / name
                write_export(path, orders, exported_at)
                run = take_in_file(path=path, shop=counter.shop, file_name=name, exported_at=exported_at, by=None, commit=True)
                if run.rejected or run.unmapped:
                    raise RuntimeError(f"{name}: {run.rejected} rows were refused, {run.unmapped} lines not mapped")
                path.unlink()
    return number


def _of(made: Broadcasts, *codes: str) -> list[Session]:
    return [made.sessions[code] for code in codes]
