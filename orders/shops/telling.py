"""Who answers for a shop, and is told of it."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import Agency, Post, User
from orders.shops.models import Shop


def department_of(shop: Shop) -> list[User]:
    """Those who hold a post today in the department of industry and trade of the shop's province."""
    posts = Post.objects.in_force(timezone.localdate()).filter(
        agency__kind=Agency.Kind.INDUSTRY_TRADE, agency__province=shop.province_id, user__is_active=True
    )
    return list(User.objects.filter(pk__in=posts.values("user")).order_by("pk"))


def owners_of(shop: Shop) -> list[User]:
    """The members of the producer whose shop it is; hosts and partners have no account."""
    return list(shop.producer.members.filter(is_active=True).order_by("pk")) if shop.producer else []
