"""Why an order is attributed as it is: the rule, and the sessions it may have come from (FIGURES: Attribution)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards import formats
from dashboards.boards.names import Name
from livestreams.models import Session, Slot
from orders.figures.models import Contribution
from orders.figures.sight import Sight
from orders.models import Attribution, AttributionRule, Basis, Bucket, Order, ShopSession

LEEWAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A session that this order may have come from, and the bucket it would give; None: it gives none, for the reason in `why`."""

    session: Name
    start: datetime
    end: datetime
    linked: bool
    sells: bool
    shows_product: bool
    bucket: int | None
    chosen: bool
    why: str

    @property
    def bucket_name(self) -> str:
        """What the session alone would make of the order, in words; empty: nothing."""
        return "" if self.bucket is None else str(Bucket(self.bucket).label)

    @property
    def reason(self) -> str:
        """Why it was not chosen, in words."""
        return {
            "before": _("had not begun when the order was placed"),
            "over": _("over for longer than the rule goes"),
            "not_linked": _("on air, but the shop is not linked to it"),
            "product": _("shows no product of the order"),
            "host": _("not of the host that the platform named"),
            "event": _("fits, but a booth's sales count for its fair"),
            "named": _("fits, but the platform named another"),
            "on_air": _("fits, but one on air comes before one that is over"),
            "later": _("fits, but another started later"),
            "same_start": _("fits and started at the same moment, but the other was planned last"),
        }[self.why]


@dataclass(frozen=True)
class Explanation:
    """How the order was attributed: what was decided by which rule, and the sessions considered."""

    bucket: int
    basis: int
    session: Name | None
    rule: int
    rule_since: date
    grace_minutes: int
    reported_session: bool
    reported_host: str
    event: bool
    candidates: tuple[Candidate, ...]
    hidden: int

    @property
    def bucket_name(self) -> str:
        """The bucket in words."""
        return str(Bucket(self.bucket).label)

    @property
    def sentences(self) -> list[str]:
        """The decision in words."""
        said = [_("Rule %(version)d, in force since %(day)s.") % {"version": self.rule, "day": formats.day(self.rule_since)}]
        if self.event:
            said.append(_("The shop is a booth of a fair, and what it sells counts for the fair."))
        elif self.reported_session:
            said.append(_("The platform named the livestream, and that decides."))
        elif self.session is None:
            said.append(_("No livestream that sells through this shop showed one of its products in time."))
        elif self.bucket == Bucket.LIVE:
            within = _("Placed between the start of the livestream and %(minutes)d minutes after its end.")
            said += [
                within % {"minutes": self.grace_minutes},
                _("The shop is linked to it, and it showed a product of the order."),
            ]
        else:
            said.append(_("Placed after the livestream, in a shop linked to it or to its host, with a product of its run-of-show."))
        if self.basis == Basis.REPORTED:
            said.append(_("Reported: it rests on what the platform itself named."))
        else:
            said.append(_("Estimated: the platform named nothing that decides, so time, shop and product do."))
        if self.reported_host and not self.reported_session:
            said.append(
                _("The platform named the host %(host)s: only that host's livestreams were considered.") % {"host": self.reported_host}
            )
        if self.session is not None and not self.reported_session:
            said.append(_("Of several that fit, one on air comes before one that is over, and then the one that started last."))
        return said


def explain(order: Order, sight: Sight) -> Explanation:
    """Why `order` (with shop and reported host) is attributed as it is. Sessions in which `sight` covers no line are only counted."""
    decided = Attribution.objects.select_related("session", "rule").get(order=order)
    candidates, hidden = _candidates(order, decided, sight)
    return Explanation(
        bucket=decided.bucket,
        basis=decided.basis,
        session=_name(decided.session) if decided.session else None,
        rule=decided.rule.version,
        rule_since=decided.rule.since,
        grace_minutes=decided.rule.live_grace_minutes,
        reported_session=order.reported_session_id is not None,
        reported_host=str(order.reported_host) if order.reported_host else "",
        event=order.shop.event_id is not None,
        candidates=candidates,
        hidden=hidden,
    )


