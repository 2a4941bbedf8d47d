"""Django's name for this floor."""

from django.apps import AppConfig


class LivestreamsConfig(AppConfig):
    """Hosts, guests, programmes, sessions, slots, offline events and claims."""

    name = "livestreams"
