"""What buyers wrote after a scan, and what was answered: all made up, and marked so."""

from __future__ import annotations

from accounts.models import User
from ocop_portal.demo.clock import Clock
from traceability.codes.paths import code_path, lot_path
from traceability.feedback.about import about_of
from traceability.feedback.services import Written, answer, close, send_feedback
from traceability.models import UnitCode

COFFEE, NONI = "GL-S01-01", "CM-SKNONI-01"


def build(clock: Clock) -> None:
    """Write it: some waits, some is answered, one is closed, one reports a counterfeit. Accounts and lots are there."""
    user = {user.email: user for user in User.objects.filter(is_demo=True)}
    member, office = user["caphe@demo.ocop.example"], user["nongnghiep.gialai@demo.ocop.example"]
    packs = {
        code: UnitCode.objects.select_related("lot__product").filter(lot__product__code=code).latest("lot__made_on", "number")
        for code in (COFFEE, NONI)
    }
    coffee, noni = packs[COFFEE], packs[NONI]
    written = (
        (code_path(coffee), -9, "praise", "Thơm, vị đậm, gói đẹp (minh họa)."),
        (code_path(coffee), -6, "question", "Cà phê này pha phin hay pha máy thì ngon hơn? (minh họa)"),
        (lot_path(coffee.lot), -8, "complaint", "Gói tôi mua bị hở một góc, bột đã vón (minh họa)."),
        (code_path(coffee), -2, "counterfeit", "Tem mờ, bao bì khác gói tôi mua lần trước (minh họa)."),
        (code_path(coffee), -3, "question", "Ở Pleiku mua gói 500 g ở đâu? (minh họa)"),
        (code_path(noni), -1, "question", "Mở nắp rồi để được bao lâu? (minh họa)"),
    )
    kept = [
        send_feedback(
            about=about_of(path),
            written=Written(kind, text, bought_where="Sạp ngoài chợ (minh họa)" if kind == "counterfeit" else ""),
            language="vi",
            number=f"demonstration {number}",
            at=clock.at(day, "10:00"),
            is_demo=True,
        )[0]
        for number, (path, day, kind, text) in enumerate(written)
    ]
    praise, question, complaint, counterfeit, *_waiting = kept
    answer(feedback=praise, by=member, text="Cảm ơn quý khách (minh họa).", at=clock.at(-8, "09:00"))
    close(feedback=praise, by=member)
    answer(feedback=question, by=member, text="Cả hai; pha phin nên dùng nước 92 độ (minh họa).", at=clock.at(-5, "15:00"))
    answer(feedback=counterfeit, by=office, text="Sở đã nhận tin và đang xác minh (minh họa).", at=clock.at(-1, "08:30"))
    answer(feedback=complaint, by=office, text="Đã đề nghị chủ thể đổi gói mới (minh họa).", at=clock.at(-7, "16:00"))
