"""What can be mailed: every board whose rows are a table, and the overview.

The file is what its address answers to its recipient: with the same access, the same rows and the same columns as if the recipient
had opened the page and fetched it.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dashboards.tabled import TABLED, TabledBoard

BOARDS = {"overview": TabledBoard("overview", _("Overview"), "dashboards.view_boards"), **TABLED}
# What an address says of the moment it was opened, of the page, or of whose territory: the recipient has one of his own.
NOT_FILTERS = ("reading", "page", "province")
