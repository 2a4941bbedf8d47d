"""Addresses of sign-in: the views of django-allauth that we use, and for each who may open it.

allauth's own list has more (sign-up by code, phones, several e-mail addresses); what is not here does not exist.
"""

from __future__ import annotations

from allauth.account import views
from django.urls import URLPattern, path, re_path

from accounts.access import public, signed_in
from accounts.resets.views import face_to_face
from accounts.sign_in.views import own_account

urlpatterns: list[URLPattern] = [
    path("login/", public(views.login), name="account_login"),
    path("login/code/", public(views.request_login_code), name="account_request_login_code"),
    path("login/code/confirm/", public(views.confirm_login_code), name="account_confirm_login_code"),
    path("face-to-face/", face_to_face, name="account_face_to_face"),
    path("logout/", public(views.logout), name="account_logout"),
    path("inactive/", public(views.account_inactive), name="account_inactive"),
    path("signup/", public(views.signup), name="account_signup"),  # says that accounts are given
    path("password/reset/", public(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", public(views.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        public(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", public(views.password_reset_from_key_done), name="account_reset_password_from_key_done"),
    path("password/change/", signed_in(views.password_change), name="account_change_password"),
    path("password/set/", signed_in(views.password_set), name="account_set_password"),
    # allauth's own page adds addresses without a check; ours shows what there is.
    path("email/", own_account, name="account_email"),
    path("reauthenticate/", signed_in(views.reauthenticate), name="account_reauthenticate"),
]
