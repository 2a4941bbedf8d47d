"""The page that a scan leads to: the same for every reader, without account, cookie or script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from accounts.access import public
from catalog.models import Product
from traceability.codes.paths import lot_path
from traceability.lots.models import Lot
from traceability.page.outage import answers_in_outage
from traceability.page.rendering import looked_at, rendered
from traceability.page.verdict import Verdict, judge, recalls_of_product
from traceability.resolver.answers import slow_down
from traceability.resolver.digital_link import OtherFormError, read
from traceability.resolver.guessing import count_unknown, is_guessing
from traceability.resolver.identifiers import MalformedLinkError
from traceability.resolver.lookup import Found, UnknownKeyError, find, find_code
from traceability.scans.recording import scan_of


def page(request: HttpRequest, found: Found, language: str) -> HttpResponse:
    """What we know of a unit, a lot or a product, in a language; verdict first."""
    today = timezone.localdate()
    typed = request.GET.get("lot", "").strip()[:40] if found.lot is None else ""
    address = request.build_absolute_uri(found.path)
    scan = scan_of(request, found, language)
    with translation.override(language):
        verdict, recall = judge(found, today)
        recalled = recalls_of_product(found.product) if found.lot is None else []
        told = rendered(found, verdict, recall, day=today, language=language, address=address, typed=typed, recalled=recalled, scan=scan)
        response = HttpResponse(told)
    response["Content-Language"] = language
    # A browser must not show a verdict again that it did not ask for again: going back, or with no network.
    response["Cache-Control"] = "no-store"
    return response


def unknown(request: HttpRequest, product: Product | None, language: str, path: str) -> HttpResponse:
    """404 with the verdict "unknown": nobody of ours issued what was scanned; `product` is that of a GTIN that is good nevertheless.

    `path` is what was scanned.
    """
    with translation.override(language):
        context: dict[str, object] = {
            "LANGUAGE_CODE": language,
            "others": [],
            "verdict": Verdict.UNKNOWN.name.lower(),
            "product": product,
            "path": path,
            "looked_at": looked_at(),
        }
        response = HttpResponse(render_to_string("traceability/unknown.html", context), status=404)
    response["Content-Language"] = language
    return response


@public
@require_safe
@answers_in_outage
def trace(request: HttpRequest, key: str) -> HttpResponseBase:
    """The page about `01/…` or `t/…` in the language of the address; `?lot=` looks for the lot typed from a pack."""
    language = translation.get_language()
    if is_guessing(request):
        return slow_down(request, language)
    try:
        found = find_code(key.removeprefix("t/").rstrip("/")) if key.startswith("t/") else find(read(key))
    except MalformedLinkError:
        return unknown(request, None, language, f"/{key}")
    except UnknownKeyError as error:
        count_unknown(request)
        return unknown(request, error.product, language, f"/{key}")
    except OtherFormError as other:
        return redirect("trace", key=other.path.removeprefix("/"), permanent=True)
    if key.rstrip("/") != found.path.removeprefix("/"):
        # A GTIN may change again, a code of ours leads to one for ever.
        return redirect("trace", key=found.path.removeprefix("/"), permanent=key.startswith("t/"))
    typed = request.GET.get("lot", "")
    if typed.strip() and found.lot is None and "\x00" not in typed:
        lot = Lot.objects.of_number(found.product, typed[:40]).first()
        if lot is not None:
            lot.product = found.product
            return redirect("trace", key=lot_path(lot).removeprefix("/"))
    return page(request, found, language)
