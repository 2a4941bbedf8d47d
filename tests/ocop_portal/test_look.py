"""The look: what every template and style sheet must hold to, and the components' output."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.forms import Select
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import translation

from dashboards import style
from dashboards.templatetags import look

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CSS = {name: (ROOT / "static/css" / name).read_text(encoding="utf-8") for name in ("tokens.css", "base.css", "components.css", "print.css")}
LIGHT, DARK = CSS["tokens.css"].split("@media screen and (prefers-color-scheme: dark)")


def colours(theme: str) -> dict[str, str]:
    """Token → colour of the light or the dark palette."""
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", LIGHT))
    return found | (dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", DARK)) if theme == "dark" else {})


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG 2.2 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def page(path: str = "/", **query: str) -> HttpRequest:
    """A request for a page by nobody."""
    request = RequestFactory().get(path, query)
    request.user = AnonymousUser()
    return request


def drawn(source: str, request: HttpRequest | None = None, **context: Any) -> str:
    """A piece of template with our tags, in English."""
    with translation.override("en"):
        loaded = "{% load look figures i18n %}" + source
        return Template(loaded).render(Context({"request": request or page(), **context})).strip()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_keep_to_the_content_security_policy(path: Path) -> None:
    """No inline style, script or event handler, and nothing from another host."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|javascript:|\son[a-z]+=", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert not re.search(r"""(src|href|srcset|action)=["'](https?:)?//""", text)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "ground"])
@pytest.mark.parametrize(
    ("token", "least"),
    [("ink", 7), ("ink-2", 4.5), ("accent", 4.5), ("accent-deep", 4.5), ("warn", 4.5), ("bad", 4.5), ("line-strong", 3), ("gold", 3)],
)
def test_tokens_have_contrast(theme: str, ground: str, token: str, least: float) -> None:
    """WCAG 2.2 AA on both grounds of both themes: text 4.5, lines of controls and stars 3."""
    palette = colours(theme)
    assert contrast(palette[token], palette[ground]) >= least


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pairs_of_tokens_have_contrast(theme: str) -> None:
    """Words on tinted grounds and on buttons; what a chart draws on the page."""
    palette = colours(theme)
    for token, ground in (
        ("warn", "warn-soft"),
        ("bad", "bad-soft"),
        ("accent-deep", "accent-soft"),
        ("ink", "accent-soft"),
        ("on-accent", "accent"),
    ):
        assert contrast(palette[token], palette[ground]) >= 4.5, (token, ground)
    for token in ("chart-1", "chart-2", "chart-3", "chart-4", "star-3", "star-4", "star-5"):
        assert contrast(palette[token], palette["paper"]) >= 3, token
    # The two lines of a chart and the three kinds of stars are told apart without their hue.
    assert contrast(palette["chart-1"], palette["chart-2"]) >= 1.8
    assert contrast(palette["star-3"], palette["star-4"]) >= 1.7
    assert contrast(palette["star-4"], palette["star-5"]) >= 1.8


def test_style_sheets_are_small_and_plain() -> None:
    """29 KB in all, 9 KB compressed, colours in the tokens alone, no gradient, nothing fetched."""
    assert sum(len(text.encode()) for text in CSS.values()) <= 29 * 1024
    assert sum(len(gzip.compress(text.encode())) for text in CSS.values()) <= 9 * 1024
    for name in ("base.css", "components.css"):
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?=[;\s])", CSS[name]), name
    for text in CSS.values():
        assert not re.search(r"gradient|url\(|@import|!important(?! ?[;}])", text)


def test_tokens_used_are_tokens_there_are() -> None:
    """A misspelt token falls back to nothing without a word."""
    known = set(re.findall(r"(--[\w-]+):", CSS["tokens.css"]))
    used = {
        name for path in (ROOT / "static/css").glob("*.css") for name in re.findall(r"var\((--[\w-]+)", path.read_text(encoding="utf-8"))
    }
    assert used - known == set()


def test_targets_and_text_of_a_phone() -> None:
    """48 px and 16 px below 48rem."""
    phone = LIGHT.split("@media")[0]
    assert "--target: 3rem;" in phone
    assert "--t-s: 1rem;" in phone
    assert not re.search(r"font-size: (?:0?\.\d+rem|1[0-5]px)", CSS["base.css"] + CSS["components.css"])


