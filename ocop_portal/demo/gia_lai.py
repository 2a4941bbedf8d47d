"""Gia Lai's producers and products: those that the article names, the 16 of Sammy's session, and a modest number more.

How many OCOP products the province has was not told to us: what stands here is a sample, marked as made up. Facts are the names in
`_named`, and that there were 16 products in Sammy's session (S5); which they were is made up.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta

from catalog.models import Producer, Product
from ocop_portal.demo.catalogue import Catalogue, demo_gtin
from ocop_portal.demo.clock import Clock
from ocop_portal.demo.makers import make_family_products, make_producer
from ocop_portal.demo.stars import Recognition, issuers
from ocop_portal.demo.words import Kind, brands, kinds

PROVINCE = "52"
IA_BOONG, PLEIKU, DAK_DOA = "23911", "23575", "23677"
FIRST_COMMUNE_OF_OLD_GIA_LAI = "23000"  # below it: communes of the former Bình Định

# Sammy's 16 products, each of another producer of the old Gia Lai: kind and commune.
SAMMY = (
    ("Cà phê bột rang mộc", "23575"),
    ("Cà phê phin giấy", "23887"),
    ("Hạt điều rang củi", "23764"),
    ("Hạt mắc ca sấy nứt vỏ", "23638"),
    ("Tiêu đen xay", "23941"),
    ("Muối kiến vàng", "24022"),
    ("Mật ong hoa cà phê", "23611"),
    ("Mật ong rừng khộp", "23938"),
    ("Chuối sấy dẻo", "23794"),
    ("Mít sấy", "23677"),
    ("Chanh dây sấy dẻo", "23798"),
    ("Bò một nắng", "24076"),
    ("Gạo Phú Thiện", "24043"),
    ("Phở khô hai tô", "23586"),
    ("Trà atiso đỏ", "23857"),
    ("Tinh bột nghệ", "23824"),
)
OLD_QUOTAS = {"coffee": 4, "nuts": 3, "spice": 3, "honey": 2, "fruit": 3, "meat": 2, "herbal": 2, "drink": 2, "craft": 2}
COAST_QUOTAS = {"coast": 9}

RAMIE_CAKE = Kind("rice", "Bánh lá gai Hoàng Đông", "Hoàng Đông ramie-leaf cake", "1.06", "hộp 10 cái", 500, 60000)
SACHI_OIL = Kind("oil", "Dầu sachi", "Sacha inchi oil", "1.07", "chai 250 ml", 230, 210000)
BRE_SALT = Kind("spice", "Muối B'Rê", "B'Rê salt", "1.10", "hũ 150 g", 150, 55000)
GREEN_COFFEE = Kind("coffee", "Cà phê nhân", "Green coffee beans", "1.13", "bao 5 kg", 5000, 620000)

_SOURCE_VI = "Nguồn: baogialai.com.vn, post566473. Quy cách, khối lượng và giá là số liệu minh họa; địa chỉ cơ sở nguồn không nêu."
_SOURCE_EN = "Source: baogialai.com.vn, post566473. Unit, weight and price are made up; the source gives no address."


@dataclass(frozen=True)
class GiaLai:
    """What later steps need. `old`: made-up products of the old Gia Lai beside Sammy's; `coast`: of the former Bình Định."""

    sammy: list[Product]
    old: list[Product]
    coast: list[Product]
    ramie_cake: Product
    sachi_oil: Product
    bre_salt: Product
    grower: Producer
    green_coffee: Product
    lapsed: list[Product] = field(default_factory=list)


