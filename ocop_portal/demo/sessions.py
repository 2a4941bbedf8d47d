"""The sessions: those we were told of, and a few made up for the weeks around today.

A session whose day, hour or products the source does not give is marked `is_demo`, and its note says what is told and what is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.models import Platform, Product
from livestreams.models import Programme, Session, Slot
from ocop_portal.demo.ca_mau import CaMau
from ocop_portal.demo.catalogue import Catalogue
from ocop_portal.demo.clock import Clock, local
from ocop_portal.demo.gia_lai import GiaLai
from ocop_portal.demo.stage import CA_MAU, GIA_LAI, MEGA, Broadcasts
from places.models import Commune

OLD_GIA_LAI = ("Tỉnh Gia Lai trước hợp nhất 01/7/2025.", "Gia Lai province before the merger of 1 July 2025.")
SAMMY, MEGA_1, MEGA_2 = "GL-SAMMY-2025", "GL-MEGA-1", "GL-MEGA-2"
SAMPLE_SESSION = "GL-MAU"
SAMPLE_START = "2026-10-18 19:30"  # within the days that sample order files cover (orders.sampling.files.LAST_DAY)
SAMMY_MINUTES = (5, 4, 5, 3, 5, 4, 5, 5, 4, 3, 5, 4, 5, 4, 5, 3)


@dataclass
class Schedule:
    """Writes sessions with their run-of-show, and keeps them in `made` by code."""

    made: Broadcasts
    catalogue: Catalogue

    def air(
        self,
        code: str,
        name: tuple[str, str],
        start: datetime,
        products: Sequence[Product],
        minutes: Sequence[int],
        *,
        host: str = "",
        province: str = GIA_LAI,
        platform: str = Platform.TIKTOK,
        programme: Programme | None = None,
        note: tuple[str, str] = ("", ""),
        aired: bool = True,
        share_off: float = 0.1,
        commune: Commune | None = None,
    ) -> Session:
        """A session with one slot after the other, on air from `start` as planned where `aired`; offers are `share_off` below list."""
        presenter = self.made.hosts.get(host)
        end = start + timedelta(minutes=sum(minutes))
        session = Session.objects.create(
            code=code,
            name_vi=name[0],
            name_en=name[1],
            programme=programme,
            host=presenter,
            channel=presenter.channels.first() if presenter else None,
            province_id=province,
            commune=commune,
            platform=platform,
            planned_start=start,
            planned_end=end,
            actual_start=start if aired else None,
            actual_end=end if aired else None,
            territory_note_vi=note[0],
            territory_note_en=note[1],
            is_demo=True,
        )
        prices = self.catalogue.price_on(start.date())
        slots = []
        begun = start
        for position, (product, length) in enumerate(zip(products, minutes, strict=True), start=1):
            over = begun + timedelta(minutes=length)
            slots.append(
                Slot(
                    session=session,
                    position=position,
                    product=product,
                    minutes=length,
                    offer_price=offer(prices[product.code], share_off),
                    started_at=begun if aired else None,
                    ended_at=over if aired else None,
                )
            )
            begun = over
        self.made.sessions[code] = session
        self.made.slots[code] = Slot.objects.bulk_create(slots)
        return session


def schedule(plan: Schedule, clock: Clock, gia_lai: GiaLai, ca_mau: CaMau, sample: list[Product]) -> None:
    """Write all sessions; `sample`: the products of sample order files."""
    _mega_lives(plan, gia_lai)
    _told_of_hosts(plan, gia_lai)
    _recent(plan, clock, gia_lai, ca_mau)
    _planned(plan, clock, gia_lai, ca_mau)
    plan.air(
        SAMPLE_SESSION,
        ("Phiên mẫu để thử nộp tệp vào TT-DEMO (minh họa)", "Sample session for trying an upload to TT-DEMO (demo)"),
        local(SAMPLE_START),
        sample,
        [3] * len(sample),
        host="BEP-NUI",
        aired=local(SAMPLE_START) < clock.at(0),
    )


def _mega_lives(plan: Schedule, gia_lai: GiaLai) -> None:
    """S4."""
    sellable = gia_lai.old[: -len(gia_lai.lapsed)]
    mega = (
        (MEGA_1, "Mega live nông sản Gia Lai – phiên 1", "Mega live of Gia Lai produce – session 1", "2025-05-10 19:30", 0),
        (MEGA_2, "Mega live nông sản Gia Lai – phiên 2", "Mega live of Gia Lai produce – session 2", "2025-05-24 19:30", 1),
    )
    for code, name_vi, name_en, start, half in mega:
        products = [*sellable[half * 9 : half * 9 + 12], *gia_lai.sammy[half * 4 : half * 4 + 4]]
        session = plan.air(
            code,
            (name_vi, name_en),
            local(start),
            products,
            [11] * 16,
            share_off=0.25,
            platform=Platform.OTHER,
            programme=plan.made.programmes[MEGA],
            note=(
                f"{OLD_GIA_LAI[0]} Phiên có thật; ngày giờ, sản phẩm, đơn hàng là dữ liệu minh họa, khớp tổng số đã công bố.",
                f"{OLD_GIA_LAI[1]} The session is real; day, hour, products and orders are made up to agree with the published total.",
            ),
        )
        session.guests.add(plan.made.guests["binh"])


def _told_of_hosts(plan: Schedule, gia_lai: GiaLai) -> None:
    """S5–S7."""
    plan.air(
        SAMMY,
        ("Sammy giới thiệu 16 sản phẩm Gia Lai", "Sammy shows 16 products of Gia Lai"),
        local("2025-04-19 20:00"),
        gia_lai.sammy,
        SAMMY_MINUTES,
        host="SAMMY",
        note=(
            f"{OLD_GIA_LAI[0]} Phiên, người dẫn và số sản phẩm có thật; ngày giờ, tên sản phẩm và từng đơn hàng là dữ liệu minh họa.",
            f"{OLD_GIA_LAI[1]} Session, host and number of products are real; day, hour, product names and single orders are made up.",
        ),
    )
    plan.air(
        "GL-OCOP-2025-03",
        ("Livestream OCOP cấp tỉnh, tháng 3/2025", "Provincial OCOP livestream, March 2025"),
        local("2025-03-15 19:30"),
        [gia_lai.ramie_cake],
        [10],
        host="MY-DAN",
        platform=Platform.OTHER,
        note=(
            f"{OLD_GIA_LAI[0]} Phiên có thật; ngày giờ là minh họa. Đơn hàng chỉ được kể là “hàng nghìn”: không tạo dòng đơn nào.",
            f"{OLD_GIA_LAI[1]} The session is real; day and hour are made up. Orders are told as “thousands”: no rows are invented.",
        ),
    )
    for code, host, title, product, start in (
        ("GL-SACHI", "TUNG-BT", ("IPP Sachi cùng CEO Tùng BT", "IPP Sachi with the CEO Tùng BT"), gia_lai.sachi_oil, "2025-06-12 20:00"),
        (
            "GL-BRE",
            "THUOC-CO-BA",
            ("Muối B'Rê cùng kênh Thuốc Cô Ba", "B'Rê salt with the channel Thuốc Cô Ba"),
            gia_lai.bre_salt,
            "2025-06-19 20:00",
        ),
    ):
        plan.air(
            code,
            title,
            local(start),
            [product],
            [20],
            host=host,
            platform=Platform.OTHER,
            note=(
                "Sự hợp tác có thật; nguồn không cho ngày, giờ và số liệu bán: ngày giờ ở đây là minh họa.",
                "The collaboration is real; the source gives neither day nor sales: day and hour here are made up.",
            ),
        )


# code, host, province, days from today, start, which products: sessions of hosts that do not exist.
RECENT = (
    ("GL-D1", "PHIEN-CAO-NGUYEN", GIA_LAI, -57, "19:30", "sammy", 0),
    ("GL-D2", "BEP-NUI", GIA_LAI, -44, "20:00", "old", 0),
    ("GL-D3", "PHIEN-CAO-NGUYEN", GIA_LAI, -27, "19:30", "sammy", 6),
    ("GL-D4", "BEP-NUI", GIA_LAI, -16, "20:00", "coast", 0),
    ("GL-D5", "PHIEN-CAO-NGUYEN", GIA_LAI, -5, "19:30", "old", 8),
    ("CM-D1", "GHE-HANG", CA_MAU, -52, "19:00", "others", 0),
    ("CM-D2", "BEP-RUNG-TRAM", CA_MAU, -38, "20:00", "named", 0),
    ("CM-D3", "GHE-HANG", CA_MAU, -22, "19:00", "others", 40),
    ("CM-D4", "BEP-RUNG-TRAM", CA_MAU, -11, "20:00", "named", 0),
    ("CM-D5", "GHE-HANG", CA_MAU, -3, "19:00", "others", 80),
)


def _recent(plan: Schedule, clock: Clock, gia_lai: GiaLai, ca_mau: CaMau) -> None:
    """Sessions of the last weeks that sold."""
    choice = {
        "sammy": gia_lai.sammy,
        "old": gia_lai.old[: -len(gia_lai.lapsed)],
        "coast": gia_lai.coast,
        "named": [*ca_mau.crab_products, *ca_mau.noni_products, *ca_mau.others[100:103]],
        "others": ca_mau.others[::3],
    }
    for code, host, province, offset, hour, which, first in RECENT:
        stage = plan.made.hosts[host].stage_name
        products = choice[which][first : first + 10]
        start = clock.at(offset, hour)
        title = (f"{stage}: phiên {start:%d/%m}", f"{stage}: session of {start:%d/%m}")
        plan.air(code, title, start, products, [9] * len(products), host=host, province=province)


def _planned(plan: Schedule, clock: Clock, gia_lai: GiaLai, ca_mau: CaMau) -> None:
    """S10, and a session before Tết: not yet on air."""
    plan.air(
        "GL-D6",
        ("Cà phê Ia Boòng: phiên cộng đồng của xã (minh họa)", "Ia Boòng coffee: a community session (demo)"),
        clock.at(9, "19:30"),
        [gia_lai.green_coffee],
        [30],
        host="XA-IA-BOONG",
        aired=False,
        commune=gia_lai.green_coffee.producer.seats.get().commune,
    )
    plan.air(
        "CM-D6",
        ("Đặc sản Đầm Dơi đón Tết (minh họa)", "Specialities of Đầm Dơi for Tết (demo)"),
        clock.at(5, "20:00"),
        ca_mau.crab_products,
        [20, 20],
        host="BEP-RUNG-TRAM",
        province=CA_MAU,
        aired=False,
    )


def offer(price: int, share_off: float) -> int:
    """What a product of that list price is sold for on air, in whole thousands (VND)."""
    return round(price * (1 - share_off) / 1000) * 1000
