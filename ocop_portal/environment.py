"""How settings read the environment: addresses of services, secrets, lists."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from ocop_portal.embedded.client import prepare_folder


def listed(value: str) -> list[str]:
    """The non-empty parts of a comma-separated value."""
    return [part.strip() for part in value.split(",") if part.strip()]


def megabytes(environment: Mapping[str, str], name: str, *, default: int) -> int:
    """The bytes of the whole number of megabytes under that name. Raises ImproperlyConfigured for what is none."""
    text = environment.get(name) or str(default)
    if not (text.isascii() and text.isdigit()):
        raise ImproperlyConfigured(f"{name} is {text!r}; it must be a whole number of megabytes.")
    return int(text) * 1024 * 1024


def development_secret(path: Path) -> str:
    """A random key kept in `path` (mode 0600) so that sessions outlive a restart; for development alone."""
    if not path.exists():
        prepare_folder(path.parent)
        draft = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
        with suppress(FileExistsError):  # of two first starts at once, one key wins for both
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


def service_endpoints(database_url: str, redis_url: str, data_dir: Path) -> tuple[str, str]:
    """The given addresses; where one is empty, that of the embedded service, found running or started."""
    if database_url and redis_url:
        return database_url, redis_url
    if os.environ.get("OCOP_EMBEDDED") == "off":
        return database_url or "postgres://localhost/ocop", redis_url or "redis://localhost:6379/0"
    from ocop_portal.embedded import ensure_services

    endpoints = ensure_services(data_dir, postgres=not database_url, valkey=not redis_url)
    return database_url or endpoints.database_url, redis_url or endpoints.redis_url


def database_options(url: str) -> dict[str, Any]:
    """Django's database options for `postgres://user:password@host:port/name?host=/socket/directory`.

    Raises ImproperlyConfigured for another scheme: the portal runs on PostgreSQL alone.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL begins with {parts.scheme!r}; it must be a postgres:// address.")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or query.pop("dbname", "ocop"),
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(query.pop("port", None) or parts.port or ""),
        "OPTIONS": {key: value for key, value in query.items() if key not in {"user", "dbname"}} | _patience(query.get("options", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _patience(options: str) -> dict[str, str]:
    """STATEMENT_TIMEOUT ("60s", as PostgreSQL writes it) as an option of each connection, beside those of the address."""
    timeout = os.environ.get("STATEMENT_TIMEOUT")
    return {"options": f"{options} -c statement_timeout={timeout}".lstrip()} if timeout else {}


def cache_options(url: str) -> dict[str, Any]:
    """Django's cache on the same Valkey as the broker, in a logical database of its own (number 1)."""
    parts = urlsplit(url)
    location = f"unix://{parts.path}?db=1" if parts.scheme == "unix" else f"{parts.scheme}://{parts.netloc}/1"
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": location,
        "KEY_PREFIX": "ocop",
        # A cache that hangs must not hold up pages: they are computed without it.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }


def scan_store(url: str) -> str:
    """The Valkey of the broker for the client library, in its logical database 0; names begin with `ocop:` there."""
    parts = urlsplit(url)
    return f"unix://{parts.path}?db=0" if parts.scheme == "unix" else f"{parts.scheme}://{parts.netloc}/0"


@dataclass(frozen=True)
class Email:
    """Where mail leaves: an SMTP server."""

    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    tls: bool = False


def email_options(url: str) -> tuple[str, Email]:
    """The mail backend and its server for `smtp://user:password@host:587`; with no address mail is printed."""
    if not url:
        return "django.core.mail.backends.console.EmailBackend", Email()
    parts = urlsplit(url)
    port = parts.port or 587
    server = Email(parts.hostname or "localhost", port, unquote(parts.username or ""), unquote(parts.password or ""), port == 587)
    return "django.core.mail.backends.smtp.EmailBackend", server


def _is_safe(url: str) -> bool:
    """Whether what is sent there travels encrypted, or stays on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"})


def sms_adapter(url: str, *, production: bool) -> str:
    """The adapter of text messages for `https://token@gateway/path`: without an address they are printed, in production refused.

    Raises ImproperlyConfigured for an address that would carry codes and the token in the clear over a network.
    """
    if not url:
        return "accounts.messages.sms.NoSms" if production else "accounts.messages.sms.ConsoleSms"
    if not _is_safe(url):
        raise ImproperlyConfigured("SMS_URL must be an https:// address (http:// only to this machine).")
    return "accounts.messages.sms.GatewaySms"


def portal_adapter(url: str, *, production: bool) -> str:
    """The adapter of the national traceability portal for `https://token@host/path`: without an address passports are printed, in
    production not sent.

    Raises ImproperlyConfigured for an address that would carry the token in the clear over a network.
    """
    if not url:
        return "traceability.passport.portal.NoPortal" if production else "traceability.passport.portal.ConsolePortal"
    if not _is_safe(url):
        raise ImproperlyConfigured("NATIONAL_PORTAL_URL must be an https:// address (http:// only to this machine).")
    return "traceability.passport.portal.HttpPortal"
