"""What officials enter of a figure that somebody reported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from catalog.media.documents import ACCEPTED, store_document
from catalog.media.errors import UploadRefusedError
from catalog.models import StoredDocument
from catalog.whole_numbers import WholeNumberField
from livestreams.claims.models import Claim
from livestreams.dated_form import day_widget
from livestreams.events.models import OfflineEvent
from livestreams.programmes.models import Programme
from livestreams.sessions.models import Session
from places.models import Province

MOST = 10**15
SUBJECTS = ("session", "programme", "event")


class ClaimForm(forms.ModelForm):  # type: ignore[type-arg]
    """A claim about at most one session, programme or event of the province; with none it is about the province."""

    value = WholeNumberField(
        label=gettext_lazy("Value"),
        required=False,
        min_value=0,
        max_value=MOST,
        help_text=gettext_lazy("A whole number, money in dong. Leave it empty where it was told too vaguely, and write it down as told."),
    )

    document = forms.FileField(
        label=gettext_lazy("Its paper"),
        required=False,
        help_text=gettext_lazy("PDF or photo of the page or screen, up to 10 MB. A new one takes the place of the old."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    source_url = forms.URLField(label=gettext_lazy("Source address"), required=False, max_length=200, assume_scheme="https")

    class Meta:
        model = Claim
        fields = (
            *SUBJECTS,
            "metric",
            "value",
            "qualifier",
            "told_as",
            "scope_vi",
            "scope_en",
            "territory_vi",
            "territory_en",
            "period_from",
            "period_to",
            "source_name",
            "source_url",
            "as_of",
        )
        labels = {"session": gettext_lazy("Livestream"), "programme": gettext_lazy("Programme"), "event": gettext_lazy("Event")}
        help_texts = {
            "told_as": gettext_lazy("The words of the source, such as: hơn 390 đơn hàng."),
            "scope_vi": gettext_lazy("What the figure covers: which sessions, products, channels."),
            "territory_vi": gettext_lazy("For example: the province before the merger of July 2025."),
            "source_name": gettext_lazy("Who reported it, where and when."),
            "as_of": gettext_lazy("The day for which the figure holds, not the day on which you read it."),
        }
        widgets = {name: day_widget() for name in ("period_from", "period_to", "as_of")}

    def __init__(self, *args: Any, province: Province, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.province = province
        rows: dict[str, QuerySet[Any]] = {
            "session": Session.objects.filter(province=province).order_by("-planned_start"),
            "programme": Programme.objects.filter(province=province),
            "event": OfflineEvent.objects.filter(province=province),
        }
        for name, offered in rows.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset, field.empty_label = offered, "–"
        # What a browser sends from three lines is one line as told.
        self.fields["told_as"].widget = forms.TextInput()

    def propose(self, name: str, code: str) -> None:
        """What it is about, by its code; nothing for a code of another province or none."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        assert field.queryset is not None
        if code and "\x00" not in code:
            self.initial[name] = field.queryset.filter(code=code).first()

    def stored_paper(self, by: User) -> StoredDocument | None:
        """The paper that came along, kept; what is refused is an error of the field, and None."""
        file = self.cleaned_data["document"]
        if not isinstance(file, TemporaryUploadedFile):
            return None
        try:
            return store_document(path=Path(file.temporary_file_path()), name=file.name or "", by=by)
        except UploadRefusedError as error:
            self.add_error("document", str(error))
            return None

    def clean(self) -> dict[str, Any]:
        """About one thing; a number or words; days in their order; nothing of days that are still to come."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        named = [name for name in SUBJECTS if data.get(name)]
        for name in named[1:]:
            self.add_error(name, _("A claim is about one thing: choose a livestream, a programme or an event, not two of them."))
        if data.get("value") is None and "value" not in self.errors and not data.get("told_as"):
            self.add_error("told_as", _("Give a number, or the words in which it was told."))
        first, last = data.get("period_from"), data.get("period_to")
        if (first is None) != (last is None) and not {"period_from", "period_to"} & set(self.errors):
            self.add_error("period_to" if last is None else "period_from", _("Give both days of the period, or neither."))
        if first and last and last < first:
            self.add_error("period_to", _("The last day is before the first one."))
        if data.get("as_of") and data["as_of"] > timezone.localdate():
            self.add_error("as_of", _("This day has not come yet."))
        if data.get("metric") in Claim.UNITS:
            self.instance.unit = Claim.UNITS[Claim.Metric(data["metric"])]
        return data
