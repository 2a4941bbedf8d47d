"""The portal's settings, with an empty view to compare with, behind a proxy that says who asks."""

from __future__ import annotations

from ocop_portal.settings import *  # noqa: F403

ROOT_URLCONF = "bench._scan_urls"
ALLAUTH_TRUSTED_PROXY_COUNT = 1
