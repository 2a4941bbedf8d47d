"""Reports of a period as they are prepared, reviewed, signed and corrected; and the rules that say when a period closes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Agency, User
from accounts.scopes import TRADE, scope_of
from catalog.models import StoredDocument
from livestreams.models import Programme
from places.models import Province

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class PeriodKind(models.TextChoices):
    """What a report covers."""

    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    HALF = "half", _("First 6 months")
    NINE = "nine", _("First 9 months")
    YEAR = "year", _("Year")
    PROGRAMME = "programme", _("Programme")


class ReportingRuleQuerySet(models.QuerySet["ReportingRule"]):
    """Rules by the day they hold on."""

    def closing_day(self, kind: str, day: date, province: str) -> int | None:
        """On which day of their last month periods of the kind that end on `day` close in a province; None: with the month."""
        rule = self.in_force(day, province).get(kind)
        return rule.closes_on if rule else None

    def known_in(self, province: str) -> ReportingRuleQuerySet:
        """The province's own and the country's, by kind, the newest first."""
        return self.filter(Q(province=None) | Q(province=province)).order_by("kind", "-since", "pk")

    def in_force(self, day: date, province: str) -> dict[str, ReportingRule]:
        """By kind the rule of `day`: the province's own newest, where it has one by then, else the country's."""
        rules = self.known_in(province).filter(since__lte=day)
        return {rule.kind: rule for rule in rules.order_by(F("province").asc(nulls_first=True), "since")}


class ReportingRule(models.Model):
    """From `since` on, periods of the kind close on that day of their last month (None: on its last day). Dated data, not code.

    Without a province it holds for the country, until a province's department sets its own. A rule is never changed: the next one has a
    later day.
    """

    province = models.ForeignKey(Province, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("province"))
    kind = models.CharField(_("kind"), max_length=20, choices=PeriodKind.choices)
    since = models.DateField(_("since"))
    closes_on = models.PositiveSmallIntegerField(
        _("closes on day"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    source = models.CharField(_("source"), max_length=300)
    set_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who set it")
    )
    set_at = models.DateTimeField(_("when it was set"), null=True, blank=True)

    objects = ReportingRuleQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-since"]
        constraints = [models.UniqueConstraint(fields=["kind", "since", "province"], name="reporting_rule_once", nulls_distinct=False)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.since}"


class PeriodReportQuerySet(models.QuerySet["PeriodReport"]):
    """Reports by who sees and who writes them."""

    def visible_to(self, user: User | AnonymousUser) -> PeriodReportQuerySet:
        """Those of a department official's province, and those he writes; an administrator sees all, a commune and a member none."""
        scope = scope_of(user, kinds=frozenset(Agency.Kind.values)) if isinstance(user, User) else None
        if scope is None or scope.commune is not None:
            return self.none()
        return self if scope.everything else self.filter(Q(province=scope.province) | Q(province__in=_written(user)))

    def written_by(self, user: User) -> PeriodReportQuerySet:
        """Those that the user may prepare, review or sign: a trade official's province."""
        return self.filter(province__in=_written(user))


def _written(user: User | AnonymousUser) -> list[str]:
    posts = user.current_posts() if isinstance(user, User) else ()
    return [post.agency.province_id for post in posts if post.agency.kind in TRADE]


class PeriodReport(models.Model):
    """An edition of a province's report of a period.

    `content` is everything it says (texts, cells, rows of charts, in both languages) as canonical JSON, `digest` its SHA-256: pages and
    files are made of it alone, so they stay as they were signed whatever becomes of the figures. A correction is a new edition.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("Prepared")
        RETURNED = "returned", _("Sent back")
        REVIEWED = "reviewed", _("Reviewed")
        SIGNED = "signed", _("Signed")

    province = models.ForeignKey(Province, models.PROTECT, related_name="period_reports")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="period_reports")
    kind = models.CharField(_("period"), max_length=20, choices=PeriodKind.choices)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="period_reports")
    at_cut_off = models.BooleanField(default=False)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.PREPARED)
    number = models.CharField(_("number"), max_length=60, blank=True)
    dated_on = models.DateField(_("date"), null=True, blank=True)
    letter = models.JSONField(default=dict, help_text="what the preparer typed: addressee, recipients, who signs, remarks")
    content = models.TextField()
    digest = models.CharField(max_length=64)
    reading_number = models.BigIntegerField()
    reading_at = models.DateTimeField()
    paper = models.ForeignKey(StoredDocument, models.PROTECT, null=True, blank=True, related_name="period_reports")
    version = models.PositiveIntegerField(default=0, help_text="one more with each step")

    objects = PeriodReportQuerySet.as_manager()

    class Meta:
        ordering = ["-last", "-first", "-edition", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "kind", "first", "last", "programme", "edition"], name="period_report_once", nulls_distinct=False
            ),
            models.CheckConstraint(name="period_report_ends_after_it_begins", condition=Q(last__gte=F("first"))),
            models.CheckConstraint(
                name="period_report_programme_of_its_kind",
                condition=Q(kind="programme", programme__isnull=False) | (~Q(kind="programme") & Q(programme__isnull=True)),
            ),
            models.CheckConstraint(
                name="period_report_signed_has_number", condition=~Q(state="signed") | (~Q(number="") & Q(dated_on__isnull=False))
            ),
            models.CheckConstraint(
                name="period_report_later_replaces",
                condition=Q(edition=1, replaces__isnull=True) | Q(edition__gt=1, replaces__isnull=False),
            ),
        ]
        triggers = [
            # Its scan may still be added; nothing else of it ever changes.
            pgtrigger.Trigger(
                name="signed_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="signed"),
                func="""
                IF TG_OP = 'DELETE' OR to_jsonb(OLD) - 'paper_id' - 'version' IS DISTINCT FROM to_jsonb(NEW) - 'paper_id' - 'version' THEN
                    RAISE EXCEPTION 'a signed report is frozen: a correction is a new edition';
                END IF;
                RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first}–{self.last} ({self.edition})"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("period_report", args=[self.pk])

    @property
    def is_signed(self) -> bool:
        """Whether it is frozen."""
        return self.state == self.State.SIGNED


class ReportStep(models.Model):
    """What somebody did to a report; kept for ever. `digest` is that of the content he or she saw."""

    class Kind(models.TextChoices):
        PREPARE = "prepare", _("Prepared")
        REVISE = "revise", _("Prepared anew")
        SEND_BACK = "send_back", _("Sent back")
        REVIEW = "review", _("Reviewed")
        SIGN = "sign", _("Signed")
        PAPER = "paper", _("Signed paper uploaded")

    report = models.ForeignKey(PeriodReport, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    by = models.ForeignKey(User, models.PROTECT, related_name="report_steps")
    by_name = models.CharField(max_length=150, help_text="as it was then")
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["at", "pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at}"
