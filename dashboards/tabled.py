"""The boards whose rows are a table: what has a page, an XLSX of the same rows, an address of the API and a mail.

One declaration for the API and for mails. Both ask the view of the board's XLSX (`<page>_xlsx`), with its access, for its rows and
columns, so neither can say anything else than the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import Access
from accounts.models import User
from dashboards.periods import DEFAULT


@dataclass(frozen=True)
class TabledBoard:
    """A board: the name of its page's address, its words, who may open it, and the period it shows where none is asked ("": it has none).

    `filters` are the parameters of its own, in words.
    """

    page: str
    words: str | Promise
    permission: str
    period: str = DEFAULT
    filters: Mapping[str, str] | None = None

    @property
    def file(self) -> str:
        """The name of the address of its XLSX."""
        return f"{self.page}_xlsx"


_STARS = {"q": "words: product, producer or code", "star": "5, 4, 3, expiring, lapsed or none", "group": "code of an OCOP group"}
_NAME = {"q": "words of its name"}
_LIVE = {
    "from": "begun on or after that day",
    "to": "begun by that day",
    "q": "words: livestream, programme",
    "host": "code",
    "platform": "code",
    "state": "planned, live or done",
}
_PLATFORMS = {"rows": "shop for a row each, else platforms", "platform": "code", "q": "words of its name"}
_SCANNED = {"rows": "commune or day for a row each, else products", "q": "words of its name"}
_CLAIMS = {
    "q": "words: scope, livestream or source",
    "metric": "which figure",
    "about": "province, session, programme or event",
    "year": "of the days it tells of",
    "state": "how it stands beside the ledger: matches, differs, other_scope or unverified",
}
_ILLS = {"show": "what is amiss: silent, unmapped, sessions, papers or claims; else all of it"}
_SEASONS = {"year": "of Tết", "group": "code of an OCOP group", "commune": "code"}
TABLED = {
    board.page: board
    for board in (
        TabledBoard("session_list", _("Livestreams"), "dashboards.view_sales", period="", filters=_LIVE),
        TabledBoard("product_list", _("Products"), "dashboards.view_sales", filters=_STARS),
        TabledBoard("producer_list", _("Producers"), "dashboards.view_boards", filters=_NAME),
        TabledBoard("host_list", _("Hosts"), "dashboards.view_boards", filters=_NAME),
        TabledBoard("commune_list", _("Communes"), "dashboards.view_boards", filters=_NAME),
        TabledBoard("programme_list", _("Programmes"), "dashboards.view_boards", period=""),
        TabledBoard("platform_list", _("Platforms and shops"), "dashboards.view_sales", filters=_PLATFORMS),
        TabledBoard("delivery_list", _("Shipping partners"), "dashboards.view_sales", filters=_NAME),
        TabledBoard("scanned", _("Scans and feedback"), "dashboards.view_sales", filters=_SCANNED),
        TabledBoard("seasons", _("Seasons"), "dashboards.view_boards", period="", filters=_SEASONS),
        TabledBoard("beyond_air", _("Fairs and training"), "dashboards.view_boards", period="year"),
        TabledBoard("claim_list", _("Claims"), "dashboards.view_boards", period="", filters=_CLAIMS),
        TabledBoard("what_works", _("What works"), "dashboards.view_boards", period="12m"),
        TabledBoard("year_targets", _("Targets of the year"), "dashboards.view_reports", period="", filters={"year": "of the plan"}),
        TabledBoard("data_health", _("Data health"), "dashboards.view_sales", period="", filters=_ILLS),
    )
}


class NotAnsweredError(Exception):
    """The address does not answer with a file: the text says what it does answer."""


class View(Protocol):
    """A view as `accounts.access` declares it."""

    access: Access

    def __call__(self, request: HttpRequest, **arguments: Any) -> HttpResponseBase: ...


def view_of(name: str, **arguments: Any) -> View:
    """The view behind the address of that name, with the access it declares."""
    return cast(View, resolve(reverse(name, kwargs=arguments)).func)


def ask(name: str, user: User, query: Mapping[str, str], **arguments: Any) -> HttpResponseBase:
    """What the address of that name answers to the user, as if opened in a browser: 200, else NotAnsweredError is raised."""
    request = HttpRequest()
    request.method, request.user = "GET", user
    request.path = reverse(name, kwargs=arguments)
    request.GET = QueryDict(urlencode(query))
    request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    try:
        answer = view_of(name, **arguments)(request, **arguments)
    except (Http404, PermissionDenied) as error:
        raise NotAnsweredError(f"{name}: {type(error).__name__}") from error
    if answer.status_code != 200:
        raise NotAnsweredError(f"{name}: {answer.status_code}")
    return answer
