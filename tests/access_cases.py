"""For every address of the portal: who may open it, how it is filled in, and what the answer is.

The URL walk fails on an address that is missing here. An address is opened with GET. Whoever it is not open to is sent to sign-in
(nobody) or gets 403 (somebody). Where it names a thing, officials and members get 404 for a thing of another province.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation
from rest_framework.authtoken.models import Token

from tests.access_dashboards import DASHBOARDS
from tests.access_machines import MACHINES
from tests.access_makers import (
    DEPARTMENTS,
    EVERYBODY,
    INTAKE,
    KEEPERS,
    LOT_KEEPERS,
    MAPPERS,
    MEMBERS,
    OFFICIALS,
    PLANNERS,
    RECALLERS,
    REGISTRY,
    SALES,
    SIGNED_IN,
    STARS,
    TRADE,
    Case,
    action,
    code,
    of_listing,
    of_recall,
    page,
    pair,
    part,
    pk,
    province,
)
from tests.builders import AIR_TOKEN, INVITATION
from tests.roles import People, Role, looking
from tests.things import Things

# An upload of the registry is its uploader's alone.
RUNNERS = frozenset({Role.TRADE, Role.COMMUNE, Role.ADMINISTRATOR})
NO_COMMUNES = {Role.COMMUNE: 404}
NOT_THEIRS = {Role.ADMINISTRATOR: 404}
CASES: dict[str, Case] = {
    "healthz": part(EVERYBODY),
    "home": page(EVERYBODY),
    # The shop window
    "catalogue": page(EVERYBODY),
    "catalogue_product": page(EVERYBODY, code("product"), public=True),
    "catalogue_card": part(EVERYBODY, code("product"), public=True),
    "catalogue_producer": page(EVERYBODY, code("producer"), public=True),
    "catalogue_commune": page(EVERYBODY, lambda things: {"code": things.commune}, public=True),
    "catalogue_group": page(EVERYBODY, fixed={"code": "1"}),
    "open_data_csv": part(EVERYBODY),
    "open_data_json": part(EVERYBODY),
    # Statistics
    "open_data": page(EVERYBODY),
    "open_data_province": page(EVERYBODY, province, public=True),
    "open_data_table": part(EVERYBODY, province, fixed={"table": "groups"}, public=True),
    "robots": part(EVERYBODY),
    "sitemap": part(EVERYBODY),
    "sitemap_section": part(EVERYBODY, fixed={"section": "products"}),
    # What a scan leads to
    "trace": page(EVERYBODY, lambda things: {"key": things.unit}, public=True),
    "resolve": part(EVERYBODY, lambda things: {"path": things.unit}, public=True),
    "resolve_code": part(EVERYBODY, fixed={"code": "0000000000000"}, status=404),
    "gs1resolver": part(EVERYBODY),
    "step_photo": part(EVERYBODY, fixed={"digest": "0" * 64}, status=404),
    # Lots
    "lot_list": page(SALES, rows=True),
    "scan_counts": page(SALES, rows=True),
    "often_clear": action(DEPARTMENTS, fixed={"serial": "0" * 13}),
    "lot_new": page(KEEPERS, rows=True),
    "lot_detail": page(SALES, lambda things: {"pk": things.lot}),
    "lot_change": page(KEEPERS, pk("lot")),
    "event_list": page(KEEPERS, rows=True),
    "event_public": action(KEEPERS, lambda things: {"pk": 1}),
    "lot_close": action(KEEPERS, lambda things: {"pk": things.lot}),
    "step_new": page(KEEPERS, lambda things: {"pk": things.lot}, fixed={"kind": "packed"}),
    "step_wrong": page(KEEPERS, lambda things: {"pk": things.step}),
    "extra_links": page(KEEPERS, code("product")),
    "extra_link_remove": action(KEEPERS, lambda things: {"code": things.product, "pk": 1}),
    # Feedback: of a code that nobody issued all questions are asked
    "feedback_new": page(EVERYBODY, query="?about=/t/0000000000000"),
    "feedback_ticket": page(EVERYBODY, lambda things: {"code": things.ticket}, public=True, query="?new=1"),
    "feedback_list": page(SALES, rows=True),
    "feedback_detail": page(SALES, pk("feedback")),
    "feedback_photo": part(SALES, pk("feedback")),
    # Recalls
    "recall_new": page(RECALLERS, pk("lot")),
    "recall_list": page(EVERYBODY),
    "recall_page": page(EVERYBODY, pk("recall"), public=True),
    "recall_end": page(RECALLERS, pk("recall")),
    # Passports for the national portal
    "passport_list": page(SALES, rows=True),
    "passport_producer": page(SALES, code("producer")),
    "passport_json": part(SALES, code("producer")),
    "passport_csv": part(SALES, code("producer")),
    "passport_send": action(KEEPERS, code("producer")),
    # Labels
    "lot_labels": page(KEEPERS, pk("lot")),
    "product_labels": page(KEEPERS, code("product")),
    "label_run": page(KEEPERS, pk("label_run")),
    "label_progress": part(KEEPERS, pk("label_run")),
    "label_cancel": action(KEEPERS, pk("label_run")),
    "label_again": action(KEEPERS, pk("label_run")),
    "label_void": action(KEEPERS, pk("label_run")),
    "label_file": part(KEEPERS, lambda things: {"pk": things.label_run, "first": 2}),
    "label_codes": part(KEEPERS, pk("label_run")),
    # What is shown has an address that never changes; who sees what is not shown yet: tests/catalog/test_pictures.py
    "picture": part(EVERYBODY, fixed={"digest": "0" * 64}, status=404),
    # Photos, papers and sales links of a listing. A paper's file may be everybody's: tests/catalog/test_kept_papers.py
    "my_listings": page(MEMBERS, rows=True),
    "listing_new": page(MEMBERS),
    "listing": page(MEMBERS, of_listing),
    "listing_step": page(MEMBERS, of_listing, fixed={"step": "facts"}),
    "listing_submit": action(MEMBERS, of_listing),
    "listing_take_back": action(MEMBERS, of_listing),
    "listing_withdraw": action(MEMBERS, of_listing),
    "listing_history": page(SALES, of_listing),
    "review_list": page(OFFICIALS, rows=True),
    "review_revision": page(OFFICIALS, pk("revision")),
    "kept_photos": page(MEMBERS, of_listing),
    "photo_change": page(MEMBERS, pk("photo")),
    "photo_move": action(MEMBERS, pk("photo")),
    "photo_remove": action(MEMBERS, pk("photo")),
    "kept_papers": page(MEMBERS, of_listing),
    "paper_change": page(MEMBERS, pk("paper")),
    "paper_remove": action(MEMBERS, pk("paper")),
    "paper_file": part(EVERYBODY, fixed={"pk": "0"}, status=404),
    "kept_links": page(MEMBERS, of_listing),
    "link_change": page(MEMBERS, pk("link")),
    "link_remove": action(MEMBERS, pk("link")),
    "floor_coverage": page(OFFICIALS, rows=True, query="?floor=postmart"),
    # Registry
    "registry": page(REGISTRY),
    "registry_template": part(REGISTRY),
    "registry_export": part(REGISTRY),
    "registry_rejected": part(REGISTRY, pk("upload"), statuses=NOT_THEIRS),
    "registry_upload": page(REGISTRY, pk("upload"), statuses=NOT_THEIRS),
    "registry_confirm": action(REGISTRY, pk("upload")),
    # Stars
    "star_desk": page(STARS),
    "star_desk_xlsx": part(STARS),
    "decision_list": page(REGISTRY),
    "decision_new": page(REGISTRY, fixed={"kind": "recognition"}),
    "decision_detail": page(REGISTRY, pk("decision")),
    "decision_document": part(REGISTRY, pk("decision")),
    "application_list": page(STARS, rows=True),
    "application_new": page(frozenset({Role.COMMUNE, Role.COOPERATIVE}), code("product")),
    "application_detail": page(STARS | {Role.COOPERATIVE}, pk("application")),
    "application_paper": part(STARS | {Role.COOPERATIVE}, pk("application"), fixed={"item": "origin"}),
    "my_stars": page(frozenset({Role.COOPERATIVE}), rows=True),
    "product_stars": page(SALES, code("product")),
    "star_certificate": part(SALES, pk("rating")),
    "star_certificate_new": page(REGISTRY, pk("rating")),
    # Members and invitations
    "my_members": page(SALES, statuses={Role.COOPERATIVE: 302}),
    "member_list": page(SALES, code("producer")),
    "member_invite": page(SALES, code("producer")),
    "member_remove": page(SALES, pair("member")),
    "member_lead": action(SALES, pair("member")),
    "invitation_withdraw": action(SALES, pair("invitation")),
    "invitation": page(EVERYBODY, fixed={"token": INVITATION}),
    "person_reset": page(frozenset({Role.COMMUNE, Role.ADMINISTRATOR}), pk("person")),
    "official_list": page(frozenset({Role.TRADE, Role.AGRICULTURE, Role.ADMINISTRATOR})),
    "official_signing": action(frozenset({Role.TRADE, Role.AGRICULTURE, Role.ADMINISTRATOR}), fixed={"pk": "1"}),
    "official_invite": page(frozenset({Role.TRADE, Role.AGRICULTURE, Role.ADMINISTRATOR})),
    "producer_new": page(OFFICIALS),
    "producer_hands": page(OFFICIALS, code("producer")),
    "product_merge": page(REGISTRY, code("product")),
    "shop_owner": page(TRADE, code("shop")),
    # Needs
    "need_list": page(OFFICIALS, rows=True),
    "my_needs": page(MEMBERS, rows=True),
    "need_new": page(MEMBERS, rows=True),
    "need_detail": page(SALES, pk("need")),
    # People and partners; an organisation is everybody's who keeps any
    "host_register": page(TRADE, rows=True),
    "host_new": page(TRADE),
    "host_page": page(TRADE, code("host")),
    "host_edit": page(TRADE, code("host")),
    "host_erase": page(TRADE, code("host")),
    "guest_register": page(TRADE, rows=True),
    "guest_new": page(TRADE),
    "guest_page": page(TRADE, code("guest")),
    "guest_edit": page(TRADE, code("guest")),
    "guest_erase": page(TRADE, code("guest")),
    "partner_list": page(TRADE),
    "partner_new": page(TRADE),
    "partner_edit": page(TRADE, code("organisation"), public=True),
    # Order files and shops
    "intake_list": page(INTAKE, rows=True),
    "intake_new": page(INTAKE, rows=True),
    "intake_run": page(INTAKE, pk("run"), rows=True),
    "intake_progress": part(INTAKE, pk("run")),
    "intake_confirm": action(INTAKE, pk("run")),
    "intake_cancel": action(INTAKE, pk("run")),
    "intake_stop": action(INTAKE, pk("run")),
    "intake_undo": page(INTAKE, pk("merged_run")),
    "intake_rejected_csv": part(INTAKE, pk("run")),
    "intake_rejected_xlsx": part(INTAKE, pk("run")),
    "typed_list": page(INTAKE, rows=True),
    "typed_new": page(INTAKE, rows=True),
    "typed_order": page(INTAKE, pk("typed")),
    "shop_columns": page(INTAKE, code("stall"), rows=True),
    "shop_list": page(TRADE, rows=True),
    "shop_new": page(TRADE),
    "shop_edit": page(TRADE, code("shop")),
    "shop_keys": page(TRADE, code("shop")),
    "shop_key_replace": action(TRADE, code("shop"), fixed={"pk": "1"}),
    "shop_key_revoke": action(TRADE, code("shop"), fixed={"pk": "1"}),
    "shop_products": page(MAPPERS, code("shop")),
    "shop_accept": action(MAPPERS, code("shop")),
    "sharing_list": page(INTAKE, rows=True),
    "sharing": page(INTAKE, code("shop"), rows=True),
    "sharing_paper": part(INTAKE, pk("agreement")),
    "look_list": page(MEMBERS, rows=True),
    "shop_map": page(MAPPERS, code("shop"), query="?sku=unknown"),
    **DASHBOARDS,
    **MACHINES,
    # What the platform tells of broadcasts; an upload is its uploader's alone
    "live_files": page(PLANNERS),
    "live_upload": page(PLANNERS, pk("live_upload"), statuses={Role.COMMUNE: 404, Role.ADMINISTRATOR: 404}),
    "live_confirm": action(PLANNERS, pk("live_upload")),
    # Plans of livestreams
    "plan_list": page(OFFICIALS, rows=True),
    "session_new": page(PLANNERS),
    "session_plan": page(OFFICIALS, code("plan")),
    "session_edit": page(PLANNERS, code("plan")),
    "session_cancel": page(PLANNERS, code("plan")),
    "session_progress": part(SALES, code("session")),
    "session_move": page(PLANNERS, code("plan")),
    "session_shops": page(TRADE, code("plan"), rows=True),
    "session_print": page(OFFICIALS, code("plan")),
    "slot_add": page(PLANNERS, code("plan"), query="?q=a"),
    "slots_copy": action(PLANNERS, code("plan")),
    "slots_ask": action(PLANNERS, code("plan")),
    "slot_edit": page(PLANNERS, pk("slot")),
    "slot_move": action(PLANNERS, pk("slot")),
    "slot_minutes": action(PLANNERS, pk("slot")),
    "slot_remove": action(PLANNERS, pk("slot")),
    "my_slots": page(MEMBERS, rows=True),
    "slot_answer": action(MEMBERS, pk("slot")),
    # Control rooms: who runs the session, and the holder of a link. This world's session is no commune's.
    "control_room": page(RUNNERS, code("session"), statuses=NO_COMMUNES),
    "control_now": part(RUNNERS, code("session"), statuses=NO_COMMUNES),
    "control_sales": part(RUNNERS, code("session"), statuses=NO_COMMUNES),
    "control_sales_chart": part(RUNNERS, code("session"), statuses=NO_COMMUNES),
    "control_write": action(RUNNERS, code("session")),
    "control_sync": action(RUNNERS, code("session")),
    "control_links": page(RUNNERS, code("session"), statuses=NO_COMMUNES),
    "control_link_withdraw": action(RUNNERS, lambda things: {"code": things.session, "pk": things.air_link}),
    "control_wall": page(RUNNERS, code("session"), statuses=NO_COMMUNES),
    "control_wall_now": part(RUNNERS, code("session"), statuses=NO_COMMUNES),
    "assistant_room": page(EVERYBODY, fixed={"token": AIR_TOKEN}),
    **{f"assistant_{name}": part(EVERYBODY, fixed={"token": AIR_TOKEN}) for name in ("now", "sales", "sales_chart")},
    **{f"assistant_{name}": action(EVERYBODY, fixed={"token": AIR_TOKEN}) for name in ("write", "sync")},
    # Lots and recalled orders
    "lot_orders": page(SALES, rows=True),
    "line_lot": page(LOT_KEEPERS, pk("line")),
    "recall_tasks": page(SALES, rows=True),
    "recall_shop": page(SALES, of_recall),
    "recall_shop_csv": part(SALES, of_recall),
    "recall_task_reopen": action(SALES, lambda things: {"pk": 1}),
    # The plan of livestreams: programmes, calendar, fairs and training, claims
    "programme_list": page(OFFICIALS),
    "programme_list_xlsx": part(OFFICIALS),
    "programme_list_csv": part(OFFICIALS),
    "programme_list_chart": part(OFFICIALS),
    "programme_new": part(TRADE),
    "programme_change": page(TRADE, code("programme")),
    "programme_detail": page(OFFICIALS, code("programme")),
    "calendar": page(SALES),
    "feed_links": page(SALES),
    "feed_revoke": action(SALES, fixed={"pk": "1"}),
    "calendar_feed": part(EVERYBODY, fixed={"token": "nobody-made-it"}, status=404),
    "beyond_air": page(OFFICIALS),
    "beyond_air_xlsx": part(OFFICIALS),
    "event_new": part(DEPARTMENTS),
    "event_change": page(DEPARTMENTS, code("fair")),
    "event_cancel": part(DEPARTMENTS, code("fair")),
    "event_detail": page(OFFICIALS, code("fair")),
    "course_new": part(DEPARTMENTS),
    "course_change": page(DEPARTMENTS, code("course")),
    "course_cancel": part(DEPARTMENTS, code("course")),
    "course_detail": page(OFFICIALS, code("course")),
    "attendance_remove": action(DEPARTMENTS, code("course"), fixed={"pk": "1"}),
    "claim_new": page(TRADE),
    "claim_change": part(TRADE, pk("claim")),
    "claim_remove": action(TRADE, pk("claim")),
    # Sign-in
    "account_login": page(EVERYBODY, statuses=dict.fromkeys(SIGNED_IN, 302)),
    "account_request_login_code": page(EVERYBODY, statuses=dict.fromkeys(SIGNED_IN, 302)),
    # Only in the middle of a sign-in is there a code to confirm.
    "account_confirm_login_code": part(EVERYBODY, status=302),
    "account_face_to_face": page(EVERYBODY),
    "account_logout": page(EVERYBODY, statuses={Role.NOBODY: 302}),
    "account_inactive": page(EVERYBODY),
    "account_signup": page(EVERYBODY, statuses=dict.fromkeys(SIGNED_IN, 302)),
    "account_reset_password": page(EVERYBODY),
    "account_reset_password_done": page(EVERYBODY),
    "account_reset_password_from_key": page(EVERYBODY, fixed={"uidb36": "1", "key": "used"}),
    "account_reset_password_from_key_done": page(EVERYBODY),
    "account_change_password": page(SIGNED_IN),
    "account_set_password": part(SIGNED_IN, status=302),
    "account_email": page(SIGNED_IN),
    "account_reauthenticate": page(SIGNED_IN),
    "message_list": page(SIGNED_IN),
}


def address_of(name: str, things: Things, language: str = "vi") -> str:
    """The address of that name in a language, filled in with things."""
    case = CASES[name]
    with translation.override(language):
        return reverse(name, kwargs=(case.args(things) if case.args else {}) | case.fixed) + case.query


def ask(
    people: People, role: Role, name: str, things: Things, *, language: str = "vi", query: dict[str, str] | None = None
) -> HttpResponse:
    """What the role gets from the address, filled in with things; an API is asked with the person's token."""
    address = address_of(name, things, language)
    if query:
        address += ("&" if "?" in address else "?") + urlencode(query)
    if not CASES[name].api or role is Role.NOBODY:
        return looking(people, role).get(address)
    token, _ = Token.objects.get_or_create(user=people[role])
    return Client().get(address, headers={"Authorization": f"Token {token.key}"})
