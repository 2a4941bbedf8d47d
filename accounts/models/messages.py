"""What the portal told its users: each message is a row, whatever way it went."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.users import User
from accounts.phones import shown


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages by reader and by what is to be done with them."""

    def visible_to(self, user: User | AnonymousUser) -> MessageQuerySet:
        """One's own messages; nobody reads another's."""
        return self.filter(user=user) if isinstance(user, User) else self.none()

    def due(self, now: datetime) -> MessageQuerySet:
        """Messages that wait to be sent and whose time has come."""
        return self.filter(state=Message.State.WAITING, due_at__lte=now)


class Message(models.Model):
    """A message to a user, or to an address that was invited. It holds no secret: what carried one has no body here.

    `dedupe` makes an occasion tell somebody once: a second message with the same one is not made.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("Text message")

    class State(models.TextChoices):
        WAITING = "waiting", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Could not be sent")

    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="messages")
    kind = models.CharField(max_length=40, help_text="the occasion, in a word: star_expiring, listing_returned, sign_in_code …")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    address = models.CharField(max_length=254, help_text="where it goes: e-mail address or phone number")
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    dedupe = models.CharField(max_length=200, unique=True, null=True, blank=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    failure = models.CharField(max_length=300, blank=True, help_text="why the last attempt failed")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="message_sent_has_its_time",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="message_due"),
            models.Index(fields=["user", "-created_at"], name="message_of_user"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def reached(self) -> str:
        """Where it went, as people write it."""
        return shown(self.address) if self.channel == self.Channel.SMS else self.address
