"""What the article about Gia Lai reported (S4–S6, S8): each figure with source, scope, qualifier and as-of date; none is added up.

The day on which the article appeared is not known to us; the newest figure in it runs to 30 September 2025, so that is the as-of date.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from livestreams.models import Claim
from ocop_portal.demo.sessions import SAMMY
from ocop_portal.demo.stage import CONFERENCE, GIA_LAI, MEGA, Broadcasts

AS_OF = date(2025, 9, 30)
SOURCE = "Báo Gia Lai, post566473 (không rõ ngày đăng; số liệu mới nhất trong bài: hết tháng 9/2025)"
SOURCE_URL = "https://baogialai.com.vn/post566473.html"
OLD = {"territory_vi": "Tỉnh Gia Lai trước hợp nhất 01/7/2025", "territory_en": "Gia Lai province before the merger of 1 July 2025"}
NEW = {"territory_vi": "Tỉnh Gia Lai sau hợp nhất 01/7/2025", "territory_en": "Gia Lai province after the merger of 1 July 2025"}
ACROSS = {
    "territory_vi": "Tỉnh Gia Lai; kỳ báo cáo vắt qua ngày hợp nhất 01/7/2025, nguồn không nói rõ địa giới",
    "territory_en": "Gia Lai province; the period spans the merger of 1 July 2025, the source does not say which territory",
}
MAY = {"period_from": date(2025, 5, 1), "period_to": date(2025, 5, 31)}
NINE_MONTHS = {"period_from": date(2025, 1, 1), "period_to": date(2025, 9, 30)}

MEGA_SCOPE = {"scope_vi": "Cả hai phiên mega live tháng 5/2025", "scope_en": "Both mega live sessions of May 2025"}
SAMMY_SCOPE = {
    "scope_vi": "Phiên của Sammy trên kênh TikTok của anh, 16 sản phẩm",
    "scope_en": "Sammy's session on his TikTok channel, 16 products",
}
NINE_MONTHS_SCOPE = {
    "scope_vi": "Các phiên livestream trên TikTok Shop, chín tháng đầu năm 2025 (phạm vi khác với hai phiên mega live)",
    "scope_en": "TikTok Shop livestreams, first nine months of 2025 (another scope than the two mega lives)",
}
ORDERS = {"metric": Claim.Metric.ORDERS, "unit": "đơn"}
VALUE = {"metric": Claim.Metric.PLACED, "unit": "VND"}
EXACT, ABOUT, MORE_THAN = Claim.Qualifier.EXACT, Claim.Qualifier.ABOUT, Claim.Qualifier.MORE_THAN


def build(made: Broadcasts) -> None:
    """Write all claims."""
    Claim.objects.bulk_create(
        Claim(province_id=GIA_LAI, source_name=SOURCE, source_url=SOURCE_URL, as_of=AS_OF, **claim)
        for claim in (*_of_mega_lives(made), *_of_hosts(made), *_of_nine_months(made))
    )


def _of_mega_lives(made: Broadcasts) -> list[dict[str, Any]]:
    about = {"programme": made.programmes[MEGA], **MEGA_SCOPE, **OLD, **MAY}
    return [
        {**about, **ORDERS, "value": 12_700, "qualifier": EXACT, "told_as": "chốt 12.700 đơn"},
        {**about, **VALUE, "value": 1_800_000_000, "qualifier": ABOUT, "told_as": "tổng giá trị 1,8 tỷ đồng"},
    ]


def _of_hosts(made: Broadcasts) -> list[dict[str, Any]]:
    sammy = {"session": made.sessions[SAMMY], **SAMMY_SCOPE, **OLD}
    march = {"period_from": date(2025, 3, 1), "period_to": date(2025, 3, 31)}
    return [
        {**sammy, **ORDERS, "value": 390, "qualifier": MORE_THAN, "told_as": "hơn 390 đơn hàng"},
        {**sammy, "metric": Claim.Metric.VIEWS, "unit": "lượt", "value": 29_000, "qualifier": ABOUT, "told_as": "29.000 lượt xem"},
        {
            **sammy,
            "metric": Claim.Metric.INTERACTIONS,
            "unit": "lượt",
            "value": 1_400_000,
            "qualifier": ABOUT,
            "told_as": "1,4 triệu lượt tương tác, truy cập (một con số gộp, chưa kiểm chứng)",
        },
        {
            "session": made.sessions["GL-OCOP-2025-03"],
            **ORDERS,
            **OLD,
            **march,
            "scope_vi": "Bánh lá gai Hoàng Đông, sau phiên, trên kênh riêng của Bùi Thị Mỹ Dàn",
            "scope_en": "Hoàng Đông ramie-leaf cake, after the broadcast, on Bùi Thị Mỹ Dàn's own channel",
            "value": None,
            "qualifier": ABOUT,
            "told_as": "hàng nghìn đơn hàng",
        },
    ]


def _of_nine_months(made: Broadcasts) -> list[dict[str, Any]]:
    about = {**NINE_MONTHS_SCOPE, **ACROSS, **NINE_MONTHS}
    return [
        {**about, **ORDERS, "value": 1_234, "qualifier": EXACT, "told_as": "1.234 đơn hàng"},
        {**about, **VALUE, "value": 133_000_000, "qualifier": MORE_THAN, "told_as": "hơn 133 triệu đồng"},
        {
            "event": made.events[CONFERENCE],
            **NEW,
            "period_from": date(2025, 8, 29),
            "period_to": date(2025, 8, 29),
            "metric": Claim.Metric.ENTERPRISES,
            "unit": "doanh nghiệp",
            "scope_vi": "Gian hàng OCOP tại hội nghị ngày 29/8/2025",
            "scope_en": "OCOP booth at the conference of 29 August 2025",
            "value": 35,
            "qualifier": MORE_THAN,
            "told_as": "hơn 35 doanh nghiệp",
        },
        {
            **ACROSS,
            **NINE_MONTHS,
            "metric": Claim.Metric.SALES,
            "unit": "VND",
            "scope_vi": "Hội chợ, triển lãm trong và ngoài tỉnh, chín tháng đầu năm 2025",
            "scope_en": "Fairs and exhibitions in and outside the province, first nine months of 2025",
            "value": None,
            "qualifier": ABOUT,
            "told_as": "vài triệu đồng",
        },
    ]
