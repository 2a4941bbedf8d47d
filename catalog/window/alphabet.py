"""The order of the Vietnamese alphabet for queries: a ă â b c d đ e ê …, then by tone, as Vietnamese dictionaries sort."""

from __future__ import annotations

from django.db.models import CharField, Func


class Alphabetic(Func):
    """The place of a name: `order_by(Alphabetic("name"))`. Compared by bytes, whatever the database's own order is."""

    function = "catalog_sort_key"
    template = '%(function)s(%(expressions)s) COLLATE "C"'
    output_field = CharField()


class AlphabeticPlace(Alphabetic):
    """The same for a commune, whose kind (xã, phường, đặc khu) does not count."""

    template = "%(function)s(regexp_replace(%(expressions)s, '^(Phường|Xã|Đặc khu) ', '')) COLLATE \"C\""
