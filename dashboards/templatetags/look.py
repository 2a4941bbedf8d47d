"""`{% load look %}`: the components of docs/look.md that need more than an include."""

from __future__ import annotations

from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from dashboards import charts, formats

register = template.Library()

# kind: (colour class, icon, words). The words are what counts; colour and shape only repeat them.
BADGES = {
    "valid": ("good", "check", gettext_lazy("Valid")),
    "expiring": ("warn", "clock", gettext_lazy("Expires soon")),
    "expired": ("warn", "clock", gettext_lazy("Expired")),
    "revoked": ("bad", "cross", gettext_lazy("Revoked")),
    "recalled": ("bad", "warning", gettext_lazy("Recalled")),
    "demo": ("quiet", "info", gettext_lazy("Demonstration data")),
    "reported": ("", "quote", gettext_lazy("Reported")),
    "estimated": ("quiet", "wave", gettext_lazy("Estimated")),
    "matches": ("good", "check", gettext_lazy("Matches the ledger")),
    "differs": ("bad", "cross", gettext_lazy("Differs from the ledger")),
    "other_scope": ("", "info", gettext_lazy("Other scope")),
    "unverified": ("quiet", "info", gettext_lazy("Cannot be verified")),
    "not_final": ("", "clock", gettext_lazy("Not final")),
    "unmapped": ("warn", "warning", gettext_lazy("Unmapped")),
    "live": ("good", "live", gettext_lazy("On air")),
    "planned": ("", "calendar", gettext_lazy("Planned")),
    "running": ("", "clock", gettext_lazy("Running")),
    "done": ("good", "check", gettext_lazy("Done")),
    "failed": ("bad", "cross", gettext_lazy("Failed")),
    "cancelled": ("quiet", "cross", gettext_lazy("Cancelled")),
}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of static/img/icons.svg; without `label` it is hidden from screen readers."""
    href = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use href="{}"/></svg>', href)


@register.inclusion_tag("components/badge.html")
def badge(kind: str, text: str = "") -> dict[str, Any]:
    """A word of state with its colour and shape; `text` replaces the word. Kinds: the keys of BADGES, else a plain badge."""
    colour, icon_name, words = BADGES.get(kind, ("", "", kind))
    return {"colour": colour, "icon_name": icon_name, "text": text or words}


@register.inclusion_tag("components/stars.html")
def stars(count: int | None, state: str = "valid") -> dict[str, Any]:
    """The stars of a product; `state` is valid, expiring, expired or revoked. Stars not in force lose their gold and say why."""
    held = count or 0
    # Vietnamese and English agree on the number; the sentence is for those who do not see the drawing.
    label = ngettext("%(count)d star of 5", "%(count)d stars of 5", held) % {"count": held}
    return {
        "count": count,
        "label": label,
        "state": state,
        "lapsed": state in {"expired", "revoked"},
        "marks": [position < held for position in range(5)],
    }


@register.inclusion_tag("components/figure.html")
def figure(
    key: str,
    label: str,
    value: str,
    *,
    now: formats.Number | None = None,
    before: formats.Number | None = None,
    before_text: str = "",
    as_of: str = "",
    note: str = "",
    href: str = "",
    definition: str = "",
    main: bool = False,
    compare: bool = False,
    comparable: bool = True,
) -> dict[str, Any]:
    """A figure tile: label, value, change against `before` (only where `compare`), the time it holds for, its definition.

    The change is no percentage unless all days of both are known (`comparable`).

    `key` is unique on the page; `value`, `before_text` and `as_of` come already written by the filters of `figures`.
    """
    amount, _, unit = value.partition(formats.NBSP)
    unlike = bool(now is not None and before and before > 0 and not comparable)
    return {
        "key": key,
        "label": label,
        "amount": amount,
        "unit": unit,
        "long": len(amount) > 11,
        "compare": compare,
        "change": gettext("not comparable: not all days are known") if unlike else formats.change(now, before),
        "direction": formats.direction(now, before, comparable=comparable),
        "before_text": before_text,
        "as_of": as_of,
        "note": note,
        "href": href,
        "definition": definition,
        "main": main,
    }


@register.simple_block_tag
def table(
    content: str, *, id: str, caption: str, note: str = "", cards: bool = False, fold: bool = False, hide_caption: bool = False
) -> str:
    """A table in its own scrolling, focusable region named by its caption: `{% table id=… caption=… %}<thead>…{% endtable %}`.

    `cards` and `fold`: on a phone its rows are single lines that open (css/boards.css).
    """
    values = {"content": content, "id": id, "caption": caption, "note": note, "cards": cards, "fold": fold, "hide_caption": hide_caption}
    return render_to_string("components/table.html", values)


@register.simple_block_tag
def phone_fold(content: str, *, title: str, gist: str = "", id: str = "") -> str:
    """A section that a phone folds under its title and one line of what it says; at a desk and on paper it lies open.

    A link to its `id` opens it: what an address names inside of a closed fold is shown by the browser itself.
    """
    return render_to_string("components/phone_fold.html", {"content": content, "title": title, "gist": gist, "id": id})


@register.inclusion_tag("components/more.html")
def more(name: object) -> dict[str, Any]:
    """What opens a row of a folded table on a phone; stands in the cell that names the row, after its `name`."""
    return {"name": name}


@register.inclusion_tag("components/sort_th.html", takes_context=True)
def sort_th(
    context: Context, key: str, label: str, *, num: bool = False, param: str = "sort", default: str = "", phone: str = ""
) -> dict[str, Any]:
    """A heading that sorts: a link to `?sort=key` or `?sort=-key`, other parameters kept, back to page 1.

    Numbers start with the greatest, words with the first. `default` is the page's own order, such as `-net`; `phone`: what of a
    folded table a phone shows of a closed row, `gist` or `lead` (css/boards.css).
    """
    query: QueryDict = context["request"].GET.copy()
    current = query.get(param) or default
    query.pop("page", None)
    if current.lstrip("-") == key:
        query[param] = key if current.startswith("-") else f"-{key}"
    else:
        query[param] = f"-{key}" if num else key
    order = "" if current.lstrip("-") != key else "descending" if current.startswith("-") else "ascending"
    return {"label": label, "num": num, "phone": phone, "order": order, "href": f"?{query.urlencode()}"}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], *, param: str = "page", label: str = "") -> dict[str, Any]:
    """Links to the pages of a Django Paginator's page, other parameters kept; draws nothing but the count on a single page.

    `label` tells apart, for whoever hears them, the pages of two lists on one page.
    """
    query: QueryDict = context["request"].GET.copy()

    def href(wanted: int) -> str:
        query[param] = str(wanted)
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "links": [(formats.number(n), href(n), n == page.number) if isinstance(n, int) else None for n in numbers],
        "previous": href(page.previous_page_number()) if page.has_previous() else "",
        "next": href(page.next_page_number()) if page.has_next() else "",
        "first": formats.number(page.start_index()),
        "last": formats.number(page.end_index()),
        "total": formats.number(page.paginator.count),
        "many": page.paginator.num_pages > 1,
        "label": label,
    }


@register.inclusion_tag("components/bar.html")
def bar(value: formats.Number | None, most: formats.Number | None, before: formats.Number | None = None) -> dict[str, Any]:
    """A bar in a table cell, `value` of `most` wide, above a lighter one for `before`; the number stands in the cell itself."""
    return {"width": _percent(value, most), "before": None if before is None else _percent(before, most)}


def _percent(value: formats.Number | None, most: formats.Number | None) -> str:
    # A string: USE_THOUSAND_SEPARATOR would write 12,5% into the attribute in Vietnamese.
    return f"{min(max(float(value or 0) / float(most), 0), 1) * 100:.4g}%" if most else "0%"


@register.simple_block_tag
def notice(content: str, *, kind: str = "", title: str = "") -> str:
    """A remark in the page; kind is empty, success, warning or error."""
    return render_to_string("components/notice.html", {"content": content, "kind": kind, "title": title})


@register.simple_block_tag
def empty(content: str, *, title: str) -> str:
    """An empty state: what is not there yet (`title`), and in the block what to do next."""
    return render_to_string("components/empty.html", {"content": content, "title": title})


@register.inclusion_tag("components/progress.html")
def progress(
    key: str, label: str, *, value: int | None = None, most: int | None = None, url: str = "", running: bool = True, note: str = ""
) -> dict[str, Any]:
    """How far long work has come. `value` of `most`, or neither for work of unknown length.

    While `running` and with `url`, htmx fetches `url` every 2 s into the component's place; without script a link reloads the page.
    """
    known = value is not None and bool(most)
    return {
        "key": key,
        "label": label,
        "value": str(value) if known else "",
        "most": str(most) if known else "",
        "text": gettext("%(done)s of %(all)s") % {"done": formats.number(value), "all": formats.number(most)} if known else "",
        "url": url,
        "running": running,
        "note": note,
    }


@register.inclusion_tag("components/chart.html")
def chart(name: str, rows: int, url: str, caption: str, *, alt: str, note: str = "", table: str = "", half: bool = False) -> dict[str, Any]:
    """The chart `name` of `dashboards.charts` over `rows` rows, as a picture that `url` serves in every size and theme.

    The picture asks `url` with `size=` narrow, medium or wide and `theme=` light or dark. `alt` says in a sentence what is to be
    seen; `table` is the id of the table with the same data; `half` stands in one of two columns.
    """
    joint = "&" if "?" in url else "?"
    # Wide enough that no text gets below 12 px; below the first width a phone's chart.
    steps = [("narrow", "(max-width: 79.99rem)"), ("medium", "")] if half else [
        ("narrow", "(max-width: 39.99rem)"), ("medium", "(max-width: 65.99rem)"), ("wide", "")
    ]  # fmt: skip
    sources = []
    for size, media in steps:
        width, height = charts.size(name, rows, size)
        address = f"{url}{joint}size={size}"
        sources.append({"media": media, "url": address, "width": str(width), "height": str(height)})
    return {"caption": caption, "alt": alt, "note": note, "table": table, "half": half, "sources": sources, "last": sources[-1]}


@register.simple_tag(takes_context=True)
def other_language(context: Context) -> dict[str, str]:
    """The same page in the other language: its address, code and own name (`{% other_language as other %}`).

    A page of errors has no address that resolves, and the page of a failed request not even a request: both lead to the front page.
    """
    code, name = ("en", "English") if get_language() != "en" else ("vi", "Tiếng Việt")
    request: HttpRequest | None = context.get("request")
    if request is None or getattr(request, "resolver_match", None) is None:
        return {"code": code, "name": name, "url": "/en/" if code == "en" else "/"}
    return {"code": code, "name": name, "url": translate_url(request.get_full_path(), code)}
