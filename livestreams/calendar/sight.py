"""Whose calendar holds what: an official's that of the territory, a member's what concerns its producers."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.scopes import scope_of
from catalog.models import Producer, ProducerSeat
from livestreams.events.models import OfflineEvent
from livestreams.sessions.models import Session, Slot
from livestreams.training.models import Course


def sessions_of(user: User | AnonymousUser) -> QuerySet[Session]:
    """Livestreams: those of an official's province; of a commune what it leads or its producers show; of a member what its own show."""
    if not isinstance(user, User):
        return Session.objects.none()
    shown = Slot.objects.filter(session=OuterRef("pk")).exclude(answer=Slot.Answer.DECLINED)
    own = Q(Exists(shown.filter(product__producer__in=Producer.objects.kept_by(user).values("pk"))))
    scope = scope_of(user)
    if scope is None:
        return Session.objects.filter(own)
    if scope.everything:
        return Session.objects.all()
    if scope.commune is None:
        return Session.objects.filter(own | Q(province=scope.province))
    here = Producer.objects.seated_in(scope.commune).values("pk")
    return Session.objects.filter(own | Q(commune=scope.commune) | Exists(shown.filter(product__producer__in=here)))


def events_of(user: User | AnonymousUser) -> QuerySet[OfflineEvent]:
    """Events: those of an official's province, and those in which a member's producer takes part."""
    own = Producer.objects.kept_by(user).values("pk")
    taking_part = OfflineEvent.producers.through.objects.filter(offlineevent=OuterRef("pk"), producer__in=own)
    return OfflineEvent.objects.filter(Q(pk__in=OfflineEvent.objects.visible_to(user).values("pk")) | Exists(taking_part))


def courses_of(user: User | AnonymousUser) -> QuerySet[Course]:
    """Courses: those of an official's province, and those that a member may come to: for its commune, or for all of its province."""
    seats = ProducerSeat.objects.filter(producer__in=Producer.objects.kept_by(user).values("pk"))
    offered = Q(commune__in=seats.values("commune")) | Q(commune__isnull=True, province__in=seats.values("commune__province"))
    return Course.objects.filter(Q(pk__in=Course.objects.visible_to(user).values("pk")) | offered)
