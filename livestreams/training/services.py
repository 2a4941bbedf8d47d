"""Writing a course, who came to it, and what that means for the needs that it answers."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from livestreams.codes import save_with_code
from livestreams.needs.models import Need
from livestreams.training.errors import NeedTakenError, NotHeldError
from livestreams.training.models import Attendance, Course
from livestreams.versions import save_over
from places.models import Commune

State = Need.State


@transaction.atomic
def save_course(*, course: Course, needs: Iterable[Need], version: int | None = None) -> None:
    """Write the course with the needs that it answers: they are planned from now on, those let go are open again.

    Raises NeedTakenError where a new one of them is not open any more, StaleError where the course is not of that `version`,
    CalledOffError.
    """
    if course.pk is None:
        save_with_code(course, "TH")
    else:
        save_over(course, version=version)
    wanted = {need.pk for need in needs}
    held = set(course.needs.values_list("pk", flat=True))
    for need in Need.objects.select_for_update().filter(pk__in=wanted ^ held).order_by("pk"):
        if need.pk in held:
            if need.state == State.PLANNED:
                _turn(need, State.OPEN)
        elif need.state != State.OPEN or need.wish != Need.Wish.TRAINING:
            raise NeedTakenError(need)
        else:
            _turn(need, State.MET if course.attendances.exists() else State.PLANNED)
    course.needs.set(wanted)


@transaction.atomic
def record_attendance(*, course: Course, commune: Commune, people: int, women: int | None) -> None:
    """Say how many people of the commune came; said again, the last number counts. The needs that the course answers are met.

    Raises NotHeldError before it begins, and for one that was called off.
    """
    course = Course.objects.select_for_update().get(pk=course.pk)
    if course.cancelled_at is not None or course.starts_on > timezone.localdate():
        raise NotHeldError
    Attendance.objects.update_or_create(course=course, commune=commune, defaults={"people": people, "women": women})
    for need in course.needs.select_for_update().filter(state=State.PLANNED):
        _turn(need, State.MET)


def remove_attendance(*, course: Course, attendance_id: int) -> None:
    """Take back what was said of a commune; needs that were met stay met, because the course was held."""
    Attendance.objects.filter(course=course, pk=attendance_id).delete()


@transaction.atomic
def cancel_course(*, course: Course, reason: str) -> None:
    """Call the course off: the needs that it was to answer are open again. Called off twice, the first reason stays."""
    course = Course.objects.select_for_update().get(pk=course.pk)
    if course.cancelled_at is not None:
        return
    course.cancelled_at, course.cancelled_reason = timezone.now(), reason
    course.version += 1
    course.save(update_fields=["cancelled_at", "cancelled_reason", "version"])
    for need in course.needs.select_for_update().filter(state=State.PLANNED):
        _turn(need, State.OPEN)


def _turn(need: Need, state: Need.State) -> None:
    need.state = state
    need.closed_at = timezone.now() if state == State.MET else None
    need.save(update_fields=["state", "closed_at"])
