"""Who stands behind and in front of the camera: partners, hosts, guests with dated titles, the programme and the booth we were told of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from catalog.models import Platform
from livestreams.models import Channel, Guest, GuestTitle, Host, OfflineEvent, Organisation, Programme, Session, Slot
from ocop_portal.demo.clock import Clock

GIA_LAI, CA_MAU = "52", "96"
MEGA, CONFERENCE = "GL-MEGA-2025-05", "GL-XTDT-2025-08"
DEMO_FAIR = "GL-CHO-PHIEN"


@dataclass
class Broadcasts:
    """What later steps need: organisations, hosts, programmes and events by code, sessions by code with their slots in order."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    hosts: dict[str, Host] = field(default_factory=dict)
    guests: dict[str, Guest] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)
    events: dict[str, OfflineEvent] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    slots: dict[str, list[Slot]] = field(default_factory=dict)


def set_stage(clock: Clock) -> Broadcasts:
    """Write everything of a broadcast but its sessions."""
    made = Broadcasts()
    _partners(made)
    _hosts(made)
    _guests(made)
    _programme_and_booth(made)
    _demo_fair(made, clock)
    return made


def _partners(made: Broadcasts) -> None:
    kinds = Organisation.Kind
    rows = (
        ("GL-SCT", kinds.DEPARTMENT, "Sở Công Thương tỉnh Gia Lai", "Gia Lai Department of Industry and Trade", False),
        ("GL-DNT", kinds.ASSOCIATION, "Hội Doanh nhân trẻ tỉnh Gia Lai", "Gia Lai Young Entrepreneurs Association", False),
        (
            "SAN-TMDT",
            kinds.PLATFORM,
            "Sàn thương mại điện tử đồng hành (nguồn không nêu tên)",
            "Partner e-commerce platform (not named by the source)",
            False,
        ),
        ("GL-GIANHANG", kinds.COMPANY, "Gian hàng chung Gia Lai (minh họa)", "Gia Lai common store (demo)", True),
        ("CM-GIANHANG", kinds.COMPANY, "Gian hàng chung Cà Mau (minh họa)", "Cà Mau common store (demo)", True),
    )
    for code, kind, name_vi, name_en, is_demo in rows:
        made.organisations[code] = Organisation.objects.create(code=code, kind=kind, name_vi=name_vi, name_en=name_en, is_demo=is_demo)


def _hosts(made: Broadcasts) -> None:
    rows = (
        ("SAMMY", "Sammy", "Võ Văn Mẫn", "Thành phố Hồ Chí Minh", Platform.TIKTOK, False),
        ("MY-DAN", "Bùi Thị Mỹ Dàn", "Bùi Thị Mỹ Dàn", "", Platform.OTHER, False),
        ("TUNG-BT", "CEO Tùng BT", "", "", Platform.OTHER, False),
        ("THUOC-CO-BA", "Thuốc Cô Ba", "", "", Platform.OTHER, False),
        ("PHIEN-CAO-NGUYEN", "Phiên Cao Nguyên (minh họa)", "", "Gia Lai", Platform.TIKTOK, True),
        ("BEP-NUI", "Bếp Núi (minh họa)", "", "Gia Lai", Platform.TIKTOK, True),
        ("GHE-HANG", "Ghe Hàng Cuối Trời (minh họa)", "", "Cà Mau", Platform.TIKTOK, True),
        ("BEP-RUNG-TRAM", "Bếp Rừng Tràm (minh họa)", "", "Cà Mau", Platform.TIKTOK, True),
        ("XA-IA-BOONG", "Cộng đồng xã Ia Boòng (minh họa)", "", "Gia Lai", Platform.TIKTOK, True),
    )
    for code, stage_name, full_name, base, platform, is_demo in rows:
        host = Host.objects.create(code=code, stage_name=stage_name, full_name=full_name, base=base, is_demo=is_demo)
        Channel.objects.create(host=host, platform=platform, handle=stage_name)
        made.hosts[code] = host


def _guests(made: Broadcasts) -> None:
    """S4 and S9. A title stands for the days for which the source gives it."""
    binh = Guest.objects.create(code="PHAM-VAN-BINH", full_name="Phạm Văn Binh", kind=Guest.Kind.LEADER)
    GuestTitle.objects.create(
        guest=binh,
        title_vi="nguyên Phó Giám đốc Sở (theo bài báo)",
        title_en="former deputy director (as told by the article)",
        since=date(2025, 5, 1),
        until=date(2025, 5, 31),
    )
    kha = Guest.objects.create(code="NGUYEN-DINH-KHA", full_name="Nguyễn Đình Kha", kind=Guest.Kind.LEADER)
    GuestTitle.objects.create(guest=kha, title_vi="Phó Giám đốc Sở", title_en="Deputy director", since=date(2025, 9, 1))
    made.guests = {"binh": binh, "kha": kha}


def _programme_and_booth(made: Broadcasts) -> None:
    """S4 and S8."""
    mega = Programme.objects.create(
        code=MEGA,
        name_vi="Mega live nông sản Gia Lai, tháng 5/2025",
        name_en="Mega live of Gia Lai produce, May 2025",
        province_id=GIA_LAI,
        starts_on=date(2025, 5, 1),
        ends_on=date(2025, 5, 31),
    )
    mega.partners.set([made.organisations[code] for code in ("GL-SCT", "GL-DNT", "SAN-TMDT")])
    made.programmes[mega.code] = mega
    booth = OfflineEvent.objects.create(
        code=CONFERENCE,
        kind=OfflineEvent.Kind.CONFERENCE,
        name_vi="Gian hàng OCOP tại hội nghị xúc tiến đầu tư, thương mại tỉnh Gia Lai",
        name_en="OCOP booth at the Gia Lai investment and trade conference",
        province_id=GIA_LAI,
        starts_on=date(2025, 8, 29),
        ends_on=date(2025, 8, 29),
        enterprises=35,
        enterprises_qualifier="more_than",
    )
    made.events[booth.code] = booth


def _demo_fair(made: Broadcasts, clock: Clock) -> None:
    """A fair that never was: it shows what is sold at an event as rows of a booth's shop."""
    made.events[DEMO_FAIR] = OfflineEvent.objects.create(
        code=DEMO_FAIR,
        kind=OfflineEvent.Kind.FAIR,
        name_vi="Phiên chợ OCOP Pleiku (minh họa)",
        name_en="OCOP market in Pleiku (demo)",
        province_id=GIA_LAI,
        starts_on=clock.day(-20),
        ends_on=clock.day(-18),
        is_demo=True,
    )
