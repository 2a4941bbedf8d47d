"""Data health in words: each kind of ill with its rows, its remedy, and where the reader mends a row."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from catalog.converters import LISTING
from dashboards import formats
from dashboards.boards.audience import Audience
from dashboards.health.board import Health, SilentShop
from dashboards.health.forms import KINDS
from dashboards.views.claim_words import ShownClaim, shown_claims
from livestreams.models import Session
from orders.models import Shop
from orders.shops.silence import Silence

TITLES = dict(KINDS)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is ill: what it is and where it is looked at, what is known, and where this reader mends it (empty: nowhere)."""

    name: str
    address: str
    detail: str
    known: str
    mend: str


@dataclass(frozen=True)
class Ill:
    """A kind of ill with its rows: `of` heads the column of what has it, `mends` are the words of the way to the remedy.

    `well` is said where there are no rows.
    """

    key: str
    title: str
    of: str
    remedy: str
    mends: str
    well: str
    rows: tuple[Row, ...]

    @property
    def table(self) -> str:
        """The id of its table."""
        return f"{self.key}-table"

    @property
    def mended_here(self) -> bool:
        """Whether the reader mends any of its rows."""
        return any(row.mend for row in self.rows)


def ills_of(health: Health, audience: Audience, user: User) -> list[Ill]:
    """All kinds that the reader is told of; a member is told of no claims. Three queries for the reader's ways, for any number of rows."""
    ills = [_silent(health, user), _unmapped(health, user), _sessions(health, user), _bare(health, audience)]
    return [*ills, _claims(health, audience, user)] if audience.official else ills


def _silent(health: Health, user: User) -> Ill:
    taken = set(Shop.objects.for_intake(user).filter(pk__in=[row.pk for row in health.silent]).values_list("pk", flat=True))
    taken = taken if user.has_perm("orders.take_in_orders") else set()
    return Ill(
        key="silent",
        title=str(TITLES["silent"]),
        of=_("Shop"),
        remedy=_(
            "Upload an order file of each. Platforms export orders of the last 90 days alone: what is not fetched by then is lost for "
            "good. Whoever does not sell there asks the owner for the file, or to share the order lines."
        ),
        mends=_("Upload an order file"),
        well=_("None: of every shop a file came within the last 14 days.") if health.shops else _("There is no shop yet."),
        rows=tuple(
            Row(str(row.shop), "", row.shop.code, _silence(row), f"{reverse('intake_new')}?shop={row.pk}" if row.pk in taken else "")
            for row in health.silent
        ),
    )


def _silence(row: SilentShop) -> str:
    if row.last_export is None:
        return _("no file yet").capitalize()
    last = _("last file of %(time)s") % {"time": formats.moment(row.last_export)}
    return f"{Silence(row.silence).label}; {last}"


def _unmapped(health: Health, user: User) -> Ill:
    codes = [row.shop.code for row in health.unmapped]
    mapped = set(Shop.objects.mapped_by(user).filter(code__in=codes).values_list("code", flat=True))
    remedy = _("Say which product each SKU is; its past orders then enter every figure.")
    if not user.has_perm("orders.map_skus"):
        remedy = _("The department of industry and trade maps them.")
    return Ill(
        key="unmapped",
        title=str(TITLES["unmapped"]),
        of=_("Shop"),
        remedy=remedy,
        mends=_("Map these SKUs"),
        well=_("None: every SKU that sold is known."),
        rows=tuple(
            Row(
                str(row.shop),
                "",
                row.shop.code,
                _("Order lines: %(lines)s; value placed: %(value)s")
                % {"lines": formats.number(row.lines), "value": formats.vnd(row.value)},
                reverse("shop_products", args=[row.shop.code]) if row.shop.code in mapped else "",
            )
            for row in health.unmapped
        ),
    )


def _sessions(health: Health, user: User) -> Ill:
    codes = [row.session.code for row in health.sessions]
    planned = set(Session.objects.planned_by(user).filter(code__in=codes).values_list("code", flat=True))
    links, uploads = user.has_perm("orders.manage_shops"), user.has_perm("orders.take_in_orders")

    def mend(code: str) -> str:
        if links:
            return reverse("session_shops", args=[code]) if code in planned else ""
        return reverse("intake_new") if uploads else ""

    return Ill(
        key="sessions",
        title=str(TITLES["sessions"]),
        of=_("Livestream"),
        remedy=_(
            "No order file exported after the start came from a shop of these livestreams. The department of industry and trade says which "
            "shops sold; then their order files are uploaded."
        ),
        mends=_("Say which shops sold") if links else _("Upload an order file"),
        well=_("None: of every livestream that is over an order file came."),
        rows=tuple(
            Row(
                str(row.session),
                reverse("session_detail", args=[row.session.code]),
                str(row.host or ""),
                _("On air on %(time)s, no order file since") % {"time": formats.moment(row.start)},
                mend(row.session.code),
            )
            for row in health.sessions
        ),
    )


def _bare(health: Health, audience: Audience) -> Ill:
    return Ill(
        key="papers",
        title=str(TITLES["papers"]),
        of=_("Product"),
        remedy=_(
            "Food, drinks, herbs and cosmetics in the public catalogue without a self-declaration, test result or certificate that is "
            "valid today. The producer enters the paper with the listing; once published, buyers see it."
        ),
        mends=_("Enter a paper"),
        well=_("None: each has a paper that is valid today."),
        rows=tuple(
            Row(
                str(row.product),
                reverse("product_detail", args=[row.product.code]),
                str(row.producer),
                _("The last one ended on %(day)s") % {"day": formats.day(row.ended_on)} if row.ended_on else _("No valid paper yet"),
                "" if audience.official else reverse("kept_papers", args=[LISTING, row.product.code]),
            )
            for row in health.bare
        ),
    )


def _claims(health: Health, audience: Audience, user: User) -> Ill:
    enters = user.has_perm("livestreams.enter_claims")
    return Ill(
        key="claims",
        title=str(TITLES["claims"]),
        of=_("Claim"),
        remedy=_(
            "Ask the source which orders it counted and when. If the ledger lacks orders, upload their file; if the figure was typed "
            "wrongly, change it. What was reported stays beside the ledger and never enters it."
        ),
        mends=_("Change the claim"),
        well=_("None: what can be compared agrees."),
        rows=tuple(
            Row(
                f"{shown.metric}: {shown.row.about or shown.row.scope}",
                _about(shown),
                shown.row.source_name,
                _("Reported: %(value)s; in the ledger: %(ledger)s") % {"value": shown.value, "ledger": shown.ledger},
                reverse("claim_change", args=[shown.row.pk]) if enters else "",
            )
            for shown in shown_claims(health.claims, audience)
        ),
    )


def _about(shown: ShownClaim) -> str:
    return reverse(f"{shown.row.about_kind}_detail", args=[shown.row.about.code]) if shown.row.about else ""