def test_icons_are_in_the_sprite() -> None:
    """Every icon that a template or a badge names is drawn, and every drawn one is on the style page."""
    sprite = (ROOT / "static/img/icons.svg").read_text(encoding="utf-8")
    symbols = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    named = {name for path in TEMPLATES for name in re.findall(r"{% icon \"([\w-]+)\"", path.read_text(encoding="utf-8"))}
    assert named - symbols == set()
    assert {icon for _colour, icon, _words in look.BADGES.values()} - symbols == set()
    assert set(style.ICONS) == symbols


def test_the_page_of_failures_needs_nothing(django_assert_num_queries: Any) -> None:
    """500.html is rendered when the database may be away: no request, no user, no query."""
    with translation.override("vi"):
        html = render_to_string("500.html")
    assert '<html lang="vi">' in html
    assert "<h1>Cổng gặp sự cố</h1>" in html


@pytest.mark.parametrize(
    ("name", "vi", "en"),
    [
        ("400", "Không đọc được yêu cầu này", "This request could not be read"),
        ("403", "Bạn không được mở trang này", "You may not open this page"),
        ("403_csrf", "Biểu mẫu đã để quá lâu", "The form had waited too long"),
        ("404", "Không có trang này", "There is no such page"),
        ("429", "Thử quá nhiều lần", "Too many attempts"),
    ],
)
def test_pages_of_errors_say_what_happened(name: str, vi: str, en: str) -> None:
    """In both languages, with one heading and a way out."""
    for language, words in (("vi", vi), ("en", en)):
        with translation.override(language):
            html = render_to_string(f"{name}.html", request=page("/nowhere/"))
        assert re.findall(r"<h1>(.*?)</h1>", html) == [words]
        assert f'<html lang="{language}">' in html
        assert 'class="button" href="/' in html


@pytest.mark.django_db
def test_a_wrong_address_answers_in_our_look(client: Client) -> None:
    """The whole way: URL configuration, handler, context processors, template."""
    response = client.get("/khong-co-trang-nay/")
    assert response.status_code == 404
    assert "<h1>Không có trang này</h1>" in response.content.decode()


@pytest.mark.django_db
def test_sign_in_names_what_is_wrong(client: Client) -> None:
    """allauth's form in our templates: a summary that leads to the field, and no word of the library's own look."""
    html = client.get("/account/login/").content.decode()
    assert "<h1>Đăng nhập</h1>" in html
    assert "error-summary" not in html
    wrong = client.post("/account/login/", {"login": "nobody", "password": ""}).content.decode()
    summary = wrong.split('<div class="error-summary"')[1].split("</div>")[0]
    anchors = re.findall(r'href="#([\w-]+)"', summary)
    assert anchors == ["id_login", "id_password"]
    assert all(f'id="{anchor}"' in wrong for anchor in anchors)
    assert "<title>\nLỗi: Đăng nhập" in wrong or "<title>Lỗi: Đăng nhập" in wrong


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["password/reset/", "password/reset/done/", "password/reset/key/1-x/", "password/reset/key/done/", "signup/", "inactive/"]
)
def test_account_pages_have_one_heading_and_the_frame(client: Client, path: str) -> None:
    """None of the reachable pages falls back to the library's bare layout."""
    html = client.get(f"/account/{path}", follow=True).content.decode()
    assert html.count("<h1>") == 1
    assert 'class="site-header"' in html


def test_sorting_headings() -> None:
    """Numbers begin with the greatest, words with the first; a second press turns the order; other parameters stay, the page goes."""
    request = page("/products/", q="muối", page="3", sort="-net")
    net = drawn('{% sort_th "net" "Net" num=True %}', request)
    assert 'class="num" aria-sort="descending"' in net
    assert 'href="?q=mu%E1%BB%91i&amp;sort=net"' in net
    assert 'href="?q=mu%E1%BB%91i&amp;sort=name"' in drawn('{% sort_th "name" "Name" %}', request)
    orders = drawn('{% sort_th "orders" "Orders" num=True %}', request)
    assert "aria-sort" not in orders
    assert "sort=-orders" in orders
    unasked = page("/products/")
    assert 'aria-sort="descending"' in drawn('{% sort_th "net" "Net" num=True default="-net" %}', unasked)
    assert 'href="?slots=name"' in drawn('{% sort_th "name" "Name" param="slots" %}', unasked)