def _candidates(order: Order, decided: Attribution, sight: Sight) -> tuple[tuple[Candidate, ...], int]:
    """The sessions considered, and how many more of them are others' business.

    Those that sell through the order's shop, or whose host owns it, begun by a day after the order and over for no longer than the rule
    goes (and a day); also those on air that show one of its products and lack the link to its shop alone.
    """
    rule = decided.rule
    longest = timedelta(days=rule.after_days_long, minutes=rule.live_grace_minutes)
    products = Contribution.objects.filter(order=order, product__isnull=False).values("product")
    owner = order.shop.host_on(timezone.localdate(order.placed_at))
    considered: Iterable[Any] = (
        Session.objects.annotate(
            linked=Exists(ShopSession.objects.filter(session=OuterRef("pk"), shop=order.shop)),
            shows=Exists(Slot.objects.filter(session=OuterRef("pk"), product__in=products)),
            seen=Exists(Contribution.objects.filter(sight.rows(), session=OuterRef("pk"))),
        )
        .filter(Q(linked=True) | Q(shows=True) | Q(host__isnull=False, host=owner) | Q(pk=decided.session_id))
        .exclude(~Q(pk=decided.session_id), cancelled_at__isnull=False, actual_start__isnull=True)
        # Wider than any session is long; what it really covers is decided below.
        .filter(planned_start__lte=order.placed_at + LEEWAY, planned_end__gte=order.placed_at - longest - LEEWAY)
    )
    found, hidden = [], 0
    for session in considered:
        chosen = session.pk == decided.session_id
        sells = session.linked or (owner is not None and session.host_id == owner)
        bucket, why = _judge(order, session, rule)
        if not (chosen or sells or why == "not_linked"):
            continue
        # A session in which the reader sold nothing is not the reader's business, unless it got this order.
        if not (chosen or session.seen or sight.everything):
            hidden += 1
            continue
        found.append(
            Candidate(
                session=_name(session),
                start=session.start,
                end=session.end,
                linked=session.linked,
                sells=sells,
                shows_product=session.shows,
                bucket=bucket,
                chosen=chosen,
                why="" if chosen else why or _second(order, session, bucket, decided),
            )
        )
    return tuple(sorted(found, key=lambda candidate: (not candidate.chosen, -candidate.start.timestamp()))), hidden


def _judge(order: Order, session: Any, rule: AttributionRule) -> tuple[int | None, str]:
    """The bucket that the session alone would give the order, else None and what is amiss: time, link, product, host."""
    past = order.placed_at - session.end
    if order.placed_at < session.start:
        return None, "before"
    if session.linked and past < timedelta(minutes=rule.live_grace_minutes):
        bucket = Bucket.LIVE
    elif past < timedelta(0):
        return None, "not_linked"
    elif past < timedelta(hours=rule.after_hours):
        bucket = Bucket.AFTER_24H
    elif past < timedelta(days=rule.after_days_short):
        bucket = Bucket.AFTER_7D
    elif past < timedelta(days=rule.after_days_long):
        bucket = Bucket.AFTER_30D
    else:
        return None, "over"
    if not session.shows:
        return None, "product"
    if order.reported_host_id is not None and session.host_id != order.reported_host_id:
        return None, "host"
    return int(bucket), ""


def _second(order: Order, session: Any, bucket: int | None, decided: Attribution) -> str:
    """Why a session that fits was not the one."""
    if order.shop.event_id is not None:
        return "event"
    if order.reported_session_id is not None or decided.session is None:
        return "named"
    if bucket != Bucket.LIVE and decided.bucket == Bucket.LIVE:
        return "on_air"
    return "same_start" if session.start == decided.session.start else "later"


def _name(session: Session) -> Name:
    return Name(session.code, session.name_vi, session.name_en)
