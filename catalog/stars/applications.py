"""The verbs of an application: opened and sent by the producer, checked by the commune, given its points by the department.

Each verb locks the application, asks whether its state allows it and the user may do it, and keeps the step. The star itself
comes from a decision (`catalog.stars.decisions`), which ends the application.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from catalog.criteria import DossierPaper, criteria_on
from catalog.models import Assessment, CommuneCheck, DossierItem, Product, StarApplication, StarStep, StoredDocument
from catalog.stars.history import ratings_of, star_on
from catalog.stars.telling import tell_of_step
from catalog.stars.territory import NotTheirsError, checks, decides_on, prepares, withdraws

Kind, State = StarApplication.Kind, StarApplication.State


class ApplicationStateError(Exception):
    """The application is past this, or not there yet: somebody else was quicker, or the page is old."""


class AlreadyRunningError(Exception):
    """The product has an application that runs."""


class MissingPapersError(Exception):
    """Papers that are needed are not there; `papers` names them."""

    def __init__(self, papers: list[DossierPaper]) -> None:
        super().__init__(", ".join(paper.key for paper in papers))
        self.papers = papers


class PointsError(Exception):
    """A part has more points than the criteria allow; `part` is A, B or C, `most` what it may have."""

    def __init__(self, part: str, most: int) -> None:
        super().__init__(f"{part} > {most}")
        self.part, self.most = part, most


class NoWordsError(Exception):
    """Whoever sends something back says why."""


@dataclass(frozen=True)
class PaperEntry:
    """What the producer says of one paper; `document` None leaves the file that is there."""

    provided: bool
    note: str = ""
    document: StoredDocument | None = None


def kind_for(product: Product, stars_wanted: int) -> str:
    """What an application for so many stars is: the first, an upgrade of the star in force, or a re-assessment."""
    ratings = ratings_of(product)
    if not ratings:
        return Kind.FIRST
    held = star_on(ratings, timezone.localdate()).stars
    return Kind.UPGRADE if held is not None and stars_wanted > held else Kind.REASSESSMENT


@transaction.atomic
def open_application(*, product: Product, stars_wanted: int, by: User) -> StarApplication:
    """Begin an application with the dossier list of today's criteria. Raises NotTheirsError, AlreadyRunningError."""
    if not prepares(by, product):
        raise NotTheirsError
    try:
        with transaction.atomic():
            application = StarApplication.objects.create(product=product, kind=kind_for(product, stars_wanted), stars_wanted=stars_wanted)
    except IntegrityError as error:
        raise AlreadyRunningError from error
    papers = criteria_on(timezone.localdate()).dossier
    DossierItem.objects.bulk_create(DossierItem(application=application, item=paper.key) for paper in papers)
    _step(application, State.DRAFT, by)
    return application


@transaction.atomic
def save_dossier(*, application_id: int, entries: Mapping[str, PaperEntry], by: User) -> StarApplication:
    """Keep what the producer says of the papers. Raises ApplicationStateError, NotTheirsError."""
    application = _held(application_id, by, prepares, State.DRAFT, State.RETURNED)
    for item in application.dossier.filter(item__in=entries):
        entry = entries[item.item]
        item.note = entry.note[:300]
        item.document = entry.document or item.document
        item.provided = entry.provided or entry.document is not None
        item.save()
    return application


@transaction.atomic
def send_application(*, application_id: int, by: User) -> StarApplication:
    """Send it to the commune. Raises MissingPapersError, ApplicationStateError, NotTheirsError."""
    application = _held(application_id, by, prepares, State.DRAFT, State.RETURNED)
    there = set(application.dossier.filter(provided=True).values_list("item", flat=True))
    missing = [paper for paper in criteria_on(timezone.localdate(application.opened_at)).dossier if paper.needed and paper.key not in there]
    if missing:
        raise MissingPapersError(missing)
    application.submitted_at = timezone.now()
    return _step(application, State.SUBMITTED, by)


@transaction.atomic
def check_application(*, application_id: int, by: User, origin: bool, labour: bool, identity: bool, note: str = "") -> StarApplication:
    """The commune's check: confirmed in all three it goes to the department, else back. Raises NoWordsError and the errors above."""
    application = _held(application_id, by, checks, State.SUBMITTED)
    check = CommuneCheck(application=application, by=by, origin=origin, labour=labour, identity=identity, note=note)
    if not check.passed and not note:
        raise NoWordsError
    check.save()
    return _step(application, State.FORWARDED if check.passed else State.RETURNED, by, note)


@transaction.atomic
def assess_application(
    *, application_id: int, by: User, points_a: Decimal, points_b: Decimal, points_c: Decimal, note: str = ""
) -> StarApplication:
    """The council's points under today's criteria; once more until the decision. Raises PointsError and the errors above."""
    application = _held(application_id, by, decides_on, State.FORWARDED, State.ASSESSED)
    criteria = criteria_on(timezone.localdate())
    for part, points in (("A", points_a), ("B", points_b), ("C", points_c)):
        if not 0 <= points <= criteria.parts[part]:
            raise PointsError(part, criteria.parts[part])
    Assessment.objects.create(
        application=application,
        by=by,
        criteria_since=criteria.since,
        points_a=points_a,
        points_b=points_b,
        points_c=points_c,
        note=note,
    )
    return _step(application, State.ASSESSED, by, note)


@transaction.atomic
def return_application(*, application_id: int, by: User, note: str) -> StarApplication:
    """The department sends it back to the producer, and says why."""
    return _with_words(_held(application_id, by, decides_on, State.FORWARDED), State.RETURNED, by, note)


@transaction.atomic
def refuse_application(*, application_id: int, by: User, note: str) -> StarApplication:
    """It ends without a star, and the department says why."""
    return _with_words(_held(application_id, by, decides_on, State.FORWARDED, State.ASSESSED), State.REFUSED, by, note)


@transaction.atomic
def withdraw_application(*, application_id: int, by: User) -> StarApplication:
    """The producer lets it be, as long as no points were given. Raises ApplicationStateError, NotTheirsError."""
    application = _held(application_id, by, withdraws, State.DRAFT, State.SUBMITTED, State.RETURNED, State.FORWARDED)
    return _step(application, State.WITHDRAWN, by)


def _held(application_id: int, by: User, may: Callable[[User, Product], bool], *states: str) -> StarApplication:
    """The application, locked, in one of the states and the user's to act on."""
    application = StarApplication.objects.select_for_update(of=("self",)).select_related("product__producer").get(pk=application_id)
    if not may(by, application.product):
        raise NotTheirsError
    if application.state not in states:
        raise ApplicationStateError
    return application


def _with_words(application: StarApplication, state: str, by: User, note: str) -> StarApplication:
    if not note:
        raise NoWordsError
    return _step(application, state, by, note)


def _step(application: StarApplication, state: str, by: User, note: str = "") -> StarApplication:
    application.state = state
    application.save()
    tell_of_step(StarStep.objects.create(application=application, state=state, by=by, note=note[:1000]))
    return application
