"""What the verbs of listings refuse, each with what the page needs to say it."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied

from catalog.listings.checking import Problem
from catalog.models import ListingRevision


class ListingError(Exception):
    """A verb was refused; nothing was changed."""


class NotTheirsError(ListingError, PermissionDenied):
    """Whoever asks belongs to another producer, or to none: where the membership ended between two clicks, the answer is 403."""


class NotEditableError(ListingError):
    """The revision is with an official, or was decided on: nobody may type in it now."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class StaleError(ListingError):
    """Somebody else changed the same fields since the page was opened."""

    def __init__(self, revision: ListingRevision | None, etag: str, values: dict[str, str]) -> None:
        super().__init__(etag)
        self.revision, self.etag, self.values = revision, etag, values


class ProblemsError(ListingError):
    """The draft is not fit to be submitted, or to be published: what is wrong with which field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__([problem.field.key for problem in problems])
        self.problems = problems


class NothingChangedError(ListingError):
    """The draft says what is public already."""


class SeenOtherError(ListingError):
    """What the official read is no longer what would be published or returned."""


class OwnListingError(ListingError):
    """Nobody reviews what a producer submitted to which he or she belongs."""


class NoRemarkError(ListingError):
    """A revision goes back with a remark at least: the producer has to know what to mend."""


class SameNameError(ListingError):
    """The producer has a product of that name."""


class TooManyDraftsError(ListingError):
    """The producer has as many products waiting for their first publication as is sensible."""
