"""Who may open a view, declared at the view itself.

Every view carries one of these decorators; `tests/test_access.py` walks the URL configuration and fails on a view without one.
What a permission means stands in `<app>/rules.py`. Rows are limited apart from this, by QuerySet methods `visible_to(user)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.decorators import api_view as framework_view
from rest_framework.decorators import permission_classes
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


@dataclass(frozen=True)
class Access:
    """What a view asks of its reader: nothing, a sign-in, or a permission."""

    permission: str | None = None
    anonymous: bool = False

    def admits(self, user: Any) -> bool:
        """Whether `user` (perhaps anonymous) may open the view."""
        if self.anonymous:
            return True
        if not user.is_authenticated:
            return False
        return self.permission is None or bool(user.has_perm(self.permission))


def _declare(view: Callable[..., HttpResponseBase], access: Access) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not access.admits(request.user):
            if request.user.is_authenticated:
                raise PermissionDenied
            if request.headers.get("HX-Request"):
                # htmx would swap the sign-in page into a fragment; this makes it load the page instead.
                return HttpResponse(status=401, headers={"HX-Refresh": "true"})
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    checked.access = access  # type: ignore[attr-defined]
    return checked


def public(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Everybody, without sign-in."""
    return _declare(view, Access(anonymous=True))


def signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Everybody with an account."""
    return _declare(view, Access())


def allowed(permission: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Those with `permission` (`app.verb_noun`, declared in that app's rules.py)."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        return _declare(view, Access(permission=permission))

    return decorate


class _Declared(BasePermission):
    """Admits by the access declared at an API's view, as pages do."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        access: Access = view.access  # type: ignore[attr-defined]
        admitted = access.admits(request.user)
        if not admitted and not request.user.is_authenticated:
            raise NotAuthenticated(_("Authentication credentials were not provided."))  # the framework's own words, in Vietnamese too
        return admitted


def api_view(access: Access, *methods: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """A function of the API (GET, or the methods given), open to whom `access` admits: 401 without a token, 403 without the right."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        taken = list(methods) or ["GET"]
        if "GET" in taken and "HEAD" not in taken:
            taken.append("HEAD")  # what GET answers, HEAD answers without a body (RFC 9110, 9.3.2)
        built: Any = framework_view(taken)(permission_classes([_Declared])(view))
        built.cls.access = access
        built.access = access
        return built  # type: ignore[no-any-return]

    return decorate
