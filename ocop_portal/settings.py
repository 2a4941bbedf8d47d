"""Settings of the portal, read from the environment; a missing secret stops a production start with a sentence.

Variables: `OCOP_ENV` (development, the default, or production), `SECRET_KEY`, `DATABASE_URL`, `REDIS_URL`, `ALLOWED_HOSTS`,
`CSRF_TRUSTED_ORIGINS` (both separated by commas), `PORTAL_ADDRESS` (`https://…` of the portal; else the first of ALLOWED_HOSTS),
`EMAIL_URL` (`smtp://user:password@host:port`), `DEFAULT_FROM_EMAIL`, `MAIL_ATTACHMENT_MB` (the largest file that is attached to a mail),
`SMS_URL` (`https://token@gateway/path`), `SMS_ADAPTER` (a class, where the gateway needs one of its own),
`STATIC_ROOT`, `OCOP_HTTPS` (`off` where production stands behind no TLS), `OCOP_EMBEDDED` (`off` starts no embedded service),
`EPCIS_API` (`1` opens the EPCIS interface),
`NATIONAL_PORTAL_URL` (`https://token@host/path`), `NATIONAL_PORTAL_ADAPTER` (a class, where that portal needs one of its own).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pghistory
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from ocop_portal.environment import (
    cache_options,
    database_options,
    development_secret,
    email_options,
    listed,
    megabytes,
    portal_adapter,
    scan_store,
    service_endpoints,
    sms_adapter,
)
from ocop_portal.static_files import add_headers

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("OCOP_DATA_DIR", BASE_DIR / ".data"))

OCOP_ENV = os.environ.get("OCOP_ENV", "development")
if OCOP_ENV not in {"development", "production"}:
    raise ImproperlyConfigured(f"OCOP_ENV is {OCOP_ENV!r}; it must be 'development' or 'production'.")
PRODUCTION = OCOP_ENV == "production"
DEBUG = False  # never on: pages of errors with settings in them help nobody who uses the portal


def _needed(name: str) -> str:
    """The variable's value; in production its absence ends the start with a sentence that names it."""
    value = os.environ.get(name, "")
    if not value and PRODUCTION:
        raise ImproperlyConfigured(f"{name} is not set: in production the portal does not start without it (see docs/deployment.md).")
    return value


SECRET_KEY = _needed("SECRET_KEY") or development_secret(DATA_DIR / "secret_key")
ALLOWED_HOSTS = listed(_needed("ALLOWED_HOSTS")) or ["localhost", "127.0.0.1", "[::1]", "testserver"]
# Where the portal is on the web, for what is made outside a request and kept: identifiers in events, codes on labels.
PORTAL_ADDRESS = os.environ.get("PORTAL_ADDRESS", "").rstrip("/") or (
    f"https://{ALLOWED_HOSTS[0].lstrip('.*')}" if PRODUCTION else f"http://localhost:{os.environ.get('PORT', '8000')}"
)
CSRF_TRUSTED_ORIGINS = listed(os.environ.get("CSRF_TRUSTED_ORIGINS", ""))

DATABASE_URL, REDIS_URL = service_endpoints(_needed("DATABASE_URL"), _needed("REDIS_URL"), DATA_DIR)
DATABASES: dict[str, dict[str, Any]] = {"default": database_options(DATABASE_URL)}
CACHES: dict[str, dict[str, Any]] = {"default": cache_options(REDIS_URL)}
# Where scans wait until they are written: not beside the cache, which anybody may empty.
SCAN_STORE = scan_store(REDIS_URL)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "pghistory",
    "pgtrigger",
    "rest_framework",
    "rest_framework.authtoken",
    "rules.apps.AutodiscoverRulesConfig",
    "ocop_portal",
    "places",
    "accounts",
    "catalog",
    "traceability",
    "livestreams",
    "orders",
    "dashboards",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.acting.ActingUserMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "ocop_portal.urls"
