"""What is asked of the calendar in its address."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scopes import scope_of
from catalog.models import ProducerSeat
from catalog.window.alphabet import Alphabetic, AlphabeticPlace
from livestreams.calendar.entries import Kind, Narrowing
from livestreams.calendar.sight import sessions_of
from livestreams.people.models import Host
from livestreams.programmes.models import Programme
from places.models import Commune

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
MONTH, WEEK, LIST = "month", "week", "list"
VIEWS = ((MONTH, _("Month")), (WEEK, _("Week")), (LIST, _("List")))


class CalendarForm(forms.Form):
    """The filters: programme, host, commune, kind; each is offered where the reader has such rows."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Kind.choices], required=False)
    programme = forms.ModelChoiceField(
        Programme.objects.none(), label=_("Programme"), to_field_name="code", required=False, empty_label=_("All")
    )
    host = forms.ModelChoiceField(Host.objects.none(), label=_("Host"), to_field_name="code", required=False, empty_label=_("All"))
    commune = forms.ModelChoiceField(Commune.objects.none(), label=_("Commune"), required=False, empty_label=_("All"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = scope_of(user)
        self._offer("host", Host.objects.filter(pk__in=sessions_of(user).values("host")).order_by(Alphabetic("stage_name"), "pk"))
        if scope is None:
            # A member's calendar is its own: it is not looked at by programme or commune.
            del self.fields["programme"], self.fields["commune"]
            return
        self._offer("programme", Programme.objects.visible_to(user))
        communes = Commune.objects.filter(Exists(ProducerSeat.objects.filter(commune=OuterRef("pk"))))
        if scope.commune is not None:
            del self.fields["commune"]
        else:
            self._offer("commune", communes.filter(province=scope.province) if scope.province else communes)

    def _offer(self, name: str, rows: Any) -> None:
        field = cast(forms.ModelChoiceField, self.fields[name])  # type: ignore[type-arg]
        field.queryset = rows.order_by(AlphabeticPlace("name")) if name == "commune" else rows

    @property
    def narrowing(self) -> Narrowing:
        """What was asked for; a field that cannot be read narrows nothing, and its error is shown."""
        self.is_valid()
        asked = self.cleaned_data
        programme, host, commune = asked.get("programme"), asked.get("host"), asked.get("commune")
        return Narrowing(
            programme=programme.pk if programme else None,
            host=host.pk if host else None,
            commune=commune.pk if commune else None,
            kind=asked.get("kind") or None,
        )


def day_asked(text: str | None) -> date:
    """The day of an address; today for none, or for what is no day between 2000 and 2100."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return timezone.localdate()
    return day if EARLIEST <= day <= LATEST else timezone.localdate()


def monday_of(day: date) -> date:
    """The Monday of its week, with which a week begins in Vietnam."""
    return day - timedelta(days=day.weekday())
