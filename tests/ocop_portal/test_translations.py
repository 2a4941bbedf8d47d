"""Words: both languages are complete, and the tools that see to it find what they claim to find."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import polib
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from ocop_portal.translation import checks
from ocop_portal.translation.catalogue import catalogue_path, compiled_path, read_catalogue, update_catalogue
from ocop_portal.translation.messages import Key, UnreadableSourceError, project_messages


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one app and one template, complete in Vietnamese; libraries lend it nothing."""
    monkeypatch.setattr(checks, "borrowed_messages", dict)
    (tmp_path / "places").mkdir()
    (tmp_path / "places" / "__init__.py").touch()
    (tmp_path / "templates").mkdir()
    write(tmp_path, code='_("Save %(count)d rows")', page='{% translate "Good day" %}')
    update(tmp_path)
    fill(tmp_path, {"Save %(count)d rows": "Lưu %(count)d dòng", "Good day": "Xin chào"})
    return tmp_path


def write(root: Path, *, code: str | None = None, page: str | None = None) -> None:
    """Give the app one line of code, or its template this text."""
    if code is not None:
        (root / "places" / "views.py").write_text(f"{code}\n", encoding="utf-8")
    if page is not None:
        (root / "templates" / "page.html").write_text(page, encoding="utf-8")


def update(root: Path) -> None:
    """Bring the project's catalogue in step with its sources."""
    update_catalogue(catalogue_path(root), checks.wanted_messages(root))


def fill(root: Path, words: dict[str, str], *, compiled: bool = True) -> None:
    """Put Vietnamese words to messages."""
    path = catalogue_path(root)
    catalogue = read_catalogue(path)
    for entry in catalogue:
        if entry.msgid in words:
            if entry.msgid_plural:
                entry.msgstr_plural = {0: words[entry.msgid]}
            else:
                entry.msgstr = words[entry.msgid]
    catalogue.save(str(path))
    if compiled:
        compiled_path(path).write_bytes(catalogue.to_binary())


def test_portal_is_complete_in_both_languages() -> None:
    assert checks.problems() == []


def test_complete_project_has_no_problem(project: Path) -> None:
    assert checks.problems(project) == []


def test_command_names_each_problem_and_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocop_portal.management.commands.check_translations.problems", lambda: ["one", "two"])
    errors = StringIO()
    with pytest.raises(CommandError, match=r"2 problem\(s\)"):
        call_command("check_translations", stderr=errors)
    assert errors.getvalue().split() == ["one", "two"]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<th>Product</th>", "page.html:1: 'Product'"),
        ("\n<p>Sản phẩm {{ name }}</p>", "page.html:2: 'Sản phẩm'"),
        ('<img alt="A field of rice">', "'A field of rice'"),
        ('<nav aria-label="Trang">', "'Trang'"),
        ('<meta name="description" content="Sales of a province">', "'Sales of a province'"),
        ("{% blocktranslate %}Good{% endblocktranslate %} morning", "'morning'"),
        ("{% if a %}yes{% endif %}", "'yes'"),
    ],
)
def test_words_outside_gettext_are_found(project: Path, page: str, text: str) -> None:
    write(project, page='{% translate "Good day" %}' + page)
    found = [problem for problem in checks.problems(project) if "does not go through gettext" in problem]
    assert len(found) == 1
    assert text in found[0]


@pytest.mark.parametrize(
    "page",
    [
        "<b>OCOP</b> 12 kg · 3/5 <br>→",
        '<a class="button second" href="/somewhere/">{% translate "Good day" %}</a>',
        '{% block attrs %} class="narrow" data-x="y"{% endblock %}',
        "{# a remark #}{% comment %}a longer remark{% endcomment %}",
        "<script>var word</script><code>manage.py</code>",
        '<meta name="viewport" content="width=device-width">',
        '<option value="{{ x }}"{% if y %} selected{% endif %}>',
    ],
)
def test_markup_and_names_are_no_words(project: Path, page: str) -> None:
    write(project, page='{% translate "Good day" %}' + page)
    assert checks.problems(project) == []


def test_new_unused_and_untranslated_messages_are_named(project: Path) -> None:
    write(project, page='{% translate "Good night" %}')
    assert checks.problems(project) == [
        "locale/vi/LC_MESSAGES/django.po: no entry for 'Good night': run `manage.py make_messages`.",
        "locale/vi/LC_MESSAGES/django.po: 'Good day' is used nowhere: run `manage.py make_messages`.",
    ]
    update(project)
    assert checks.problems(project) == ["locale/vi/LC_MESSAGES/django.po: 'Good night': not translated."]


def test_update_keeps_words_drops_what_is_unused_and_says_so(project: Path) -> None:
    write(project, page='{% translate "Good night" %}')
    change = update_catalogue(catalogue_path(project), checks.wanted_messages(project))
    assert (change.total, change.added, change.dropped, change.untranslated) == (2, ["Good night"], ["Good day"], ["Good night"])
    kept = {entry.msgid: entry.msgstr for entry in polib.pofile(str(catalogue_path(project)))}
    assert kept == {"Good night": "", "Save %(count)d rows": "Lưu %(count)d dòng"}


def test_update_of_a_catalogue_in_step_changes_no_byte(project: Path) -> None:
    update(project)
    before = catalogue_path(project).read_bytes(), compiled_path(catalogue_path(project)).read_bytes()
    update(project)
    assert (catalogue_path(project).read_bytes(), compiled_path(catalogue_path(project)).read_bytes()) == before
    assert b"places/views.py" in before[0]
    assert b"views.py:1" not in before[0]


