"""Django's name for this floor."""

from django.apps import AppConfig


class LivestreamsConfig(AppConfig):
    """Hosts, guests, needs, programmes, sessions, what happened on air, offline events and claims."""

    name = "livestreams"
