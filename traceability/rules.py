"""Who may do what with lots, labels and recalls. Rows are limited apart from this: `Lot.objects.visible_to`, `.kept_by`."""

from __future__ import annotations

import rules

from accounts.rules import is_administrator, is_agriculture_official, is_commune_official, is_official, is_trade_official
from catalog.rules import is_member

rules.add_perm("traceability.view_lots", is_administrator | is_official | is_member)
# A producer without a phone has its lots kept by its commune; a department reads and does not write.
rules.add_perm("traceability.keep_lots", is_administrator | is_commune_official | is_member)
# Food that is not safe is the business of agriculture and environment, of the commune for its producers, and of whoever made it.
rules.add_perm("traceability.declare_recalls", is_administrator | is_agriculture_official | is_commune_official | is_member)
# Who watches the market says that a pack scanned by many has no copies; its producer, who sells it, does not.
rules.add_perm("traceability.clear_often_scanned", is_administrator | is_trade_official | is_agriculture_official)
rules.add_perm("traceability.read_feedback", is_administrator | is_official | is_member)
