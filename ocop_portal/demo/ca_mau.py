"""Cà Mau's registry: 343 OCOP products, 266 of three stars, 75 of four, 2 of five (S1), with the two producers we were told of.

The counts are facts, as are the crab cooperative of Đầm Dơi (S2) and SK Noni (S3). Which products they are, who makes the others and
which of them has four or five stars is made up.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from catalog.models import Producer, Product
from ocop_portal.demo.catalogue import Catalogue, demo_gtin
from ocop_portal.demo.clock import Clock
from ocop_portal.demo.makers import make_family_products, thousands
from ocop_portal.demo.stars import Recognition, issuers
from ocop_portal.demo.words import Kind, brands, person

PROVINCE = "96"
QUACH_PHAM, TRAN_VAN_THOI, DONG_HAI = "32182", "32095", "31975"
FIRST_COMMUNE_OF_OLD_CA_MAU = "32000"  # below it: communes of the former Bạc Liêu
FOUR = 75  # of the made-up products; the two of five stars and the five that bear a real name are set below
CRAB_AND_NONI_TERM = 410

# How many products of each family are made up; with the seven named below 268 are food, 34 drinks, 26 herbal, 12 handicraft.
QUOTAS = {
    "shrimp": 58,
    "dried_fish": 48,
    "crab": 26,
    "fermented": 22,
    "honey": 22,
    "rice": 18,
    "oyster": 18,
    "fish_sauce": 16,
    "rice_made": 14,
    "fruit": 12,
    "fresh": 6,
    "salt": 3,
    "drink": 33,
    "herbal": 25,
    "craft": 12,
    "plant": 1,
    "tourism": 2,
}

SALTED_CRAB = Kind("crab", "Ba khía muối", "Salted three-striped crab", "1.08", "hũ 500 g", 500, 135000)
READY_CRAB = Kind("crab", "Ba khía trộn sẵn", "Ready-mixed three-striped crab", "1.08", "hũ 400 g", 400, 148000)
NONI_JUICE = Kind("drink", "Nước cốt trái nhàu", "Noni juice", "2.04", "chai 500 ml", 520, 245000)
NONI_TEA = Kind("herbal", "Trà nhàu túi lọc", "Noni tea bags", "1.12", "hộp 30 túi", 90, 95000)
NONI_PILLS = Kind("herbal", "Viên nhàu mật ong", "Noni and honey pills", "3.01", "hũ 200 g", 200, 185000)
COARSE_SALT = Kind("salt", "Muối hạt trải bạt", "Coarse solar salt", "1.10", "túi 1 kg", 1000, 22000)
FINE_SALT = Kind("salt", "Muối tinh sấy", "Fine dried salt", "1.10", "hũ 500 g", 500, 32000)

ABOUT_SALTED_CRAB = (
    "Có trên sàn OCOP trực tuyến từ tháng 8/2023; hợp tác xã giới thiệu sản phẩm qua livestream và có gian hàng trên các sàn thương mại "
    "điện tử, tự tiếp cận người mua và giữ được giá bán; đơn tăng vào dịp lễ, Tết. Nguồn: sonnmt.camau.gov.vn, bài 292511. "
    "Giá, khối lượng, hạng sao và đơn hàng trên cổng này là số liệu minh họa.",
    "On an online OCOP floor since August 2023; the cooperative introduces it by livestream and runs booths on e-commerce floors, "
    "reaches buyers itself and keeps control of its price; orders rise on holidays and at Tết. Source: sonnmt.camau.gov.vn, 292511. "
    "Price, weight, star and orders in this portal are made up for demonstration.",
)
ABOUT_NONI = (
    "Sản phẩm minh họa của một công ty có thật: công ty công khai thông tin sản phẩm, liên kết website, fanpage với các sàn và dùng mã QR "
    "truy xuất nguồn gốc. Nguồn: sonnmt.camau.gov.vn, bài 292511. Tên sản phẩm, giá, hạng sao và đơn hàng là số liệu minh họa.",
    "A made-up product of a real company, which keeps product data public, links its website, fan page and floors, and uses QR codes for "
    "traceability. Source: sonnmt.camau.gov.vn, 292511. Product name, price, star and orders are made up for demonstration.",
)


@dataclass(frozen=True)
class CaMau:
    """What later steps need of the registry."""

    crab: Producer
    crab_products: list[Product]
    noni: Producer
    noni_products: list[Product]
    others: list[Product]


RAISED_ON = date(2026, 3, 1)  # some list prices rose
# (since, VND): dearer in the weeks before Tết 2025 (29 January) and 2026 (17 February).
CRAB_PRICES = (
    (date(2023, 8, 1), 125000),
    (date(2025, 1, 1), 148000),
    (date(2025, 2, 10), 129000),
    (date(2026, 1, 15), 155000),
    (date(2026, 2, 28), 135000),
)


def build(clock: Clock, catalogue: Catalogue) -> tuple[CaMau, Recognition]:
    """Fill the catalogue with Cà Mau's producers and products, and plan their stars."""
    chance = random.Random("registry of Cà Mau")  # noqa: S311  (repeatable on purpose)
    crab, crab_products = _crab_cooperative(catalogue)
    noni, noni_products = _noni(catalogue)
    salt_products = _salt(catalogue, chance)
    communes = catalogue.communes(PROVINCE)
    chance.shuffle(communes)
    others = make_family_products(catalogue, chance, region="ca_mau", prefix="CM", quotas=QUOTAS, brands=brands(chance), communes=communes)

    prices = catalogue.price_on(RAISED_ON)
    for product in others[::4]:
        catalogue.price(product, RAISED_ON, thousands(prices[product.code] * 1.06))

    def old_province(product: Product) -> str:
        return "Cà Mau" if catalogue.seat_of(product.producer) >= FIRST_COMMUNE_OF_OLD_CA_MAU else "Bạc Liêu"

    recognition = Recognition(clock, PROVINCE, "CM", issuers("Cà Mau", old_province), chance)
    for product in [*crab_products, *noni_products]:
        recognition.rate(product, 3, CRAB_AND_NONI_TERM)
    for product in salt_products:
        recognition.rate(product, 5, 500)
    four = set(chance.sample(range(len(others)), FOUR))
    recognition.rate_all((product, 4 if number in four else 3) for number, product in enumerate(others))
    recognition.renew_all(stars_before=3, share=0.3)
    return CaMau(crab, crab_products, noni, noni_products, others), recognition


