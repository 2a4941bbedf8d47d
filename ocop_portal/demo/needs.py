"""What producers wish for: S9 (activity tied to what farmers need), S10 (a coffee grower of Ia Boòng), S12 (partners).

That such wishes are there we were told; the single ones, their days and quantities are made up.
"""

from __future__ import annotations

from decimal import Decimal

from catalog.models import Product
from livestreams.models import Need, Slot
from livestreams.needs.seasons import window_of
from ocop_portal.demo.clock import Clock

W, S, U = Need.Wish, Need.Season, Need.Unit
# Product, wish, season, days ago, quantity, unit, note, state, answer.
_NEEDS = (
    ("GL-IABOONG-01", W.LEADER, S.HARVEST, 52, "12", U.TONNE, "Mong có lãnh đạo xã hoặc KOL cùng lên sóng đầu vụ (minh họa)", "open", ""),
    ("GL-IABOONG-01", W.KOL, S.TET, 9, "300", U.PACK, "Cà phê rang bán Tết (minh họa)", "open", ""),
    ("GL-S01-01", W.KOL, S.TET, 17, "500", U.PACK, "Hộp quà Tết (minh họa)", "open", ""),
    ("GL-S01-01", W.KOL, S.HARVEST, 64, None, U.PACK, "", "refused", "Tháng này các người dẫn đã kín lịch, mời đăng ký dịp Tết (minh họa)"),
    ("GL-S05-01", W.KOL, S.HARVEST, 33, "800", U.KILOGRAM, "Tiêu vụ mới (minh họa)", "open", ""),
    ("GL-S13-01", W.LEADER, S.TET, 5, "2", U.TONNE, "", "open", ""),
    ("GL-S10-01", W.TRAINING, S.OTHER, 27, None, U.PACK, "Ba người muốn học bán hàng trên TikTok Shop (minh họa)", "open", ""),
    ("GL-S16-01", W.TECHNOLOGY, S.OTHER, 71, None, U.PACK, "Tìm đơn vị sấy lạnh (minh họa)", "open", ""),
    ("GL-S04-01", W.CAPITAL, S.OTHER, 12, None, U.PACK, "Vay vốn mở kho (minh họa)", "open", ""),
    ("GL-S12-01", W.TRAINING, S.OTHER, 80, None, U.PACK, "", "met", "Đã học lớp bán hàng trực tuyến tại xã (minh họa)"),
)


def build(clock: Clock) -> None:
    """Write them; the coffee of the planned community session is the answer to one."""
    products = Product.objects.select_related("producer").in_bulk([row[0] for row in _NEEDS], field_name="code")
    for code, wish, season, ago, quantity, unit, note, state, answer in _NEEDS:
        asked = clock.at(-ago, "08:30")
        first, last = window_of(season, clock.day(-ago if state in {"refused", "met"} else 0))
        product = products[code]
        Need.objects.create(
            producer=product.producer,
            product=product,
            wish=wish,
            season=season,
            window_from=first,
            window_to=last,
            quantity=Decimal(quantity) if quantity else None,
            unit=unit,
            note=note,
            state=state,
            answer=answer,
            asked_at=asked,
            asked_by=product.producer.members.first(),
            closed_at=clock.at(-ago + 6, "09:00") if answer else None,
            is_demo=True,
        )
    for slot in Slot.objects.filter(session__code="CM-D6").select_related("product__producer"):
        first, last = window_of(S.HARVEST, clock.today)
        need = Need.objects.create(
            producer=slot.product.producer,
            product=slot.product,
            wish=W.KOL,
            season=S.HARVEST,
            window_from=first,
            window_to=last,
            state="planned",
            asked_at=clock.at(-21, "10:00"),
            is_demo=True,
        )
        Slot.objects.filter(pk=slot.pk).update(need=need)
