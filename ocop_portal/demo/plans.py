"""Programmes with their targets, who took part in fairs, and courses: of the province's plan what is neither session nor claim.

The nine months of 2025 are a programme that we were told of in parts (S5–S8): it holds the sessions of those months that belong to no
other. Its reported figures are of wider scopes, so they stay claims of the province. The programmes of this year and all courses are
made up.
"""

from __future__ import annotations

from datetime import date

from catalog.models import Producer
from livestreams.models import Attendance, Course, OfflineEvent, Programme, Session, Target
from ocop_portal.demo.clock import Clock
from ocop_portal.demo.stage import CA_MAU, CONFERENCE, DEMO_FAIR, GIA_LAI, Broadcasts
from places.models import Commune

NINE_MONTHS = "GL-9T-2025"
IN_NINE_MONTHS = ("GL-SAMMY-2025", "GL-OCOP-2025-03", "GL-SACHI", "GL-BRE")
OF_THIS_YEAR = {
    GIA_LAI: ("GL-D1", "GL-D2", "GL-D3", "GL-D4", "GL-D5", "GL-D6"),
    CA_MAU: ("CM-D1", "CM-D2", "CM-D3", "CM-D4", "CM-D5", "CM-D6"),
}
Metric = Target.Metric
# Made up; VND and kg as in Target.
TARGETS = {
    GIA_LAI: {
        Metric.SESSIONS: 12,
        Metric.PRODUCTS: 60,
        Metric.PRODUCERS: 30,
        Metric.ORDERS: 1_500,
        Metric.NET: 250_000_000,
        Metric.WEIGHT: 1_200,
        Metric.PEOPLE_TRAINED: 150,
    },
    CA_MAU: {Metric.SESSIONS: 10, Metric.ORDERS: 1_000, Metric.NET: 200_000_000, Metric.PEOPLE_TRAINED: 80},
}
# Code, province, first day from today, number of days, topic, titles, and of each commune (its place by code) people and women.
COURSES: tuple[tuple[str, str, int, int, str, tuple[str, str], tuple[tuple[int, int, int | None], ...]], ...] = (
    (
        "GL-TH-1",
        GIA_LAI,
        -48,
        2,
        Course.Topic.LIVESTREAM,
        ("Bán hàng qua livestream: từ kịch bản đến chốt đơn", "Selling on livestreams: from script to order"),
        ((0, 14, 9), (3, 11, 6), (7, 9, None)),
    ),
    (
        "GL-TH-2",
        GIA_LAI,
        -19,
        1,
        Course.Topic.CONTENT,
        ("Chụp ảnh và viết giới thiệu sản phẩm bằng điện thoại", "Photos and product texts with a phone"),
        ((3, 17, 12), (11, 8, 5)),
    ),
    ("GL-TH-3", GIA_LAI, 12, 1, Course.Topic.TRACEABILITY, ("Lập lô và dán tem truy xuất", "Opening lots and putting labels on"), ()),
    (
        "CM-TH-1",
        CA_MAU,
        -33,
        1,
        Course.Topic.SHOP,
        ("Mở và chăm sóc gian hàng trực tuyến", "Opening and running an online shop"),
        ((0, 12, 7), (5, 10, 4)),
    ),
)


def build(clock: Clock, made: Broadcasts) -> None:
    """Write it all; sessions and events of `made` get their programme."""
    _nine_months(made)
    year = clock.today.year
    for province, name in ((GIA_LAI, "Gia Lai"), (CA_MAU, "Cà Mau")):
        programme = Programme.objects.create(
            code=f"{'GL' if province == GIA_LAI else 'CM'}-KH-{year}",
            name_vi=f"Kế hoạch livestream nông sản OCOP {name} năm {year} (minh họa)",
            name_en=f"Livestream plan for OCOP produce of {name}, {year} (demo)",
            province_id=province,
            # From the first session of the last weeks on, which in January were last year's.
            starts_on=min(date(year, 1, 1), clock.day(-60)),
            ends_on=date(year, 12, 31),
            is_demo=True,
        )
        Session.objects.filter(code__in=OF_THIS_YEAR[province]).update(programme=programme)
        Target.objects.bulk_create(Target(programme=programme, metric=metric, value=value) for metric, value in TARGETS[province].items())
        made.programmes[programme.code] = programme
        _courses(clock, province, programme)
        if province == GIA_LAI:
            programme.partners.set([made.organisations["GL-SCT"]])
            _fair(made, programme)


def _nine_months(made: Broadcasts) -> None:
    programme = Programme.objects.create(
        code=NINE_MONTHS,
        name_vi="Hoạt động livestream, hội chợ chín tháng đầu năm 2025",
        name_en="Livestreams and fairs, first nine months of 2025",
        province_id=GIA_LAI,
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 9, 30),
    )
    programme.partners.set([made.organisations["GL-SCT"]])
    Session.objects.filter(code__in=IN_NINE_MONTHS).update(programme=programme)
    OfflineEvent.objects.filter(code=CONFERENCE).update(programme=programme)
    made.programmes[programme.code] = programme


def _fair(made: Broadcasts, programme: Programme) -> None:
    """Who sold at the fair that never was, and at how many booths."""
    fair = made.events[DEMO_FAIR]
    OfflineEvent.objects.filter(pk=fair.pk).update(programme=programme, booths=6, enterprises=24, place="Quảng trường Đại Đoàn Kết, Pleiku")
    sellers = Producer.objects.filter(products__slots__session__code="GL-SAMMY-2025").order_by("pk").distinct()[:6]
    fair.producers.set(list(sellers))


def _courses(clock: Clock, province: str, programme: Programme) -> None:
    communes = list(Commune.objects.filter(province=province).order_by("code"))
    for code, where, offset, days, topic, (title_vi, title_en), came in COURSES:
        if where != province:
            continue
        course = Course.objects.create(
            code=code,
            title_vi=f"{title_vi} (minh họa)",
            title_en=f"{title_en} (demo)",
            topic=topic,
            province_id=province,
            place="Nhà văn hóa xã" if came else "Trung tâm khuyến nông tỉnh",
            commune=communes[came[0][0]] if came else None,
            starts_on=clock.day(offset),
            ends_on=clock.day(offset + days - 1),
            programme=programme,
            is_demo=True,
        )
        Attendance.objects.bulk_create(
            Attendance(course=course, commune=communes[place], people=people, women=women) for place, people, women in came
        )
