"""The models of this floor, where Django looks for them; each lives in the package of its subject."""

from orders.agreements.models import SharingAgreement
from orders.attribution.models import Attribution, AttributionRule, Basis, Bucket
from orders.feeds.models import IdempotentCall, NamedSession, ShopKey
from orders.figures.models import Contribution, Figure, Grain, OrderFigure, Snapshot
from orders.intake.mapping.models import ColumnMapping
from orders.intake.models import IntakeRun, RejectedRow, Source, StagedRow
from orders.leases.models import Lease
from orders.ledger.models import EntryKind, LedgerEntry, LineState, Order, OrderLine
from orders.looks.models import LineLook
from orders.lots.models import LotAllocation, LotChoice, LotStale
from orders.marks.models import Mark, Recount
from orders.recalls.models import RecallTask
from orders.shops.models import Shop, ShopOwner, ShopSession, SkuMapping
from orders.spans.models import ShopSpan
from orders.typed.models import TypedOrder

__all__ = [
    "Attribution",
    "AttributionRule",
    "Basis",
    "Bucket",
    "ColumnMapping",
    "Contribution",
    "EntryKind",
    "Figure",
    "Grain",
    "IdempotentCall",
    "IntakeRun",
    "Lease",
    "LedgerEntry",
    "LineLook",
    "LineState",
    "LotAllocation",
    "LotChoice",
    "LotStale",
    "Mark",
    "NamedSession",
    "Order",
    "OrderFigure",
    "OrderLine",
    "RecallTask",
    "Recount",
    "RejectedRow",
    "SharingAgreement",
    "Shop",
    "ShopKey",
    "ShopOwner",
    "ShopSession",
    "ShopSpan",
    "SkuMapping",
    "Snapshot",
    "Source",
    "StagedRow",
    "TypedOrder",
]
