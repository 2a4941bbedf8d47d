"""Settings of the server that the browser visits: the portal's own, except for what keeps it apart from other runs."""

from __future__ import annotations

import os

from ocop_portal.settings import *  # noqa: F403
from ocop_portal.settings import CACHES

# The same address may mean other rows in another run's database.
CACHES["default"]["KEY_PREFIX"] = f"browser-{os.environ['OCOP_TEST_SITE']}"
# The demo of tests is loaded with the quick hashes of tests.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
