"""What sample order files sell: a Gia Lai product for each sample SKU, so that an upload to the shop TT-DEMO finds its products."""

from __future__ import annotations

import re
from collections.abc import Iterable

from catalog.models import Producer, Product
from ocop_portal.demo.catalogue import Catalogue
from ocop_portal.demo.words import Kind
from orders.sampling import SampleSku, sample_skus

# OCOP set by the letters of the seller's SKU; what is not named here is processed food.
_SETS = {
    "MAT": "1.04",
    "GAO": "1.03",
    "BLG": "1.06",
    "DUA": "1.07",
    "CHU": "1.07",
    "MAC": "1.07",
    "CHD": "1.07",
    "TIE": "1.10",
    "MUO": "1.10",
    "TRN": "1.12",
    "CPH": "1.13",
    "CPN": "1.13",
    "RUO": "2.02",
    "NHA": "2.04",
    "SAC": "3.02",
    "TDU": "3.03",
    "CHI": "4.01",
    "THO": "4.02",
}
_PROCESSED = "1.08"
_COMMUNES = ("23575", "23941", "23677", "23794")
_ABOUT = (
    "Sản phẩm mẫu, không có thật: để thử nộp tệp đơn hàng vào gian hàng TT-DEMO.",
    "A sample product that does not exist: for trying the upload of an order file to the shop TT-DEMO.",
)
_WEIGHT = re.compile(r"(\d+)\s*(kg|g|ml|lít)\b")
_GRAMS = {"g": 1, "ml": 1, "kg": 1000, "lít": 1000}


def build(catalogue: Catalogue) -> list[tuple[str, Product]]:
    """Fill the catalogue with the sample products; each sample SKU id with its product."""
    producers = [
        catalogue.producer(f"GL-MAU-{place}", f"Hợp tác xã Mẫu {place}", f"Sample Cooperative {place}", Producer.Kind.COOPERATIVE, commune)
        for place, commune in enumerate(_COMMUNES, start=1)
    ]
    names = list(dict.fromkeys(sku.product_name for sku in sample_skus()))
    return [
        (
            sku.sku_id,
            catalogue.product(
                f"GL-MAU-{sku.seller_sku}",
                producers[names.index(sku.product_name) % len(producers)],
                _kind(sku),
                brand=f"– {sku.variation}",
                about=_ABOUT,
            ),
        )
        for sku in sample_skus()
    ]


def products_of(pairs: Iterable[tuple[str, Product]]) -> list[Product]:
    """The products alone."""
    return [product for _, product in pairs]


def _kind(sku: SampleSku) -> Kind:
    found = _WEIGHT.search(sku.variation)
    grams = int(found[1]) * _GRAMS[found[2]] if found else None
    return Kind("sample", sku.product_name, "", _SETS.get(sku.seller_sku.split("-")[0], _PROCESSED), sku.variation, grams, sku.price)
