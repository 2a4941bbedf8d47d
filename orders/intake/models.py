"""Runs of the intake, the rows they staged and the rows they refused."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rules import is_administrator
from catalog.models import Platform
from orders.intake.mapping.models import ColumnMapping
from orders.intake.reading.rejections import rejection_message
from orders.shops.models import Shop, of_present_owner


class Source(models.IntegerChoices):
    """How a row reached us: its provenance."""

    FILE = 1, _("File")
    API = 2, _("API")
    TYPED = 3, _("Typed by hand")


class IntakeRunQuerySet(models.QuerySet["IntakeRun"]):
    """Runs by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> IntakeRunQuerySet:
        """Runs of the shops whose orders `user` may take in, of the present owner's time; an administrator's of any time."""
        found = self.filter(shop__in=Shop.objects.for_intake(user))
        return found if is_administrator(user) else of_present_owner(found, shop="shop", moment="created_at")


class IntakeRun(models.Model):
    """One file (or batch) on its way into the ledger.

    staged → checked (dry run done) → confirmed → merged; failed and cancelled end it. A merged one may be undone: → undoing → undone.
    Whoever works on a run holds its row's lock for as long as that takes, and a lease (orders.leases) that tells how far it is; a run
    that waits while nobody holds its row is found again by the sweep.
    """

    class State(models.TextChoices):
        STAGED = "staged", _("Read, waiting for the dry run")
        CHECKED = "checked", _("Dry run done, waiting for confirmation")
        CONFIRMED = "confirmed", _("Confirmed, being taken in")
        MERGED = "merged", _("Taken in")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="intake_runs", verbose_name=_("shop"))
    source = models.PositiveSmallIntegerField(choices=Source.choices, default=Source.FILE)
    platform = models.CharField(max_length=20, choices=Platform.choices)
    file_name = models.CharField(_("file"), max_length=255)
    file_sha256 = models.CharField(max_length=64, blank=True)
    original_sha256 = models.CharField(
        max_length=64, blank=True, help_text="of the file before the browser left columns out, as the browser says: a label"
    )
    mapping = models.ForeignKey(
        ColumnMapping, models.PROTECT, null=True, related_name="runs", db_index=False, help_text="by which its columns were read"
    )
    absent_columns = models.JSONField(default=list, help_text="headers of the platform's files that this one lacked")
    exported_at = models.DateTimeField(_("exported at"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.STAGED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="intake_runs", verbose_name=_("by"))
    created_at = models.DateTimeField(default=timezone.now)
    merged_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="times a worker began; a run that kills its workers is given up")
    failure = models.TextField(blank=True)
    undo_asked_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("undone by"))
    undo_reason = models.CharField(_("why it is undone"), max_length=300, blank=True)
    undone_at = models.DateTimeField(null=True)

    rows = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    orders_new = models.PositiveIntegerField(default=0)
    orders_changed = models.PositiveIntegerField(default=0)
    lines_new = models.PositiveIntegerField(default=0)
    lines_changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    unmapped = models.PositiveIntegerField(default=0, help_text="lines whose SKU no product is known for")
    repeats = models.PositiveIntegerField(default=0, help_text="rows whose order and key an earlier row has: they are summed")
    seconds = models.FloatField(default=0, help_text="reading, checking and merging")

    objects = IntakeRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["state"]),
            models.Index(fields=["shop", "file_sha256"]),
            # How far a shop's files reach is asked with every board.
            models.Index(fields=["shop", "-exported_at"], name="run_newest", condition=Q(state="merged")),
            models.Index(fields=["-created_at"]),  # a shop's program may send a batch a minute: the list must not sort them all
        ]
        constraints = [
            models.CheckConstraint(
                name="run_undone_for_a_reason",
                condition=~Q(state__in=["undoing", "undone"]) | (Q(undo_asked_at__isnull=False) & ~Q(undo_reason="")),
            )
        ]
        # Orders and the ledger name runs by no foreign key.
        triggers = [
            pgtrigger.Trigger(
                name="lasting",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Delete | pgtrigger.Truncate,
                func="RAISE EXCEPTION 'orders and the ledger name runs: none is ever deleted';",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_state_display()})"

    @property
    def is_waiting(self) -> bool:
        """Whether a worker has yet to do something with it."""
        return self.state in {self.State.STAGED, self.State.CONFIRMED, self.State.UNDOING}

    @property
    def is_cancellable(self) -> bool:
        """Whether nothing of it is in the ledger yet."""
        return self.state in {self.State.STAGED, self.State.CHECKED, self.State.CONFIRMED, self.State.FAILED}

    @property
    def changes_nothing(self) -> bool:
        """Whether the dry run found rows, and all of them known as they stand."""
        changes = (self.orders_new, self.orders_changed, self.lines_new, self.lines_changed)
        return self.state == self.State.CHECKED and self.accepted > 0 and not any(changes)

    @property
    def rate(self) -> int | None:
        """Rows per second over all that was done with it; None before anything was."""
        return round(self.rows / self.seconds) if self.seconds else None

    @property
    def accepted(self) -> int:
        """Rows that passed the check."""
        return self.rows - self.rejected


