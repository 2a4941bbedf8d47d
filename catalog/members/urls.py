"""Addresses of members, invitations and changes of hands."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from catalog.hands.producers import producer_hands
from catalog.members import accepting, making, officials, resetting, signing, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("my/members/", views.my_members, name="my_members"),
    path("producers/new/", making.producer_new, name="producer_new"),
    path("producers/<code:code>/members/", views.member_list, name="member_list"),
    path("producers/<code:code>/members/invite/", views.member_invite, name="member_invite"),
    path("producers/<code:code>/members/<int:pk>/remove/", views.member_remove, name="member_remove"),
    path("producers/<code:code>/members/<int:pk>/lead/", views.member_lead, name="member_lead"),
    path("producers/<code:code>/members/invitations/<int:pk>/withdraw/", views.invitation_withdraw, name="invitation_withdraw"),
    path("producers/<code:code>/hands/", producer_hands, name="producer_hands"),
    path("invitations/<str:token>/", accepting.invitation, name="invitation"),
    path("people/<int:pk>/reset/", resetting.person_reset, name="person_reset"),
    path("officials/", officials.official_list, name="official_list"),
    path("officials/<int:pk>/signing/", signing.official_signing, name="official_signing"),
    path("officials/invite/", officials.official_invite, name="official_invite"),
]
