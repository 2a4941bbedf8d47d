"""The resolver's answers but the page itself: headers, redirects, linkset, and what is wrong with a link."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from traceability.resolver.identifiers import MalformedLinkError, Reason

CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"
METHODS = "GET, HEAD, OPTIONS"
WORDS = {
    Reason.STRUCTURE: gettext_lazy("It is not built like a Digital Link: a key with its value, then qualifiers that belong to this key."),
    Reason.LENGTH: gettext_lazy("A value is too short or too long."),
    Reason.CHARACTERS: gettext_lazy("A value has a character that GS1 does not allow there."),
    Reason.CHECK_DIGIT: gettext_lazy("The check digit does not fit the other digits: a digit is mistyped."),
    Reason.VALUE: gettext_lazy("A value is not of the form that its Application Identifier asks for."),
    Reason.ORDER: gettext_lazy("The qualifiers stand in a wrong order; it is 22, 10, 21."),
    Reason.DUPLICATE: gettext_lazy("An Application Identifier stands there twice."),
    Reason.RESTRICTED: gettext_lazy("Numbers that begin with 02, 04 or 20–29 are for use inside a shop and are on no product in trade."),
}


def opened(response: HttpResponseBase, request: HttpRequest, path: str | None = None) -> HttpResponseBase:
    """The answer with what every answer carries: readable by any site, and where the linkset of `path` is."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Expose-Headers"] = "Link, Location, Content-Language"
    patch_vary_headers(response, ["Accept", "Accept-Language"])
    if path is not None:
        address = request.build_absolute_uri(path)
        response["Link"] = f'<{address}?linkType=linkset>; rel="linkset"; type="application/linkset+json"'
    return response


def preflight() -> HttpResponse:
    """What OPTIONS gets: the methods, for this site and for others."""
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response["Allow"] = METHODS
    response["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Language"
    response["Access-Control-Max-Age"] = "86400"
    return response


def redirect(target: str, query: str, status: HTTPStatus = HTTPStatus.TEMPORARY_REDIRECT) -> HttpResponse:
    """To the target, with the whole query string of the request passed on."""
    if query:
        parts = urlsplit(target)
        target = parts._replace(query=f"{parts.query}&{query}" if parts.query else query).geturl()
    response = HttpResponse(status=status)
    response["Location"] = target
    return response


def linkset_answer(content: dict[str, object], request: HttpRequest, path: str) -> HttpResponseBase:
    """The linkset as JSON, with the header that turns it into JSON-LD."""
    response = opened(JsonResponse(content, content_type="application/linkset+json"), request, path)
    response["Link"] += f', <{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
    return response


def _wants_json(request: HttpRequest) -> bool:
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


def malformed(request: HttpRequest, error: MalformedLinkError, language: str) -> HttpResponseBase:
    """400 with the reason, as a page or as a problem document (RFC 9457)."""
    with translation.override(language):
        title, detail = _("This is not a good GS1 Digital Link"), str(WORDS[error.reason])
        if _wants_json(request):
            problem = {"type": "about:blank", "title": title, "status": 400, "detail": detail, "reason": error.reason, "ai": error.ai}
            return opened(JsonResponse(problem, status=400, content_type="application/problem+json"), request)
        context = {"title": title, "detail": detail, "ai": error.ai, "LANGUAGE_CODE": language}
        return opened(render(request, "traceability/link_refused.html", context, status=400), request)


def no_such_link(request: HttpRequest, path: str, language: str) -> HttpResponseBase:
    """404: the thing is known, a link of that type is not."""
    with translation.override(language):
        title, detail = (
            _("There is no link of this kind"),
            _("The code is known, but nothing of the kind that was asked for is linked to it."),
        )
        if _wants_json(request):
            problem = {"type": "about:blank", "title": title, "status": 404, "detail": detail}
            return opened(JsonResponse(problem, status=404, content_type="application/problem+json"), request, path)
        context = {"title": title, "detail": detail, "path": path, "LANGUAGE_CODE": language}
        return opened(render(request, "traceability/link_refused.html", context, status=404), request, path)


def slow_down(request: HttpRequest, language: str) -> HttpResponse:
    """429: too many unknown codes came from there; after a minute it may go on."""
    with translation.override(language):
        title, detail = (
            _("Too many unknown codes"),
            _("Many unknown codes were asked for from your connection. Wait a minute and try again."),
        )
        context = {"title": title, "detail": detail, "LANGUAGE_CODE": language, "waits": True}
        response = render(request, "traceability/link_refused.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = "60"
    return response
