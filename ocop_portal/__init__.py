"""Wires the floors: settings, addresses, Celery, embedded services. Holds no domain."""
