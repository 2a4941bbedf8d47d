"""Who may take in orders, and who may see the lines they consist of (rows are limited by `visible_to`)."""

from __future__ import annotations

import rules

from accounts.rules import is_administrator, is_agriculture_official, is_commune_official, is_official, is_trade_official
from catalog.rules import is_member

rules.add_perm("orders.take_in_orders", is_administrator | is_trade_official | is_commune_official | is_member)
rules.add_perm("orders.view_lines", is_administrator | is_official | is_member)
# Who keeps the registry says which of its entries are one.
rules.add_perm("orders.merge_products", is_administrator | is_agriculture_official)
rules.add_perm("orders.manage_shops", is_administrator | is_trade_official)