@pytest.mark.parametrize("words", ["Lưu dòng", "Lưu %(number)d dòng", "Lưu %(count)s dòng", "Lưu %(count)d dòng, 100%"])
def test_other_placeholders_are_found(project: Path, words: str) -> None:
    fill(project, {"Save %(count)d rows": words})
    assert ["placeholders differ" in problem for problem in checks.problems(project)] == [True]


def test_brace_placeholders_are_compared(project: Path) -> None:
    write(project, code='_("Row {row}: {error}")')
    update(project)
    fill(project, {"Row {row}: {error}": "Dòng {dong}: {error}"})
    assert ["{dong}" in problem for problem in checks.problems(project)] == [True]


def test_fuzzy_words_are_no_words(project: Path) -> None:
    path = catalogue_path(project)
    catalogue = polib.pofile(str(path))
    catalogue.find("Good day").flags.append("fuzzy")
    catalogue.save(str(path))
    assert "'Good day': marked fuzzy" in checks.problems(project)[0]


def test_compiled_catalogue_out_of_step_is_found(project: Path) -> None:
    fill(project, {"Good day": "Chào"}, compiled=False)
    assert checks.problems(project) == [
        "locale/vi/LC_MESSAGES/django.po is newer in words than its compiled form: run `manage.py make_messages`."
    ]
    compiled_path(catalogue_path(project)).unlink()
    assert len(checks.problems(project)) == 1


def test_missing_catalogue_is_named(project: Path) -> None:
    catalogue_path(project).unlink()
    assert checks.problems(project) == ["locale/vi/LC_MESSAGES/django.po does not exist: run `manage.py make_messages`."]


def test_plural_has_one_form_in_vietnamese(project: Path) -> None:
    write(project, code='ngettext("%(count)d star", "%(count)d stars", 2)')
    update(project)
    fill(project, {"%(count)d star": "%(count)d sao"})
    assert checks.problems(project) == []
    assert "nplurals=1" in catalogue_path(project).read_text(encoding="utf-8")
    write(project, code='_("%(count)d star")')
    assert "another shape" in checks.problems(project)[0]


def test_percent_sign_in_a_template_constant_is_found(project: Path) -> None:
    write(project, page='{% translate "Good day" %}{{ x|default:_("8% left") }}')
    assert "page.html:1" in checks.problems(project)[0]
    assert "percent sign twice" in checks.problems(project)[0]


def test_messages_are_read_in_all_their_forms(project: Path) -> None:
    write(
        project,
        code='x = [_("a" "b"), pgettext("verb", "open"), npgettext_lazy("sea", "wave", "waves", 2), gettext(name), _("")]',
        page="  {% blocktranslate trimmed count n=n %}\n  one {{ n }}\n{% plural %}\nmany {{ n }}{% endblocktranslate %}\n"
        '\t{% include "x" with title=_("Title") %}{{ a|default:_("None") }}{% translate "May" context "month" %}',
    )
    assert set(project_messages(project)) == {
        Key("ab"),
        Key("open", "verb"),
        Key("wave", "sea"),
        Key("one %(n)s"),
        Key("Title"),
        Key("None"),
        Key("May", "month"),
    }
    assert project_messages(project)[Key("wave", "sea")].plural == "waves"


def test_two_plurals_of_one_message_are_refused(project: Path) -> None:
    write(project, code='ngettext("box", "boxes", 2); ngettext("box", "boxen", 2)')
    with pytest.raises(UnreadableSourceError, match="boxen"):
        project_messages(project)


def test_unreadable_source_is_named(project: Path) -> None:
    write(project, code='_("never closed')
    with pytest.raises(UnreadableSourceError, match=r"places/views\.py"):
        project_messages(project)


def test_english_is_the_text_of_the_code() -> None:
    """The default language is Vietnamese, and still nothing of it shows through in English."""
    with translation.override("en"):
        for key, message in project_messages().items():
            shown = translation.pgettext(key.context, key.text) if key.context else translation.gettext(key.text)
            assert shown == key.text
            if message.plural and not key.context:
                assert translation.ngettext(key.text, message.plural, 1) == key.text
                assert translation.ngettext(key.text, message.plural, 2) == message.plural


def test_vietnamese_is_that_of_the_catalogue() -> None:
    """No library's word for the same English text wins over ours."""
    with translation.override("vi"):
        for entry in polib.pofile(str(catalogue_path())):
            if entry.msgid_plural and entry.msgctxt:
                assert translation.npgettext(entry.msgctxt, entry.msgid, entry.msgid_plural, 1) == entry.msgstr_plural[0]
                assert translation.npgettext(entry.msgctxt, entry.msgid, entry.msgid_plural, 7) == entry.msgstr_plural[0]
            elif entry.msgid_plural:
                assert translation.ngettext(entry.msgid, entry.msgid_plural, 1) == entry.msgstr_plural[0]
                assert translation.ngettext(entry.msgid, entry.msgid_plural, 7) == entry.msgstr_plural[0]
            elif entry.msgctxt:
                assert translation.pgettext(entry.msgctxt, entry.msgid) == entry.msgstr
            else:
                assert translation.gettext(entry.msgid) == entry.msgstr


def test_the_sources_have_their_messages_found() -> None:
    messages = project_messages()
    assert messages[Key("Sign in")].files >= {"templates/base.html", "templates/account/login.html"}
    assert messages[Key("%(count)d star of 5")].plural == "%(count)d stars of 5"
