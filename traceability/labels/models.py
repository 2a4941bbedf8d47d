"""Runs of labels, and the files they made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from traceability.labels.sheets import SHEETS
from traceability.lots.models import Lot, products_kept_by

if TYPE_CHECKING:
    from accounts.models import User

MOST_LABELS = 100_000


class LabelRunQuerySet(models.QuerySet["LabelRun"]):
    """Runs by who may see them, and by what is to be done."""

    def kept_by(self, user: User | AnonymousUser) -> LabelRunQuerySet:
        """Runs of the products whose lots the user keeps."""
        return self.filter(product__in=products_kept_by(user))

    def waiting(self) -> LabelRunQuerySet:
        """Runs that a worker has still to do something for."""
        return self.filter(state__in=(LabelRun.State.QUEUED, LabelRun.State.RUNNING))


class LabelRun(models.Model):
    """So many labels, printed once: of the units of a lot (`first` to `last` are numbers of its codes), or copies of one code.

    Who printed what is kept for good; the files are dropped after a month and can be made again. A reprint names the run it repeats
    and why.
    """

    class Subject(models.TextChoices):
        UNIT = "unit", _("One code for each pack")
        LOT = "lot", _("One code for the lot")
        PRODUCT = "product", _("One code for the product")

    class Form(models.TextChoices):
        PDF = "pdf", _("PDF to print")
        SVG = "svg", _("SVG pictures (ZIP)")
        CSV = "csv", _("CSV for a printing house")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Being drawn")
        DONE = "done", _("Ready")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    product = models.ForeignKey(Product, models.PROTECT, related_name="label_runs")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="label_runs")
    subject = models.CharField(_("what is labelled"), max_length=10, choices=Subject.choices, default=Subject.UNIT)
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    form = models.CharField(_("form"), max_length=5, choices=Form.choices, default=Form.PDF)
    sheet = models.CharField(_("sheet or roll"), max_length=20, blank=True, choices=[(code, code) for code in SHEETS])
    day = models.DateField(help_text="the day for which the star mark was drawn")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    drawn = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    requested_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="label_runs"
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    repeats = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reprints")
    reason = models.CharField(_("why printed again"), max_length=200, blank=True)

    objects = LabelRunQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="labels_are_a_span", condition=Q(first__gte=1, last__gte=F("first"))),
            models.CheckConstraint(name="labels_of_a_product_have_no_lot", condition=Q(subject="product") ^ Q(lot__isnull=False)),
            models.CheckConstraint(name="printed_labels_have_a_sheet", condition=Q(form="pdf") ^ Q(sheet="")),
            models.CheckConstraint(name="reprint_says_why", condition=Q(repeats__isnull=True) | ~Q(reason="")),
        ]
        indexes = [models.Index(fields=["state"], name="label_run_waiting", condition=Q(state__in=("queued", "running")))]

    def __str__(self) -> str:
        return f"{self.lot or self.product}: {self.first}–{self.last}"

    @property
    def count(self) -> int:
        """How many labels."""
        return self.last - self.first + 1

    @property
    def is_waiting(self) -> bool:
        """Whether a worker has it or will have it."""
        return self.state in {self.State.QUEUED, self.State.RUNNING}


class LabelFile(models.Model):
    """One file of a run: labels `first` to `last` of it."""

    run = models.ForeignKey(LabelRun, models.CASCADE, related_name="files")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    content = models.BinaryField()
    size = models.PositiveIntegerField(help_text="bytes")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["run", "first"]
        constraints = [models.UniqueConstraint(fields=["run", "first"], name="label_file_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What it is called when it is saved."""
        return f"nhan-{self.run_id}-{self.first:06d}-{self.last:06d}.{'zip' if self.run.form == LabelRun.Form.SVG else 'pdf'}"