WSGI_APPLICATION = "ocop_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "dashboards.navigation.context",
            ],
        },
    }
]
FORM_RENDERER = "ocop_portal.form_rendering.PortalFormRenderer"

# Who may sign in, and what they may do: declared in <app>/rules.py
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "phone", "full_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_ADAPTER = "accounts.adapter.InvitedOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 5 * 60  # seconds: a text message may take a minute or two where the signal is weak
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_FORMS = {
    "login": "accounts.sign_in.forms.LoginForm",
    "request_login_code": "accounts.sign_in.forms.RequestCodeForm",
    "change_password": "accounts.sign_in.forms.ChangePasswordForm",
}
# Beside allauth's own: a text message costs money and bears the portal's name, and a code that is read aloud is short.
ACCOUNT_RATE_LIMITS = {"request_login_code": "20/m/ip,3/10m/key", "face_to_face": "20/m/ip,10/10m/key", "invite": "60/h/user"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_PREVENT_ENUMERATION = True

# Who changed what, and when: triggers write it beside each tracked model, for ever, with the acting user in the same row.
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
PGHISTORY_APPEND_ONLY = True
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CONTEXT_ID_FIELD = pghistory.ContextUUIDField()
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", DATA_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ADD_HEADERS_FUNCTION = add_headers
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["ocop_portal.uploads.NamelessUploadHandler"]

EMAIL_BACKEND, _email = email_options(os.environ.get("EMAIL_URL", ""))
EMAIL_HOST, EMAIL_PORT = _email.host, _email.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS = _email.user, _email.password, _email.tls
EMAIL_TIMEOUT = 10  # seconds; a mail server that hangs must not hold a worker
# Seconds for a mail server to answer once a file has gone over: to leave earlier would leave open whether it arrived.
MAIL_ANSWER_TIMEOUT = 60
# Bytes of a file that is attached to a mail; on its way it grows by a third, and most servers take 25 MB.
MAIL_ATTACHMENT_LIMIT = megabytes(os.environ, "MAIL_ATTACHMENT_MB", default=10)
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "portal@localhost")
SMS_URL = os.environ.get("SMS_URL", "")
SMS_ADAPTER = os.environ.get("SMS_ADAPTER") or sms_adapter(SMS_URL, production=PRODUCTION)

# Nothing inline, nothing from elsewhere. Charts are pictures of our own (img-src 'self').
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 12
CSRF_COOKIE_HTTPONLY = True
if PRODUCTION and os.environ.get("OCOP_HTTPS") != "off":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Sign-in limits count by the visitor's address: behind one proxy, its last entry; without it all visitors would share one limit.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min"},
    # As for sign-in: what a visitor writes into X-Forwarded-For himself makes nobody else of him.
    "NUM_PROXIES": 1 if PRODUCTION and os.environ.get("OCOP_HTTPS") != "off" else 0,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "OCOP portal API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "APPEND_COMPONENTS": {"securitySchemes": {"shopKey": {"type": "http", "scheme": "bearer", "description": "a shop's key (`ock_…`)"}}},
    "ENUM_NAME_OVERRIDES": {
        "StarState": "catalog.api.shapes.STATES",
        "RevisionState": "catalog.api.shapes.REVISION_STATES",
        "PeriodKind": "dashboards.reports.periods.models.PeriodKind",
        "PeriodReportState": "dashboards.reports.periods.models.PeriodReport.State",
    },
}

# The EPCIS 2.0 interface is for partners' systems: off until somebody wants it.
EPCIS_API = os.environ.get("EPCIS_API") == "1"
NATIONAL_PORTAL_URL = os.environ.get("NATIONAL_PORTAL_URL", "")
NATIONAL_PORTAL_ADAPTER = os.environ.get("NATIONAL_PORTAL_ADAPTER") or portal_adapter(NATIONAL_PORTAL_URL, production=PRODUCTION)

