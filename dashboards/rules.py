"""Who may see boards."""

from __future__ import annotations

import rules

from accounts.rules import is_administrator, is_agriculture_official, is_official, is_trade_official, signs_for_trade
from catalog.rules import is_member

rules.add_perm("dashboards.view_boards", is_administrator | is_official)
rules.add_perm("dashboards.view_own_sales", is_member)
rules.add_perm("dashboards.view_sales", is_administrator | is_official | is_member)
rules.add_perm("dashboards.view_style", is_administrator)
# Reports of a period are the department of trade's: three of its people prepare, review and sign one. Who takes which step is a matter of
# who took the others (`reports.periods.services`); agriculture and environment reads along.
rules.add_perm("dashboards.view_reports", is_administrator | is_trade_official | is_agriculture_official)
rules.add_perm("dashboards.prepare_reports", is_trade_official)
rules.add_perm("dashboards.review_reports", is_trade_official)
rules.add_perm("dashboards.sign_reports", signs_for_trade)
# When reporting periods close is the department's to say, for its province.
rules.add_perm("dashboards.set_reporting_rules", is_trade_official)
rules.add_perm("dashboards.set_targets", is_administrator | is_trade_official)
# Who has boards and reports sent by e-mail: departments, to officials of their province who may see them anyhow.
rules.add_perm("dashboards.keep_mailings", is_administrator | is_trade_official | is_agriculture_official)
