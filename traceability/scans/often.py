"""Packs that were scanned unusually often: who is told (the producer's members, the departments of its province; once), who clears one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext

from accounts.messages import send
from accounts.models import Agency, Post, User
from catalog.models import Producer
from traceability.lots.models import Lot
from traceability.scans.models import OftenScanned

KIND = "scanned_often"
_NAMED = 10  # serials in one message; the page has them all
# Whoever watches the market, and whoever answers for food from the field.
_DEPARTMENTS = (Agency.Kind.INDUSTRY_TRADE, Agency.Kind.AGRICULTURE_ENVIRONMENT)


@transaction.atomic
def tell_of_often_scanned() -> int:
    """Tell of every pack that nobody was told of; how many there were.

    One message for a lot, and one a day: where copies are about, pack after pack comes up, and all stand on the page.
    """
    waiting = OftenScanned.objects.select_for_update(skip_locked=True, of=("self",)).filter(told_at__isnull=True)
    by_lot: defaultdict[Lot, list[str]] = defaultdict(list)
    told = list(waiting.select_related("unit__lot__product__producer").order_by("pk")[:1000])
    for one in told:
        by_lot[one.unit.lot].append(one.unit.serial)
    for lot, serials in by_lot.items():
        producer = lot.product.producer
        send(
            _people(producer),
            subject=_subject(lot, len(serials)),
            body=_body(lot, serials),
            kind=KIND,
            dedupe=f"{KIND}:{lot.pk}:{timezone.localdate()}",
        )
    OftenScanned.objects.filter(pk__in=[one.pk for one in told]).update(told_at=timezone.now())
    return len(told)


@transaction.atomic
def clear_often_scanned(*, pack: OftenScanned, found: str, by: User) -> bool:
    """The department looked into it and found no copies: the page behind the code says nothing of it any more.

    False where it was cleared before, by somebody else at the same moment for instance; what that one found stays.
    """
    kept = OftenScanned.objects.select_for_update().filter(pk=pack.pk).standing().first()
    if kept is None:
        return False
    kept.cleared_at, kept.cleared_by, kept.found = timezone.now(), by, found
    kept.save(update_fields=["cleared_at", "cleared_by", "found"])
    return True


def _people(producer: Producer) -> list[User]:
    today = timezone.localdate()
    people = {user.pk: user for user in User.objects.filter(is_active=True, memberships__producer=producer)}
    seat = producer.seats.in_force(producer, today).select_related("commune").first()
    if seat is not None:
        posts = Post.objects.in_force(today).filter(
            agency__kind__in=_DEPARTMENTS, agency__province=seat.commune.province_id, user__is_active=True
        )
        people |= {post.user_id: post.user for post in posts.select_related("user")}
    return list(people.values())


def _subject(lot: Lot, count: int) -> str:
    def words() -> str:
        text = ngettext(
            "%(count)d code of lot %(lot)s is scanned unusually often", "%(count)d codes of lot %(lot)s are scanned unusually often", count
        )
        return text % {"count": count, "lot": lot.number}

    return lazy(words, str)()


def _body(lot: Lot, serials: Sequence[str]) -> str:
    def words() -> str:
        lines = [lot.product.name, *serials[:_NAMED]]
        if len(serials) > _NAMED:
            lines.append(gettext("and %(count)s more, see the portal") % {"count": len(serials) - _NAMED})
        advice = gettext("These codes may have been copied onto other packs. The page behind them says so from now on; see “Scans”.")
        return "\n".join([*lines, "", advice])

    return lazy(words, str)()
