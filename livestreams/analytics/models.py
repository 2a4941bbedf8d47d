"""What a LIVE analytics file said of a session's broadcasts, edition by edition, and uploads that wait for confirmation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livestreams.people.models import Channel
from livestreams.sessions.models import Session

if TYPE_CHECKING:
    from accounts.models import User

KEPT_UNCONFIRMED = timedelta(days=1)


class LiveUploadQuerySet(models.QuerySet["LiveUpload"]):
    """Uploads by age."""

    def forgotten(self) -> LiveUploadQuerySet:
        """Read a day ago and never confirmed: to be deleted."""
        return self.filter(applied_at__isnull=True, made_at__lt=timezone.now() - KEPT_UNCONFIRMED)


class LiveUpload(models.Model):
    """One file: its rows as read (`analytics.reading.Broadcast.as_json`), and once applied what became of each (`outcomes`).

    The file itself is not kept. Without a channel it is of sessions that have none.
    """

    owner: models.ForeignKey[User, User] = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="live_uploads")
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, blank=True, related_name="live_uploads")
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    covers_from = models.DateField(null=True, blank=True)
    covers_to = models.DateField(null=True, blank=True)
    missing = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    outcomes = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = LiveUploadQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.made_at:%Y-%m-%d %H:%M})"


class LiveFiguresQuerySet(models.QuerySet["LiveFigures"]):
    """Editions by whether they still hold."""

    def current(self) -> LiveFiguresQuerySet:
        """The newest edition of each room."""
        return self.filter(replaced_at__isnull=True)


class LiveFigures(models.Model):
    """What the platform reported of one broadcast (a room), as an edition of its file says: *reported*, absent is not 0.

    A newer edition is a new row; what it does not have stays as the edition before it told. GMV counts cancelled and refunded orders.
    Money in whole VND, shares of 1, lengths in seconds.
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="live_figures")
    room_id = models.CharField(_("room"), max_length=25)
    room_title = models.CharField(_("title of the room"), max_length=300, blank=True)
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    duration_seconds = models.PositiveIntegerField(_("length"), null=True, blank=True)
    gmv = models.PositiveBigIntegerField(_("GMV (VND)"), null=True, blank=True)
    direct_gmv = models.PositiveBigIntegerField(_("direct GMV (VND)"), null=True, blank=True)
    items_sold = models.PositiveBigIntegerField(_("items sold"), null=True, blank=True)
    orders = models.PositiveBigIntegerField(_("orders"), null=True, blank=True)
    sku_orders = models.PositiveBigIntegerField(_("SKU orders"), null=True, blank=True)
    customers = models.PositiveBigIntegerField(_("customers"), null=True, blank=True)
    order_value = models.PositiveBigIntegerField(_("value of an order (VND)"), null=True, blank=True)
    views = models.PositiveBigIntegerField(_("views"), null=True, blank=True)
    viewers = models.PositiveBigIntegerField(_("viewers"), null=True, blank=True)
    peak_viewers = models.PositiveBigIntegerField(_("most viewers at once"), null=True, blank=True)
    impressions = models.PositiveBigIntegerField(_("impressions"), null=True, blank=True)
    impressions_an_hour = models.PositiveBigIntegerField(null=True, blank=True)
    gmv_an_hour = models.PositiveBigIntegerField(null=True, blank=True)
    show_gpm = models.PositiveBigIntegerField(null=True, blank=True)
    watch_gpm = models.PositiveBigIntegerField(null=True, blank=True)
    seconds_a_view = models.PositiveIntegerField(null=True, blank=True)
    seconds_a_viewer = models.PositiveIntegerField(null=True, blank=True)
    tap_through_rate = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    live_ctr = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    product_impressions = models.PositiveBigIntegerField(_("product impressions"), null=True, blank=True)
    product_clicks = models.PositiveBigIntegerField(_("product clicks"), null=True, blank=True)
    ctr = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    ctor = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    ctor_sku_orders = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    sku_order_rate = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    new_followers = models.PositiveBigIntegerField(_("new followers"), null=True, blank=True)
    follow_rate = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    comments = models.PositiveBigIntegerField(_("comments"), null=True, blank=True)
    comment_rate = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    shares = models.PositiveBigIntegerField(_("shares"), null=True, blank=True)
    share_rate = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    likes = models.PositiveBigIntegerField(_("likes"), null=True, blank=True)
    like_rate = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    # Which edition says so.
    covers_from = models.DateField(null=True, blank=True)
    covers_to = models.DateField(null=True, blank=True)
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(default=timezone.now, editable=False)
    by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = LiveFiguresQuerySet.as_manager()

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["room_id"], condition=Q(replaced_at__isnull=True), name="room_told_once")]

    def __str__(self) -> str:
        return f"{self.room_id}: {self.session}"
