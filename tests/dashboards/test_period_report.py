"""A period report: three people and their steps, what is frozen, editions, and who sees it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Post
from catalog.models import RecognitionDecision, StarRating, StoredDocument
from dashboards.models import PeriodReport, ReportingRule, ReportStep
from dashboards.reports.document import Document, Remarks, Table
from dashboards.reports.frozen import DamagedContentError
from dashboards.reports.periods.content import document_of
from dashboards.reports.periods.services import (
    AlreadyThereError,
    ReasonMissingError,
    SamePersonError,
    StaleReportError,
    WrongStateError,
    keep_paper,
    review_report,
    send_back,
    sign_report,
)
from places.models import Commune
from tests import builders, report_builders
from tests.builders import CA_MAU, at
from tests.catalog.upload_files import pdf
from tests.dashboards.market import Market, browser_of, forget_readings
from tests.order_builders import Line, fold, order

pytestmark = pytest.mark.django_db
MAY = {"kind": "month", "year": 2025, "number": 5}


def table(document: Document, key: str) -> list[list[str]]:
    """The cells of a table and its foot."""
    (found,) = (block for section in document.sections for block in section.blocks if isinstance(block, Table) and block.key == key)
    return [[cell.text for cell in row] for row in (*found.rows, *filter(None, [found.foot]))]


def remarks(document: Document, key: str) -> list[str]:
    """What is said in a section."""
    (section,) = (section for section in document.sections if section.key == key)
    return [words for block in section.blocks if isinstance(block, Remarks) for words in block.sentences]


def may(by: Any = None) -> PeriodReport:
    return report_builders.prepared(by or builders.official(), **MAY)


def test_what_it_says(market: Market) -> None:
    document = document_of(may())
    assert document.title == "Kết quả tiêu thụ sản phẩm OCOP và bán hàng qua livestream tháng 5 năm 2025 của tỉnh Gia Lai"
    assert [section.title.split(". ")[0] for section in document.sections] == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII"]
    # 480,000 on air, 300,000 + 100,000 + 100,000 after it, 90,000 + 180,000 before it.
    assert [row[1] for row in table(document, "overall")] == [
        *("1.250.000", "100.000", "100.000", "1.050.000", "300.000"),
        *("8", "6,5", "5,5"),
    ]
    assert {row[3] for row in table(document, "overall")} == {"chưa có số liệu kỳ trước"}
    assert [row[2] for row in table(document, "parts")] == ["–", "–", "1.050.000", "200.000", "–", "1.250.000"]
    assert table(document, "ways")[-1] == ["Tổng cộng", "8", "1.250.000", "1.050.000", "300.000"]
    said = "Không có tệp đơn hàng nào cho biết về 01/05–14/05/2025, 28/05–31/05/2025."
    assert said in remarks(document, "overall")
    completeness = next(words for words in remarks(document, "basis") if words.startswith("Mức độ đầy đủ"))
    assert said[1:-1] in completeness
    assert table(document, "sessions") == [
        ["Phiên L1 – KOL H1", "20/05/2025", "3", "480.000", "280.000", "0", "500.000"],
        ["Tổng cộng", "", "3", "480.000", "280.000", "0", "500.000"],
    ]
    assert [row[:4] for row in table(document, "producers")] == [
        ["1. HTX GL1", "6", "940.000", "840.000"],
        ["2. HTX GL2", "2", "280.000", "180.000"],
        ["SKU chưa gắn sản phẩm", "1", "30.000", "30.000"],
        ["Tổng cộng", "–", "1.250.000", "1.050.000"],
    ]


def test_three_people_three_steps(market: Market) -> None:
    preparer, reviewer, signer = (builders.official() for _person in range(3))
    report = may(preparer)
    with pytest.raises(SamePersonError):
        review_report(report=report, version=0, by=preparer)
    with pytest.raises(WrongStateError):
        sign_report(report=report, version=0, by=signer, number="1", day=date(2025, 6, 2))
    reviewed = review_report(report=report, version=0, by=reviewer, note="Đúng")
    with pytest.raises(StaleReportError):
        send_back(report=report, version=0, by=signer, reason="Chậm")
    for person in (preparer, reviewer):
        with pytest.raises(SamePersonError):
            sign_report(report=reviewed, version=1, by=person, number="1", day=date(2025, 6, 2))
    done = sign_report(report=reviewed, version=1, by=signer, number="125/BC-SCT", day=date(2025, 6, 2))
    assert [(step.kind, step.by, step.note) for step in done.steps.all()] == [
        ("prepare", preparer, ""),
        ("review", reviewer, "Đúng"),
        ("sign", signer, ""),
    ]
    head = document_of(done).letterhead
    assert head is not None
    assert (head.number, head.place_and_date) == ("Số: 125/BC-SCT", "Gia Lai, ngày 02 tháng 6 năm 2025")
    # What was reviewed is what was signed, but for number and day.
    assert len({step.digest for step in done.steps.all()}) == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        ReportStep.objects.update(note="khác")


def test_sent_back_and_prepared_anew(market: Market) -> None:
    preparer, reviewer = builders.official(), builders.official()
    report = may(preparer)
    with pytest.raises(ReasonMissingError):
        send_back(report=report, version=0, by=reviewer, reason=" ")
    back = send_back(report=report, version=0, by=reviewer, reason="Thiếu phiên ngày 20")
    assert back.state == PeriodReport.State.RETURNED
    answer = browser_of(preparer).post(f"/reports/{report.pk}/edit/", {"version": "1", **typed(remarks="Đã bổ sung")})
    assert answer.status_code == 302
    report.refresh_from_db()
    assert (report.state, report.version, report.steps.last().kind) == ("prepared", 2, "revise")
    assert "Đã bổ sung" in report.content
    review_report(report=report, version=2, by=reviewer)


def typed(**fields: str) -> dict[str, str]:
    return {"place": "Gia Lai", "signs": "head", "copies": "- Lưu: VT.", **fields}


def test_a_signed_report_stays_as_it_was(market: Market) -> None:
    """Row 6: more orders, a renamed commune, another rule and a revoked star change nothing of it."""
    report = report_builders.signed(may())
    before, content = document_of(report), report.content
    for number in range(60):
        order(market.shop, f"late-{number}", at("2025-05-20 20:30"), Line(market.a, 1, 1_000_000), exported_at=at("2025-06-20 08:00"))
    Commune.objects.update(name="Xã Đổi Tên")
    StarRating.objects.update(revoked_on=date(2025, 5, 2))
    ReportingRule.objects.all().delete()
    RecognitionDecision.objects.update(issuer="Ai khác")
    fold()
    report.refresh_from_db()
    assert (document_of(report), report.content) == (before, content)
    assert table(document_of(may_again(report)), "overall")[0][1] == "61.250.000"


def may_again(signed: PeriodReport) -> PeriodReport:
    """The next edition, prepared through the page."""
    forget_readings()
    answer = browser_of(builders.official()).post(f"/reports/{signed.pk}/edit/", typed(reason="Có thêm đơn hàng"))
    assert answer.status_code == 302
    return PeriodReport.objects.get(replaces=signed)


def test_the_database_refuses_to_change_what_is_signed(market: Market) -> None:
    report = report_builders.signed(may())
    for change in ({"content": "{}"}, {"number": "7"}, {"state": "prepared"}, {"digest": "0" * 64}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PeriodReport.objects.filter(pk=report.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        PeriodReport.objects.filter(pk=report.pk)._raw_delete("default")  # type: ignore[attr-defined]


def test_what_was_touched_is_not_shown(market: Market) -> None:
    report = may()
    PeriodReport.objects.filter(pk=report.pk).update(content=report.content.replace("1250000", "1250001"))
    report.refresh_from_db()
    with pytest.raises(DamagedContentError):
        document_of(report)


def test_a_correction_is_a_new_edition(market: Market) -> None:
    first = report_builders.signed(may())
    second = may_again(first)
    assert (second.edition, second.state, second.replaces, second.number) == (2, "prepared", first, "")
    again = browser_of(builders.official()).post(f"/reports/{first.pk}/edit/", typed(reason="Lần nữa"))
    assert again.status_code == 422
    page = browser_of(builders.official()).get(f"/reports/{first.pk}/").content.decode()
    assert f'href="/reports/{second.pk}/"' in page


def test_one_report_a_period(market: Market) -> None:
    report = may()
    with pytest.raises(AlreadyThereError) as refused:
        may()
    assert refused.value.report == report
    answer = browser_of(builders.official()).post("/reports/new/", {**MAY, **typed()})
    assert answer.status_code == 422
    assert f'href="/reports/{report.pk}/"' in answer.content.decode()


def test_prepared_is_what_was_seen(market: Market) -> None:
    """The rows of the preview are those of the report, also when orders come in between."""
    browser = browser_of(builders.official())
    seen = browser.get("/reports/new/", MAY).context
    order(market.shop, "between", at("2025-05-20 20:30"), Line(market.a, 1, 1_000_000), exported_at=at("2025-06-20 08:00"))
    fold()
    answer = browser.post("/reports/new/", {**MAY, **typed(), "reading": seen["answer"].reading.token})
    report = PeriodReport.objects.get()
    assert answer.headers["Location"] == f"/reports/{report.pk}/"
    assert table(document_of(report), "overall") == table(seen["document"], "overall")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"kind": "month", "year": "2025"}, "number"),
        ({"kind": "quarter", "year": "2025", "number": "5"}, "number"),
        ({"kind": "month", "year": "2025", "number": "x\0"}, "number"),
        ({"kind": "year", "year": "1"}, "year"),
        ({"kind": "year", "year": "2099"}, "year"),
        ({"kind": "week", "year": "2025"}, "kind"),
        ({"kind": "programme", "year": "2025"}, "programme"),
    ],
)
def test_a_period_that_cannot_be(query: dict[str, str], field: str) -> None:
    answer = browser_of(builders.official()).get("/reports/new/", query)
    assert answer.status_code == 400
    assert field in answer.context["form"].errors


def test_no_file_is_not_nothing() -> None:
    document = document_of(report_builders.prepared(builders.official(), "nine", 2025))
    assert {row[1] for row in table(document, "overall")} == {"–"}
    assert "không phải bằng 0" in document.sections[0].blocks[0].sentences[0]  # type: ignore[union-attr]


def test_of_the_own_province_alone(market: Market) -> None:
    report = may()
    elsewhere = browser_of(builders.official(province=CA_MAU, leads=True))
    for address in ("", "edit/", "report.pdf", "report.xlsx", "report.docx", "charts/parts.svg", "paper/"):
        assert elsewhere.get(f"/reports/{report.pk}/{address}").status_code == 404
    for address in ("review/", "send-back/", "sign/", "paper/new/"):
        assert elsewhere.post(f"/reports/{report.pk}/{address}", {"version": "0", "reason": "x"}).status_code in {404, 422}
    report.refresh_from_db()
    assert report.version == 0
    reader = browser_of(builders.official(builders.AGRICULTURE))
    assert reader.get(f"/reports/{report.pk}/").status_code == 200
    assert reader.post(f"/reports/{report.pk}/review/", {"version": "0"}).status_code == 403


def test_a_trade_post_elsewhere_reads_what_the_post_here_reads(market: Market) -> None:
    report = may()
    both = builders.official(builders.AGRICULTURE)
    Post.objects.create(user=both, agency=builders.agency(builders.TRADE, CA_MAU, None), since=date(2025, 1, 1), leads=True)
    browser = browser_of(both)
    assert browser.get(f"/reports/{report.pk}/").status_code == 200
    assert browser.get(f"/reports/{report.pk}/edit/").status_code == 404
    for address in ("edit/", "review/", "send-back/", "sign/", "paper/new/"):
        assert browser.post(f"/reports/{report.pk}/{address}", {"version": "0", "reason": "x"}).status_code == 404
    report.refresh_from_db()
    assert (report.version, report.state) == (0, "prepared")
    there = may(builders.official(province=CA_MAU))
    assert browser.get(f"/reports/{there.pk}/").status_code == 200
    assert step(browser, there, "review", version="0").status_code == 302


def test_steps_by_the_page(market: Market) -> None:
    report = may()
    reviewer, signer = (browser_of(builders.official(leads=True)) for _person in range(2))
    assert step(reviewer, report, "send-back", version="0", reason="").status_code == 422
    assert step(reviewer, report, "review", version="9").status_code == 422
    assert step(reviewer, report, "review", version="0").status_code == 302
    assert step(reviewer, report, "sign", version="1", number="1", day="2025-06-02").status_code == 422
    for wrong in ({"number": "", "day": "2025-06-02"}, {"number": "1", "day": "2999-01-01"}, {"number": "1\0", "day": "2025-06-02"}):
        assert step(signer, report, "sign", version="1", **wrong).status_code == 422
    # Not every official of the department signs.
    clerk = browser_of(builders.official())
    assert "id_number" not in clerk.get(f"/reports/{report.pk}/").content.decode()
    assert "id_number" in signer.get(f"/reports/{report.pk}/").content.decode()
    assert step(clerk, report, "sign", version="1", number="9/BC-SCT", day="2025-06-02").status_code == 403
    assert step(signer, report, "sign", version="1", number="9/BC-SCT", day="2025-06-02").status_code == 302
    assert step(signer, report, "sign", version="2", number="9/BC-SCT", day="2025-06-02").status_code == 422
    report.refresh_from_db()
    assert (report.state, report.number, report.steps.count()) == ("signed", "9/BC-SCT", 3)


def step(browser: Client, report: PeriodReport, name: str, **given: Any) -> Any:
    return browser.post(f"/reports/{report.pk}/{name}/", given)


def test_the_signed_paper(market: Market) -> None:
    report = may()
    keeper = builders.official()
    browser = browser_of(keeper)
    early = {"version": "0", "document": SimpleUploadedFile("bc.pdf", pdf())}
    assert browser.post(f"/reports/{report.pk}/paper/new/", early).status_code == 422
    report = report_builders.signed(report)
    bad = {"version": "2", "document": SimpleUploadedFile("bc.pdf", b"MZ not a paper")}
    assert browser.post(f"/reports/{report.pk}/paper/new/", bad).status_code == 422
    good = {"version": "2", "document": SimpleUploadedFile("bc.pdf", pdf())}
    assert browser.post(f"/reports/{report.pk}/paper/new/", good).status_code == 302
    kept = browser.get(f"/reports/{report.pk}/paper/")
    assert (kept.content, kept.headers["Cache-Control"]) == (pdf(), "private, no-store")
    with pytest.raises(WrongStateError):
        keep_paper(report=may_again(report), version=0, by=keeper, document=StoredDocument.objects.latest("pk"))


def test_the_list_takes_as_many_queries_for_three_as_for_one(market: Market, django_assert_max_num_queries: Any) -> None:
    report_builders.signed(may())
    browser = browser_of(builders.official())
    counts = []
    for years in ((), (2024, 2023)):
        for year in years:
            report_builders.prepared(builders.official(), "year", year)
        with django_assert_max_num_queries(30) as captured:
            assert browser.get("/reports/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_estimate_stands_apart(market: Market) -> None:
    """To the cut-off of 14 May nothing was sold; with a rule that closes on the 21st there is something to go by."""
    ReportingRule.objects.create(kind="month", since=date(2025, 5, 1), closes_on=21, source="QĐ 2")
    document = document_of(report_builders.prepared(builders.official(), **MAY, at_cut_off=True))
    placed = table(document, "overall")[0]
    # 1,050,000 in the 7 of 21 days that files tell of make 1,500,000 in the 10 days left; known later figures are not used.
    assert placed[1:4] == ["1.050.000", "1.500.000", "2.550.000"]
    assert timezone.localdate() > date(2025, 6, 1)
