"""Shops and what connects them with sessions and products."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, Exists, F, Max, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rules import is_administrator, is_commune_official, is_trade_official
from accounts.scopes import COMMUNE, TRADE, scope_of
from catalog.models import CODE, DatedQuerySet, Platform, Producer, ProducerMember, Product
from livestreams.models import Host, OfflineEvent, Organisation, Session
from places.models import Province


class ShopQuerySet(models.QuerySet["Shop"]):
    """Shops by who may do what with them."""

    def in_reach(self, user: User | AnonymousUser) -> ShopQuerySet:
        """Shops that are the user's own or in reach of its office: a trade official's province, a commune's producers.

        That says nothing of their order lines: see `for_intake` and `sharing_with`.
        """
        return self._of(user, Q(), Q(), Q())

    def for_intake(self, user: User | AnonymousUser) -> ShopQuerySet:
        """Shops whose orders `user` may take in: one's own, and those in reach that share their order lines with the user's agency."""
        trade, commune, any_agency = (self._sharing(kinds) for kinds in (TRADE, COMMUNE, None))
        return self._of(user, trade, commune, any_agency)

    def sharing_with(self, kinds: Collection[str] | None) -> ShopQuerySet:
        """Shops whose agreement in force today lets agencies of one of these kinds see the order lines; None: of whatever kind."""
        return self.filter(self._sharing(kinds))

    def _of(self, user: User | AnonymousUser, trade_sees: Q, commune_sees: Q, anybody_sees: Q) -> ShopQuerySet:
        if not user.is_authenticated:
            return self.none()
        if is_administrator(user):
            return self.filter(anybody_sees)
        allowed = Q(producer__in=ProducerMember.objects.filter(user=user).values("producer"))
        trade = scope_of(user, kinds=TRADE) if is_trade_official(user) else None
        if trade is not None:
            allowed |= Q(province=trade.province) & trade_sees
        commune = scope_of(user, kinds=COMMUNE) if is_commune_official(user) else None
        if commune is not None:
            # A cooperative without a computer has its file taken in by its commune.
            allowed |= Q(producer__in=Producer.objects.seated_in(commune.commune)) & commune_sees
        return self.filter(allowed)

    def _sharing(self, kinds: Collection[str] | None) -> Q:
        today = timezone.localdate()
        # One call of filter, so that it is one agreement for which all of it is true.
        shared = self.model._default_manager.filter(
            Q(agreements__ended_on__isnull=True) | Q(agreements__ended_on__gt=today),
            agreements__signed_on__isnull=False,
            agreements__since__lte=today,
            agreements__until__gte=today,
            **({} if kinds is None else {"agreements__readers__overlap": sorted(kinds)}),
        )
        return Q(pk__in=shared.values("pk"))

    def of_host(self, host: Host | int, day: date) -> ShopQuerySet:
        """Shops that the host owned on `day`."""
        rows = ShopOwner.objects.in_force(OuterRef("pk"), day)
        dated = self.alias(was_handed_over=Exists(rows), host_of_day=Subquery(rows.values("host")[:1]))
        return dated.filter(Q(was_handed_over=True, host_of_day=host) | Q(was_handed_over=False, host=host))

    def with_last_export(self) -> ShopQuerySet:
        """Each with `last_export`: when its newest file that was taken in was exported (None: nothing came yet)."""
        return self.annotate(last_export=Max("intake_runs__exported_at", filter=Q(intake_runs__state="merged")))

    def managed_by(self, user: User | AnonymousUser) -> ShopQuerySet:
        """Shops that `user` may set up: an administrator's all, a trade official's province."""
        if not user.is_authenticated:
            return self.none()
        if is_administrator(user):
            return self
        scope = scope_of(user, kinds=TRADE)
        return self.filter(province=scope.province) if scope else self.none()

    def mapped_by(self, user: User | AnonymousUser) -> ShopQuerySet:
        """Shops of whose SKUs `user` may say what they are: those set up by the user, and those of its own producers."""
        managed = self.model._default_manager.managed_by(user).values("pk")
        return self.filter(Q(pk__in=managed) | Q(producer__in=Producer.objects.kept_by(user)))


class Shop(models.Model):
    """A shop on a platform, or a booth. It belongs to exactly one of a producer, a host or a partner."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=200)
    platform = models.CharField(_("platform"), max_length=20, choices=Platform.choices)
    province = models.ForeignKey(Province, models.PROTECT, related_name="shops", verbose_name=_("province"))
    producer = models.ForeignKey(Producer, models.PROTECT, null=True, blank=True, related_name="shops", verbose_name=_("producer"))
    host = models.ForeignKey(Host, models.PROTECT, null=True, blank=True, related_name="shops", verbose_name=_("host"))
    partner = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="shops", verbose_name=_("partner"))
    event = models.ForeignKey(OfflineEvent, models.PROTECT, null=True, blank=True, related_name="shops", verbose_name=_("event"))
    sessions = models.ManyToManyField(Session, through="ShopSession", related_name="shops")
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    objects = ShopQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="shop_has_one_owner",
                condition=Q(producer__isnull=False, host__isnull=True, partner__isnull=True)
                | Q(producer__isnull=True, host__isnull=False, partner__isnull=True)
                | Q(producer__isnull=True, host__isnull=True, partner__isnull=False),
                violation_error_message=_("A shop belongs to exactly one of a producer, a host or a partner."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner(self) -> Producer | Host | Organisation:
        """Whose shop it is."""
        found = self.producer or self.host or self.partner
        assert found is not None  # the constraint shop_has_one_owner
        return found

    def mapped_since(self, user: User) -> date:
        """From when on `user` may say what was sold: an office of all orders, a member of those since the shop is its producer's."""
        return date.min if Shop.objects.managed_by(user).filter(pk=self.pk).exists() else self.owned_since

    def answered_for_by(self, user: User) -> bool:
        """Whether the user leads the producer whose shop it is."""
        return self.producer is not None and self.producer.memberships.filter(user=user, leads=True).exists()

    def products_for(self, user: User) -> models.QuerySet[Product]:
        """Products that `user` may say a SKU of the shop is: an office those that it sees, a member its own and nobody else's."""
        if Shop.objects.managed_by(user).filter(pk=self.pk).exists():
            return Product.objects.visible_to(user).single()
        return Product.objects.kept_by(user)

    def handed_over_on(self) -> list[date]:
        """The days on which it came into other hands, in their order."""
        return _handed_over_on(self.owners.order_by("since"))

    @property
    def owned_since(self) -> date:
        """The first day on which it is its owner's of today; `date.min` where it was never another's."""
        today = timezone.localdate()
        return max((day for day in self.handed_over_on() if day <= today), default=date.min)

    def host_on(self, day: date) -> int | None:
        """The id of the host whose shop it was on `day`; None where it was no host's."""
        row = self.owners.in_force(self, day).first()
        return self.host_id if row is None else row.host_id


class ShopOwnerQuerySet(DatedQuerySet["ShopOwner"]):
    """Owners by time; what they own is the shop."""

    owner = "shop"


class ShopOwner(models.Model):
    """Whose a shop is from `since` on, once it has changed hands; before the first row the first one holds.

    `Shop` names the owner of today. The fold credits an order by the owner of its day: a shop that a host sells on takes no sales
    with it (FIGURES: as of when).
    """

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="owners")
    since = models.DateField(_("since"))
    producer = models.ForeignKey(Producer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("producer"))
    host = models.ForeignKey(Host, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("host"))
    partner = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("partner"))
    ground = models.CharField(_("ground"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ShopOwnerQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(fields=["shop", "since"], name="shop_owner_once_a_day"),
            models.CheckConstraint(
                name="shop_owner_is_one",
                condition=Q(producer__isnull=False, host__isnull=True, partner__isnull=True)
                | Q(producer__isnull=True, host__isnull=False, partner__isnull=True)
                | Q(producer__isnull=True, host__isnull=True, partner__isnull=False),
                violation_error_message=_("A shop belongs to exactly one of a producer, a host or a partner."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shop} – {self.owner} ({self.since})"

    @property
    def owner(self) -> Producer | Host | Organisation:
        """Whose it was or is."""
        found = self.producer or self.host or self.partner
        assert found is not None  # the constraint shop_owner_is_one
        return found


Rows = TypeVar("Rows", bound="models.QuerySet[Any]")


def of_present_owner(rows: Rows, *, shop: str, moment: str) -> Rows:
    """Those of `rows` that were made while the shop belonged to its owner of today; `shop` and `moment` are the names that lead there.

    Whoever a shop is sold on to takes over neither the files nor the typed orders of the one before: not to read, and not to undo.
    """
    today = Q(producer=F("shop__producer")) | Q(host=F("shop__host")) | Q(partner=F("shop__partner"))
    owners = ShopOwner.objects.in_force(OuterRef(shop), OuterRef("made_on"))
    same = owners.annotate(same=Case(When(today, then=True), default=False)).values("same")[:1]
    made = rows.alias(made_on=TruncDate(moment), of_present_owner=Coalesce(Subquery(same), True))
    return made.filter(of_present_owner=True)


Stretch = tuple[int, date, date]
"""A shop's id, and the first and last day of a time in which one owner had it."""


def present_stretches(shops: ShopQuerySet) -> Iterator[Stretch]:
    """Of those that were sold on, the days on which they belonged to their owner of today; `date.min` and `.max` where there is no end."""
    rows = ShopOwner.objects.filter(shop__in=shops.values("pk")).select_related("shop").order_by("shop", "since")
    for _shop, found in groupby(rows, key=lambda row: row.shop_id):
        owners = list(found)
        begins = [date.min, *(row.since for row in owners[1:])]
        ends = [*(begin - timedelta(days=1) for begin in begins[1:]), date.max]
        for row, first, last in zip(owners, begins, ends, strict=True):
            if row.owner == row.shop.owner:
                yield row.shop_id, first, last


def owned_since(shops: ShopQuerySet) -> dict[int, date]:
    """`Shop.owned_since` of those (ids) that were another's before; one query."""
    today = timezone.localdate()
    rows = ShopOwner.objects.filter(shop__in=shops.values("pk"), since__lte=today).order_by("shop", "since")
    handed = {shop: _handed_over_on(found) for shop, found in groupby(rows, key=lambda row: row.shop_id)}
    return {shop: days[-1] for shop, days in handed.items() if days}


def _handed_over_on(rows: Iterable[ShopOwner]) -> list[date]:
    owners = [(row.since, (row.producer_id, row.host_id, row.partner_id)) for row in rows]
    return [since for (_day, before), (since, owner) in pairwise(owners) if owner != before]


class ShopSession(models.Model):
    """A shop through which a session sells."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="session_links")
    session = models.ForeignKey(Session, models.CASCADE, related_name="shop_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "session"], name="shop_session_once")]

    def __str__(self) -> str:
        return f"{self.shop} – {self.session}"


class SkuMappingQuerySet(models.QuerySet["SkuMapping"]):
    """Mappings by who may change them."""

    def changed_by(self, user: User | AnonymousUser) -> SkuMappingQuerySet:
        """Those of shops that `user` sets up; else of its own products: a member takes no sale from another producer."""
        return self.filter(Q(shop__in=Shop.objects.managed_by(user)) | Q(product__producer__in=Producer.objects.kept_by(user)))

    def reaching(self, shop: Shop, day: date) -> SkuMappingQuerySet:
        """Those of the shop that hold, or held if they were the first ones, on `day`: none that began under a later owner."""
        next_owner = min((handed for handed in shop.handed_over_on() if handed > day), default=date.max)
        return self.filter(shop=shop, since__lt=next_owner)

    def reaching_back(self, shop: Shop, day: date) -> SkuMappingQuerySet:
        """Those that begin later and hold on `day` all the same."""
        earlier = self.model._default_manager.filter(shop=OuterRef("shop"), line_key=OuterRef("line_key"), since__lt=OuterRef("since"))
        return self.reaching(shop, day).filter(~Exists(earlier), since__gt=day)


class SkuMapping(models.Model):
    """From `since` on, one piece of a shop's SKU is `units` units of a product.

    `line_key` is the platform's SKU id, else the normalised product and variation (HOUSE: a line's key). Before the first
    `since` the first mapping holds, so that a mapping typed today reaches the orders of yesterday; but not those of days on which
    the shop was another owner's (orders.shops.reaching).
    """

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="sku_mappings")
    line_key = models.CharField(_("SKU"), max_length=400)
    product = models.ForeignKey(Product, models.PROTECT, related_name="sku_mappings", verbose_name=_("product"))
    units = models.PositiveIntegerField(_("units in the pack"), default=1)
    since = models.DateField(_("since"))

    objects = SkuMappingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "line_key", "since"], name="sku_mapping_once_a_day"),
            models.CheckConstraint(name="sku_mapping_has_units", condition=Q(units__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.line_key} → {self.units} × {self.product}"
