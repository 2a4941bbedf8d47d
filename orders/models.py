"""The models of this floor, where Django looks for them; each lives in the package of its subject."""

from orders.attribution.models import Attribution, AttributionRule, Basis, Bucket
from orders.figures.models import Contribution, Figure, Grain, OrderFigure, Snapshot
from orders.intake.models import IntakeRun, RejectedRow, Source, StagedRow
from orders.ledger.models import EntryKind, LedgerEntry, LineState, Order, OrderLine
from orders.marks.models import Mark
from orders.shops.models import Shop, ShopOwner, ShopSession, SkuMapping

__all__ = [
    "Attribution",
    "AttributionRule",
    "Basis",
    "Bucket",
    "Contribution",
    "EntryKind",
    "Figure",
    "Grain",
    "IntakeRun",
    "LedgerEntry",
    "LineState",
    "Mark",
    "Order",
    "OrderFigure",
    "OrderLine",
    "RejectedRow",
    "Shop",
    "ShopOwner",
    "ShopSession",
    "SkuMapping",
    "Snapshot",
    "Source",
    "StagedRow",
]
