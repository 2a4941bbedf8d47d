"""Who may open the addresses that programs ask: the API and EPCIS. They have no language."""

from __future__ import annotations

from tests.access_makers import DEPARTMENTS, EVERYBODY, LOT_KEEPERS, MEMBERS, OFFICIALS, SALES, Case, code, pk, province
from tests.roles import Role
from tests.traceability import epcis_documents

# Top-level resources of EPCIS, and a value of each that stands in an event of every producer.
RESOURCES = {
    "eventTypes": "ObjectEvent",
    "epcs": epcis_documents.LOT,
    "bizSteps": "receiving",
    "bizLocations": epcis_documents.FARM,
    "readPoints": epcis_documents.FARM,
    "dispositions": "in_progress",
}
# Boards as JSON: who may open each, and whether rows of several producers are in it.
BOARDS = {
    "session_list": (SALES, True),
    "product_list": (SALES, True),
    "delivery_list": (SALES, True),
    "platform_list": (SALES, False),
    "scanned": (SALES, True),
    "seasons": (OFFICIALS, False),
    "producer_list": (OFFICIALS, True),
    "host_list": (OFFICIALS, True),
    "commune_list": (OFFICIALS, False),
    "programme_list": (OFFICIALS, False),
    "beyond_air": (OFFICIALS, False),
    "claim_list": (OFFICIALS, True),
    "what_works": (OFFICIALS, False),
    "year_targets": (DEPARTMENTS, False),
    "data_health": (SALES, True),
}
MACHINES: dict[str, Case] = {
    "api_overview": Case(OFFICIALS, page=False, rows=True, api=True),
    **{f"api_{page}": Case(open_to, page=False, rows=rows, api=True) for page, (open_to, rows) in BOARDS.items()},
    "api_reports": Case(DEPARTMENTS, page=False, api=True),
    "api_report": Case(DEPARTMENTS, pk("report"), page=False, api=True),
    "api_session_report": Case(SALES, code("session"), page=False, api=True),
    "api_schema": Case(EVERYBODY, page=False, api=True),
    "api_products": Case(EVERYBODY, page=False, api=True),
    "api_product": Case(EVERYBODY, code("product"), page=False, api=True, public=True),
    "api_producers": Case(EVERYBODY, page=False, api=True),
    "api_producer": Case(EVERYBODY, code("producer"), page=False, api=True, public=True),
    "api_groups": Case(EVERYBODY, page=False, api=True),
    "api_statistics": Case(EVERYBODY, page=False, api=True),
    **{
        f"api_statistics_{table}": Case(EVERYBODY, province, page=False, api=True, public=True)
        for table in ("registry", "livestreams", "months", "groups")
    },
    "api_listings": Case(MEMBERS, page=False, api=True),
    "api_listing": Case(MEMBERS, code("product"), page=False, api=True),
    "api_listing_submit": Case(MEMBERS, code("product"), status=405, page=False, api=True),
    # Open to whoever holds a shop's key, and to no person.
    "api_orders": Case(frozenset(), page=False, api=True),
    "api_orders_run": Case(frozenset(), pk("run"), page=False, api=True),
    "api_orders_webhook": Case(EVERYBODY, code("shop"), status=405, page=False, api=True, public=True, writes=True),
    "api_recalls": Case(EVERYBODY, page=False, api=True),
    "api_recall": Case(EVERYBODY, lambda things: {"number": things.recall}, page=False, api=True, public=True),
    "api_nothing": Case(EVERYBODY, fixed={"path": "nothing"}, status=404, page=False, api=True),
    # `receiving` is in events that nobody may see without a sign-in
    "epcis_root": Case(EVERYBODY, page=False, api=True),
    "epcis_capture": Case(LOT_KEEPERS, page=False, api=True),
    "epcis_capture_job": Case(LOT_KEEPERS, lambda things: {"job_id": things.capture_job}, page=False, api=True),
    "epcis_events": Case(EVERYBODY, page=False, api=True, writes=True),
    "epcis_event": Case(EVERYBODY, lambda things: {"event_id": things.event}, statuses={Role.NOBODY: 404}, page=False, api=True),
    **{f"epcis_{name}": Case(EVERYBODY, page=False, api=True) for name in RESOURCES},
    **{f"epcis_{name}_events": Case(EVERYBODY, fixed={"value": used}, page=False, api=True) for name, used in RESOURCES.items()},
    **{
        f"epcis_{name}_one": Case(
            EVERYBODY, fixed={"value": used}, statuses={Role.NOBODY: 200 if name == "eventTypes" else 404}, page=False, api=True
        )
        for name, used in RESOURCES.items()
    },
}
