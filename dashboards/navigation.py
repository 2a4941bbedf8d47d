"""What the header offers, by role."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# (view name, words, permission or None for everybody); the first that fits is where sign-in leads.
ENTRIES = (
    ("overview", _("Overview"), "dashboards.view_boards"),
    ("my_sales", _("My sales"), "dashboards.view_own_sales"),
    ("my_listings", _("My listings"), "catalog.edit_own_listings"),
    ("session_list", _("Livestreams"), "dashboards.view_sales"),
    ("product_list", _("Products"), "dashboards.view_sales"),
    ("lot_list", _("Lots"), "traceability.view_lots"),
    ("producer_list", _("Producers"), "dashboards.view_boards"),
    ("line_list", _("Order lines"), "orders.view_lines"),
    ("floor_coverage", _("Sales channels"), "catalog.view_floor_coverage"),
    ("claim_list", _("Claims"), "dashboards.view_boards"),
    ("intake_list", _("Order files"), "orders.take_in_orders"),
    ("shop_list", _("Shops"), "orders.manage_shops"),
    ("my_stars", _("My stars"), "catalog.see_own_stars"),
    ("star_desk", _("Stars"), "catalog.follow_stars"),
    ("review_list", _("Review"), "catalog.review_listings"),
    ("registry", _("Registry"), "catalog.import_registry"),
    ("catalogue", _("Catalogue"), None),
    ("my_members", _("Members"), "catalog.edit_own_listings"),
    ("official_list", _("Officials"), "catalog.invite_officials"),
)


def context(request: HttpRequest) -> dict[str, object]:
    """`nav`: list of (address, words, whether it is the page shown). Error pages may come without a user."""
    user = getattr(request, "user", None)
    if user is None:
        return {"nav": []}
    entries = [
        (reverse(name), str(words))
        for name, words, permission in ENTRIES
        if permission is None or (user.is_authenticated and user.has_perm(permission))
    ]
    # One entry's address may begin as another's does: the longer one is meant.
    here = max((address for address, _words in entries if request.path.startswith(address)), key=len, default="")
    return {"nav": [(address, words, address == here) for address, words in entries]}
