"""What counts as a scan.

A GET, for a printed code or for the page about it, that is answered with the page or sent on to somebody else's: a recipe, a shop.
Not what is sent on to a page of ours, which counts when it is asked for; no HEAD or OPTIONS, no linkset (systems ask for it, not
readers), nothing that is refused or unknown. Robots that follow links count as people do: nothing is kept by which to tell.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest

from traceability.resolver.lookup import Found
from traceability.scans.record import VIETNAM, Record, new_id
from traceability.scans.visits import visit_of


def scan_of(request: HttpRequest, found: Found, language: str) -> Record | None:
    """The scan of what was found, with an id of its own; None where the request is none."""
    if request.method != "GET":
        return None
    lot, unit = found.lot, found.unit
    thing = f"unit:{unit.pk}" if unit else f"lot:{lot.pk}" if lot else f"product:{found.product.pk}"
    now = datetime.now(UTC)
    return Record(
        new_id(),
        now,
        language,
        found.product.pk,
        lot.pk if lot else None,
        unit.pk if unit else None,
        visit=visit_of(request, thing, now.astimezone(VIETNAM).date()),
    )


def scan_of_key(request: HttpRequest, key: str, language: str) -> Record | None:
    """The scan of `01/…` or `t/…` that nobody could look up: that is done when it is written."""
    if request.method != "GET":
        return None
    now = datetime.now(UTC)
    return Record(new_id(), now, language, key=key, visit=visit_of(request, key, now.astimezone(VIETNAM).date()))
