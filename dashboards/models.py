"""The models of this floor, where Django looks for them; each lives in the package of its subject."""

from dashboards.mailing.models import MailDispatch, MailParcel, MailRecipient, MailSchedule, MailSending
from dashboards.open_data.models import PublishedCell, PublishedMonth
from dashboards.reports.periods.models import PeriodKind, PeriodReport, ReportingRule, ReportStep
from dashboards.targets.models import YearTarget

__all__ = [
    "MailDispatch",
    "MailParcel",
    "MailRecipient",
    "MailSchedule",
    "MailSending",
    "PeriodKind",
    "PeriodReport",
    "PublishedCell",
    "PublishedMonth",
    "ReportStep",
    "ReportingRule",
    "YearTarget",
]
