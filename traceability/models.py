"""The models of this floor, where Django looks for them; each lives in the package of its subject."""

from traceability.codes.models import ProductCode, UnitCode
from traceability.epcis.models import CaptureJob, Event, EventItem
from traceability.feedback.models import Feedback, Reply
from traceability.labels.models import LabelFile, LabelRun
from traceability.lots.models import Lot, LotInput
from traceability.passport.models import PassportSending
from traceability.recalls.models import Recall, RecallScope
from traceability.resolver.models import ExtraLink
from traceability.scans.models import DayVisit, OftenScanned, Scan, ScanCount, UnitDay
from traceability.sold.models import LotSale
from traceability.steps.models import Step

__all__ = [
    "CaptureJob",
    "DayVisit",
    "Event",
    "EventItem",
    "ExtraLink",
    "Feedback",
    "LabelFile",
    "LabelRun",
    "Lot",
    "LotInput",
    "LotSale",
    "OftenScanned",
    "PassportSending",
    "ProductCode",
    "Recall",
    "RecallScope",
    "Reply",
    "Scan",
    "ScanCount",
    "Step",
    "UnitCode",
    "UnitDay",
]
