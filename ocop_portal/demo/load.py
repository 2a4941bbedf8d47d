"""Loads the demonstration into an empty database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from accounts.models import User
from catalog.models import OcopSet, Product
from catalog.stars.alerts import announce_ends
from dashboards.open_data.publishing import publish_due
from ocop_portal.demo import (
    air,
    applications,
    ca_mau,
    claims,
    coming,
    crew,
    feedback,
    gia_lai,
    listings,
    live_figures,
    lots,
    media,
    needs,
    people,
    plans,
    reports,
    sample,
    scans,
    selling,
    sessions,
    stage,
    typed_orders,
)
from ocop_portal.demo.catalogue import Catalogue
from ocop_portal.demo.clock import Clock
from ocop_portal.demo.shops import Street
from orders.figures.fold import fold_all
from orders.lots.services import allot_all
from orders.models import Order
from places.models import Province
from traceability.scans.often import tell_of_often_scanned


class NoReferenceDataError(Exception):
    """Places or OCOP groups are missing: `manage.py load_reference` comes first."""


@dataclass(frozen=True)
class Loaded:
    """What was loaded."""

    products: int
    files: int
    orders: int


def is_empty() -> bool:
    """Whether nobody and nothing is there."""
    return not User.objects.exists() and not Product.objects.exists()


def was_interrupted() -> bool:
    """Whether a load was broken off: its accounts come last, so demo products without any account are such a remainder."""
    return not User.objects.exists() and Product.objects.filter(is_demo=True).exists()


def load(today: date, *, with_passwords: bool) -> Loaded:
    """Fill an empty database. Raises NoReferenceDataError without places and OCOP groups.

    Facts are written in one transaction; each order file and each fold has its own, as always; the accounts come last.
    """
    if not (Province.objects.exists() and OcopSet.objects.exists()):
        raise NoReferenceDataError
    clock = Clock(today)
    with transaction.atomic():
        street = _facts(clock)
    files = selling.take_in(clock, street)
    fold_all()
    allot_all()
    with transaction.atomic():
        people.build(with_password=with_passwords)
        typed_orders.build(clock)
        air.build()
        listings.build(clock)
        applications.build(clock)
        needs.build(clock)
        coming.build(clock)
        feedback.build(clock)
        live_figures.build()
        announce_ends(today=today)
        tell_of_often_scanned()
    # Reports are read from figures that everything above has reached.
    fold_all()
    with transaction.atomic():
        reports.build()
    publish_due(at=clock.at(0, "03:10"))
    with connection.cursor() as cursor:
        # So much came at once: until the server has looked at it by itself, its plans take tables of thousands for empty ones.
        cursor.execute("ANALYZE")
    return Loaded(Product.objects.count(), files, Order.objects.count())


def _facts(clock: Clock) -> Street:
    catalogue = Catalogue()
    southern, southern_stars = ca_mau.build(clock, catalogue)
    highland, highland_stars = gia_lai.build(clock, catalogue)
    sample_pairs = sample.build(catalogue)
    catalogue.save()
    media.build(clock, catalogue)
    southern_stars.save()
    highland_stars.save()
    lots.build(clock)
    scans.build(clock)
    made = stage.set_stage(clock)
    sessions.schedule(sessions.Schedule(made, catalogue), clock, highland, southern, sample.products_of(sample_pairs))
    crew.build(clock, made)
    plans.build(clock, made)
    claims.build(made)
    street = selling.open_shops(made, highland, southern, sample_pairs)
    selling.sell(clock, made, street, catalogue, highland)
    return street