class StagedRow(models.Model):
    """A row of a file with the columns that may be kept. After the merge it stays: it is the observation itself.

    Nobody's name, phone or address is among these columns, nor can it get here (orders.intake.reading has an allow-list).
    Money in VND; units as sold by the shop, before any mapping.
    """

    pk = models.CompositePrimaryKey("run", "row")
    # No constraint: rows are only ever written in the transaction that made their run, and a check a row would slow every intake.
    run = models.ForeignKey(IntakeRun, models.CASCADE, related_name="staged_rows", db_index=False, db_constraint=False)
    row = models.PositiveIntegerField(help_text="row number in the file, as a spreadsheet counts")
    number = models.CharField(max_length=64)
    line_key = models.CharField(max_length=400)
    sku_id = models.CharField(max_length=64, blank=True)
    seller_sku = models.CharField(max_length=200, blank=True)
    product_name = models.CharField(max_length=500, blank=True)
    variation = models.CharField(max_length=300, blank=True)
    state = models.PositiveSmallIntegerField()
    units = models.PositiveIntegerField()
    gross = models.BigIntegerField()
    seller_discount = models.BigIntegerField()
    platform_discount = models.BigIntegerField()
    cancelled_units = models.PositiveIntegerField()
    returned_units = models.PositiveIntegerField()
    delivered_units = models.PositiveIntegerField()
    placed_at = models.DateTimeField()
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    order_amount = models.BigIntegerField(null=True)
    order_refund = models.BigIntegerField(null=True)
    shipping_provider = models.CharField(max_length=100, blank=True)
    delivery_province = models.CharField(max_length=2, null=True)
    delivery_commune = models.CharField(max_length=5, null=True)

    class Meta:
        indexes = [models.Index(fields=["number"])]

    def __str__(self) -> str:
        return f"{self.number} / {self.line_key}"


class RejectedRow(models.Model):
    """A row (or one of its fields) that could not be taken, and why. `value` and `cells` hold allowed columns' values alone."""

    run = models.ForeignKey(IntakeRun, models.CASCADE, related_name="rejected_rows")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=100)
    value = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=40, help_text="of orders.intake.reading.rejections: worded in the reader's language when shown")
    limit = models.CharField(max_length=40, blank=True)
    cells = models.JSONField(default=dict, help_text="our field → what the row's cell held, text or number: for a file to mend")

    class Meta:
        ordering = ["run", "row"]

    def __str__(self) -> str:
        return f"{self.row} {self.column}"

    @property
    def message(self) -> str:
        """Why, in the reader's language."""
        return rejection_message(self.code, column=self.column, value=self.value, limit=self.limit)
