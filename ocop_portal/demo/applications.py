"""Applications for stars, one in each state: made up, for products whose stars end within half a year, and one that a member prepares."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from accounts.scopes import Scope
from catalog.criteria import criteria_on
from catalog.models import Assessment, CommuneCheck, DossierItem, Product, StarApplication, StarStep
from catalog.stars.applications import kind_for
from catalog.stars.ending import stars_lost_by
from ocop_portal.demo.clock import Clock

PREPARED_BY = "caphe@demo.ocop.example"
NOTE = "số minh họa"
State = StarApplication.State
# What each application has behind it, in the order in which the stars end.
_WAYS: tuple[tuple[str, ...], ...] = (
    (State.DRAFT, State.SUBMITTED),
    (State.DRAFT, State.SUBMITTED, State.FORWARDED),
    (State.DRAFT, State.SUBMITTED, State.FORWARDED, State.ASSESSED),
    (State.DRAFT, State.SUBMITTED, State.RETURNED),
    (State.DRAFT, State.SUBMITTED, State.FORWARDED, State.ASSESSED),
    (State.DRAFT, State.SUBMITTED, State.FORWARDED, State.REFUSED),
)
_POINTS = {3: ("28", "16.5", "18"), 4: ("32.5", "19", "24"), 5: ("37", "23", "33")}


def build(clock: Clock) -> None:
    """Write them for both provinces; the accounts must be there, for each step names who took it."""
    for province, place in (("96", "camau"), ("52", "gialai")):
        department = User.objects.get(email=f"nongnghiep.{place}@demo.ocop.example")
        endings = stars_lost_by(clock.day(181), Scope(province=province), today=clock.today)
        own = Product.objects.filter(producer__members__email=PREPARED_BY)
        kept = [ending for ending in endings if ending.product not in own][::3]
        for ending, way in zip(kept, _WAYS, strict=False):
            _application(ending.product, ending.rating.stars, way, clock.today, department)
    member = User.objects.get(email=PREPARED_BY)
    for product in Product.objects.kept_by(member).order_by("-code")[:1]:
        _application(product, 4, (State.DRAFT,), clock.today, member)


def _application(product: Product, stars: int, way: tuple[str, ...], today: date, by: User) -> None:
    submitted = timezone.now() if State.SUBMITTED in way else None
    application = StarApplication.objects.create(
        product=product, kind=kind_for(product, stars), stars_wanted=stars, state=way[-1], submitted_at=submitted
    )
    papers = criteria_on(today).dossier
    there = {paper.key for paper in papers if paper.needed and State.SUBMITTED in way}
    DossierItem.objects.bulk_create(
        DossierItem(application=application, item=paper.key, provided=paper.key in there, note=NOTE if paper.key in there else "")
        for paper in papers
    )
    StarStep.objects.bulk_create(StarStep(application=application, state=state, by=by) for state in way)
    if State.FORWARDED in way or State.RETURNED in way:
        passed = State.FORWARDED in way
        note = "" if passed else "Thiếu hợp đồng lao động (minh họa)"
        CommuneCheck.objects.create(application=application, by=by, origin=True, labour=passed, identity=True, note=note)
    if State.ASSESSED in way:
        a, b, c = map(Decimal, _POINTS[stars])
        since = criteria_on(today).since
        Assessment.objects.create(application=application, by=by, criteria_since=since, points_a=a, points_b=b, points_c=c)
