"""Who asks, who plans, who runs. Rows are limited apart from this: `Need.objects.visible_to`, `Session.objects.planned_by`."""

from __future__ import annotations

import rules

from accounts.rules import is_administrator, is_agriculture_official, is_commune_official, is_official, is_trade_official
from catalog.rules import is_member

rules.add_perm("livestreams.ask_needs", is_member)
rules.add_perm("livestreams.view_needs", is_administrator | is_official | is_member)
rules.add_perm("livestreams.view_plans", is_administrator | is_official)
# Sessions are the business of trade; a commune leads its own.
rules.add_perm("livestreams.plan_sessions", is_administrator | is_trade_official | is_commune_official)
rules.add_perm("livestreams.keep_programmes", is_administrator | is_trade_official)
# Fairs and courses are held by both departments.
rules.add_perm("livestreams.keep_beyond_air", is_administrator | is_trade_official | is_agriculture_official)
rules.add_perm("livestreams.enter_claims", is_administrator | is_trade_official)
rules.add_perm("livestreams.view_calendar", is_administrator | is_official | is_member)
rules.add_perm("livestreams.keep_people", is_administrator | is_trade_official)
rules.add_perm("livestreams.answer_slots", is_member)
