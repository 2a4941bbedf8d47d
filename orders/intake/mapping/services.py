"""Finding the mapping by which a file of a shop is read, and remembering a new one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orders.intake.mapping.models import ColumnMapping
from orders.intake.reading.errors import UnreadableFile
from orders.intake.reading.platform import clean_header
from orders.intake.reading.reader import open_source
from orders.shops.models import Shop

_SAID = ("columns", "statuses", "default_state", "date_order", "days_alone", "money_unit")


class NoMapping(UnreadableFile):
    """The shop has no mapping whose columns are all in the file."""

    code = "no_mapping"
    template = _("Nobody has said yet which column of “%(file)s” is what. Upload it on the portal's page “Order files” and say so once.")


def remembered_mapping(*, shop: Shop, path: Path, file_name: str) -> ColumnMapping:
    """The shop's mapping in force that reads the file: all its columns are there; of several the one with most columns, then the newest.

    Raises NoMapping, or what opening the file raises.
    """
    rows = [{clean_header(text) for text in texts} for _number, texts in open_source(path, file_name).head()]
    fitting = [mapping for mapping in _in_force(shop) if any(set(mapping.columns.values()) <= headers for headers in rows)]
    if not fitting:
        raise NoMapping(file_name)
    return max(fitting, key=lambda mapping: (len(mapping.columns), mapping.created_at))


def remember_mapping(*, said: ColumnMapping, headers: Iterable[str], by: User | None) -> ColumnMapping:
    """Keep what somebody said of a file with these headers (`said`: not saved), in place of those that would read such a file by now.

    The same again is the one there is. Runs that were read by another one keep it.
    """
    present = set(headers)
    with transaction.atomic():
        Shop.objects.select_for_update(no_key=True, of=("self",)).get(pk=said.shop_id)  # two at once must not both be in force for one file
        others = [mapping for mapping in _in_force(said.shop) if set(mapping.columns.values()) <= present]
        if len(others) == 1 and all(getattr(others[0], name) == getattr(said, name) for name in _SAID):
            return others[0]
        ColumnMapping.objects.filter(pk__in=[mapping.pk for mapping in others]).update(replaced_at=timezone.now())
        said.by = by
        said.save(force_insert=True)
    return said


def _in_force(shop: Shop) -> list[ColumnMapping]:
    return list(ColumnMapping.objects.filter(shop=shop, replaced_at__isnull=True).select_related("shop"))
