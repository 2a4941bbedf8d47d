"""What the verbs of plans and runs-of-show refuse, each with the words for whoever tried."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class PlanError(ValueError):
    """Nothing was written; `message` says why in the reader's language."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class SessionCancelledError(PlanError):
    """The session was cancelled: its plan is kept as it was."""

    message = _("This livestream was cancelled. Its plan can no longer be changed.")


class BegunError(PlanError):
    """The session has been on air: what was planned is part of what happened."""

    message = _("This livestream has begun: its slots keep their places. New ones can be added at the end.")


class ChangedMeanwhileError(PlanError):
    """Somebody else was first; what was sent rests on a state that is gone."""

    message = _("Somebody else changed the plan meanwhile. Nothing of yours was saved: look at how it stands now and try again.")


class NotPlannableError(PlanError):
    """A field holds what cannot be planned; `field` names it."""

    def __init__(self, field: str, message: str | Promise) -> None:
        super().__init__(field)
        self.field = field
        self.message = message


class NotAskedError(PlanError):
    """The producer answered what it is not asked (any more)."""

    message = _("This slot no longer waits for an answer of yours.")


class OtherOfferError(PlanError):
    """Price or time changed since the page was opened: the answer would be to another question."""

    message = _("The price or the time has changed since you opened this page. Look at the new offer and answer again.")


class NoReasonError(PlanError):
    """Declining asks for a reason."""

    message = _("Say why you decline.")
