"""Plans of the year, and period reports on their way: the nine months of 2025 prepared, the half-year signed."""

from __future__ import annotations

from datetime import date

from accounts.models import Agency, User
from dashboards.boards.territory import Territory
from dashboards.models import PeriodKind, YearTarget
from dashboards.reports.periods.calendar import days_of
from dashboards.reports.periods.content import Letter
from dashboards.reports.periods.forms import reported_span
from dashboards.reports.periods.services import prepare_report, read_period, review_report, sign_report
from ocop_portal.demo.stage import GIA_LAI

PREPARER, REVIEWER, SIGNER = (f"{name}.gialai@demo.ocop.example" for name in ("congthuong", "truongphong", "giamdoc"))
Metric = YearTarget.Metric
# By year; VND, orders, kg.
PLANS = {
    2025: {Metric.NET: 3_000_000_000, Metric.ORDERS: 20_000, Metric.WEIGHT: 9_000},
    2026: {Metric.NET: 1_200_000_000, Metric.ORDERS: 8_000},
}
REMARKS = (
    "Số liệu minh họa: các đơn hàng trong kỳ là dữ liệu trình diễn, dựng theo những con số báo chí đã nêu.\n"
    "Doanh số tập trung vào hai phiên mega live tháng 5 và các tuần trước Tết; "
    "các tháng khác hầu như chưa có phiên livestream nào có tệp đơn hàng.\n"
    "Đề nghị các hợp tác xã nộp tệp đơn hàng hằng tuần, và gắn kế hoạch livestream với mùa vụ."
)
REMARKS_EN = (
    "Demonstration: the orders of the period are made up after the figures that newspapers told.\n"
    "Sales lie in the two mega lives of May and in the weeks before Tết; hardly any livestream of the other months has an order file.\n"
    "Cooperatives are asked for order files each week, and for livestreams planned with their harvests."
)
COPIES = "- Như trên;\n- Sở Nông nghiệp và Môi trường;\n- Lưu: VT (minh họa)."


def build() -> None:
    """Write it all."""
    agency = Agency.objects.get(kind=Agency.Kind.INDUSTRY_TRADE, province=GIA_LAI)
    preparer, reviewer, signer = (User.objects.get(email=email) for email in (PREPARER, REVIEWER, SIGNER))
    YearTarget.objects.bulk_create(
        YearTarget(
            province_id=GIA_LAI,
            year=year,
            metric=metric,
            value=value,
            source=f"Kế hoạch tiêu thụ sản phẩm OCOP năm {year} (minh họa)",
            since=date(year, 1, 15),
            is_demo=True,
        )
        for year, plan in PLANS.items()
        for metric, value in plan.items()
    )
    territory = Territory(GIA_LAI, name=agency.province.name)
    letter = Letter(
        "Gia Lai", "Ủy ban nhân dân tỉnh Gia Lai", signer="Nguyễn Văn A (minh họa)", copies=COPIES, remarks=REMARKS, remarks_en=REMARKS_EN
    )
    for kind in (PeriodKind.HALF, PeriodKind.NINE):
        span = reported_span(kind, *days_of(kind, 2025), province=GIA_LAI, at_cut_off=False, programme=None)
        report = prepare_report(by=preparer, agency=agency, span=span, answer=read_period(territory, span), letter=letter)
        if kind is PeriodKind.HALF:
            review_report(report=report, version=0, by=reviewer)
            sign_report(report=report, version=1, by=signer, number="01/BC-SCT (minh họa)", day=date(2025, 7, 10))
