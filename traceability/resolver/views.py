"""A GS1 Digital Link, or a code of ours, resolved: to its page, to a link, to the linkset; and the resolver's description of itself."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import public
from traceability.codes.paths import own_path, product_path
from traceability.page.outage import answers_in_outage
from traceability.page.verdict import Verdict, judge
from traceability.page.views import page, unknown
from traceability.resolver import answers
from traceability.resolver.digital_link import OtherFormError, read
from traceability.resolver.guessing import count_unknown, is_guessing
from traceability.resolver.identifiers import MalformedLinkError
from traceability.resolver.links import EPCIS, Link, links_of, linkset, pages, type_of
from traceability.resolver.lookup import Found, UnknownKeyError, find, find_code
from traceability.resolver.negotiation import choose, language_of, wants_linkset
from traceability.scans.queue import hand_over
from traceability.scans.recording import scan_of

_resolves = require_http_methods(["GET", "HEAD", "OPTIONS"])


@public
@_resolves
@answers_in_outage
def resolve(request: HttpRequest, path: str) -> HttpResponseBase:
    """`/01/{gtin14}[/10/{lot}][/21/{serial}]`: 200 with the page, 307 to a link or to today's number.

    301 to 14 digits; 400 with the reason; 404 for what nobody of ours issued.
    """
    if request.method == "OPTIONS":
        return answers.opened(answers.preflight(), request)
    query = request.META.get("QUERY_STRING", "")
    parameters = [(name, value) for name, values in request.GET.lists() for value in values]
    try:
        link = read(path, parameters)
    except MalformedLinkError as error:
        return answers.malformed(request, error, language_of(request))
    except OtherFormError as other:
        return answers.opened(answers.redirect(other.path, query, HTTPStatus.MOVED_PERMANENTLY), request, other.path)
    if is_guessing(request):
        return answers.opened(answers.slow_down(request, language_of(request)), request)
    try:
        found = find(link)
    except UnknownKeyError as error:
        count_unknown(request)
        return answers.opened(unknown(request, error.product, language_of(request), link.path), request, link.path)
    if found.path != link.path:
        # A pack from before the number changed. It may change again: not for ever.
        return answers.opened(answers.redirect(found.path, query), request, found.path)
    return _answer(request, found, query)


@public
@_resolves
@answers_in_outage
def resolve_code(request: HttpRequest, code: str) -> HttpResponseBase:
    """`/t/{code}` of what has no GTIN; once it has one, for ever a redirect to its Digital Link."""
    if request.method == "OPTIONS":
        return answers.opened(answers.preflight(), request)
    query = request.META.get("QUERY_STRING", "")
    if is_guessing(request):
        return answers.opened(answers.slow_down(request, language_of(request)), request)
    try:
        found = find_code(code)
    except UnknownKeyError:
        count_unknown(request)
        return answers.opened(unknown(request, None, language_of(request), own_path(code)), request, own_path(code))
    if found.path != request.path.removesuffix("/"):
        return answers.opened(answers.redirect(found.path, query, HTTPStatus.MOVED_PERMANENTLY), request, found.path)
    return _answer(request, found, query)


def _answer(request: HttpRequest, found: Found, query: str) -> HttpResponseBase:
    asked = [type_of(one) for one in request.GET.getlist("linkType") if one]
    if "linkset" in asked or "all" in asked or (not asked and wants_linkset(request.headers.get("Accept", ""))):
        links = links_of(found, product_path(found.product))
        absolute = {link.href: request.build_absolute_uri(link.href) for link in links}
        anchor = request.build_absolute_uri(found.path)
        return answers.linkset_answer(
            linkset(links, anchor=anchor, description=_description(found), absolute=absolute), request, found.path
        )
    if not asked:
        return answers.opened(page(request, found, language_of(request)), request, found.path)
    if asked[0] in {"defaultLink", "defaultLinkMulti"}:
        offered: list[Link] = pages(found)
        if asked[0] == "defaultLink":
            offered = offered[:1]
    else:
        offered = [link for link in links_of(found, product_path(found.product)) if link.link_type == asked[0]]
    if not offered:
        return answers.no_such_link(request, found.path, language_of(request))
    chosen = choose([(link.language, link) for link in _nearest(offered)], request.headers.get("Accept-Language", ""))
    if chosen.link_type == EPCIS:
        query = ""  # every parameter there is a question to the EPCIS interface
    if urlsplit(chosen.href).netloc:  # a page of ours counts the scan itself when it is asked for
        scan = scan_of(request, found, chosen.language or language_of(request))
        if scan is not None:
            hand_over(scan)
    return answers.opened(answers.redirect(chosen.href, query), request, found.path)


def _nearest(links: list[Link]) -> list[Link]:
    """Links of one type, the nearest first: where two levels have one in the same language, the nearer level's."""
    found: dict[str, Link] = {}
    for link in links:
        found.setdefault(link.language, link)
    return list(found.values())


def _description(found: Found) -> str:
    """What the linkset is about, in Vietnamese: the product's name, then what narrows it down, and whether it was recalled."""
    parts = [found.product.name_vi]
    if found.lot is not None:
        parts.append(f"lô {found.lot.number}")
    if found.unit is not None:
        parts.append(found.unit.serial)
    if judge(found, timezone.localdate())[0] == Verdict.RECALLED:
        parts.append("đã bị thu hồi")
    return ", ".join(parts)


@public
@require_safe
def description_file(request: HttpRequest) -> HttpResponseBase:
    """`/.well-known/gs1resolver` (GS1-Conformant resolver 1.2, resolver description file)."""
    content = {
        "name": "OCOP",
        "resolverRoot": request.build_absolute_uri("/").removesuffix("/"),
        "supportedPrimaryKeys": ["01"],
        "supportedLinkType": [{"namespace": "https://ref.gs1.org/voc/", "prefix": "gs1:"}],
        "linkTypeDefaultCanBeLinkset": False,
        "linksetContext": answers.CONTEXT,
        "contact": {"fn": "OCOP", "hasURL": request.build_absolute_uri("/")},
    }
    return answers.opened(JsonResponse(content), request)
