"""What is made up about people: followers, terms and capacity of hosts that do not exist, and leaders that do not exist either.

Of people who do exist nothing is added: what a source does not say of them is nobody's to make up.
"""

from __future__ import annotations

from datetime import date

from catalog.models import OcopGroup
from livestreams.models import FollowerCount, Guest, GuestTitle, Host, HostTerms
from ocop_portal.demo.clock import LONG_AGO, Clock
from ocop_portal.demo.gia_lai import IA_BOONG
from ocop_portal.demo.stage import CA_MAU, GIA_LAI, Broadcasts

PURPOSE = "Lập kế hoạch, tổ chức livestream và quyết toán hoa hồng (minh họa)"
# Host → province, groups, sessions a month, followers today, rate (%), fee (VND), verified by the platform and disclosure agreed.
HOSTS = {
    "PHIEN-CAO-NGUYEN": (GIA_LAI, "12", 4, 186_400, 12, 3_000_000, True),
    "BEP-NUI": (GIA_LAI, "1", 2, 42_300, 10, 0, True),
    "XA-IA-BOONG": (GIA_LAI, "12", 2, 2_150, 0, 0, True),
    "GHE-HANG": (CA_MAU, "1", 3, 97_800, 12, 2_000_000, True),
    "BEP-RUNG-TRAM": (CA_MAU, "13", 4, 61_500, 10, 0, False),
}
GROWTH = ((-180, 0.62), (-120, 0.74), (-60, 0.9), (-2, 1.0))


def build(clock: Clock, made: Broadcasts) -> None:
    """Fill in the hosts, and write the leader of a commune and a guest whose data are past their date."""
    for code, (province, groups, sessions, followers, rate, fee, verified) in HOSTS.items():
        host = made.hosts[code]
        host.province_id, host.sessions_a_month, host.purpose = province, sessions, PURPOSE
        host.keep_until = clock.day(540)
        if verified:
            host.verified_on, host.verified_by, host.disclosure_agreed_on = clock.day(-170), host.channels.get().platform, clock.day(-165)
        if code == "XA-IA-BOONG":
            host.commune_id = IA_BOONG
        host.save()
        host.groups.set(OcopGroup.objects.filter(code__in=list(groups)))
        channel = host.channels.get()
        FollowerCount.objects.bulk_create(
            FollowerCount(channel=channel, counted_on=clock.day(offset), followers=round(followers * part, -2)) for offset, part in GROWTH
        )
        HostTerms.objects.create(host=host, since=LONG_AGO, rate=rate, fee=fee, note="minh họa")
        if fee:
            HostTerms.objects.create(host=host, since=clock.day(-60), rate=rate - 2, fee=fee + 500_000, note="thỏa thuận lại (minh họa)")
    Host.objects.filter(code="SAMMY").update(province=GIA_LAI)
    Guest.objects.update(province=GIA_LAI)
    leader = _leader("LANH-DAO-IA-BOONG", "Lãnh đạo xã Ia Boòng (minh họa)", clock.day(700))
    GuestTitle.objects.create(
        guest=leader,
        title_vi="Chủ tịch UBND xã (minh họa)",
        title_en="Chairperson of the commune’s People’s Committee (demo)",
        commune_id=IA_BOONG,
        since=LONG_AGO,
    )
    past = _leader("KHACH-CU", "Khách mời hội chợ năm trước (minh họa)", clock.day(-3))
    GuestTitle.objects.create(guest=past, title_vi="Giám đốc (minh họa)", title_en="Director (demo)", since=LONG_AGO, until=clock.day(-200))


def _leader(code: str, name: str, keep_until: date) -> Guest:
    return Guest.objects.create(
        code=code, full_name=name, kind=Guest.Kind.LEADER, province_id=GIA_LAI, purpose=PURPOSE, keep_until=keep_until, is_demo=True
    )
