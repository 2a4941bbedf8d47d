"""Who is told that a star ends: the producer's members and the province's department, 180, 90 and 30 days ahead, once each.

What was announced stands in `StarAlert`, written in one transaction with the messages; so a task that is lost, killed or run twice
tells nobody twice and forgets nobody. A day on which no worker ran is made up for: of several thresholds passed, the nearest counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext

from accounts.messages import send
from accounts.models import Agency, Post, User
from accounts.scopes import Scope
from catalog.models import StarAlert
from catalog.stars.ending import AHEAD, Ending, stars_lost_by

KIND = "star_expiring"
_LOCK = 5201102  # pg_advisory_xact_lock: two workers would both find the same alerts missing
_NAMED = 20  # products in one message; the page has them all


@transaction.atomic
def announce_ends(*, today: date) -> list[StarAlert]:
    """Tell of every end that comes into one of the three thresholds; returns what was not announced before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    endings = stars_lost_by(today + timedelta(days=max(AHEAD) + 1), Scope(), today=today)
    # A revocation was told when it was decided.
    due = [(_threshold(ending), ending) for ending in endings if ending.rating.revoked_on is None]
    told = set(StarAlert.objects.filter(rating__in=[ending.rating for _, ending in due]).values_list("rating_id", "valid_until", "days"))
    new = [(days, ending) for days, ending in due if (ending.rating.pk, ending.last_day, days) not in told]
    alerts = StarAlert.objects.bulk_create(
        StarAlert(rating=ending.rating, valid_until=ending.last_day, days=days, made_on=today) for days, ending in new
    )
    _tell_producers(new)
    _tell_departments(new, today)
    return alerts


def _threshold(ending: Ending) -> int:
    return min(days for days in AHEAD if ending.days_left <= days)


def _tell_producers(new: Sequence[tuple[int, Ending]]) -> None:
    by_producer: defaultdict[tuple[int, int], list[Ending]] = defaultdict(list)
    for days, ending in new:
        by_producer[days, ending.product.producer_id].append(ending)
    members: defaultdict[int, list[User]] = defaultdict(list)
    for user in User.objects.filter(is_active=True, memberships__producer__in=[producer for _, producer in by_producer]).distinct():
        for membership in user.memberships.all():
            members[membership.producer_id].append(user)
    for (days, producer), endings in by_producer.items():
        send(
            members[producer],
            subject=_subject(len(endings), days),
            body=_body(endings, _for_producers),
            kind=KIND,
            dedupe=f"{KIND}:{_first(endings)}:{days}:producer:{producer}",
        )


def _tell_departments(new: Sequence[tuple[int, Ending]], today: date) -> None:
    by_province: defaultdict[tuple[int, str], list[Ending]] = defaultdict(list)
    for days, ending in new:
        by_province[days, ending.province].append(ending)
    posts = Post.objects.in_force(today).filter(agency__kind=Agency.Kind.AGRICULTURE_ENVIRONMENT, user__is_active=True)
    officials: defaultdict[str, dict[int, User]] = defaultdict(dict)
    for post in posts.select_related("user", "agency"):
        officials[post.agency.province_id][post.user_id] = post.user
    for (days, province), endings in by_province.items():
        send(
            officials[province].values(),
            subject=_subject(len(endings), days),
            body=_body(endings, _for_departments),
            kind=KIND,
            dedupe=f"{KIND}:{_first(endings)}:{days}:department:{province}",
        )


def _first(endings: Sequence[Ending]) -> str:
    """What tells one message of a threshold from the next: the same day may bring more stars into it, by a decision or a registry file."""
    return f"{endings[0].rating.pk}:{endings[0].last_day:%Y%m%d}"


def _subject(count: int, days: int) -> str:
    def words() -> str:
        text = ngettext("%(count)d OCOP star ends within %(days)d days", "%(count)d OCOP stars end within %(days)d days", count)
        return text % {"count": count, "days": days}

    return lazy(words, str)()


def _body(endings: Sequence[Ending], advice: str) -> str:
    def words() -> str:
        lines = [
            gettext("%(product)s: %(stars)s stars, valid until %(day)s")
            % {"product": ending.product.name, "stars": ending.rating.stars, "day": f"{ending.last_day:%d/%m/%Y}"}
            for ending in endings[:_NAMED]
        ]
        if len(endings) > _NAMED:
            lines.append(gettext("and %(count)s more, see the portal") % {"count": len(endings) - _NAMED})
        return "\n".join([*lines, "", str(advice)])

    return lazy(words, str)()


def _advice_for_producers() -> str:
    return gettext("Ask for a re-assessment on the portal, under “My stars”. Without it the star is lost on the day after.")


def _advice_for_departments() -> str:
    return gettext("The whole list stands on the portal, under “Stars”.")


_for_producers = lazy(_advice_for_producers, str)()
_for_departments = lazy(_advice_for_departments, str)()
