"""Pages of courses: one with who came to it; to enter one, to change it, to call it off."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import allowed
from accounts.models import User
from livestreams.cancelling import CancelForm
from livestreams.sessions.access import version_of
from livestreams.training.errors import NeedTakenError, NotHeldError
from livestreams.training.forms import AttendanceForm, CourseForm
from livestreams.training.models import Course
from livestreams.training.services import cancel_course, record_attendance, remove_attendance, save_course
from livestreams.versions import StaleError

_keeps = allowed("livestreams.keep_beyond_air")


def _kept(request: HttpRequest, code: str) -> Course:
    return get_object_or_404(Course.objects.kept_by(request.user), code=code)


@allowed("livestreams.view_plans")
@require_http_methods(["GET", "HEAD", "POST"])
def course_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A course and who came; whoever keeps it says how many of which commune."""
    related = ("province", "commune", "trainer", "programme")
    course = get_object_or_404(Course.objects.visible_to(request.user).select_related(*related), code=code)
    keeps = Course.objects.kept_by(request.user).filter(pk=course.pk).exists()
    form = AttendanceForm(request.POST if request.method == "POST" else None, course=course) if keeps else None
    if request.method == "POST":
        kept = _kept(request, code)
        if form is not None and form.is_valid():
            try:
                record_attendance(course=kept, **form.cleaned_data)
            except NotHeldError:
                form.add_error(None, _("It has not begun yet, or was called off: nobody can have come."))
            else:
                messages.success(request, _("Saved."))
                return redirect(course)
    attendances = course.attendances.select_related("commune")
    context = {
        "course": course,
        "keeps": keeps,
        "form": form,
        "begun": course.starts_on <= timezone.localdate(),
        "attendances": attendances,
        "needs": course.needs.select_related("producer"),
        "total": attendances.aggregate(all_people=Sum("people"), all_women=Sum("women")),
        "all_counted": all(row.women is not None for row in attendances),
    }
    return render(request, "livestreams/training/detail.html", context, status=422 if form is not None and form.errors else 200)


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def course_new(request: HttpRequest) -> HttpResponse:
    """Enter a course."""
    return _form(request, Course())


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def course_change(request: HttpRequest, code: str) -> HttpResponse:
    """Change a course."""
    return _form(request, _kept(request, code))


@_keeps
@require_http_methods(["GET", "HEAD", "POST"])
def course_cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Call a course off."""
    course = _kept(request, code)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cancel_course(course=course, reason=form.cleaned_data["reason"])
        messages.success(request, _("Called off. It stays in calendars as cancelled, and counts for nothing."))
        return redirect(course)
    return render(request, "livestreams/cancel.html", {"form": form, "row": course}, status=422 if form.errors else 200)


@_keeps
@require_POST
def attendance_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take back what was said of one commune."""
    course = _kept(request, code)
    remove_attendance(course=course, attendance_id=pk)
    return redirect(course)


def _form(request: HttpRequest, course: Course) -> HttpResponse:
    # Read before the form writes what was sent into the row in memory.
    version = course.version
    form = CourseForm(request.POST if request.method == "POST" else None, instance=course, user=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        try:
            save_course(course=form.save(commit=False), needs=form.cleaned_data.get("needs", ()), version=version_of(request))
        except StaleError as error:
            form.add_error(None, str(error.message))
        except NeedTakenError as error:
            form.add_error("needs", _("The need of %(producer)s was answered otherwise meanwhile.") % {"producer": error.need.producer})
        else:
            messages.success(request, _("Saved."))
            return redirect(course)
    title = course if course.pk else _("Enter a course")
    context = {"form": form, "row": course if course.pk else None, "title": title, "version": version}
    return render(request, "livestreams/dated_form.html", context, status=422 if form.errors else 200)
