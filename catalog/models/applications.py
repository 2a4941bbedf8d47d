"""A producer's way to a star: the application, its dossier, the commune's check, the points, and each step taken.

Since July 2025 the commune checks origin, labour and identity and forwards; the province's department of agriculture and
environment has the points given; the star itself comes from a decision (`stars`). Nothing here says what star a product has.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog import criteria
from catalog.models.files import StoredDocument
from catalog.models.products import Product
from catalog.models.stars import StarRating

if TYPE_CHECKING:
    from accounts.models import User

MOST_POINTS = 100


class StarApplicationQuerySet(models.QuerySet["StarApplication"]):
    """Applications by state and by who may see them."""

    def open(self) -> StarApplicationQuerySet:
        """Those that still run."""
        return self.exclude(state__in=StarApplication.CLOSED)

    def visible_to(self, user: User | AnonymousUser) -> StarApplicationQuerySet:
        """Those of products that the user may see."""
        if user.is_superuser:
            return self
        return self.filter(product__in=Product.objects.visible_to(user))


class StarApplication(models.Model):
    """A product's application for `stars_wanted`; a product has one that runs at most."""

    class Kind(models.TextChoices):
        FIRST = "first", _("First recognition")
        UPGRADE = "upgrade", _("Upgrade")
        REASSESSMENT = "reassessment", _("Re-assessment")

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        SUBMITTED = "submitted", _("With the commune")
        RETURNED = "returned", _("Returned to the producer")
        FORWARDED = "forwarded", _("With the department")
        ASSESSED = "assessed", _("Points given, waits for the decision")
        RECOGNISED = "recognised", _("Recognised")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    CLOSED = (State.RECOGNISED, State.REFUSED, State.WITHDRAWN)

    product = models.ForeignKey(Product, models.PROTECT, related_name="star_applications")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    stars_wanted = models.PositiveSmallIntegerField(_("stars wanted"), validators=[MinValueValidator(3), MaxValueValidator(5)])
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    rating: models.OneToOneField[StarRating | None, StarRating | None] = models.OneToOneField(
        StarRating, models.SET_NULL, null=True, blank=True, related_name="application"
    )

    objects = StarApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="wanted_three_to_five", condition=Q(stars_wanted__gte=3, stars_wanted__lte=5)),
            models.UniqueConstraint(
                fields=["product"],
                condition=Q(state__in=["draft", "submitted", "returned", "forwarded", "assessed"]),
                name="one_running_application",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        """Whether it still runs."""
        return self.state not in self.CLOSED

    @property
    def with_producer(self) -> bool:
        """Whether the producer may change the dossier."""
        return self.state in {self.State.DRAFT, self.State.RETURNED}


class DossierItem(models.Model):
    """One paper of the dossier list (`catalog/data/star_criteria.json`): whether it is there, and which it is."""

    application = models.ForeignKey(StarApplication, models.CASCADE, related_name="dossier")
    item = models.CharField(max_length=40)
    provided = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True, help_text="number, issuer, date")
    document = models.ForeignKey(StoredDocument, models.PROTECT, null=True, blank=True, related_name="dossier_items")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["application", "item"], name="dossier_item_once")]

    def __str__(self) -> str:
        return f"{self.item} ({self.application_id})"


class CommuneCheck(models.Model):
    """What the commune found. Each check is a row: a second one does not wipe out the first."""

    application = models.ForeignKey(StarApplication, models.CASCADE, related_name="checks")
    by: models.ForeignKey[User, User] = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    origin = models.BooleanField(_("Most raw materials come from the place, as stated"))
    labour = models.BooleanField(_("Most workers are of the place, as stated"))
    identity = models.BooleanField(_("The product carries the identity of the place, as stated"))
    note = models.CharField(_("note"), max_length=1000, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.application_id} ({self.at:%Y-%m-%d})"

    @property
    def passed(self) -> bool:
        """Whether all three are confirmed."""
        return self.origin and self.labour and self.identity


class Assessment(models.Model):
    """Points of the council: A (product and community), B (marketing), C (quality), under the criteria in force since `criteria_since`."""

    application = models.ForeignKey(StarApplication, models.CASCADE, related_name="assessments")
    by: models.ForeignKey[User, User] = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    criteria_since = models.DateField()
    points_a = models.DecimalField(max_digits=4, decimal_places=1)
    points_b = models.DecimalField(max_digits=4, decimal_places=1)
    points_c = models.DecimalField(max_digits=4, decimal_places=1)
    note = models.CharField(_("note"), max_length=1000, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="parts_not_negative", condition=Q(points_a__gte=0, points_b__gte=0, points_c__gte=0)),
            models.CheckConstraint(name="parts_within_a_hundred", condition=Q(points_a__lte=MOST_POINTS - F("points_b") - F("points_c"))),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.total}"

    @property
    def total(self) -> Decimal:
        """All points, of 100."""
        return self.points_a + self.points_b + self.points_c

    @property
    def stars(self) -> int | None:
        """The stars that these points give under their criteria; None below three."""
        return criteria.criteria_on(self.criteria_since).stars_for(self.total)


class StarStep(models.Model):
    """A state that an application came to: by whom, when, with what words."""

    application = models.ForeignKey(StarApplication, models.CASCADE, related_name="steps")
    state = models.CharField(max_length=20, choices=StarApplication.State.choices)
    by: models.ForeignKey[User, User] = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.state}"
