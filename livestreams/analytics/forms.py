"""Which file of which channel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from livestreams.people.models import Channel
from livestreams.sessions.models import Session

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_CHANNEL = "none"


class LiveFileForm(forms.Form):
    """A LIVE analytics file and whose it is: a file names its rooms, never its channel."""

    channel = forms.ChoiceField(label=_("Channel"), help_text=_("The channel that the file was exported from."))
    file = forms.FileField(
        label=_("LIVE analytics file"),
        help_text=_("The .xlsx as the platform gives it, up to 10 MB. Nothing is kept before you confirm."),
        widget=forms.FileInput(attrs={"accept": f".xlsx,{XLSX}"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        planned = Session.objects.planned_by(user)
        channels = Channel.objects.filter(sessions__in=planned).select_related("host").distinct().order_by("handle")
        self._channels = {str(channel.pk): channel for channel in channels}
        choices: list[tuple[str, Any]] = [("", _("Choose a channel"))] if len(self._channels) != 1 else []
        choices += [(key, f"{channel} – {channel.host}") for key, channel in self._channels.items()]
        if planned.filter(channel__isnull=True).exists():
            choices.append((NO_CHANNEL, _("Sessions without a channel")))
        self.fields["channel"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Channel | None:
        """The channel of a valid form; None: sessions without one."""
        return self._channels.get(self.cleaned_data["channel"])
