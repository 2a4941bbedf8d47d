"""What stands on the labels of a run: words beside the code, and the address in each code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from catalog.models import Product
from traceability.codes.models import UnitCode
from traceability.codes.paths import lot_path, product_path, unit_path
from traceability.labels.models import LabelRun


@dataclass(frozen=True, slots=True)
class Words:
    """What is the same on all labels of a run. `stars`: those valid on the run's day, else 0. Lines are in Vietnamese, as packs are."""

    name: str
    stars: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """One label: its number in the run's span, the address in its code, and the serial to be typed where the code cannot be read."""

    number: int
    address: str
    serial: str = ""


def words_of(run: LabelRun) -> Words:
    """The words of a run's labels. Reads the star of the product on the run's day."""
    product = run.product
    starred: Any = Product.objects.with_star(run.day).get(pk=product.pk)
    lines = []
    with translation.override("vi"):
        if run.lot is not None:
            lines.append(_("Lot %(number)s") % {"number": run.lot.number})
            lines.append(_("Made on %(day)s") % {"day": f"{run.lot.made_on:%d/%m/%Y}"})
            if run.lot.best_before:
                lines.append(_("Best before %(day)s") % {"day": f"{run.lot.best_before:%d/%m/%Y}"})
    lines.append(product.producer.name)
    return Words(product.name_vi, starred.star or 0, tuple(lines))


def labels_of(run: LabelRun, first: int, last: int) -> Iterator[Label]:
    """The run's labels numbered `first` to `last`, read in batches. Codes that became void are left out."""
    origin = settings.PORTAL_ADDRESS
    if run.subject == LabelRun.Subject.UNIT:
        assert run.lot is not None  # labels_of_a_product_have_no_lot
        codes = UnitCode.objects.in_range(run.lot, first, last).filter(voided_at__isnull=True)
        for number, serial in codes.values_list("number", "serial").iterator(chunk_size=2000):
            yield Label(number, origin + unit_path(run.lot, serial), grouped(serial))
        return
    path = lot_path(run.lot) if run.lot is not None else product_path(run.product)
    for number in range(first, last + 1):
        yield Label(number, origin + path)


def grouped(serial: str) -> str:
    """A serial as people read it out: groups of four, the rest last."""
    return "-".join(serial[at : at + 4] for at in range(0, len(serial), 4))
