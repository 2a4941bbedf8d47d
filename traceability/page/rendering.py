"""The page as text, kept for a while in Valkey: it is the same for all packs of a lot but for serial, address and time.

Kept under what it tells: the lot as it was last changed (`Lot.changed_at`), the verdict, the day, the language. What the catalogue tells
of the product, and what partners' systems handed in, may therefore be five minutes old; a verdict never is. With Valkey away every page
is made anew. The scan is handed over in the same round trip that asks for the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape

from traceability import valkey
from traceability.page.facts import Facts, facts_of
from traceability.page.outage import keep_for_outage
from traceability.page.verdict import RecallTold, Verdict, recall_of
from traceability.resolver.links import page_address
from traceability.resolver.lookup import Found
from traceability.scans.queue import hand_over
from traceability.scans.record import VIETNAM, Record

KEPT = 300  # seconds
NAMES = {"vi": "Tiếng Việt", "en": "English"}
# Characters for private use stand where a pack differs from the next one.
_SERIAL, _ADDRESS, _PATH, _TIME = "\ue001", "\ue002", "\ue003", "\ue004"


def looked_at() -> str:
    """The time of the look-up as it is written on the page."""
    return f"{datetime.now(VIETNAM):%d/%m/%Y %H:%M}"


def rendered(
    found: Found,
    verdict: Verdict,
    recall: RecallTold | None,
    *,
    day: date,
    language: str,
    address: str,
    typed: str = "",
    recalled: Sequence[RecallTold] = (),
    scan: Record | None = None,
) -> bytes:
    """The page's HTML in the active language; `address` is the absolute address of what was scanned, `typed` a lot that was not found.

    `recalled`: on the page of a product, the recalls of its lots. `scan` is handed over to be counted.
    """
    # What is told of a recall is never kept: it has to be right within seconds.
    key = None if recall or recalled or typed else _key(found, verdict, day, language)
    text = _kept(key, scan)
    if text is None:
        facts = facts_of(found.product, found.lot, day, language)
        text = _made(found, verdict, recall, facts, language=language, typed=typed, recalled=recalled).encode()
        with suppress(valkey.AwayError):
            keeping = [("SET", key, text, "EX", KEPT)] if key else []
            # For whoever asks then, it is the lot that was recalled: nobody can look up which pack it is.
            valkey.ask(*keeping, keep_for_outage(found, facts, recall_of(found.lot, None), language))
    serial = found.unit.serial if found.unit else ""
    for mark, value in ((_SERIAL, serial), (_ADDRESS, address), (_PATH, found.path), (_TIME, looked_at())):
        text = text.replace(mark.encode(), escape(value).encode())
    return text


def _kept(key: str | None, scan: Record | None) -> bytes | None:
    """The page as it was kept, if it was; the scan goes along."""
    asked: list[valkey.Command] = [("GET", key)] if key else []
    if scan is not None:
        replies = hand_over(scan, *asked)
    else:
        replies = []
        with suppress(valkey.AwayError):
            replies = valkey.ask(*asked)
    return replies[0] if replies else None


def _key(found: Found, verdict: Verdict, day: date, language: str) -> str:
    kind = "unit" if found.unit else "lot" if found.lot else "product"
    told = f"{found.lot.pk}:{found.lot.changed_at.timestamp()}" if found.lot else str(found.product.pk)
    return f"ocop:page:{kind}:{told}:{verdict}:{day}:{language}"


def _page_of(language: str) -> str:
    return page_address("/x", language)[:-2] + _PATH


def _made(
    found: Found,
    verdict: Verdict,
    recall: RecallTold | None,
    facts: Facts,
    *,
    language: str,
    typed: str,
    recalled: Sequence[RecallTold],
) -> str:
    context = {
        "LANGUAGE_CODE": language,
        "others": [(code, NAMES[code], _page_of(code)) for code, _name in settings.LANGUAGES if code != language],
        "address": _ADDRESS,
        "here": _page_of(language),
        "path": _PATH,
        "verdict": verdict.name.lower(),
        "recall": recall,
        "recalled": recalled,
        # Whoever heard of the recall and holds another pack of the lot.
        "spared": found.unit is not None and found.unit.lot.recalled_at is not None and recall is None,
        "facts": facts,
        "serial": _SERIAL if found.unit else "",
        "kind": "unit" if found.unit else "lot" if found.lot else "product",
        "typed": typed,
        "looked_at": _TIME,
    }
    return render_to_string("traceability/trace.html", context)
