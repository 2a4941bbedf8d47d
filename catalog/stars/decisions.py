"""The verb by which a decision about stars comes in: typed once, or from a spreadsheet, for many products."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.scopes import Scope
from catalog.criteria import last_valid_day
from catalog.models import RecognitionDecision, StarApplication, StarExtension, StarRating, StarStep, StoredDocument
from catalog.registry.services import REGISTRY_LOCK
from catalog.stars.lines import LineProblem, read_lines
from catalog.stars.planning import Head, Kind, Planned, plan
from catalog.stars.territory import kept_by


class DecisionRefusedError(Exception):
    """Nothing was written. `problems` are about lines, `head` about the decision itself."""

    def __init__(self, problems: Sequence[LineProblem], head: str = "") -> None:
        super().__init__(head or f"{len(problems)} lines")
        self.problems = list(problems)
        self.head = head


def check_decision(*, head: Head, text: str, user: User) -> list[Planned]:
    """What the decision with these lines would do. Raises DecisionRefusedError with all problems at once, NotTheirsError."""
    scope = _scope(user, head.province)
    lines, unread = read_lines(text, head.kind)
    planned, problems = plan(head, lines, scope=scope, today=timezone.localdate())
    said = _wrong_head(head)
    if not lines and not unread:
        said = said or _("The decision names no product.")
    if said or unread or problems:
        raise DecisionRefusedError(sorted([*unread, *problems], key=lambda problem: problem.number), said)
    return planned


def _scope(user: User, province: str) -> Scope:
    """The territory of this decision: the user's, narrowed to the decision's province."""
    scope = kept_by(user)
    if not scope.covers(province):
        raise DecisionRefusedError([], _("This province is not yours."))
    return Scope(province=province)


def _wrong_head(head: Head) -> str:
    """What is wrong with the decision as such; empty where nothing is."""
    if head.decided_on > timezone.localdate():
        return _("The decision lies in the future.")
    if head.day < head.decided_on:
        return _("A decision has no effect before its day.")
    known = RecognitionDecision.objects.filter(number=head.number, province=head.province)
    for decision in known:
        if decision.decided_on == head.decided_on and decision.kind != head.kind:
            return _("The decision of this number and day is another kind: %(kind)s.") % {"kind": decision.get_kind_display()}
        if decision.decided_on != head.decided_on and decision.decided_on.year == head.decided_on.year:
            return _("There is a decision of this number of %(day)s: one of the two days is mistyped.") % {
                "day": f"{decision.decided_on:%d/%m/%Y}"
            }
    return ""


@transaction.atomic
def record_decision(*, head: Head, text: str, by: User, document: StoredDocument | None = None) -> RecognitionDecision:
    """Take the decision in with all its lines, or nothing of it. More lines of a decision that is known are added to it.

    An application whose points were given ends with its recognition. Raises DecisionRefusedError, NotTheirsError.
    """
    with connection.cursor() as cursor:
        # The registry's lock: neither a file nor a second official changes ratings between the check and the writing.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REGISTRY_LOCK])
    planned = check_decision(head=head, text=text, user=by)
    decision, _made = RecognitionDecision.objects.get_or_create(
        number=head.number,
        decided_on=head.decided_on,
        province_id=head.province,
        defaults={
            "kind": head.kind,
            "issuer": head.issuer,
            "authority": head.authority,
            "recorded_by": by,
            "recorded_at": timezone.now(),
        },
    )
    if document is not None:
        decision.document = document
        decision.save(update_fields=["document"])
    {Kind.RECOGNITION: _recognise, Kind.EXTENSION: _extend, Kind.REVOCATION: _revoke}[Kind(head.kind)](decision, head, planned, by)
    return decision


def _recognise(decision: RecognitionDecision, head: Head, planned: Sequence[Planned], by: User) -> None:
    ratings = StarRating.objects.bulk_create(
        StarRating(
            product=one.product,
            decision=decision,
            stars=one.stars,
            points=one.points,
            valid_from=head.decided_on,
            valid_until=last_valid_day(head.decided_on),
        )
        for one in planned
    )
    for one, rating in zip(planned, ratings, strict=True):
        application = one.application
        if application is not None:
            application.state, application.rating = StarApplication.State.RECOGNISED, rating
            application.save(update_fields=["state", "rating"])
            StarStep.objects.create(application=application, state=application.state, by=by, note=decision.number)


def _extend(decision: RecognitionDecision, head: Head, planned: Sequence[Planned], by: User) -> None:
    for one in planned:
        (rating,) = one.ratings
        assert one.until is not None
        StarExtension.objects.create(rating=rating, decision=decision, before=rating.valid_until, until=one.until)
        rating.valid_until = one.until
        rating.save(update_fields=["valid_until"])


def _revoke(decision: RecognitionDecision, head: Head, planned: Sequence[Planned], by: User) -> None:
    """Every rating in force ends: otherwise an earlier one of fewer stars would come forward again."""
    for one in planned:
        for rating in one.ratings:
            rating.revoked_on, rating.revoked_ground, rating.revoked_by = head.day, one.ground, decision
            rating.save(update_fields=["revoked_on", "revoked_ground", "revoked_by"])
