"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocop_portal.settings")
# Whoever waits for a page is long gone: a statement that goes on would keep one of the few threads, and a processor.
os.environ.setdefault("STATEMENT_TIMEOUT", "60s")
application = get_wsgi_application()
# Every view is loaded now, not by the first visitor. What is there by then stays as long as the process: no collection of garbage in the
# middle of a page need go through it again.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
