"""Who may see boards."""

from __future__ import annotations

import rules

from accounts.rules import is_administrator, is_official
from catalog.rules import is_member

rules.add_perm("dashboards.view_boards", is_administrator | is_official)
rules.add_perm("dashboards.view_own_sales", is_member)
rules.add_perm("dashboards.view_sales", is_administrator | is_official | is_member)
rules.add_perm("dashboards.view_style", is_administrator)
