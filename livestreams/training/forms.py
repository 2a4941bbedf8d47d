"""What officials enter about a course, and about who came to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.scopes import AGRICULTURE, TRADE
from catalog.models import Producer
from catalog.window.alphabet import AlphabeticPlace
from livestreams.dated_form import DatedForm
from livestreams.needs.models import Need
from livestreams.training.models import Attendance, Course
from places.models import Commune


class NeedChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Needs by who asked and for when."""

    def label_from_instance(self, obj: Any) -> str:
        """A need in a line."""
        return f"{obj.producer} ({obj.window_from:%d/%m/%Y}–{obj.window_to:%d/%m/%Y})" + (f": {obj.note}" if obj.note else "")


class CourseForm(DatedForm):
    """A course, and the needs of producers that it answers."""

    needs = NeedChoices(
        Need.objects.none(),
        label=gettext_lazy("Needs that it answers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They count as planned now, and as met once it is recorded who came."),
    )

    class Meta:
        model = Course
        fields = ("title_vi", "title_en", "topic", "starts_on", "ends_on", "commune", "place", "trainer", "programme", "needs")
        help_texts = {"commune": gettext_lazy("Only for a course held in one commune.")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, kinds=TRADE | AGRICULTURE, **kwargs)
        waiting = Q(wish=Need.Wish.TRAINING, state=Need.State.OPEN, producer__in=Producer.objects.visible_to(user).values("pk"))
        held = self.instance.needs.values("pk") if self.instance.pk else []
        needs = Need.objects.filter(waiting | Q(pk__in=held)).select_related("producer").order_by("asked_at", "pk")
        self._offer("needs", needs)
        if "needs" in self.fields and not needs:
            del self.fields["needs"]


class AttendanceForm(forms.ModelForm):  # type: ignore[type-arg]
    """How many people of a commune came."""

    class Meta:
        model = Attendance
        fields = ("commune", "people", "women")

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        communes = self.fields["commune"]
        assert isinstance(communes, forms.ModelChoiceField)
        communes.queryset = Commune.objects.filter(province=course.province_id).order_by(AlphabeticPlace("name"))

    def clean(self) -> dict[str, Any]:
        """Women are among the people."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        people, women = data.get("people"), data.get("women")
        if people is not None and women is not None and women > people:
            self.add_error("women", _("More women (%(women)s) than people (%(people)s).") % {"women": women, "people": people})
        return data
