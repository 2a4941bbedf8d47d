"""What a decision would do: each of its lines checked against the registry, all problems found before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from accounts.scopes import Scope
from catalog.criteria import criteria_on
from catalog.models import Product, RecognitionDecision, StarApplication, StarRating
from catalog.stars.lines import Line, LineProblem

Kind, Authority = RecognitionDecision.Kind, RecognitionDecision.Authority
MOST_MONTHS = 36
_CENTRE_STARS = 5


@dataclass(frozen=True)
class Head:
    """What a decision says of all its products.

    `valid_until` is the new last day of an extension, `effective_on` the first day without the star of a revocation, `ground` why;
    a line's own word goes before `valid_until` and `ground`.
    """

    kind: str
    number: str
    decided_on: date
    issuer: str
    authority: str
    province: str
    valid_until: date | None = None
    effective_on: date | None = None
    ground: str = ""

    @property
    def day(self) -> date:
        """The day on which a product must have a star to lose it, or to have it extended."""
        return self.effective_on or self.decided_on


@dataclass(frozen=True)
class Planned:
    """A line that can be taken: what the product gets, or the ratings that it concerns.

    `held`: of a recognition, the rating in force on the day of the decision.
    """

    line: Line
    product: Product
    stars: int
    points: Decimal | None
    ratings: tuple[StarRating, ...] = ()
    until: date | None = None
    ground: str = ""
    application: StarApplication | None = None
    held: StarRating | None = None

    @property
    def lowers(self) -> bool:
        """Whether a recognition gives fewer stars than the product holds: rare enough to be asked about before it is recorded."""
        return self.held is not None and self.stars < self.held.stars


def plan(head: Head, lines: Sequence[Line], *, scope: Scope, today: date) -> tuple[list[Planned], list[LineProblem]]:
    """What each line does within the territory, and why some cannot be taken. Four queries, however many lines."""
    by_code = _products(lines, scope, today)
    ratings = _ratings(by_code)
    applications = {
        application.product_id: application
        for application in StarApplication.objects.filter(
            product__in=by_code.values(), state=StarApplication.State.ASSESSED
        ).prefetch_related("assessments")
    }
    planned: list[Planned] = []
    problems: list[LineProblem] = []
    seen: dict[str, int] = {}
    for line in lines:
        product = by_code.get(line.code.upper())
        first = seen.setdefault(line.code.upper(), line.number)
        if product is None:
            text = _("There is no product with this code in the territory.")
        elif first != line.number:
            text = _("The product stands on line %(line)s already.") % {"line": first}
        else:
            one = _planned(head, line, product, ratings[product.pk], applications.get(product.pk))
            if isinstance(one, Planned):
                planned.append(one)
                continue
            text = one
        problems.append(LineProblem(line.number, line.code, text))
    return planned, problems


def _products(lines: Sequence[Line], scope: Scope, today: date) -> dict[str, Product]:
    codes = {line.code.upper() for line in lines}
    found = Product.objects.within(scope, today).single().alias(upper=Upper("code")).filter(upper__in=codes).select_related("producer")
    return {product.code.upper(): product for product in found}


def _ratings(by_code: dict[str, Product]) -> defaultdict[int, list[StarRating]]:
    found: defaultdict[int, list[StarRating]] = defaultdict(list)
    for rating in StarRating.objects.filter(product__in=by_code.values()).select_related("decision").order_by("valid_from", "pk"):
        found[rating.product_id].append(rating)
    return found


def _planned(head: Head, line: Line, product: Product, ratings: list[StarRating], application: StarApplication | None) -> Planned | str:
    if head.kind == Kind.RECOGNITION:
        return _recognised(head, line, product, ratings, application)
    held = tuple(rating for rating in ratings if rating.state_on(head.day) == "valid")
    if not held:
        return _("The product has no star on %(day)s.") % {"day": f"{head.day:%d/%m/%Y}"}
    newest = held[-1]
    if head.kind == Kind.EXTENSION:
        return _extended(head, line, product, newest)
    ground = line.revoked_ground or head.ground
    if not ground:
        return _("A revocation needs its ground.")
    return Planned(line, product, newest.stars, newest.points, ratings=held, ground=ground)


def _recognised(head: Head, line: Line, product: Product, ratings: list[StarRating], application: StarApplication | None) -> Planned | str:
    points, criteria = line.points, criteria_on(head.decided_on)
    if points is None and application is not None:
        points = list(application.assessments.all())[-1].total
    fitting = None if points is None else criteria.stars_for(points)
    stars = line.stars or fitting
    if stars is None:
        return _("With fewer than 50 points there is no certificate.") if points is not None else _("Stars are missing.")
    if points is not None and fitting != stars:
        if fitting is None:
            return _("With fewer than 50 points there is no certificate.")
        return _("%(points)s points are %(fitting)s stars, not %(stars)s.") % {
            "points": f"{points.normalize():f}".replace(".", ","), "fitting": fitting, "stars": stars,
        }  # fmt: skip
    if head.authority == Authority.PROVINCE and stars == _CENTRE_STARS:
        return _("Five stars are the centre's to give.")
    if head.authority == Authority.CENTRE and stars != _CENTRE_STARS:
        return _("The centre gives five stars; three and four are the province's.")
    if any(_is_same(rating.decision, head) for rating in ratings):
        return _("The product has its stars by this decision already.")
    held = [rating for rating in ratings if rating.state_on(head.decided_on) == "valid"]
    return Planned(line, product, stars, points, application=application, held=held[-1] if held else None)


def _is_same(decision: RecognitionDecision, head: Head) -> bool:
    return (decision.number, decision.decided_on, decision.province_id) == (head.number, head.decided_on, head.province)


def _extended(head: Head, line: Line, product: Product, rating: StarRating) -> Planned | str:
    until = line.valid_until or head.valid_until
    if until is None:
        return _("An extension needs its new last day.")
    if until <= rating.valid_until:
        return _("The star is valid until %(day)s already.") % {"day": f"{rating.valid_until:%d/%m/%Y}"}
    if (until.year - rating.valid_until.year) * 12 + until.month - rating.valid_until.month > MOST_MONTHS:
        return _("An extension of more than 36 months is a new recognition.")
    return Planned(line, product, rating.stars, rating.points, ratings=(rating,), until=until)
