"""What is asked of whoever has something sent, or changes what is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from accounts.models import Agency, Post, User
from dashboards.boards.territory import Territory
from dashboards.filters.periods import PROBLEMS
from dashboards.mailing.boards import BOARDS, NOT_FILTERS
from dashboards.mailing.making import NothingToSendError, dated, fetched, place_of
from dashboards.mailing.models import Form, MailSchedule
from dashboards.periods import PeriodError
from dashboards.reports.periods.calendar import NUMBERS
from dashboards.reports.periods.models import PeriodKind

Rhythm = MailSchedule.Rhythm
HOURS = [(hour, f"{hour}:00") for hour in range(24)]
USUAL_HOUR = 7


class ScheduleForm(forms.Form):
    """What, in which form, how often, to whom. Fields that the chosen rhythm does not need are let alone."""

    what = forms.ChoiceField(label=gettext_lazy("What is sent"))
    filters = forms.CharField(
        label=gettext_lazy("Filters"),
        max_length=2000,
        required=False,
        help_text=gettext_lazy(
            "Set the filters on the board and copy its address here; empty: the board as it opens. “This month” stays this month "
            "each time, chosen days stay those days."
        ),
    )
    form = forms.ChoiceField(
        label=gettext_lazy("Form"),
        choices=Form.choices,
        initial=Form.XLSX,
        help_text=gettext_lazy("Boards come as XLSX, reports in any of the three."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    rhythm = forms.ChoiceField(label=gettext_lazy("How often"), choices=Rhythm.choices, widget=forms.RadioSelect, initial=Rhythm.WEEKLY)
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day of the week"),
        choices=MailSchedule.Weekday.choices,
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy("For each week."),
    )
    month_day = forms.IntegerField(
        label=gettext_lazy("Day of the month"),
        min_value=1,
        max_value=31,
        initial=1,
        required=False,
        localize=False,
        help_text=gettext_lazy("For each month, 1 to 31; a shorter month has its last day."),
    )
    hour = forms.TypedChoiceField(
        label=gettext_lazy("Hour"),
        choices=HOURS,
        coerce=int,
        empty_value=None,
        initial=USUAL_HOUR,
        required=False,
        help_text=gettext_lazy("Time of Vietnam."),
    )
    recipients = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who gets it"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Officials of the province with an e-mail address. Each gets the figures of his or her own territory."),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, user: User, territory: Territory, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial={"language": (get_language() or "vi")[:2], **initial})
        self.label_suffix = ""
        self.user, self.territory = user, territory
        what = self.fields["what"]
        assert isinstance(what, forms.ChoiceField)
        reports = user.has_perm("dashboards.view_reports")
        what.choices = [
            (str(_("Boards")), [(page, str(board.words)) for page, board in BOARDS.items()]),
            *([(str(_("Period reports")), [(f"report:{kind.value}", str(kind.label)) for kind in PeriodKind])] if reports else []),
        ]
        recipients = self.fields["recipients"]
        assert isinstance(recipients, forms.ModelMultipleChoiceField)
        posts = Post.objects.in_force(timezone.localdate()).filter(agency__province=territory.province).select_related("agency")
        # Departments first, then communes by name.
        ordered = sorted(posts, key=lambda post: (post.agency.kind == Agency.Kind.COMMUNE, post.agency.kind, post.agency.name_vi, post.pk))
        agencies = {post.user_id: str(post.agency) for post in reversed(ordered)}
        recipients.queryset = User.objects.filter(pk__in=agencies, is_active=True, email__isnull=False)
        people = {person.pk: person for person in recipients.queryset}
        places = {post.user_id: place for place, post in enumerate(ordered)}
        recipients.choices = [(pk, f"{people[pk]} – {agencies[pk]}") for pk in sorted(people, key=lambda pk: places[pk])]
        # Of those who got it until now: whoever has no such post or address any more is left out.
        self.gone: Sequence[User] = [person for person in self.initial.get("recipients", ()) if person.pk not in people]

    def clean_filters(self) -> str:
        """The filters alone, of an address of the portal or of what stands behind its question mark."""
        text: str = self.cleaned_data["filters"].strip()
        path, _mark, query = text.rpartition("?") if "?" in text else (text, "", "") if "/" in text else ("", "", text)
        if path:
            self._demand_page_of("/" + path.partition("://")[2].partition("/")[2] if "://" in path else path)
        try:
            given = QueryDict(query, mutable=True)
        except ValueError as error:
            raise forms.ValidationError(_("These filters cannot be read. Copy the address of the board anew.")) from error
        for name in NOT_FILTERS:
            given.pop(name, None)
        kept = given.urlencode()
        if len(kept) > 1000:
            raise forms.ValidationError(_("These filters are too long."))
        return kept

    def clean(self) -> dict[str, Any]:
        """What belongs together: form and rhythm to what is sent, days to the rhythm, recipients to what they may see."""
        cleaned = super().clean() or self.cleaned_data
        what, rhythm, form = (cleaned.get(name, "") for name in ("what", "rhythm", "form"))
        if what and not self._report:
            if form and form != Form.XLSX:
                self.add_error("form", _("A board comes as XLSX."))
            if rhythm == Rhythm.SIGNING:
                self.add_error("rhythm", _("A board is not signed. Choose a day."))
            if "filters" in cleaned:
                self._try_filters(what, cleaned["filters"])
        elif self._report and self._report not in NUMBERS and rhythm in {Rhythm.WEEKLY, Rhythm.MONTHLY}:
            self.add_error("rhythm", _("The report of a programme is sent after it is signed."))
        needed = {Rhythm.WEEKLY: ("weekday", "hour"), Rhythm.MONTHLY: ("month_day", "hour")}.get(rhythm, ())
        for name in needed:
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, _("This is needed."))
        if not self.errors:
            self._demand_rights()
        return cleaned

    @staticmethod
    def told(schedule: MailSchedule) -> dict[str, Any]:
        """What the fields say of a schedule that is kept."""
        fields = ("filters", "form", "language", "rhythm", "weekday", "month_day", "hour")
        kept = {name: getattr(schedule, name) for name in fields if getattr(schedule, name) is not None}
        what = schedule.board or f"report:{schedule.report}"
        return {**kept, "what": what, "recipients": list(schedule.recipients.order_by("full_name", "pk"))}

    @property
    def schedule(self) -> MailSchedule:
        """The schedule, not kept yet."""
        cleaned = self.cleaned_data
        rhythm = cleaned["rhythm"]
        return MailSchedule(
            province_id=self.territory.province,
            board="" if self._report else cleaned["what"],
            filters="" if self._report else cleaned["filters"],
            report=self._report,
            form=cleaned["form"],
            language=cleaned["language"],
            rhythm=rhythm,
            weekday=cleaned["weekday"] if rhythm == Rhythm.WEEKLY else None,
            month_day=cleaned["month_day"] if rhythm == Rhythm.MONTHLY else None,
            hour=None if rhythm == Rhythm.SIGNING else cleaned["hour"],
        )

    @property
    def _report(self) -> str:
        kind, _colon, period = str(self.cleaned_data.get("what", "")).partition(":")
        return period if kind == "report" else ""

    def _demand_page_of(self, path: str) -> None:
        names = set()
        for language, _words in settings.LANGUAGES:
            with override(language), suppress(Resolver404):
                names.add(resolve(path).url_name)
        if self.cleaned_data.get("what") not in names:
            raise forms.ValidationError(_("This is the address of another page than the board that is chosen above."))

    def _try_filters(self, board: str, filters: str) -> None:
        try:
            _period, query = dated(board, filters, timezone.localdate())
            fetched(BOARDS[board].file, self.user, {**query, **self.territory.address()})
        except PeriodError as error:
            self.add_error("filters", PROBLEMS[error.reason])
        except NothingToSendError:
            self.add_error("filters", _("The board does not know these filters. Copy its address anew."))

    def _demand_rights(self) -> None:
        refused = [person for person in self.cleaned_data["recipients"] if place_of(self.schedule, person) is None]
        if refused:
            names = ", ".join(map(str, refused))
            self.add_error("recipients", _("These people may not see it: %(names)s.") % {"names": names})
