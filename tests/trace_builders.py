"""Small makers of lots, steps and codes. Producers and products: `tests/builders.py`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from catalog.gtin import check_digit
from catalog.models import Product
from tests import builders
from traceability.codes.services import issue_codes
from traceability.feedback.about import about_of
from traceability.feedback.services import Written, send_feedback
from traceability.models import Feedback, Lot, Recall, Step, UnitCode
from traceability.recalls.services import Span, Words, declare_recall
from traceability.steps.kinds import Kind
from traceability.steps.services import record_step
from traceability.steps.told import Told

MADE, BEST_BEFORE = date(2026, 11, 1), date(2100, 1, 1)


def gtin(number: int = 1) -> str:
    """A GTIN-13 of the range 952, kept for examples."""
    body = f"952{number:09d}"
    return f"{body}{check_digit(body)}"


def lot(product: Product, number: str = "L1", **fields: object) -> Lot:
    """An open lot of 1,000 packs, good for as long as tests last; further fields as in the model."""
    defaults: dict[str, object] = {"made_on": MADE, "best_before": BEST_BEFORE, "quantity": Decimal(1000)}
    return Lot.objects.create(product=product, number=number, **(defaults | fields))


def codes(of: Lot, count: int = 1) -> list[UnitCode]:
    """So many new codes of the lot."""
    issued = issue_codes(lot=of, count=count)
    return list(UnitCode.objects.in_range(of, issued.first, issued.last))


def told(kind: Kind = Kind.HARVESTED, **fields: Any) -> Told:
    """A step of that kind at noon of the day after `MADE`; further fields as in `Told`."""
    return Told(**({"kind": kind, "happened_at": datetime(2026, 11, 2, 12, tzinfo=builders.VIETNAM)} | fields))


def step(of: Lot, kind: Kind = Kind.HARVESTED, **fields: Any) -> Step:
    """Such a step of the lot, recorded."""
    return record_step(lot=of, by=None, told=told(kind, **fields))


REASON, INSTRUCTIONS = "Có sạn trong gói", "Không dùng, mang trả nơi mua"


def recall(of: Lot, first: int | None = None, last: int | None = None, *, by: User | None = None, reason: str = REASON) -> Recall:
    """A recall of the lot, or of packs of it, declared now."""
    words = Words(reason, INSTRUCTIONS, "Grit in the pack", "Do not use it, bring it back")
    return declare_recall(spans=[Span(of, first, last)], words=words, by=by)


def feedback(path: str, text: str = "Gói bị rách", *, kind: str = "complaint", number: str = "1", **written: Any) -> tuple[Feedback, str]:
    """What somebody wrote about what lives at a path, with its ticket code; the same `number` is the same form."""
    return send_feedback(about=about_of(path), written=Written(kind, text, **written), language="vi", number=number)
