"""Lots and what went into them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_administrator, is_commune_official
from accounts.scopes import AGRICULTURE, COMMUNE, scope_of
from catalog.models import Producer, ProducerMember, Product
from places.models import Commune
from traceability.codes.alphabet import LOT_LENGTH, new_code

if TYPE_CHECKING:
    from accounts.models import User

# AI (10) allows 20 characters of the GS1 set 82; of these we take the ones that a buyer can type from a pack and that need no
# escaping in an address.
LOT_NUMBER = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z", _("Letters without accents, digits, dot, dash and underscore only."))

# Which lots went into which, through any number of steps; a lot is made of older ones, so it ends.
_MADE_OF = """
WITH RECURSIVE made (id) AS (
  SELECT lot_id FROM traceability_lotinput WHERE source_id = ANY(%s)
  UNION SELECT step.lot_id FROM traceability_lotinput step JOIN made ON step.source_id = made.id
) SELECT id FROM made"""
_WENT_INTO = """
WITH RECURSIVE went (id) AS (
  SELECT source_id FROM traceability_lotinput WHERE lot_id = ANY(%s) AND source_id IS NOT NULL
  UNION SELECT step.source_id FROM traceability_lotinput step JOIN went ON step.lot_id = went.id WHERE step.source_id IS NOT NULL
) SELECT id FROM went"""
_MADE_OF_RECALLED = """
WITH RECURSIVE made (id) AS (
  SELECT step.lot_id FROM traceability_lotinput step JOIN traceability_lot lot ON lot.id = step.source_id WHERE lot.recalled_at IS NOT NULL
  UNION SELECT step.lot_id FROM traceability_lotinput step JOIN made ON step.source_id = made.id
) SELECT id FROM made"""


class Unit(models.TextChoices):
    """What a lot is measured in, by the code of UN/ECE Recommendation 20 that EPCIS asks for."""

    KILOGRAM = "KGM", _("kg")
    LITRE = "LTR", _("litres")
    PIECE = "H87", _("packs")


def _new_lot_code() -> str:
    return new_code(LOT_LENGTH)


def _ids(sql: str, *lots: Sequence[Lot]) -> RawSQL:
    return RawSQL(sql, [[lot.pk for lot in several] for several in lots])  # noqa: S611  (statements above, with parameters)


class LotQuerySet(models.QuerySet["Lot"]):
    """Lots by who may see them and who may write in them."""

    def visible_to(self, user: User | AnonymousUser) -> LotQuerySet:
        """Lots of the producers that the user may see."""
        if user.is_superuser:
            return self
        return self.filter(product__producer__in=Producer.objects.visible_to(user))

    def kept_by(self, user: User | AnonymousUser) -> LotQuerySet:
        """Lots in which the user may write: see `products_kept_by`."""
        return self.filter(product__in=products_kept_by(user))

    def recallable_by(self, user: User | AnonymousUser) -> LotQuerySet:
        """Lots that the user may recall: those he keeps, and for a department of agriculture and environment its province's."""
        if not user.is_authenticated:
            return self.none()
        allowed = Q(product__in=products_kept_by(user))
        scope = scope_of(user, kinds=AGRICULTURE)
        if scope is not None and not scope.everything:
            seated: models.QuerySet[Any] = Producer.objects.with_seat(timezone.localdate())
            allowed |= Q(product__producer__in=seated.filter(province_code=scope.province).values("pk"))
        return self.filter(allowed)

    def recalled(self) -> LotQuerySet:
        """Lots of which at least a part was ever recalled: `Lot.objects.recalled().filter(product=…)`."""
        return self.filter(recalled_at__isnull=False)

    def made_of(self, *lots: Lot) -> LotQuerySet:
        """Lots that one of these went into, through any number of steps."""
        return self.filter(pk__in=_ids(_MADE_OF, lots))

    def that_went_into(self, *lots: Lot) -> LotQuerySet:
        """Lots that went into one of these, through any number of steps."""
        return self.filter(pk__in=_ids(_WENT_INTO, lots))

    def in_doubt(self) -> LotQuerySet:
        """Lots that were not recalled and into which a recalled one went, through any number of steps."""
        return self.filter(recalled_at__isnull=True, pk__in=_ids(_MADE_OF_RECALLED))

    def good_on(self, day: date) -> LotQuerySet:
        """Lots that are not past their date on `day`."""
        return self.filter(Q(best_before__isnull=True) | Q(best_before__gte=day))

    def mark_changed(self) -> None:
        """Say that their pages tell something else from now on: what was kept of them is not shown any more. In a transaction only."""
        # In the order of their ids, as a recall holds them: so two that want the same lots wait for each other, and never for ever.
        held = list(self.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        self.model._default_manager.filter(pk__in=held).update(changed_at=timezone.now())

    def of_number(self, product: Product | int, typed: str) -> LotQuerySet:
        """The product's lot of that number, as a buyer types it: upper or lower case, spaces around it."""
        return self.filter(product=product, number__iexact=typed.strip())


def products_kept_by(user: User | AnonymousUser) -> models.QuerySet[Product]:
    """Products whose lots the user keeps: a member's own, those of a commune official's commune, an administrator's all.

    A producer without a phone has its lots kept by its commune; a department reads and does not write.
    """
    if not user.is_authenticated:
        return Product.objects.none()
    if is_administrator(user):
        return Product.objects.single()
    allowed = Q(producer__in=ProducerMember.objects.filter(user=user).values("producer"))
    scope = scope_of(user, kinds=COMMUNE) if is_commune_official(user) else None
    if scope is not None:
        allowed |= Q(producer__in=Producer.objects.seated_in(scope.commune).values("pk"))
    return Product.objects.single().filter(allowed)


class Lot(models.Model):
    """Goods of one product made together: GS1 key AI (01)+(10). `quantity` is in `unit`."""

    class State(models.TextChoices):
        OPEN = "open", _("Still open")
        CLOSED = "closed", _("Closed for good")

    product = models.ForeignKey(Product, models.PROTECT, related_name="lots", verbose_name=_("product"))
    number = models.CharField(_("lot number"), max_length=20, validators=[LOT_NUMBER])
    code = models.CharField(max_length=LOT_LENGTH, unique=True, default=_new_lot_code, editable=False, help_text="its own path /t/<code>")
    made_on = models.DateField(_("made on"))
    best_before = models.DateField(_("best before"), null=True, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3, validators=[MinValueValidator(Decimal("0.001"))])
    unit = models.CharField(_("unit"), max_length=3, choices=Unit.choices, default=Unit.PIECE)
    commune = models.ForeignKey(Commune, models.PROTECT, null=True, blank=True, related_name="lots", verbose_name=_("commune"))
    place = models.CharField(_("place"), max_length=200, blank=True, help_text=_("Field, pond, workshop: as people there call it."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    opened_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="opened_lots"
    )
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now, editable=False, help_text="what its page tells changed then")
    recalled_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="of it or of a part of it, the first time")
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")

    objects = LotQuerySet.as_manager()

    class Meta:
        ordering = ["-made_on", "-pk"]
        constraints = [
            # A buyer types the number from the pack, in whatever case: two lots must not differ by case alone.
            models.UniqueConstraint(
                "product",
                Lower("number"),
                name="lot_number_once",
                violation_error_message=_("This product has a lot of that number already."),
            ),
            models.CheckConstraint(name="lot_holds_something", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="lot_is_good_after_it_is_made", condition=Q(best_before__isnull=True) | Q(best_before__gte=F("made_on"))
            ),
            models.CheckConstraint(name="recalled_lot_is_closed", condition=Q(recalled_at__isnull=True) | Q(state="closed")),
            models.CheckConstraint(
                name="closed_lot_has_a_time", condition=Q(state="open", closed_at__isnull=True) | Q(state="closed", closed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} – {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether steps may still be recorded and codes issued."""
        return self.state == self.State.OPEN

    def is_past_its_date(self, day: date) -> bool:
        """Whether the best-before day lies before `day`; on that day itself the goods are still good."""
        return self.best_before is not None and self.best_before < day

    @property
    def used(self) -> Decimal:
        """How much of it went into other lots, in its own unit."""
        total: Decimal | None = self.outputs.aggregate(total=Sum("quantity"))["total"]
        return total or Decimal(0)


class LotInput(models.Model):
    """What went into a lot: part of another lot (in that lot's unit), or something told in words."""

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="inputs")
    source = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="outputs")
    words = models.CharField(max_length=200, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True, validators=[MinValueValidator(Decimal("0.001"))])
    unit = models.CharField(max_length=3, choices=Unit.choices, default=Unit.KILOGRAM)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="input_is_a_lot_or_words", condition=Q(source__isnull=False, words="") | (Q(source__isnull=True) & ~Q(words=""))
            ),
            models.CheckConstraint(name="input_of_a_lot_has_a_quantity", condition=Q(source__isnull=True) | Q(quantity__isnull=False)),
            models.CheckConstraint(name="input_is_something", condition=Q(quantity__isnull=True) | Q(quantity__gt=0)),
            models.CheckConstraint(name="lot_is_not_made_of_itself", condition=Q(source__isnull=True) | ~Q(source=F("lot"))),
            models.UniqueConstraint(fields=["lot", "source"], name="input_lot_once"),
        ]

    def __str__(self) -> str:
        return str(self.source) if self.source else self.words
