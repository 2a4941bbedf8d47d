"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ocop_portal.settings")
# Whoever waits for a page is long gone: a statement that goes on would keep one of the few threads, and a processor.
os.environ.setdefault("STATEMENT_TIMEOUT", "60s")
application = get_wsgi_application()
