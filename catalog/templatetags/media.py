"""`{% load media %}`: photos with the room they take, so that nothing jumps while they load."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from catalog.models import Photo

register = template.Library()


@register.inclusion_tag("components/photo.html")
def photo(shown: Photo, *, sizes: str = "100vw", largest: str = "large", eager: bool = False, alt: str | None = None) -> dict[str, Any]:
    """Draw a photo: width, height, and the sizes among which the browser chooses by `sizes` (CSS lengths, as in HTML's attribute).

    `largest` is the largest size worth loading here: small (360 px), medium (800) or large (1600). `eager` is for the one photo that is
    seen first: the others load when they are scrolled to. `alt` stands in for the photo's own description; empty where its name stands by.
    """
    most = {"small": shown.small_id, "medium": shown.medium_id, "large": shown.large_id}[largest]
    offered = []
    for digest, width, height in shown.sizes():
        offered.append((reverse("picture", kwargs={"digest": digest}), str(width), str(height)))
        if digest == most:
            break
    return {
        # The smallest stands in `src`: what knows no srcset is old, and on a slow line.
        "src": offered[0][0],
        "offered": offered if len(offered) > 1 else [],
        "width": offered[-1][1],
        "height": offered[-1][2],
        "sizes": sizes,
        "eager": eager,
        "alt": shown.alt if alt is None else alt,
    }
