"""The portal's settings for tests: services of their own under `.data/test`, quick password hashes, plain static files."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

os.environ.setdefault("OCOP_DATA_DIR", str(Path(__file__).resolve().parent.parent / ".data" / "test"))
os.environ.setdefault("OCOP_EMBEDDED_FAST", "1")

from ocop_portal.settings import *  # noqa: F403
from ocop_portal.settings import CACHES, CELERY_TASK_ROUTES, DATABASES

_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw") or 0)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SMS_ADAPTER = "tests.sms.KeptSms"
EPCIS_API = True
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Each run has a database, and each worker of a run a cache and a queue of its own: two runs at once do not meet.
DATABASES["default"]["TEST"] = {"NAME": f"test_ocop_{os.getpid()}"}
# Tests empty their cache: on a server of somebody's own it must not be the portal's (number 1, in either way of writing it).
# The workers of a run share its name, not its process number: those may be apart by as many as there are caches.
_run = zlib.crc32(os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid())).encode())
_location, _number = CACHES["default"]["LOCATION"], 2 + (_run + _worker) % 13
_own = _location.removesuffix("db=1") + f"db={_number}" if _location.endswith("db=1") else _location.removesuffix("/1") + f"/{_number}"
CACHES["default"]["LOCATION"] = _own
SCAN_STORE = _own
CELERY_TASK_DEFAULT_QUEUE = f"test{_worker}"
CELERY_TASK_ROUTES = {name: {"queue": CELERY_TASK_DEFAULT_QUEUE} for name in CELERY_TASK_ROUTES}
