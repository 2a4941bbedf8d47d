"""What is typed about a session: who, where, when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scopes import COMMUNE, TRADE, scope_of
from livestreams.people.models import Channel, Guest, Host
from livestreams.programmes.models import Programme
from livestreams.sessions.clashes import LONGEST
from livestreams.sessions.models import Session
from places.models import Commune, Province

FIELDS = (
    "name_vi",
    "name_en",
    "province",
    "programme",
    "host",
    "channel",
    "commune",
    "platform",
    "place",
    "guests",
    "territory_note_vi",
    "territory_note_en",
)


class TimesForm(forms.Form):
    """Day, hour of beginning and end; an end before the beginning is on the next day."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    starts_at = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends_at = forms.TimeField(
        label=_("Ends at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Earlier than the beginning: on the next day."),
    )

    @staticmethod
    def of(session: Session) -> dict[str, object]:
        """What the form says of a session's planned times."""
        start, end = (timezone.localtime(time) for time in (session.planned_start, session.planned_end))
        return {"day": start.date(), "starts_at": start.time(), "ends_at": end.time()}

    def clean(self) -> dict[str, Any]:
        """`start` and `end` as times, at most `LONGEST` apart."""
        values = super().clean() or {}
        if {"day", "starts_at", "ends_at"} <= values.keys():
            zone = timezone.get_current_timezone()
            start, end = (datetime.combine(values["day"], values[name], tzinfo=zone) for name in ("starts_at", "ends_at"))
            if end < start:
                end += timedelta(days=1)
            if not timedelta(0) < end - start <= LONGEST:
                self.add_error("ends_at", _("A livestream lasts between a minute and 12 hours."))
            if not 2020 <= start.year <= 2100:
                self.add_error("day", _("This year cannot be meant."))
            values |= {"start": start, "end": end}
        return values


class SessionForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is told of a session besides its times, within the territory for which the user plans."""

    class Meta:
        model = Session
        fields = FIELDS
        widgets = {"guests": forms.CheckboxSelectMultiple}
        labels = {
            "programme": _("Programme"),
            "host": _("Host"),
            "channel": _("Livestream channel"),
            "province": _("Province"),
            "guests": _("Guests"),
            "territory_note_vi": _("Note on the territory, in Vietnamese"),
            "territory_note_en": _("Note on the territory, in English"),
        }
        help_texts = {
            "name_vi": _("As viewers will read it."),
            "host": _("Who leads it; empty where a commune does."),
            "channel": _("One of the host's."),
            "territory_note_vi": _("Only where it matters whether the province before or after the merger of July 2025 is meant."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        trade, commune = scope_of(user, kinds=TRADE), scope_of(user, kinds=COMMUNE)
        provinces, communes = Province.objects.all(), Commune.objects.select_related("province")
        programmes = Programme.objects.all()
        if trade is not None and not trade.everything:
            provinces, communes = provinces.filter(pk=trade.province), communes.filter(province=trade.province)
            programmes = programmes.filter(province=trade.province)
        elif trade is None and commune is not None:
            # A commune leads its own sessions, with no host.
            provinces, communes = provinces.filter(pk=commune.province), communes.filter(pk=commune.commune)
            programmes = programmes.filter(province=commune.province)
            self.fields["commune"].required = True
            for name in ("host", "channel"):
                del self.fields[name]
        self._among("province", provinces)
        self._among("programme", programmes)
        self._among("commune", communes)
        # The people whose data were erased are in no plan any more, unless they are in this one.
        guests, hosts = Guest.objects.named(), Host.objects.named()
        scope = trade or commune
        if scope is not None and not scope.everything:
            here = Q(province=scope.province) | Q(province__isnull=True)
            guests, hosts = guests.filter(here), hosts.filter(here)
        kept = Q(sessions=self.instance.pk) if self.instance.pk else Q(pk__in=[])
        self._among("guests", Guest.objects.filter(Q(pk__in=guests.values("pk")) | kept).distinct())
        if "host" in self.fields:
            self._among("host", Host.objects.filter(Q(pk__in=hosts.values("pk")) | Q(pk=self.instance.host_id)))
            channels = Channel.objects.filter(Q(host__in=hosts.values("pk")) | Q(pk=self.instance.channel_id))
            self._among("channel", channels)
        for name in ("province", "commune"):
            field = cast(forms.ModelChoiceField, self.fields[name])  # type: ignore[type-arg]
            assert field.queryset is not None
            if not self.instance.pk and field.required and field.queryset.count() == 1:
                field.initial = field.queryset.get().pk

    def _among(self, name: str, rows: Any) -> None:
        cast(forms.ModelChoiceField, self.fields[name]).queryset = rows  # type: ignore[type-arg]

    def clean(self) -> dict[str, Any]:
        """Somebody leads it; the channel is the host's and on the platform; the commune lies in the province."""
        values = super().clean() or {}
        host, channel, commune, province = (values.get(name) for name in ("host", "channel", "commune", "province"))
        if "host" in self.fields and host is None and commune is None and not {"host", "commune"} & self.errors.keys():
            self.add_error("host", _("Choose a host, or the commune that leads it."))
        if channel is not None and channel.host_id != (host.pk if host else None):
            self.add_error("channel", _("This channel is not the host's."))
        elif channel is not None and values.get("platform") not in (None, channel.platform):
            self.add_error(
                "platform", _("The channel is on another platform: %(platform)s.") % {"platform": channel.get_platform_display()}
            )
        if commune is not None and province is not None and commune.province_id != province.pk:
            self.add_error("commune", _("This commune is in another province."))
        programme = values.get("programme")
        if programme is not None and province is not None and programme.province_id != province.pk:
            self.add_error("programme", _("This programme is of another province."))
        return values


class CancelForm(forms.Form):
    """Why a session is cancelled."""

    reason = forms.CharField(label=_("Why it is cancelled"), max_length=300, help_text=_("The producers that were asked are told."))
