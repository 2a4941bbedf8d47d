"""How an address names a thing by its code: `<code:code>` in this floor's urls and those above.

Django knows it from the moment that the catalogue's app is ready (`catalog.apps`), so every module of urls may use it.
"""

from __future__ import annotations

from django.urls.converters import StringConverter


class CodeConverter(StringConverter):
    """A code as `catalog.models.CODE` has it: nothing else can name a thing, or reach the database."""

    regex = r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"


LISTING, PROFILE = "listings", "profiles"


class OwnerKindConverter(StringConverter):
    """`<owner_kind:kind>`: whether the code behind it is that of a product, for its listing, or of a producer, for its profile."""

    regex = f"{LISTING}|{PROFILE}"
