"""By which way somebody stands in a control room: as the official who runs the session, or by an assistant's link."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from accounts.access import allowed, public
from accounts.models import User
from livestreams.models import AssistantLink, Session
from traceability.resolver.guessing import count_unknown, is_guessing

P = ParamSpec("P")
REMEMBERED = 10  # seconds
RoomView = Callable[Concatenate[HttpRequest, "Door", P], HttpResponse]
Method = Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]


@dataclass(frozen=True)
class Door:
    """A session whose room is open to somebody: a user, or the holder of a link. `key` stands in the room's addresses."""

    session: Session
    key: str
    by: User | None = None
    link: AssistantLink | None = None

    def address(self, part: str) -> str:
        """The address of a part of this room, by the same way: `room`, `now`, `sales`, `sales_chart`, `write`, `sync`."""
        return reverse(f"{'assistant' if self.link else 'control'}_{part}", args=[self.key])


def for_operators(view: RoomView[P], method: Method = require_safe) -> Callable[..., HttpResponseBase]:
    """A view of a session's room, opened by the session's `code`, for those who plan and run it; 404 for any other session."""

    @allowed("livestreams.plan_sessions")
    @method
    @wraps(view)
    def opened(request: HttpRequest, code: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        assert isinstance(request.user, User)
        session = get_object_or_404(Session.objects.planned_by(request.user).select_related("host"), code=code)
        return view(request, Door(session, code, by=request.user), *args, **kwargs)

    return opened


def for_rooms_of_operators(view: RoomView[[]]) -> Callable[..., HttpResponseBase]:
    """The same for what an open room asks every second: whoever was let in is not asked again for some seconds.

    Fifty rooms would else spend half a processor on asking who they are. What is remembered is the session and by which sign-in, under a
    keyed hash, in Valkey alone; a sign-out or a post that ends shuts a room that is open as soon as that is forgotten.
    """
    asked = for_operators(view)

    @wraps(asked)
    def opened(request: HttpRequest, code: str) -> HttpResponseBase:
        key = _sign_in(request, code)
        session = _let_in(key)
        if session is not None and request.method in ("GET", "HEAD"):
            return view(request, Door(session, code))
        response = asked(request, code)
        if key and response.status_code in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            _remember(key, Session.objects.get(code=code))
        return response

    opened.access = asked.access  # type: ignore[attr-defined]
    return opened


def _sign_in(request: HttpRequest, code: str) -> str:
    """Under which key it is remembered that this browser was let into that room; empty for a browser that is not signed in."""
    cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not cookie:
        return ""
    return "air:door:" + hmac.new(settings.SECRET_KEY.encode(), f"{cookie} {code}".encode(), hashlib.sha256).hexdigest()


def _let_in(key: str) -> Session | None:
    with suppress(RedisError, OSError):
        found: Session | None = cache.get(key) if key else None
        return found
    return None


def _remember(key: str, session: Session) -> None:
    with suppress(RedisError, OSError):
        cache.set(key, session, timeout=REMEMBERED)


def for_assistants(view: RoomView[P], method: Method = require_safe) -> Callable[..., HttpResponseBase]:
    """A view of a session's room, opened by the `token` of a link that stands.

    410 for a link that has expired or was withdrawn, 404 for one that never was, 429 for whoever tries many.
    """

    @public
    @method
    @wraps(view)
    def opened(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        link = AssistantLink.objects.with_token(token).select_related("session__host").first()
        if link is None:
            refused = is_guessing(request)
            count_unknown(request)
            return _gone(request, None, status=429 if refused else 404)
        if not link.stands(timezone.now()):
            return _gone(request, link, status=410)
        return view(request, Door(link.session, token, link=link), *args, **kwargs)

    return opened


def _gone(request: HttpRequest, link: AssistantLink | None, *, status: int) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # A fragment: the whole page says it.
        return HttpResponse(status=status, headers={"HX-Refresh": "true"})
    return render(request, "dashboards/air/gone.html", {"link": link, "tried_much": status == 429}, status=status)
