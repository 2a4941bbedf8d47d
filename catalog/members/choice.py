"""Which of a member's producers a page is about."""

from __future__ import annotations

from django.http import HttpRequest

from catalog.models import Producer


def own_producers(request: HttpRequest) -> list[Producer]:
    """The producers that the reader belongs to, by name."""
    return list(Producer.objects.kept_by(request.user).order_by("name", "pk"))


def chosen_producer(request: HttpRequest) -> Producer | None:
    """The only one, or the one that `?producer=` names; None where the reader has to choose among several, or has none."""
    own = own_producers(request)
    if len(own) == 1:
        return own[0]
    return next((producer for producer in own if producer.code == request.GET.get("producer")), None)
