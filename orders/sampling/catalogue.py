"""The products that sample orders are made of. All made up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SampleSku:
    """What one row of an order may sell. `price` is the list price of one unit in VND."""

    sku_id: str
    seller_sku: str
    product_name: str
    variation: str
    price: int


_FIRST_SKU_ID = 172_910_000_000_000_007
_SKU_STEP = 1_000_003

_PRODUCTS: tuple[tuple[str, str, tuple[tuple[str, int], ...]], ...] = (
    ("BAK", "Muối ba khía Rạch Gốc", (("Hũ 300 g", 65_000), ("Hũ 500 g", 99_000), ("Hũ 1 kg", 185_000))),
    ("CUA", "Cua muối Quách Phẩm", (("Hũ 400 g", 145_000), ("Hũ 800 g", 275_000))),
    ("TOM", "Tôm khô đất Năm Căn", (("Loại 1, 250 g", 320_000), ("Loại 1, 500 g", 620_000), ("Loại 2, 500 g", 480_000))),
    ("CAK", "Khô cá bổi U Minh", (("500 g", 210_000), ("1 kg", 405_000))),
    ("MAT", "Mật ong rừng U Minh Hạ", (("250 ml", 150_000), ("500 ml", 280_000), ("1 lít", 540_000))),
    ("NHA", "Nước cốt nhàu lên men", (("Chai 500 ml", 180_000), ("Lốc 3 chai", 510_000))),
    ("TRN", "Trà nhàu túi lọc", (("Hộp 20 gói", 75_000), ("Hộp 50 gói", 165_000))),
    ("BPH", "Bánh phồng tôm Hàng Vịnh", (("Vị tôm, 500 g", 58_000), ("Vị cua, 500 g", 66_000))),
    ("MCA", "Mắm cá lóc đồng", (("Hũ 500 g", 88_000), ("Hũ 1 kg", 160_000))),
    ("DUA", "Kẹo dừa sáp & đậu phộng", (("Gói 300 g", 45_000), ("Hộp 600 g", 85_000))),
    ("CHU", "Chuối xiêm ép khô", (("250 g", 39_000), ("500 g", 72_000))),
    ("RUO", "Rượu trái giác", (("Chai 500 ml", 120_000), ("Chai 750 ml", 165_000), ("Bình 2 lít", 410_000))),
    ("CPH", "Cà phê rang xay Ia Boòng", (("Túi 250 g", 89_000), ("Túi 500 g", 169_000), ("Túi 1 kg", 320_000))),
    ("CPN", "Cà phê hạt mộc Chư Sê", (("Túi 500 g", 185_000), ("Túi 1 kg", 355_000))),
    ("TIE", "Tiêu sọ Chư Sê", (("Hũ 100 g", 62_000), ("Hũ 250 g", 129_000), ("Túi 500 g", 235_000))),
    ("BLG", "Bánh lá gai", (("Chục 10 cái", 60_000), ("Hộp 20 cái", 115_000))),
    ("MUO", "Muối kiến vàng", (("Hũ 100 g", 48_000), ("Bộ 3 hũ", 135_000))),
    ("BOK", "Bò một nắng", (("500 g", 390_000), ("1 kg", 760_000))),
    ("MAC", "Hạt mắc ca sấy nứt vỏ", (("500 g", 175_000), ("1 kg", 340_000))),
    ("CHD", "Chanh dây sấy dẻo", (("200 g", 55_000), ("500 g", 125_000))),
    ("GAO", "Gạo ST25 lúa tôm", (("Túi 2 kg", 86_000), ("Túi 5 kg", 205_000), ("Túi 10 kg", 400_000))),
    ("CHI", "Chiếu lác Cà Mau", (("1,2 m", 290_000), ("1,6 m", 380_000))),
    ("THO", "Khăn thổ cẩm dệt tay", (("Đỏ đen", 250_000), ("Xanh chàm", 250_000))),
    ("SAC", "Sáp ong dưỡng môi", (("Hương sả", 59_000), ("Hương cam", 59_000))),
    ("TDU", "Tinh dầu tràm gió", (("10 ml", 25_000), ("50 ml", 95_000), ("100 ml", 175_000))),
    ("CHM", "Chà bông cá lóc", (("200 g", 110_000), ("500 g", 260_000))),
)


def sample_skus() -> list[SampleSku]:
    """The sample catalogue: the same SKUs in the same order each time, ids of 18 digits that begin 17291."""
    skus: list[SampleSku] = []
    for code, name, variations in _PRODUCTS:
        for place, (variation, price) in enumerate(variations, 1):
            skus.append(SampleSku(str(_FIRST_SKU_ID + len(skus) * _SKU_STEP), f"{code}-{place:02d}", name, variation, price))
    return skus
