"""Courses in online selling, and how many people came from where. Who they are is kept nowhere."""

from __future__ import annotations

from datetime import date

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scopes import AGRICULTURE, TRADE
from catalog.models import CODE, in_language
from livestreams.needs.models import Need
from livestreams.partners.models import Organisation
from livestreams.programmes.models import Programme
from livestreams.territory import in_province
from livestreams.versions import Versioned
from places.models import Commune, Province


class CourseQuerySet(models.QuerySet["Course"]):
    """Courses by who sees and who keeps them, and by what they count for."""

    def visible_to(self, user: User | AnonymousUser) -> CourseQuerySet:
        """Those of an official's province; an administrator sees all."""
        return self.filter(in_province(user))

    def kept_by(self, user: User | AnonymousUser) -> CourseQuerySet:
        """Those that the user may change: of the province of a department, an administrator's all."""
        return self.filter(in_province(user, kinds=TRADE | AGRICULTURE))

    def held(self, first: date, last: date) -> CourseQuerySet:
        """Those that began in these days (both included) and were not called off: each counts in one period alone."""
        return self.filter(starts_on__range=(first, last), cancelled_at__isnull=True)


@pghistory.track()
class Course(Versioned):
    """A course of one or more days, for one commune or for all of the province."""

    class Topic(models.TextChoices):
        LIVESTREAM = "livestream", _("Selling on livestreams")
        SHOP = "shop", _("Running an online shop")
        CONTENT = "content", _("Photos, videos and product texts")
        TRACEABILITY = "traceability", _("Lots, codes and traceability")
        OTHER = "other", _("Another topic")

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    title_vi = models.CharField(_("title in Vietnamese"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    topic = models.CharField(_("topic"), max_length=20, choices=Topic.choices)
    province = models.ForeignKey(Province, models.PROTECT, related_name="courses")
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("held in the commune")
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    trainer = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("trained by"))
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="courses", verbose_name=_("programme"))
    needs = models.ManyToManyField(Need, related_name="courses", blank=True, verbose_name=_("needs that it answers"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancelled_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "code"]
        constraints = [models.CheckConstraint(name="course_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on")))]

    def __str__(self) -> str:
        return in_language(self.title_vi, self.title_en)

    def get_absolute_url(self) -> str:
        """Its page, with who came."""
        return reverse("course_detail", args=[self.code])


@pghistory.track()
class Attendance(models.Model):
    """How many people of a commune came to a course. `women` is None where nobody counted; nobody is named."""

    MOST = 5000

    course = models.ForeignKey(Course, models.CASCADE, related_name="attendances")
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="attendances", verbose_name=_("commune"))
    people = models.PositiveIntegerField(_("people"), validators=[MinValueValidator(1), MaxValueValidator(MOST)])
    women = models.PositiveIntegerField(_("women among them"), null=True, blank=True)

    class Meta:
        ordering = ["commune__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["course", "commune"], name="attendance_once_a_commune"),
            models.CheckConstraint(name="attendance_of_somebody", condition=Q(people__gte=1)),
            models.CheckConstraint(name="women_are_among_the_people", condition=Q(women__isnull=True) | Q(women__lte=F("people"))),
        ]

    def __str__(self) -> str:
        return f"{self.commune}: {self.people}"
