"""The models of this floor, where Django looks for them; each lives in the package of its subject."""

from livestreams.air.models import AirMark, AssistantLink, MetricSample
from livestreams.analytics.models import LiveFigures, LiveUpload
from livestreams.calendar.models import FeedLink
from livestreams.claims.models import Claim
from livestreams.events.models import OfflineEvent
from livestreams.needs.models import Need
from livestreams.partners.models import Organisation
from livestreams.people.models import ON_AIR, Channel, FollowerCount, Guest, GuestTitle, Host, HostTerms
from livestreams.programmes.models import Programme, Target
from livestreams.sessions.models import Session, Slot, TalkingPoint
from livestreams.training.models import Attendance, Course

__all__ = [
    "ON_AIR",
    "AirMark",
    "AssistantLink",
    "Attendance",
    "Channel",
    "Claim",
    "Course",
    "FeedLink",
    "FollowerCount",
    "Guest",
    "GuestTitle",
    "Host",
    "HostTerms",
    "LiveFigures",
    "LiveUpload",
    "MetricSample",
    "Need",
    "OfflineEvent",
    "Organisation",
    "Programme",
    "Session",
    "Slot",
    "TalkingPoint",
    "Target",
]
