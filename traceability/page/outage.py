"""While PostgreSQL is away: what was last known of a lot or a product, without a verdict that claims to be of now.

Each page that is made leaves its facts in Valkey for a day. Nothing is said then of a single pack, and no recall can be looked up: the
page says so, and of when its facts are. What can be said without looking is said: a lot that was recalled when it was last looked at,
or one past its date. With nothing kept, or with Valkey away too, a plain page with 503.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone, translation

from traceability import valkey
from traceability.codes.alphabet import LOT_LENGTH, PRODUCT_LENGTH, is_code, normalise
from traceability.codes.paths import lot_path, own_path
from traceability.page.facts import Facts
from traceability.resolver import answers
from traceability.resolver.digital_link import GTIN, LOT, OtherFormError, read
from traceability.resolver.identifiers import MalformedLinkError
from traceability.resolver.lookup import Found
from traceability.resolver.negotiation import language_of
from traceability.scans.queue import hand_over
from traceability.scans.recording import scan_of_key

if TYPE_CHECKING:
    from traceability.page.verdict import RecallTold

log = logging.getLogger(__name__)
_KEPT = 24 * 3600  # seconds
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class _Known:
    """What was known of a lot or a product, and when."""

    facts: Facts
    recall: RecallTold | None
    at: datetime


def keep_for_outage(found: Found, facts: Facts, recall: RecallTold | None, language: str) -> valkey.Command:
    """What keeps the facts, in that language, for a time when nothing can be looked up."""
    # Pictures are rows of the database too.
    known = _Known(replace(facts, photo=None), recall, timezone.now())
    return ("SET", _name(lot_path(found.lot) if found.lot else found.path, language), pickle.dumps(known), "EX", _KEPT)


def _name(path: str, language: str) -> str:
    return f"ocop:outage:{language}:{path}"


def answers_in_outage(view: View) -> View:
    """Let the view, of a link (`path`), a code or the page about one (`key`), answer while PostgreSQL is away."""

    @wraps(view)
    def answered(request: HttpRequest, **named: str) -> HttpResponseBase:
        try:
            return view(request, **named)
        except (OperationalError, InterfaceError) as error:
            log.error("PostgreSQL is away: a trace page is answered from what is kept (%s)", type(error).__name__)
        key = f"t/{named['code']}" if "code" in named else named.get("path") or named["key"]
        language = translation.get_language() if "key" in named else language_of(request)
        return answers.opened(_answer(request, key, language), request)

    return answered


def _answer(request: HttpRequest, key: str, language: str) -> HttpResponse:
    paths = _paths(key)
    known: _Known | None = None
    if paths is not None:
        scan = scan_of_key(request, key, language)
        asked: list[valkey.Command] = [("GET", _name(path, language)) for path in paths]
        with suppress(valkey.AwayError):
            replies = hand_over(scan, *asked) if scan else valkey.ask(*asked)
            # Written by `keep_for_outage` alone, into a store that only the portal reaches.
            known = next((pickle.loads(text) for text in replies or [] if text), None)  # noqa: S301
    with translation.override(language):
        context = {"LANGUAGE_CODE": language, "others": [], "key": key}
        if known is None:
            response = HttpResponse(render_to_string("traceability/outage.html", context), status=503)
            response["Retry-After"] = "30"
        else:
            response = HttpResponse(render_to_string("traceability/trace.html", context | _told(known, request, key)))
    response["Content-Language"] = language
    response["Cache-Control"] = "no-store"
    return response


def _told(known: _Known, request: HttpRequest, key: str) -> dict[str, object]:
    lot = known.facts.lot
    past = lot is not None and lot.best_before is not None and lot.best_before < timezone.localdate()
    return {
        "verdict": "recalled" if known.recall else "past_its_date" if past else "not_looked_up",
        "recall": known.recall,
        "facts": known.facts,
        "serial": "",
        "kind": "lot" if lot else "outage",
        "address": request.build_absolute_uri(f"/{key}"),
        "here": request.path,
        "known_at": f"{timezone.localtime(known.at):%d/%m/%Y %H:%M}",
        "looked_at": f"{timezone.localtime():%d/%m/%Y %H:%M}",
    }


def _paths(key: str) -> list[str] | None:
    """Under which paths something may be kept of what the key names, the nearest first; None for what is no link or code of ours."""
    if key.startswith("t/"):
        code = normalise(key.removeprefix("t/").rstrip("/"))
        if not is_code(code):
            return None
        # The code of a pack does not say of which lot it is.
        return [own_path(code)] if len(code) in {LOT_LENGTH, PRODUCT_LENGTH} else []
    try:
        link = read(key)
    except (MalformedLinkError, OtherFormError):
        return None
    if link.key != GTIN:
        return None
    product = f"/01/{link.value}"
    lot = link.qualifiers.get(LOT)
    return [f"{product}/10/{quote(lot, safe='')}", product] if lot else [product]
