"""Communes (the producer's, not the buyer's) by what was sold of the products made in them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dashboards.boards.rankings import commune_ranking
from dashboards.views.rankings import SORTS, ranking_board

BOARD = ranking_board("commune", _("Communes"), _("Commune"), commune_ranking, *SORTS)
