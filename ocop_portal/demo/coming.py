"""Livestreams to come, all made up: one that is nearly ready, one in which everything is wrong that the checks look for, one called off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import cycle
from typing import Any

from accounts.models import User
from catalog.models import FloorPrice, Paper, Platform, Product
from livestreams.models import Host, Need, Session, Slot
from livestreams.sessions.confirmations import answer_slot, ask_producers
from livestreams.sessions.planning import cancel_session
from livestreams.sessions.run_of_show import Point, add_slot, change_slot
from ocop_portal.demo.clock import Clock
from ocop_portal.demo.sessions import SAMMY, offer
from orders.models import Shop, ShopSession
from traceability.models import Lot

READY, FAULTY, BESIDE, CALLED_OFF = "GL-KH1", "GL-KH2", "GL-KH3", "GL-KH4"
GIA_LAI = "52"
NOTE = ("Phiên minh họa: không có thật.", "A session for demonstration: it is not real.")
SAID = ("Vị đậm, hậu ngọt (minh họa)", "Đóng gói trong ngày (minh họa)", "Còn hàng cho đơn lớn (minh họa)")


def build(clock: Clock) -> None:
    """Write them; the accounts must be there: an official plans, and the producers' members are asked."""
    official = User.objects.get(email="congthuong.gialai@demo.ocop.example")
    shown = [slot.product for slot in Slot.objects.filter(session__code=SAMMY).select_related("product__producer").order_by("position")]
    _ready(clock, official, shown)
    _faulty(clock, official, shown)
    off = _plan(CALLED_OFF, ("Chợ phiên cuối tuần (minh họa)", "Weekend market (demo)"), clock, 6, 60, host="PHIEN-CAO-NGUYEN")
    add_slot(session=off, product=shown[4], by=official, offer_price=_price(shown[4]))
    cancel_session(session=off, reason="Trùng lịch hội nghị của tỉnh (minh họa)", by=official)


def _ready(clock: Clock, official: User, products: Sequence[Product]) -> None:
    """Sixteen slots in 80 minutes, asked and answered but for a few."""
    name = ("Đặc sản Gia Lai đón Tết (minh họa)", "Specialities of Gia Lai for Tết (demo)")
    session = _plan(READY, name, clock, 12, 80, host="PHIEN-CAO-NGUYEN")
    said = cycle(SAID)
    for pin, product in enumerate(products, start=1):
        slot = add_slot(session=session, product=product, by=official, offer_price=_price(product))
        proof = Paper.objects.of(product).shown().first()
        points = [Point(next(said)), *([Point("Có giấy tờ kèm theo (minh họa)", is_claim=True, paper=proof)] if proof else [])]
        arrived = clock.day(-1) if pin % 5 else None
        change_slot(slot=slot, by=official, stock=40 + 10 * (pin % 4), pin=pin, sample_arrived_on=arrived, points=points)
    ask_producers(session=session, by=official)
    for slot in session.slots.order_by("position"):
        if slot.position == 7:
            answer_slot(slot=slot, by=official, confirmed=False, reason="Hết hàng đến sau Tết (minh họa)")
        elif slot.position not in (1, 11):
            answer_slot(slot=slot, by=official, confirmed=True)


def _faulty(clock: Clock, official: User, products: Sequence[Product]) -> None:
    """A fault of each kind, for tomorrow, so that samples are asked for too."""
    name = ("Phiên thử các điều kiểm tra trước giờ phát (minh họa)", "Session that shows what is checked before air (demo)")
    session = _plan(FAULTY, name, clock, 1, 45, host="BEP-RUNG-TRAM")
    beside = _plan(BESIDE, ("Phiên trùng giờ (minh họa)", "Session at the same time (demo)"), clock, 1, 30, host="BEP-RUNG-TRAM")
    add_slot(session=beside, product=products[2], by=official, offer_price=_price(products[2]))

    def slot(product: Product, **values: object) -> Slot:
        made = add_slot(session=session, product=product, by=official, offer_price=_price(product))
        planned: dict[str, Any] = {"sample_arrived_on": clock.today, **values}
        return change_slot(slot=made, by=official, **planned)

    recalled = Lot.objects.recalled().select_related("product").earliest("pk")
    slot(recalled.product, lot=recalled)
    wine = Product.objects.filter(name_vi__startswith="Rượu", producer__seats__commune__province=GIA_LAI).earliest("pk")
    Product.objects.filter(pk=wine.pk).update(alcohol_percent=Decimal(29))
    slot(wine)
    expired = Product.objects.filter(ratings__revoked_on__isnull=False, producer__seats__commune__province=GIA_LAI).earliest("pk")
    slot(expired, shows_mark=True)
    slot(Product.objects.get(code="GL-IABOONG-01"), shows_mark=True)
    old = Paper.objects.create(product=products[2], kind=Paper.Kind.TEST_RESULT, number="minh họa", valid_until=clock.day(-10), shown=True)
    slot(products[2], points=[Point("Tốt cho tim mạch (minh họa)", is_claim=True), Point("Đã kiểm nghiệm (minh họa)", True, old)])
    coffee = products[0]
    # From tomorrow on, so that no sale of before lies below it.
    FloorPrice.objects.create(product=coffee, since=clock.day(1), price=_price(coffee) + 5_000)
    need = Need.objects.create(
        producer=coffee.producer,
        product=coffee,
        quantity=300,
        window_from=clock.today,
        window_to=clock.day(30),
        wish=Need.Wish.KOL,
        state=Need.State.PLANNED,
        is_demo=True,
    )
    slot(coffee, stock=120, need=need)
    slot(products[15])
    ask_producers(session=session, by=official)
    late = slot(products[5], sample_arrived_on=None)
    answers = {wine.pk: True, expired.pk: False, products[2].pk: True, products[15].pk: True}
    for one in session.slots.filter(product__in=answers):
        answer_slot(slot=one, by=official, confirmed=answers[one.product_id], reason="Đang chờ đánh giá lại sao (minh họa)")
    change_slot(slot=late, by=official, minutes=15)


def _plan(code: str, name: tuple[str, str], clock: Clock, day: int, minutes: int, *, host: str) -> Session:
    presenter = Host.objects.get(code=host)
    start = clock.at(day, "20:00")
    session = Session.objects.create(
        code=code,
        name_vi=name[0],
        name_en=name[1],
        host=presenter,
        channel=presenter.channels.first(),
        province_id=GIA_LAI,
        platform=Platform.TIKTOK,
        place="Phòng phát trực tiếp (minh họa)",
        planned_start=start,
        planned_end=start + timedelta(minutes=minutes),
        territory_note_vi=NOTE[0],
        territory_note_en=NOTE[1],
        is_demo=True,
    )
    shops = Shop.objects.of_host(presenter, clock.today)
    ShopSession.objects.bulk_create(ShopSession(shop=shop, session=session) for shop in shops)
    return session


def _price(product: Product) -> int:
    """A tenth below the list price."""
    return offer(product.list_prices.latest("since").price, 0.1)
