"""Nobody sees order lines by virtue of a post without its being written down first."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.models import User
from orders.figures.sight import Sight
from orders.looks import services


def keep_look(request: HttpRequest, purpose: str, sight: Sight, seen: services.Seen) -> None:
    """Write down what the reader is about to see, less what is the reader's own. Raises LookNotKeptError."""
    assert isinstance(request.user, User)
    if sight.official and request.method != "HEAD":
        others = {key: lines for key, lines in seen.items() if key[1] not in sight.producers}
        services.keep_look(user=request.user, purpose=purpose, seen=others)


def looked(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answers 503 and shows no line where the look could not be written down."""

    @wraps(view)
    def careful(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except services.LookNotKeptError:
            return _not_shown(request)

    return careful


def _not_shown(request: HttpRequest) -> HttpResponse:
    return render(request, "orders/lines_not_shown.html", status=503)
