"""Who may take in orders, and who may see the lines they consist of (rows are limited by `visible_to`)."""

from __future__ import annotations

import rules

from accounts.rules import is_administrator, is_agriculture_official, is_commune_official, is_official, is_trade_official
from catalog.rules import is_member

rules.add_perm("orders.take_in_orders", is_administrator | is_trade_official | is_commune_official | is_member)
rules.add_perm("orders.view_lines", is_administrator | is_official | is_member)
# Who keeps the registry says which of its entries are one.
rules.add_perm("orders.merge_products", is_administrator | is_agriculture_official)
# A shop's buyers are written to by whoever sells there; officials see that it is done.
rules.add_perm("orders.follow_recalls", is_administrator | is_official | is_member)
# What a shop's key gives (orders.feeds), and no person has.
rules.add_perm("orders.send_orders", rules.always_deny)
# The rules of attribution hold for the whole country.
rules.add_perm("orders.view_rules", is_administrator | is_official)
rules.add_perm("orders.change_rules", is_administrator)
rules.add_perm("orders.manage_shops", is_administrator | is_trade_official)
# Whoever sells knows what the SKUs are: a member says it of its producers' own shops (`Shop.objects.mapped_by`).
rules.add_perm("orders.map_skus", is_administrator | is_trade_official | is_member)
# Who sees order lines, and whether an office may ask for it, is settled between the shop's owner and whoever takes its files in.
rules.add_perm("orders.see_sharing", is_administrator | is_trade_official | is_commune_official | is_member)
rules.add_perm("orders.propose_sharing", is_administrator | is_trade_official | is_commune_official)
rules.add_perm("orders.see_looks", is_member)