def build(clock: Clock, catalogue: Catalogue) -> tuple[GiaLai, Recognition]:
    """Fill the catalogue with Gia Lai's producers and products, and plan their stars."""
    chance = random.Random("products of Gia Lai")  # noqa: S311  (repeatable on purpose)
    names = brands(chance)
    by_name = {kind.name_vi: kind for family in kinds("gia_lai").values() for kind in family}
    sammy = []
    for number, (kind, commune) in enumerate(SAMMY, start=1):
        brand = names.pop()
        producer = make_producer(catalogue, chance, f"GL-S{number:02d}", brand, commune)
        sammy.append(catalogue.product(f"GL-S{number:02d}-01", producer, by_name[kind], brand=brand, gtin=demo_gtin(10 + number)))
    communes = catalogue.communes(PROVINCE)
    chance.shuffle(communes)
    old, coast = (
        make_family_products(catalogue, chance, region="gia_lai", prefix=prefix, quotas=quotas, brands=names, communes=seats)
        for prefix, quotas, seats in (
            ("GL", OLD_QUOTAS, [code for code in communes if code >= FIRST_COMMUNE_OF_OLD_GIA_LAI]),
            ("GB", COAST_QUOTAS, [code for code in communes if code < FIRST_COMMUNE_OF_OLD_GIA_LAI]),
        )
    )
    found = _named(catalogue, sammy, old, coast)

    def old_province(product: Product) -> str:
        return "Gia Lai" if catalogue.seat_of(product.producer) >= FIRST_COMMUNE_OF_OLD_GIA_LAI else "Bình Định"

    recognition = Recognition(clock, PROVINCE, "GL", issuers("Gia Lai", old_province), chance)
    *rated, expired, revoked = [*sammy, *coast, *old]
    four = set(chance.sample(range(len(rated)), len(rated) // 4))
    recognition.rate_all((product, 4 if number in four else 3) for number, product in enumerate(rated))
    recognition.renew_all(stars_before=3)
    recognition.rate(expired, 3, -45)
    withdrawn = recognition.rate(revoked, 3, 410)
    withdrawn.revoked_on = clock.today - timedelta(days=80)
    withdrawn.revoked_ground = "Chủ thể không đề nghị đánh giá lại (minh họa)"
    found.lapsed.extend([expired, revoked])
    return found, recognition


def _named(catalogue: Catalogue, sammy: list[Product], old: list[Product], coast: list[Product]) -> GiaLai:
    """The producers of S6, S7 and S10. Where the source gives no commune they sit in Pleiku, and the address says so."""

    def maker(code: str, name: str, name_en: str, kind: str, commune: str, *, told_place: bool = False) -> Producer:
        producer = catalogue.producer(code, name, name_en, kind, commune, is_demo=False)
        if not told_place:
            producer.address = "Gia Lai (nguồn không nêu xã, phường; trụ sở ghi ở đây là minh họa)"
        return producer

    ramie = maker("GL-HOANGDONG", "Cơ sở bánh lá gai Hoàng Đông", "Hoàng Đông ramie-leaf cakes", Producer.Kind.HOUSEHOLD, PLEIKU)
    sachi = maker("GL-IPPSACHI", "Công ty Cổ phần IPP Sachi", "IPP Sachi JSC", Producer.Kind.COMPANY, PLEIKU)
    bre = maker("GL-BRE", "Muối B'Rê", "B'Rê salt", Producer.Kind.HOUSEHOLD, PLEIKU)
    grower = maker(
        "GL-IABOONG",
        "Hộ trồng cà phê xã Ia Boòng (nguồn không nêu tên)",
        "Coffee grower of Ia Boòng commune (not named by the source)",
        Producer.Kind.HOUSEHOLD,
        IA_BOONG,
        told_place=True,
    )
    about_ramie = (
        f"Sau livestream OCOP cấp tỉnh tháng 3/2025, KOL Bùi Thị Mỹ Dàn tiếp tục giới thiệu trên kênh riêng. {_SOURCE_VI}",
        f"After a provincial OCOP livestream in March 2025 the KOL Bùi Thị Mỹ Dàn went on promoting it on her own channel. {_SOURCE_EN}",
    )
    return GiaLai(
        sammy=sammy,
        old=old,
        coast=coast,
        ramie_cake=catalogue.product("GL-HOANGDONG-01", ramie, RAMIE_CAKE, about=about_ramie, is_demo=False),
        sachi_oil=catalogue.product("GL-IPPSACHI-01", sachi, SACHI_OIL, brand="IPP Sachi"),
        bre_salt=catalogue.product("GL-BRE-01", bre, BRE_SALT, about=(_SOURCE_VI, _SOURCE_EN), is_demo=False),
        grower=grower,
        green_coffee=catalogue.product("GL-IABOONG-01", grower, GREEN_COFFEE, brand="Ia Boòng"),
    )
