"""What may stand as the address of a sales link: a page that everybody can open, on the floor that is named."""

from __future__ import annotations

import ipaddress
import re
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

from django.utils.translation import gettext as _

from catalog.models import Platform

# Floors with pages of their own, by the names of their hosts; what is below such a name is the floor's too.
HOSTS: dict[str, tuple[str, ...]] = {
    Platform.TIKTOK: ("tiktok.com",),
    Platform.SHOPEE: ("shopee.vn", "shp.ee"),
    Platform.LAZADA: ("lazada.vn", "lzd.co"),
    Platform.TIKI: ("tiki.vn", "ti.ki"),
    Platform.SENDO: ("sendo.vn", "sendofarm.vn"),
    Platform.POSTMART: ("postmart.vn", "buudien.vn"),
    Platform.VOSO: ("voso.vn",),
    Platform.FACEBOOK: ("facebook.com", "fb.com", "fb.me", "m.me"),
    Platform.ZALO: ("zalo.me", "zaloapp.com"),
}
LONGEST = 500
_HOST = re.compile(r"^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")
# Names that no other machine can resolve (RFC 2606, RFC 6762).
_NOWHERE = (".local", ".localhost", ".internal", ".invalid", ".test", ".lan")


class AddressError(Exception):
    """The address cannot be linked to; the message says why, in the reader's language."""


def tidy_address(floor: str, text: str) -> str:
    """The address in the form in which it is kept: with its scheme, host in lower case, nothing after `#`. Raises AddressError.

    Nothing is asked of the address itself: the portal opens no page of others.
    """
    typed = text.strip()
    if not typed or re.search(r"[\s\x00-\x1f\\]", typed):
        raise AddressError(_("Copy the whole address out of the browser: it holds no blank."))
    scheme, found, _rest = typed.partition(":")
    if not found or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+-]*", scheme):
        typed = f"https://{typed.removeprefix('//')}"
    with suppress(ValueError):
        parts = urlsplit(typed)
        if parts.scheme.lower() not in {"http", "https"}:
            raise AddressError(_("An address begins with https:// or http://."))
        if parts.username is not None or parts.password is not None or parts.port is not None:
            raise AddressError(_("An address for everybody holds no user, password or port."))
        host = _host(parts.hostname or "")
        _make_sure_of_floor(floor, host)
        address = urlunsplit((parts.scheme.lower(), host, parts.path or "/", parts.query, ""))
        if len(address) > LONGEST:
            raise AddressError(_("The address is longer than 500 characters. Leave out what stands behind the question mark."))
        return address
    raise AddressError(_("This is no address of a page."))


def _host(name: str) -> str:
    with suppress(ValueError):
        ipaddress.ip_address(name)
        raise AddressError(_("This is the number of a machine, not the address of a page."))
    try:
        host = name.rstrip(".").encode("idna").decode().lower()
    except UnicodeError as error:
        raise AddressError(_("This is no address of a page.")) from error
    if not _HOST.match(host) or host.endswith(_NOWHERE):
        raise AddressError(_("This is no address of a page."))
    return host


def floor_of(host: str) -> str | None:
    """The floor to which the host belongs; None for one that belongs to none we know."""
    for floor, names in HOSTS.items():
        if any(host == name or host.endswith(f".{name}") for name in names):
            return floor
    return None


def _make_sure_of_floor(floor: str, host: str) -> None:
    found = floor_of(host)
    if floor in HOSTS and found != floor:
        text = _("%(host)s is not on %(floor)s. Choose the floor to which the address belongs.")
        raise AddressError(text % {"host": host, "floor": Platform(floor).label})
    if floor in {Platform.WEBSITE, Platform.OCOP_FLOOR} and found is not None:
        text = _("%(host)s is %(floor)s. Choose that as the floor.")
        raise AddressError(text % {"host": host, "floor": Platform(found).label})
