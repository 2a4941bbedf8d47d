"""The portal's settings for processes that tests kill."""

from __future__ import annotations

from ocop_portal.settings import *  # noqa: F403
from ocop_portal.settings import CELERY_BEAT_SCHEDULE, DATABASES

DATABASES["default"]["CONN_MAX_AGE"] = 0
CELERY_BEAT_SCHEDULE["sweep"]["schedule"] = 0.5  # seconds; ten where nobody waits for it
WORK_HANGS_AFTER = 20  # seconds: a busy machine lets a process that is well wait for longer than five
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
