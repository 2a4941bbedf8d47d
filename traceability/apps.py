"""Django's name for this floor."""

from django.apps import AppConfig


class TraceabilityConfig(AppConfig):
    """Lots, events, codes, labels, the resolver, scans, feedback and recalls."""

    name = "traceability"
