"""What the header offers, by role: sections, each with its pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Section → (view name, words, permission or None for everybody); the first page of all that fits is where sign-in leads.
SECTIONS: tuple[tuple[str | Promise, tuple[tuple[str, str | Promise, str | None], ...]], ...] = (
    (
        _("Overview"),
        (
            ("overview", _("Overview"), "dashboards.view_boards"),
            ("my_sales", _("My sales"), "dashboards.view_own_sales"),
            ("seasons", _("Seasons"), "dashboards.view_boards"),
            ("what_works", _("What works"), "dashboards.view_boards"),
        ),
    ),
    (
        _("Sales"),
        (
            ("session_list", _("Livestreams"), "dashboards.view_sales"),
            ("product_list", _("Products"), "dashboards.view_sales"),
            ("producer_list", _("Producers"), "dashboards.view_boards"),
            ("host_list", _("Hosts"), "dashboards.view_boards"),
            ("commune_list", _("Communes"), "dashboards.view_boards"),
            ("platform_list", _("Platforms and shipping"), "dashboards.view_sales"),
            ("line_list", _("Order lines"), "orders.view_lines"),
            ("floor_coverage", _("Sales channels"), "catalog.view_floor_coverage"),
            ("data_health", _("Data health"), "dashboards.view_sales"),
        ),
    ),
    (
        _("Reports"),
        (
            ("period_report_list", _("Period reports"), "dashboards.view_reports"),
            ("year_targets", _("Targets of the year"), "dashboards.view_reports"),
            ("claim_list", _("Claims"), "dashboards.view_boards"),
            ("mailing_list", _("Sent by e-mail"), "dashboards.keep_mailings"),
        ),
    ),
    (
        _("Livestream plan"),
        (
            ("my_needs", _("My wishes"), "livestreams.ask_needs"),
            ("need_list", _("Wishes of producers"), "livestreams.view_plans"),
            ("my_slots", _("My livestream slots"), "livestreams.answer_slots"),
            ("calendar", _("Calendar"), "livestreams.view_calendar"),
            ("programme_list", _("Programmes"), "livestreams.view_plans"),
            ("plan_list", _("Plans"), "livestreams.view_plans"),
            ("beyond_air", _("Fairs and training"), "dashboards.view_boards"),
            ("host_register", _("Hosts (KOLs)"), "livestreams.keep_people"),
            ("guest_register", _("Guests"), "livestreams.keep_people"),
            ("partner_list", _("Organisations"), "livestreams.keep_people"),
            ("live_files", _("LIVE analytics"), "livestreams.plan_sessions"),
        ),
    ),
    (
        _("Orders and shops"),
        (
            ("intake_list", _("Order files"), "orders.take_in_orders"),
            ("typed_list", _("Typed orders"), "orders.take_in_orders"),
            ("shop_list", _("Shops"), "orders.manage_shops"),
            ("sharing_list", _("Sharing of order lines"), "orders.see_sharing"),
            ("look_list", _("Who looked"), "orders.see_looks"),
            ("rule_list", _("Rules of attribution"), "orders.view_rules"),
        ),
    ),
    (
        _("Catalogue"),
        (
            ("my_listings", _("My listings"), "catalog.edit_own_listings"),
            ("my_stars", _("My stars"), "catalog.see_own_stars"),
            ("review_list", _("Review"), "catalog.review_listings"),
            ("star_desk", _("Stars"), "catalog.follow_stars"),
            ("registry", _("Registry"), "catalog.import_registry"),
            ("catalogue", _("Catalogue"), None),
            ("open_data", _("Open data"), None),
        ),
    ),
    (
        _("Lots"),
        (
            ("lot_list", _("Lots"), "traceability.view_lots"),
            ("lot_orders", _("Lots and orders"), "orders.view_lines"),
            ("scanned", _("Scans and feedback"), "dashboards.view_sales"),
            ("scan_counts", _("Scans"), "traceability.view_lots"),
            ("recall_list", _("Recalls"), None),
            ("recall_tasks", _("Recalled orders"), "orders.follow_recalls"),
            ("feedback_list", _("Feedback"), "traceability.read_feedback"),
            ("passport_list", _("Product passports"), "traceability.view_lots"),
            ("event_list", _("Events from systems"), "traceability.keep_lots"),
        ),
    ),
    (
        _("Members and officials"),
        (("my_members", _("Members"), "catalog.edit_own_listings"), ("official_list", _("Officials"), "catalog.invite_officials")),
    ),
)

# A page that belongs to another one's entry, though its address begins otherwise.
BELONGS = {"delivery_list": "platform_list"}


@dataclass(frozen=True)
class Entry:
    """A page in the menu; `current` where it, or a page below it, is the one shown."""

    address: str
    words: str
    current: bool


@dataclass(frozen=True)
class Section:
    """A section with the pages of it that the reader may open: one at least."""

    words: str
    entries: tuple[Entry, ...]

    @property
    def address(self) -> str:
        """Where it leads: its first page."""
        return self.entries[0].address

    @property
    def current(self) -> bool:
        """Whether the page shown is one of its own."""
        return any(entry.current for entry in self.entries)

    @property
    def title(self) -> str:
        """Its words; of a section with one page, that page's."""
        return self.words if len(self.entries) > 1 else self.entries[0].words


def context(request: HttpRequest) -> dict[str, object]:
    """`nav`: the sections that are open to the reader. Error pages may come without a user."""
    user = getattr(request, "user", None)
    if user is None:
        return {"nav": []}
    offered = [
        (
            str(words),
            [
                (reverse(name), str(page))
                for name, page, permission in pages
                if permission is None or (user.is_authenticated and user.has_perm(permission))
            ],
        )
        for words, pages in SECTIONS
    ]
    # One page's address may begin as another's does: the longer one is meant.
    shown = next((reverse(entry) for page, entry in BELONGS.items() if request.path == reverse(page)), request.path)
    fitting = [address for _words, pages in offered for address, _page in pages if shown.startswith(address)]
    here = max(fitting, key=len, default="")
    sections = [
        Section(words, tuple(Entry(address, page, address == here) for address, page in pages)) for words, pages in offered if pages
    ]
    return {"nav": sections}
