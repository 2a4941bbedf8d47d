"""Makes our Celery application the current one wherever Django is set up."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The top floor."""

    name = "ocop_portal"

    def ready(self) -> None:
        """Import the Celery application, so that a `shared_task` sent by a page reaches our broker."""
        import ocop_portal.celery  # noqa: F401
