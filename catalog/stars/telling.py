"""Who hears of an application's steps: whoever has to act next, and the producer of what others did."""

from __future__ import annotations

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext

from accounts.messages import send
from accounts.models import Agency, User
from catalog.models import ProducerSeat, StarApplication, StarStep

State = StarApplication.State


def tell_of_step(step: StarStep) -> None:
    """Tell, once for each step. Whoever took it is not told of it."""
    if step.state == State.DRAFT:
        return
    send(
        [user for user in _hearers(step) if user.pk != step.by_id],
        subject=lazy(lambda: _subject(step), str)(),
        body=step.note,
        kind="star_application",
        dedupe=f"star_application:{step.pk}",
    )


def _subject(step: StarStep) -> str:
    said = {"product": step.application.product.name, "state": step.get_state_display()}
    return gettext("Application for stars, %(product)s: %(state)s") % said


def _hearers(step: StarStep) -> list[User]:
    producer = step.application.product.producer
    today = timezone.localdate()
    seat = ProducerSeat.objects.in_force(producer, today).select_related("commune").first()
    if step.state == State.SUBMITTED and seat is not None:
        return _officials(kind=Agency.Kind.COMMUNE, commune=seat.commune_id)
    hearers = list(producer.members.filter(is_active=True))
    if step.state == State.FORWARDED and seat is not None:
        hearers += _officials(kind=Agency.Kind.AGRICULTURE_ENVIRONMENT, province=seat.commune.province_id)
    return hearers


def _officials(**agency: str) -> list[User]:
    """Those who hold a post today in the agency."""
    wanted = {f"posts__agency__{name}": value for name, value in agency.items()}
    today = timezone.localdate()
    return [
        user
        for user in User.objects.filter(is_active=True, **wanted).distinct()
        if user.posts.in_force(today).filter(**{f"agency__{name}": value for name, value in agency.items()}).exists()
    ]
