"""What officials enter about hosts and guests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scopes import TRADE, scope_of
from catalog.window.alphabet import AlphabeticPlace
from livestreams.people.models import ON_AIR, Channel, FollowerCount, Guest, GuestTitle, Host, HostTerms
from places.models import Commune, Province

# Two years after the last planned contact: long enough for a season, its settlement and the next one. An official may say another day.
KEPT_FOR = timedelta(days=2 * 365)


def day_widget() -> forms.DateInput:
    """A day, as browsers send it."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _not_ahead(day: date | None) -> date | None:
    if day is not None and day > timezone.localdate():
        raise forms.ValidationError(_("This day has not come yet."))
    return day


def communes_of(user: User, province: Province | None) -> Any:
    """The communes that the user may name, in the order of the alphabet: those of the user's province, else of the thing's."""
    scope = scope_of(user, kinds=TRADE)
    code = province.pk if province else scope.province if scope else None
    return Commune.objects.filter(province=code).order_by(AlphabeticPlace("name"))


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """What hosts and guests have in common: whose they are, and for what and how long their data are kept."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].required = self.fields["keep_until"].required = True
        if self.instance.pk is None:
            self.initial.setdefault("purpose", str(_("Planning and holding livestreams, settling commissions")))
            self.initial.setdefault("keep_until", timezone.localdate() + KEPT_FOR)
        if not user.is_superuser:
            # Whose a row is, is no question to a department: what it enters is its own.
            del self.fields["province"]
            scope = scope_of(user, kinds=TRADE)
            if self.instance.pk is None and scope is not None:
                self.instance.province_id = scope.province

    def clean_keep_until(self) -> date | None:
        """Data that are to be gone already are not entered."""
        day: date | None = self.cleaned_data["keep_until"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This day is past: the names would be erased at once."))
        return day


class HostForm(PersonForm):
    """A host: who it is, what suits, what was verified and agreed."""

    class Meta:
        model = Host
        fields = [
            "stage_name", "full_name", "base", "province", "commune", "groups", "sessions_a_month",
            "verified_on", "verified_by", "disclosure_agreed_on", "purpose", "keep_until",
        ]  # fmt: skip
        widgets = {
            "groups": forms.CheckboxSelectMultiple,
            "verified_on": day_widget(),
            "disclosure_agreed_on": day_widget(),
            "keep_until": day_widget(),
        }
        help_texts = {
            "commune": _("Where it is the channel of a commune's own people."),
            "verified_on": _("We keep that the platform did, and when; never the paper."),
            "disclosure_agreed_on": _("Whoever advertises for another has to say so on air."),
            "keep_until": _("The day after it the names are erased; sessions and figures stay."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        commune = self.fields["commune"]
        assert isinstance(commune, forms.ModelChoiceField)
        commune.queryset = communes_of(user, self.instance.province)

    def clean_verified_on(self) -> date | None:
        """A day that has come."""
        return _not_ahead(self.cleaned_data["verified_on"])

    def clean_disclosure_agreed_on(self) -> date | None:
        """A day that has come."""
        return _not_ahead(self.cleaned_data["disclosure_agreed_on"])

    def clean(self) -> dict[str, Any]:
        """A verification has a day and a platform, or neither."""
        data: dict[str, Any] = super().clean() or {}
        if "verified_on" in data and "verified_by" in data:
            if data["verified_on"] and not data["verified_by"]:
                self.add_error("verified_by", _("Say which platform verified it."))
            elif data["verified_by"] and not data["verified_on"]:
                self.add_error("verified_on", _("Say when the platform verified it."))
        return data


class GuestForm(PersonForm):
    """A guest; the titles stand beside, each with its days."""

    class Meta:
        model = Guest
        fields = ["full_name", "kind", "province", "purpose", "keep_until"]
        widgets = {"keep_until": day_widget()}
        help_texts = {"keep_until": _("The day after it the names are erased; sessions and figures stay.")}


# These rows are added under a unique key, which speaks when they are written (`services.add_row`). A ModelForm of theirs would ask
# beforehand, and say it at no field.


class ChannelForm(forms.Form):
    """A host's channel."""

    platform = forms.ChoiceField(label=_("Platform"), choices=ON_AIR)
    handle = forms.CharField(label=_("Channel name"), max_length=150)
    url = forms.URLField(label=_("Address"), max_length=200, required=False, assume_scheme="https")

    def row(self, host: Host) -> Channel:
        """The channel, not yet written."""
        return Channel(host=host, **self.cleaned_data)


class FollowersForm(forms.Form):
    """How many followers one of the host's channels has."""

    channel = forms.ModelChoiceField(Channel.objects.none(), label=_("Channel"), empty_label=None)
    counted_on = forms.DateField(label=_("Counted on"), widget=day_widget())
    followers = forms.IntegerField(
        label=_("Followers"), min_value=0, max_value=10**10, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )

    def __init__(self, *args: Any, host: Host, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel = self.fields["channel"]
        assert isinstance(channel, forms.ModelChoiceField)
        channel.queryset = host.channels.all()
        self.initial.setdefault("counted_on", timezone.localdate())

    def clean_counted_on(self) -> date | None:
        """A day that has come."""
        return _not_ahead(self.cleaned_data["counted_on"])

    def row(self, _host: Host) -> FollowerCount:
        """The count, not yet written."""
        return FollowerCount(**self.cleaned_data)


class TermsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a host is paid from a day on."""

    class Meta:
        model = HostTerms
        fields = ["since", "rate", "fee", "covers_after", "note"]
        widgets = {
            "since": day_widget(),
            "rate": forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
            "fee": forms.NumberInput(attrs={"inputmode": "numeric"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("since", timezone.localdate())

    def row(self, host: Host) -> HostTerms:
        """The terms, not yet written."""
        self.instance.host = host
        terms: HostTerms = self.save(commit=False)
        return terms


class TitleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A title that a guest holds from a day on."""

    class Meta:
        model = GuestTitle
        fields = ["title_vi", "title_en", "organisation", "commune", "since", "until"]
        widgets = {"since": day_widget(), "until": day_widget()}

    def __init__(self, *args: Any, user: User, guest: Guest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        commune = self.fields["commune"]
        assert isinstance(commune, forms.ModelChoiceField)
        commune.queryset = communes_of(user, guest.province)

    def clean(self) -> dict[str, Any]:
        """Days in order."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The last day is before the first one."))
        return data