# The broker only wakes workers: every task can be lost or run twice (see docs/architecture.md).
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
# What waits for a mail server or the national portal, or makes a mail's file for half a minute, holds up no fold, no file of orders and no
# scan; and the one who serves both queues takes from them in turn, so that passports hold up no message.
CELERY_TASK_DEFAULT_QUEUE = "work"
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {"work": {}, "mail": {}, "passport": {}}
CELERY_TASK_ROUTES = {
    "accounts.tasks.send_message": {"queue": "mail"},
    "dashboards.tasks.send_mail": {"queue": "mail"},
    "traceability.tasks.send_passport": {"queue": "passport"},
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A publisher that finds no broker gives up at once: what it wanted done stands in the database.
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 2, "max_retries": 1, "interval_start": 0.1}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = TIME_ZONE
# Seconds without a sign of life after which work on orders is taken from whoever has it (orders.leases).
WORK_HANGS_AFTER = 60
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "orders.tasks.sweep", "schedule": 10.0, "options": {"expires": 10}},
    "end_forgotten_sessions": {"task": "livestreams.tasks.end_forgotten_sessions", "schedule": 600.0, "options": {"expires": 600}},
    "drop_unused_files": {"task": "catalog.tasks.drop_unused_files", "schedule": 3600.0, "options": {"expires": 3600}},
    "sweep_labels": {"task": "traceability.tasks.sweep_labels", "schedule": 30.0, "options": {"expires": 30}},
    # Scans wait in Valkey no longer than this; whatever a worker left is found the same way.
    "write_scans": {"task": "traceability.tasks.write_scans", "schedule": 3.0, "options": {"expires": 3}},
    # The first one after midnight finds the visits of yesterday; the others make up for one that was missed.
    "forget_visits": {"task": "traceability.tasks.forget_visits", "schedule": crontab(minute="7"), "options": {"expires": 3600}},
    "sweep_passports": {"task": "traceability.tasks.sweep_passports", "schedule": 60.0, "options": {"expires": 60}},
    # Due to the minute; what was missed meanwhile is found too.
    "sweep_mailings": {"task": "dashboards.tasks.sweep_mailings", "schedule": 30.0, "options": {"expires": 30}},
    "drop_mailed_files": {"task": "dashboards.tasks.drop_mailed_files", "schedule": crontab(hour=3, minute=10)},
    "sweep_messages": {"task": "accounts.tasks.sweep_messages", "schedule": 60.0, "options": {"expires": 60}},
    "settle_needs": {"task": "livestreams.tasks.settle_needs", "schedule": 300.0, "options": {"expires": 300}},
    # In the first minutes of a day: a last day was yesterday.
    "erase_people": {"task": "livestreams.tasks.erase_people", "schedule": crontab(hour=0, minute=20)},
    # Each hour of the working day: what an earlier one announced is not announced again.
    "announce_star_ends": {"task": "catalog.tasks.announce_star_ends", "schedule": crontab(minute="15", hour="7-18")},
    "erase_old_feedback": {"task": "traceability.tasks.erase_old_feedback", "schedule": crontab(hour=2, minute=20)},
    # Each hour of the working day: a silence is told once.
    "remind_silent_shops": {"task": "orders.tasks.remind_silent_shops", "schedule": crontab(minute="25", hour="7-18")},
    "forget_looks": {"task": "orders.tasks.forget_looks", "schedule": crontab(hour=2, minute=40)},
    "forget_calls": {"task": "orders.tasks.forget_calls", "schedule": crontab(hour=2, minute=50)},
    # After midnight in Vietnam: a month is due by the day.
    "publish_months": {"task": "dashboards.tasks.publish_months", "schedule": crontab(hour=3, minute=10)},
    # Just after midnight in Vietnam, when dated facts begin to hold.
    "refresh_search": {"task": "catalog.tasks.refresh_search", "schedule": crontab(hour=0, minute=1)},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    # The sweep comes every ten seconds; what it did is told by those who did it.
    "loggers": {name: {"level": "WARNING"} for name in ("celery.app.trace", "celery.worker.strategy")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
TEST_RUNNER = "django.test.runner.DiscoverRunner"