def _crab_cooperative(catalogue: Catalogue) -> tuple[Producer, list[Product]]:
    producer = catalogue.producer(
        "CM-BAKHIA",
        "Hợp tác xã Ba khía Đầm Dơi",
        "Đầm Dơi Crab Cooperative",
        Producer.Kind.COOPERATIVE,
        QUACH_PHAM,
        representative="Trần Thị Xa",
        is_demo=False,
    )
    first, *later = CRAB_PRICES
    salted = catalogue.product("CM-BAKHIA-01", producer, SALTED_CRAB, price=first[1], about=ABOUT_SALTED_CRAB, is_demo=False)
    for since, price in later:
        catalogue.price(salted, since, price)
    return producer, [salted, catalogue.product("CM-BAKHIA-02", producer, READY_CRAB)]


def _noni(catalogue: Catalogue) -> tuple[Producer, list[Product]]:
    producer = catalogue.producer(
        "CM-SKNONI",
        "Công ty TNHH Sản xuất – Thương mại SK Noni",
        "SK Noni Production – Trading Co.",
        Producer.Kind.COMPANY,
        TRAN_VAN_THOI,
        representative="Khưu Văn Chương",
        is_demo=False,
    )
    made = [
        catalogue.product(f"CM-SKNONI-{number:02d}", producer, kind, brand="SK Noni", about=ABOUT_NONI, gtin=demo_gtin(number))
        for number, kind in enumerate((NONI_JUICE, NONI_TEA, NONI_PILLS), start=1)
    ]
    return producer, made


def _salt(catalogue: Catalogue, chance: random.Random) -> list[Product]:
    producer = catalogue.producer(
        "CM-MUOI",
        "Hợp tác xã Muối Bờ Biển Xanh",
        "Bờ Biển Xanh Salt Cooperative",
        Producer.Kind.COOPERATIVE,
        DONG_HAI,
        representative=person(chance),
    )
    return [
        catalogue.product(f"CM-MUOI-{number:02d}", producer, kind, brand="Bờ Biển Xanh")
        for number, kind in enumerate((COARSE_SALT, FINE_SALT), start=1)
    ]
