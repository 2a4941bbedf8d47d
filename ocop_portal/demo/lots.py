"""Lots with codes, all made up: of a product with a GTIN (SK Noni, coffee) and of one without (salted crab).

One lot is past its date, and half of it recalled.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from catalog.models import Product
from ocop_portal.demo.clock import Clock
from traceability.codes.alphabet import ALPHABET, LOT_LENGTH, PRODUCT_LENGTH, UNIT_LENGTH
from traceability.epcis.services import record_event
from traceability.models import ExtraLink, Lot, LotInput, ProductCode, UnitCode
from traceability.recalls.services import Span, Words, declare_recall
from traceability.steps.events import CONTEXT, lot_uri
from traceability.steps.kinds import Kind
from traceability.steps.services import record_step
from traceability.steps.told import Told

CODES = 24


def build(clock: Clock) -> None:
    """Write them. Codes are drawn by a generator of their own, so that two loads give the same ones: real ones never are."""
    chance = random.Random("codes of the demonstration")  # noqa: S311  (repeatable on purpose)
    products = {
        product.code: product for product in Product.objects.filter(code__in=["CM-SKNONI-01", "GL-S01-01", "GL-IABOONG-01", "CM-BAKHIA-01"])
    }

    def code(length: int) -> str:
        return "".join(chance.choices(ALPHABET, k=length))

    def lot(
        product: Product,
        prefix: str,
        place: str,
        *,
        made: int,
        quantity: int,
        kept: int | None = None,
        unit: str = "H87",
        codes: bool = True,
    ) -> Lot:
        seat = product.producer.seats.latest("since")
        written = Lot.objects.create(
            product=product,
            number=f"{prefix}-{clock.day(made):%y%m%d}",
            code=code(LOT_LENGTH),
            made_on=clock.day(made),
            best_before=None if kept is None else clock.day(made + kept),
            quantity=Decimal(quantity),
            unit=unit,
            commune=seat.commune,
            place=place,
            opened_at=clock.at(made, "07:00"),
            is_demo=True,
        )
        if codes:
            UnitCode.objects.bulk_create(
                UnitCode(lot=written, number=number, serial=code(UNIT_LENGTH), issued_at=clock.at(made, "16:00"))
                for number in range(1, CODES + 1)
            )
        return written

    beans = lot(products["GL-IABOONG-01"], "NHAN", "Rẫy làng (minh họa)", made=-60, quantity=600, unit="KGM", codes=False)
    roasted = lot(products["GL-S01-01"], "RANG", "Xưởng rang (minh họa)", made=-20, kept=365, quantity=500)
    LotInput.objects.create(lot=roasted, source=beans, quantity=Decimal(320), unit="KGM")
    juice = lot(products["CM-SKNONI-01"], "NHAU", "Xưởng ủ men (minh họa)", made=-30, kept=540, quantity=800)
    LotInput.objects.create(lot=juice, words="Trái nhàu chín (minh họa)", quantity=Decimal(450), unit="KGM")
    old = lot(products["CM-SKNONI-01"], "NHAU", "Xưởng ủ men (minh họa)", made=-600, kept=540, quantity=300)
    crab = lot(products["CM-BAKHIA-01"], "BK", "Tổ muối ba khía (minh họa)", made=-12, kept=180, quantity=400)
    LotInput.objects.create(lot=crab, words="Ba khía tươi (minh họa)", quantity=Decimal(150), unit="KGM")
    LotInput.objects.create(lot=crab, words="Muối hạt (minh họa)", quantity=Decimal(40), unit="KGM")
    steps: tuple[tuple[Lot, Kind, int, str, dict[str, Any]], ...] = (
        (beans, Kind.HARVESTED, -60, "08:00", {"note": "Hái chín, phơi trên giàn (minh họa)"}),
        (beans, Kind.SHIPPED, -24, "07:30", {"quantity": Decimal(320), "partner": str(roasted.product.producer)}),
        (roasted, Kind.PROCESSED, -20, "09:00", {"note": "Rang mộc, không tẩm (minh họa)", "temperature": Decimal("212")}),
        (roasted, Kind.INSPECTED, -20, "14:00", {"note": "Độ ẩm đạt (minh họa)"}),
        (roasted, Kind.PACKED, -19, "10:00", {"quantity": Decimal(480)}),
        (juice, Kind.PROCESSED, -30, "08:30", {"note": "Ủ 60 ngày, lọc hai lần (minh họa)"}),
        (juice, Kind.STORED, -29, "17:00", {"temperature": Decimal("4.0"), "place": "Kho mát (minh họa)"}),
        (juice, Kind.PACKED, -28, "09:00", {"quantity": Decimal(800)}),
        (old, Kind.PROCESSED, -600, "08:30", {}),
        (crab, Kind.RECEIVED, -12, "06:00", {"note": "Ba khía sống, rửa bằng nước muối (minh họa)"}),
        (crab, Kind.PROCESSED, -12, "09:00", {"note": "Muối trong khạp (minh họa)"}),
        (crab, Kind.PACKED, -5, "08:00", {"quantity": Decimal(400)}),
    )
    for of, kind, day, hour, more in steps:
        record_step(lot=of, by=None, told=Told(kind, clock.at(day, hour), of.commune, **{"place": of.place, **more}))
    declare_recall(
        spans=[Span(old, 1, 12)],
        words=Words(
            "Nắp một số chai có thể không kín (minh họa, không có thật).",
            "Không uống; mang chai đến nơi mua để được hoàn tiền (minh họa).",
            "The caps of some bottles may not be tight (made up for the demonstration).",
            "Do not drink it; bring the bottle back to where it was bought (made up for the demonstration).",
        ),
        by=None,
        at=clock.at(-3, "10:00"),
        is_demo=True,
    )
    _hand_in(roasted, clock)
    for product in products.values():
        ProductCode.objects.create(product=product, code=code(PRODUCT_LENGTH), made_at=clock.at(-60))
    ExtraLink.objects.create(
        product=products["GL-S01-01"],
        link_type="recipeInfo",
        url="https://example.com/pha-ca-phe",
        title="Cách pha cà phê phin (minh họa)",
        language="vi",
        added_at=clock.at(-20),
    )


def _hand_in(lot: Lot, clock: Clock) -> None:
    """What a carrier's system told of the lot; its producer has not yet said that everybody may read it."""
    event = {
        "type": "ObjectEvent",
        "eventTime": clock.at(-18, "15:30").isoformat(timespec="seconds"),
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": "transporting",
        "disposition": "in_transit",
        "quantityList": [{"epcClass": lot_uri(lot), "quantity": 120}],
        "ocop:note": "Xe tải về Pleiku (minh họa)",
    }
    record_event(producer=lot.product.producer, by=None, event=event, public=False, context=CONTEXT)
