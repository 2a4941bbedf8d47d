"""One written form for each identifier: the constrained canonical GS1 Digital Link URI.

The same thing is called `urn:epc:id:sgtin:0614141.107346.2018`, `https://id.gs1.org/01/10614141073464/21/2018` and
`https://shop.example/01/10614141073464/10/A7/21/2018`. CBV 2.0 (section on the event hash ID, rules 17 and 18) and EPC Tag Data
Standard 2.0 (section 6) say how they become one.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from catalog.gtin import check_digit

CANONICAL = "https://id.gs1.org/"
# Percent-encoded in a GS1 Digital Link but allowed in an EPC URN (GS1 Digital Link, table of reserved characters).
_ENCODED = {"!": "%21", "(": "%28", ")": "%29", "*": "%2A", "+": "%2B", ",": "%2C", ":": "%3A"}
_URN = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):(\d{6,12})\.(.+)\Z", re.ASCII)
# A reference and a serial together: none of GS1 is longer.
_TEXT = re.compile(r"(?:%[0-9A-Fa-f]{2}|[!'()*+,0-9:;=A-Za-z_.-]){1,50}\Z")
_LONGEST_QUALIFIER = 90
# Primary keys in a GS1 Digital Link, the form of their value, and the qualifiers that tell more finely, the finest first.
_KEYS: dict[str, tuple[re.Pattern[str], tuple[str, ...]]] = {
    "00": (re.compile(r"\d{18}\Z", re.ASCII), ()),
    "01": (re.compile(r"(\d{8}|\d{12,14})\Z", re.ASCII), ("21", "235", "10")),
    "253": (re.compile(r"\d{13}[^/]{0,17}\Z", re.ASCII), ()),
    "255": (re.compile(r"\d{13,25}\Z", re.ASCII), ()),
    "401": (re.compile(r"[^/]{1,30}\Z", re.ASCII), ()),
    "402": (re.compile(r"\d{17}\Z", re.ASCII), ()),
    "414": (re.compile(r"\d{13}\Z", re.ASCII), ("254",)),
    "417": (re.compile(r"\d{13}\Z", re.ASCII), ()),
    "8003": (re.compile(r"\d{14}[^/]{0,16}\Z", re.ASCII), ()),
    "8004": (re.compile(r"[^/]{1,30}\Z", re.ASCII), ()),
    "8006": (re.compile(r"\d{18}\Z", re.ASCII), ("21", "10")),
    "8010": (re.compile(r"[^/]{1,30}\Z", re.ASCII), ("8011",)),
    "8017": (re.compile(r"\d{18}\Z", re.ASCII), ()),
    "8018": (re.compile(r"\d{18}\Z", re.ASCII), ()),
}


def canonical(uri: str) -> str:
    """The one form of an identifier; what is no GS1 identifier comes back as it is."""
    if uri.startswith("urn:epc:"):
        return _of_urn(uri) or uri
    if uri.startswith(("https://", "http://")):
        return _of_link(uri) or uri
    return uri


def pattern_prefix(uri: str) -> str | None:
    """What the canonical form (or, failing that, the URN) of all that an EPC pattern with trailing `*` matches begins with.

    `urn:epc:idpat:sgtin:0614141.107346.*` → all serials of that GTIN. None for what is no such pattern.
    """
    if not uri.startswith("urn:epc:idpat:") or not uri.endswith(".*"):
        return None
    scheme, _, rest = uri.removeprefix("urn:epc:idpat:").partition(":")
    fixed = rest.rstrip("*.")
    if scheme == "sgtin" and rest.count("*") == 1 and (gtin := _of_urn(uri)):
        return f"{gtin}/21/"
    return f"urn:epc:id:{scheme}:{fixed}."


def _of_urn(uri: str) -> str | None:
    found = _URN.match(uri)
    if not found or not _TEXT.match(found[4]):
        return None
    kind, scheme, company, rest = found.groups()
    if kind == "id":
        return _of_instance(scheme, company, rest)
    reference, _, last = rest.partition(".")
    if kind == "class":
        gtin = _gtin(company, reference) if scheme == "lgtin" else None
        return f"{CANONICAL}01/{gtin}/10/{_encoded(last)}" if gtin and last else None
    if last.strip("*.") or not last:
        return None
    if scheme in {"sgtin", "upui", "itip"}:
        gtin = _gtin(company, reference)
        return f"{CANONICAL}01/{gtin}" if gtin else None
    if scheme in {"grai", "gdti", "sgcn"}:
        return _typed(scheme, company, reference, "")
    return None


def _of_instance(scheme: str, company: str, rest: str) -> str | None:
    reference, dot, serial = rest.partition(".")
    if scheme in {"sgtin", "upui"}:
        gtin = _gtin(company, reference)
        qualifier = "21" if scheme == "sgtin" else "235"
        return f"{CANONICAL}01/{gtin}/{qualifier}/{_encoded(serial)}" if gtin and serial else None
    if scheme == "itip":
        gtin, parts = _gtin(company, reference), serial.split(".", 2)
        if not gtin or len(parts) != 3 or not all(part.isdigit() and len(part) == 2 for part in parts[:2]):
            return None
        return f"{CANONICAL}8006/{gtin}{parts[0]}{parts[1]}/21/{_encoded(parts[2])}"
    if scheme in {"sgln", "pgln"}:
        gln = _checked(company + reference, 12)
        if not gln:
            return None
        if scheme == "pgln":
            return f"{CANONICAL}417/{gln}"
        return f"{CANONICAL}414/{gln}" + ("" if serial in {"0", ""} else f"/254/{_encoded(serial)}")
    if scheme in {"grai", "gdti", "sgcn"}:
        return _typed(scheme, company, reference, serial)
    if scheme == "cpi":
        return f"{CANONICAL}8010/{_encoded(company + reference)}/8011/{serial}" if serial.isdigit() else None
    if scheme in {"giai", "ginc"}:
        return f"{CANONICAL}{'8004' if scheme == 'giai' else '401'}/{company}{_encoded(rest)}"
    if dot:
        return None
    if scheme == "sscc":
        code = _checked(reference[:1] + company + reference[1:], 17)
        return f"{CANONICAL}00/{code}" if code else None
    lengths = {"gsin": ("402", 16), "gsrn": ("8018", 17), "gsrnp": ("8017", 17)}
    if scheme in lengths:
        key, length = lengths[scheme]
        code = _checked(company + reference, length)
        return f"{CANONICAL}{key}/{code}" if code else None
    return None


def _typed(scheme: str, company: str, reference: str, serial: str) -> str | None:
    code = _checked(company + reference, 12)
    if not code:
        return None
    key = {"grai": "8003/0", "gdti": "253/", "sgcn": "255/"}[scheme]
    return f"{CANONICAL}{key}{code}{_encoded(serial)}"


def _gtin(company: str, reference: str) -> str | None:
    """14 digits of a company's prefix and an item reference that begins with the packaging digit."""
    return _checked(reference[:1] + company + reference[1:], 13) if reference else None


def _checked(digits: str, length: int) -> str | None:
    if len(digits) != length or not (digits.isascii() and digits.isdigit()):
        return None
    return f"{digits}{check_digit(digits)}"


def _encoded(text: str) -> str:
    return "".join(_ENCODED.get(letter, letter) for letter in text)


def _of_link(uri: str) -> str | None:
    try:
        parts = urlsplit(uri).path.strip("/").split("/")
    except ValueError:
        return None
    for place, part in enumerate(parts[:-1]):
        form, qualifiers = _KEYS.get(part, (None, ()))
        if form is None or not form.match(parts[place + 1]) or (len(parts) - place) % 2:
            continue
        value = parts[place + 1].zfill(14) if part == "01" else parts[place + 1]
        told = dict(zip(parts[place + 2 :: 2], parts[place + 3 :: 2], strict=True))
        finest = next((qualifier for qualifier in qualifiers if qualifier in told), None)
        if finest and len(told[finest]) > _LONGEST_QUALIFIER:
            return None
        return f"{CANONICAL}{part}/{value}" + (f"/{finest}/{told[finest]}" if finest else "")
    return None