def test_pagination_keeps_the_filters() -> None:
    """Numbers in the language, the current page without a link, the filters in every link."""
    html = drawn("{% pagination page %}", page("/", q="a", page="2"), page=Paginator(range(3000), 1).page(1500))
    assert "1,500–1,500 of 3,000" in html
    assert re.findall(r'<a href="([^"]+)"', html) == [f"?q=a&amp;page={n}" for n in (1499, 1, 1499, 1501, 3000, 1501)]
    assert '<span aria-current="page">1,500</span>' in html
    single = drawn("{% pagination page %}", page=Paginator(range(3), 20).page(1))
    assert "1–3 of 3" in single
    assert "<ul>" not in single


def test_phone_fold_says_what_it_holds() -> None:
    """The title in the summary for a phone, and once more above the content for a desk: the stylesheet shows one of them."""
    html = drawn("{% phone_fold title=words gist=more %}<p>inside</p>{% endphone_fold %}", words="A & B", more="3 < 4")
    assert html.startswith(
        '<section class="section phone-fold"><details><summary><h2>A &amp; B</h2><span class="muted">3 &lt; 4</span></summary>'
    )
    assert html.count("A &amp; B") == 2
    assert "<p>inside</p>" in html
    assert "<span" not in drawn('{% phone_fold title="A" %}{% endphone_fold %}')


def test_folded_row_says_what_it_opens() -> None:
    head = drawn('{% sort_th "net" "Net" num=True phone="gist" %}{% sort_th "name" "Name" %}', page())
    assert re.findall(r'<th scope="col"(?: class="([^"]*)")?', head) == ["num gist", ""]
    shown = drawn(
        '{% table id="t" caption="C" cards=True fold=True %}<tbody><tr><th>A{% more name %}</th></tr></tbody>{% endtable %}', name="A & B"
    )
    assert '<table id="t" class="cards folded">' in shown
    assert '<details class="more"><summary><span class="visually-hidden">All about A &amp; B</span></summary></details>' in shown


def test_folded_tables_have_their_style() -> None:
    """Where no page links it, what opens a row would stand there at a desk, too."""
    sources = {str(path.relative_to(ROOT / "templates")): path.read_text(encoding="utf-8") for path in TEMPLATES}

    def folds(name: str) -> bool:
        included = re.findall(r'include "([^"]+)"', sources[name])
        return bool(re.search(r"fold=(?:True|block)", sources[name])) or any(folds(part) for part in included if part in sources)

    def links(name: str) -> bool:
        above = re.search(r'extends "([^"]+)"', sources[name])
        return "css/boards.css" in sources[name] or bool(above and links(above[1]))

    pages = [name for name, source in sources.items() if "{% extends" in source and folds(name)]
    assert len(pages) > 20
    assert [name for name in pages if not links(name)] == []


def test_table_region_is_named_by_its_caption() -> None:
    """Focusable and named, so that who uses the keyboard can scroll it."""
    html = drawn('{% table id="t" caption=words cards=True %}<tbody></tbody>{% endtable %}', words="A & B")
    assert html.startswith('<div class="table-region" role="region" tabindex="0" aria-labelledby="t-caption"><table id="t" class="cards">')
    assert '<caption id="t-caption"><span>A &amp; B</span></caption>' in html
    assert "<tbody></tbody>" in html


@pytest.mark.parametrize(
    ("value", "most", "width"),
    [(50, 100, "50%"), (1, 3, "33.33%"), (0, 10, "0%"), (None, 10, "0%"), (5, 0, "0%"), (20, 10, "100%"), (-5, 10, "0%")],
)
def test_bars_in_cells(value: int | None, most: int, width: str) -> None:
    """A width in English digits also in Vietnamese, between nothing and all."""
    with translation.override("vi"):
        html = Template("{% load look %}{% bar value most %}").render(Context({"value": value, "most": most}))
    assert f'<rect width="{width}" height="100%"/>' in html


def test_stars_in_force_and_not() -> None:
    """An expired star is never shown as valid: it loses its gold and says so."""
    valid, expired = drawn("{% stars 4 %}"), drawn('{% stars 3 "expired" %}')
    assert 'class="stars"' in valid
    assert 'aria-label="4 stars of 5"' in valid
    assert (valid.count("icon on"), expired.count("icon on")) == (4, 3)
    assert "badge" not in valid
    assert 'class="stars lapsed"' in expired
    assert "Expired" in expired
    assert drawn("{% stars None %}") == '<span class="muted">No stars</span>'


