"""Django's name for this floor."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, agencies, official posts, sign-in and the declaration of access."""

    name = "accounts"
