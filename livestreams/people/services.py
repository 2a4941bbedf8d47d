"""The verbs of people: enter somebody, add what holds from a day on, erase names."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from catalog.models import OcopGroup
from livestreams.codes import code_of, save_with_code
from livestreams.models import Session
from livestreams.people.models import Channel, FollowerCount, Guest, GuestTitle, Host, HostTerms, PersonalData


class TakenError(ValueError):
    """Such a row is there already: terms or a count of that day, a channel of that name."""


class ErasedError(ValueError):
    """The names were erased, perhaps while a form was open: nothing may be entered again."""


class StillPlannedError(ValueError):
    """Names are needed for sessions that are still to come; `sessions` are those."""

    def __init__(self, sessions: list[Session]) -> None:
        super().__init__(", ".join(session.code for session in sessions))
        self.sessions = sessions


@transaction.atomic
def enter_host(*, host: Host, groups: Iterable[OcopGroup]) -> Host:
    """Write a new host (checked by its form) under a code of its own, which says nothing of the person: it outlives the names."""
    save_with_code(host, "KOL")
    host.groups.set(groups)
    return host


@transaction.atomic
def enter_guest(*, guest: Guest) -> Guest:
    """Write a new guest under a code of its own."""
    save_with_code(guest, "KM")
    return guest


@transaction.atomic
def change_host(*, host: Host, groups: Iterable[OcopGroup]) -> None:
    """Write a host that its form has changed. Raises ErasedError."""
    _hold_named(host)
    host.save()
    host.groups.set(groups)


@transaction.atomic
def change_guest(*, guest: Guest) -> None:
    """Write a guest that its form has changed. Raises ErasedError."""
    _hold_named(guest)
    guest.save()


def add_row(row: HostTerms | FollowerCount | Channel | GuestTitle) -> None:
    """Write what holds from a day on, or a channel: never over another one. Raises TakenError, ErasedError.

    The unique key decides, not a look beforehand: of two at once one is told.
    """
    try:
        with transaction.atomic():
            _hold_named(_whose(row))
            row.save(force_insert=True)
    except IntegrityError as error:
        raise TakenError from error


@transaction.atomic
def erase_host(*, host_id: int) -> Host:
    """Take a host's names and leave row and terms, so that sessions, orders and commissions stay as they were.

    A code that names the person gives way to one that says nothing. Raises StillPlannedError while a session of the host's is still to
    come or on air. A second time does nothing.
    """
    host = Host.objects.select_for_update().get(pk=host_id)
    if host.erased_at is None:
        _demand_nothing_ahead(Session.objects.filter(host=host))
        host.code = code_of(host, "KOL")
        host.stage_name, host.full_name, host.base = host.code, "", ""
        _erased(host, ["code", "stage_name", "full_name", "base"])
        for channel in host.channels.all():
            # A handle stays unique on its platform.
            channel.handle, channel.url = f"{host.code}-{channel.pk}", ""
            channel.save(update_fields=["handle", "url"])
        host.terms.update(note="")
    return host


@transaction.atomic
def erase_guest(*, guest_id: int) -> Guest:
    """Take a guest's name and the words of the titles, from which a person can be told; sessions keep their guest.

    Raises StillPlannedError as `erase_host` does. A second time does nothing.
    """
    guest = Guest.objects.select_for_update().get(pk=guest_id)
    if guest.erased_at is None:
        _demand_nothing_ahead(guest.sessions.all())
        guest.code = code_of(guest, "KM")
        guest.full_name = guest.code
        _erased(guest, ["code", "full_name"])
        guest.titles.update(title_vi=guest.code, title_en="", organisation=None, commune=None)
    return guest


def erase_past_date(*, today: date) -> int:
    """Erase everybody whose date has passed, each in a transaction of its own; how many.

    Who is still to be in a session keeps the names until it is over: an official sees them listed and may decide before.
    """
    erased = 0
    for host in Host.objects.past(today).order_by("pk"):
        with suppress(StillPlannedError):
            erase_host(host_id=host.pk)
            erased += 1
    for guest in Guest.objects.past(today).order_by("pk"):
        with suppress(StillPlannedError):
            erase_guest(guest_id=guest.pk)
            erased += 1
    return erased


def _erased(person: PersonalData, names: list[str]) -> None:
    person.purpose, person.erased_at = "", timezone.now()
    person.save(update_fields=[*names, "purpose", "erased_at"])


def _whose(row: HostTerms | FollowerCount | Channel | GuestTitle) -> Host | Guest:
    if isinstance(row, GuestTitle):
        return row.guest
    return row.channel.host if isinstance(row, FollowerCount) else row.host


def _hold_named(person: Host | Guest) -> None:
    """Hold the person's row against an erasure at the same moment: what is written after one would bring the names back."""
    if type(person).objects.select_for_update(no_key=True).get(pk=person.pk).erased_at is not None:
        raise ErasedError


def _demand_nothing_ahead(sessions: models.QuerySet[Session]) -> None:
    ahead = sessions.filter(cancelled_at__isnull=True, actual_end__isnull=True, planned_end__gt=timezone.now())
    if found := list(ahead):
        raise StillPlannedError(found)