def test_figure_tile() -> None:
    """The amount, its unit, the change with its direction, and the definition behind a button."""
    html = drawn(
        '{% figure "net" "Net" v now=9 before=10 compare=True before_text="against October" definition="What it is." href="/x/" %}',
        v="1,234\N{NO-BREAK SPACE}₫",
    )
    assert '<a href="/x/">1,234 <small>₫</small></a>' in html
    assert '<span class="change down">' in html
    assert "−10%</span> against October" in html
    assert 'popovertarget="define-net" aria-label="What is Net?"' in html
    assert 'id="define-net" popover' in html
    assert "change" not in drawn('{% figure "n" "N" "–" %}')


def test_badges() -> None:
    """Known kinds have their words, other words replace them, unknown kinds say what they are."""
    assert "Estimated</span>" in drawn('{% badge "estimated" %}')
    assert "30 days left</span>" in drawn('{% badge "expiring" "30 days left" %}')
    assert drawn("{% badge kind %}", kind="<b>") == '<span class="badge">&lt;b&gt;</span>'


def test_progress_polls_while_it_runs() -> None:
    """htmx asks while the work runs; the bar's numbers are plain, the words in the language."""
    html = drawn('{% progress "run" "Reading" value=1500 most=50000 url="/x/" %}')
    assert 'hx-get="/x/" hx-trigger="every 2s"' in html
    assert '<progress id="progress-run-bar" value="1500" max="50000">' in html
    assert "1,500 of 50,000" in html
    assert "noscript" in html
    done = drawn('{% progress "run" "Reading" value=5 most=5 url="/x/" running=False %}')
    assert "hx-get" not in done
    assert "noscript" not in done
    assert '<progress id="progress-run-bar"></progress>' in drawn('{% progress "run" "Folding" %}')


def test_chart_picture() -> None:
    """A source for each theme and width, dark only on a screen, and the size that is drawn."""
    html = drawn('{% chart "ranked" 5 "/c.svg?x=1" "Ranking" alt="Five bars" table="t" %}')
    assert re.findall(r'srcset="[^"]*size=(\w+)(&amp;theme=dark)?"', html) == [
        ("narrow", "&amp;theme=dark"), ("narrow", ""), ("medium", "&amp;theme=dark"), ("medium", ""), ("wide", "&amp;theme=dark"),
    ]  # fmt: skip
    assert '<img src="/c.svg?x=1&amp;size=wide" alt="Five bars" width="960" height="176"' in html
    assert all(media.startswith("screen and ") for media in re.findall(r'media="([^"]*dark[^"]*)"', html))
    assert 'href="#t"' in html


def test_fields_and_errors_belong_together() -> None:
    """Every id that a field refers to is there, and the summary leads to the fields."""
    html = drawn("{{ form }}", form=style.samples()["filled_form"])
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    referred = {name for value in re.findall(r'aria-describedby="([^"]+)"', html) for name in value.split()}
    assert referred
    assert referred <= ids
    assert set(re.findall(r'href="#([^"]+)"', html)) <= ids
    assert html.index("error-summary") < html.index("<input")
    assert "Name of the product: This field is required." in html
    assert drawn("{{ form }}", form=style.samples()["blank_form"]).count("error") == 0


def test_other_language_is_the_same_page() -> None:
    """With its query; where there is no page to find again, the front page."""
    source = "{% other_language as o %}{{ o.code }} {{ o.url }}"
    request = page("/account/login/", next="/x/")
    request.resolver_match = resolve("/account/login/")
    with translation.override("vi"):
        template = Template("{% load look %}" + source)
        assert template.render(Context({"request": request})) == "en /en/account/login/?next=%2Fx%2F"
        assert template.render(Context({"request": page("/nowhere/")})) == "en /en/"
        assert template.render(Context({})) == "en /en/"
    assert drawn(source) == "vi /"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_style_page_shows_everything_once(language: str) -> None:
    """Renders whole in both languages, with every id once and every heading level in turn."""
    with translation.override(language):
        html = render_to_string("style.html", style.samples(), request=page("/style/"))
    twice = [name for name, count in Counter(re.findall(r'\sid="([^"]+)"', html)).items() if count > 1]
    assert twice == []
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_a_list_of_choices_is_written_as_django_writes_it() -> None:
    choices = [("", "–"), (1000, "Tỉnh & <xã>"), ("Nhóm", [("a", "A"), ("b", "B")])]
    widget = Select(attrs={"required": True, "class": "wide"}, choices=choices)
    for value in (None, 1000, "b", "strange"):
        assert widget.render("name", value).split() == widget.render("name", value, renderer=DjangoTemplates()).split()
