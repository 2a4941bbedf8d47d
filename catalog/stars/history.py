"""All that ever was about a product's stars, in the order of its days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Product, RecognitionDecision, StarApplication, StarRating


@dataclass(frozen=True)
class Moment:
    """Something that happened on a day: what, in a sentence, by which decision, with which stars."""

    day: date
    title: str
    text: str
    decision: RecognitionDecision | None = None
    rating: StarRating | None = None
    state: str = "valid"
    application: StarApplication | None = None


@dataclass(frozen=True)
class StarsOfDay:
    """What a product's ratings say of a day; `stars` None: no star."""

    day: date
    stars: int | None
    points: Decimal | None = None
    rating: StarRating | None = None


def ratings_of(product: Product) -> list[StarRating]:
    """The product's ratings with their decisions, extensions and revocations, the oldest first. Two queries."""
    found = product.ratings.select_related("decision", "revoked_by", "certificate").prefetch_related("extensions__decision")
    return sorted(found, key=lambda rating: (rating.valid_from, rating.pk))


def star_on(ratings: list[StarRating], day: date) -> StarsOfDay:
    """The star of a day out of all ratings: the one in force that began last."""
    held = [rating for rating in ratings if rating.state_on(day) == "valid"]
    if not held:
        return StarsOfDay(day, None)
    newest = max(held, key=lambda rating: (rating.valid_from, rating.pk))
    return StarsOfDay(day, newest.stars, newest.points, newest)


def star_history(product: Product, ratings: list[StarRating]) -> list[Moment]:
    """Recognitions, extensions, ends, revocations and the steps of applications, the newest first."""
    today = timezone.localdate()
    moments = [moment for rating in ratings for moment in _of_rating(rating, today)]
    for application in product.star_applications.prefetch_related("steps__by"):
        for step in application.steps.all():
            words = f"{application.get_kind_display()}: {step.get_state_display()}"
            moments.append(Moment(timezone.localdate(step.at), words, step.note, application=application))
    # One revocation ends every rating in force: to the product it happened once.
    moments = list(dict.fromkeys(reversed(moments)))[::-1]
    # Of one day the later act comes first too: they were collected in the order in which they happened.
    return sorted(moments, key=lambda moment: moment.day)[::-1]


def _of_rating(rating: StarRating, today: date) -> Iterator[Moment]:
    points = "" if rating.points is None else _("%(points)s points") % {"points": f"{rating.points.normalize():f}".replace(".", ",")}
    until = rating.valid_until
    extensions = list(rating.extensions.all())
    if extensions:
        until = min(extension.before for extension in extensions)
    text = _("valid until %(day)s") % {"day": f"{until:%d/%m/%Y}"}
    given = f"{points}, {text}" if points else text
    yield Moment(rating.valid_from, _("Recognised"), given, rating.decision, rating, rating.state_on(today))
    for extension in extensions:
        words = _("valid until %(day)s instead of %(before)s") % {
            "day": f"{extension.until:%d/%m/%Y}",
            "before": f"{extension.before:%d/%m/%Y}",
        }
        yield Moment(extension.decision.decided_on, _("Extended"), words, extension.decision)
    if rating.revoked_on is not None and rating.revoked_on <= rating.valid_until:
        yield Moment(rating.revoked_on, _("Revoked"), rating.revoked_ground, rating.revoked_by)
    elif rating.valid_until < today:
        yield Moment(rating.valid_until, _("Last day of its validity"), "", None)
