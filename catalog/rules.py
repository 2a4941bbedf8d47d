"""Who may do what with producers, products and stars."""

from __future__ import annotations

import rules

from accounts.models import User
from accounts.rules import is_administrator, is_agriculture_official, is_commune_official, is_official, is_trade_official


@rules.predicate
def is_member(user: User) -> bool:
    """Belongs to a producer: the *cooperative* role. Asked once per user object."""
    if not user.is_authenticated:
        return False
    known: bool | None = getattr(user, "_is_member", None)
    if known is None:
        known = user.memberships.exists()
        user._is_member = known  # type: ignore[attr-defined]
    return known


# What a producer says of itself and its products is its members' to write, nobody else's.
rules.add_perm("catalog.edit_own_listings", is_member)
# What is said of a product concerns every office that answers for its province or commune; who decided is kept and shown.
rules.add_perm("catalog.review_listings", is_administrator | is_official)
rules.add_perm("catalog.view_history", is_administrator | is_official | is_member)
# The registry holds stars, and stars are the business of agriculture and environment, not of trade.
rules.add_perm("catalog.import_registry", is_administrator | is_agriculture_official)
rules.add_perm("catalog.keep_stars", is_administrator | is_agriculture_official)
# The commune follows the stars of its own producers and checks their applications.
rules.add_perm("catalog.follow_stars", is_administrator | is_agriculture_official | is_commune_official)
rules.add_perm("catalog.see_stars", is_administrator | is_official | is_member)
# A producer under another name or hand: whoever answers for the place has seen the paper.
rules.add_perm("catalog.change_hands", is_administrator | is_official)
# A producer that has no product yet comes in by whoever answers for the place, too.
rules.add_perm("catalog.enter_producers", is_administrator | is_official)
# Who belongs to whom is asked and said where one belongs oneself, or answers for the place.
rules.add_perm("catalog.view_members", is_administrator | is_official | is_member)
rules.add_perm("catalog.invite_officials", is_administrator | is_trade_official | is_agriculture_official)
# Face to face: the commune knows its people.
rules.add_perm("catalog.reset_people", is_administrator | is_commune_official)
rules.add_perm("catalog.view_floor_coverage", is_administrator | is_official)
rules.add_perm("catalog.see_own_stars", is_member)
# A commune may apply for a household that has no phone.
rules.add_perm("catalog.apply_for_stars", is_member | is_commune_official)
rules.add_perm("catalog.see_applications", is_administrator | is_agriculture_official | is_commune_official | is_member)
