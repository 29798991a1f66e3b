"""The French catalogue is merged, judged and compiled as translators expect."""

import gettext
import json
from pathlib import Path

import polib
import pytest

from tests.needs import needs
from tools import messages

BEGUN = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

#: b.py
msgid "File"
msgstr ""

#: a.py
msgctxt "verb"
msgid "File"
msgstr ""

msgid "%(count)d day"
msgid_plural "%(count)d days"
msgstr[0] ""
msgstr[1] ""

#, fuzzy
#| msgid "Withdrawn"
msgid "Withdraw"
msgstr "Retiré"
"""
FRENCH = {
    "File": "Dossier",
    "verb\u0004File": "Déposer",
    "%(count)d day||%(count)d days": ["%(count)d jour", "%(count)d jours"],
    "Gone": "Parti",
}


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / messages.LOCALE / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(BEGUN, encoding="utf-8")
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    return path


def fragments(folder: Path, **files: dict) -> Path:
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_a_fragment_is_merged_with_contexts_and_plurals(catalogue: Path, tmp_path: Path) -> None:
    remarks = messages.merge(fragments(tmp_path, a=FRENCH))
    merged = {messages.key_of(entry): entry.msgstr or list(entry.msgstr_plural.values()) for entry in polib.pofile(str(catalogue))}
    assert merged == {key: value for key, value in FRENCH.items() if key != "Gone"} | {"Withdraw": "Retiré"}
    assert remarks == ["said by no code: 'Gone'"]


def test_a_space_that_may_break_is_mended_by_the_merge_and_named_by_the_check(catalogue: Path, tmp_path: Path) -> None:
    messages.merge(fragments(tmp_path, a=FRENCH | {"File": "Vraiment ? Dit « oui » : voilà ; à 12:00."}))
    assert polib.pofile(str(catalogue)).find("File").msgstr == "Vraiment\u00a0? Dit «\u00a0oui\u00a0»\u00a0: voilà\u00a0; à 12:00."
    catalogue.write_text(catalogue.read_text(encoding="utf-8").replace("Vraiment\u00a0?", "Vraiment ?"), encoding="utf-8")
    assert "django.po: a space that may break: 'File' (b.py)" in list(messages.faults())


def test_two_translators_who_differ_are_told(catalogue: Path, tmp_path: Path) -> None:
    remarks = messages.merge(fragments(tmp_path, a={"File": "Dossier"}, b={"File": "Fichier"}))
    assert remarks == ["'File': a.json says 'Dossier', b.json says 'Fichier'"]


def test_a_plural_for_a_singular_is_refused(catalogue: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the same thing"):
        messages.merge(fragments(tmp_path, a={"File": ["un", "deux"]}))


def test_what_is_missing_or_doubtful_is_named(catalogue: Path) -> None:
    assert list(messages.faults()) == [
        "django.po: not translated: 'File' (b.py)",
        "django.po: not translated: 'File' (a.py)",
        "django.po: not translated: '%(count)d day' (nowhere)",
        "django.po: doubtful: 'Withdraw' (nowhere)",
    ]


def test_a_guess_is_not_taken_for_a_translation_and_the_order_is_settled(catalogue: Path) -> None:
    messages.settle(catalogue)
    settled = polib.pofile(str(catalogue))
    assert [messages.key_of(entry) for entry in settled] == ["%(count)d day||%(count)d days", "File", "verb\u0004File", "Withdraw"]
    assert not settled.find("Withdraw").msgstr
    before = catalogue.read_bytes()
    messages.settle(catalogue)
    assert catalogue.read_bytes() == before


def test_what_is_compiled_speaks_french_without_gettext(catalogue: Path, tmp_path: Path) -> None:
    messages.merge(fragments(tmp_path, a=FRENCH))
    messages.compile_catalogues()
    with catalogue.with_suffix(".mo").open("rb") as compiled:
        french = gettext.GNUTranslations(compiled)
    assert french.pgettext("verb", "File") == "Déposer"
    assert [french.ngettext("%(count)d day", "%(count)d days", count) for count in (0, 1, 2)] == ["%(count)d jour"] * 2 + [
        "%(count)d jours"
    ]


@needs("gettext")
def test_the_extraction_finds_what_code_says_and_changes_nothing_here() -> None:
    before = messages.keys_in(messages.ROOT / messages.LOCALE / "django.po")
    with messages.copied_tree() as copy:
        (copy / "ui" / "said.py").write_text('from django.utils.translation import gettext as _\n_("A sentence of this test only")\n')
        messages.extract(copy)
        assert "A sentence of this test only" in messages.keys_in(copy / messages.LOCALE / "django.po")
    assert messages.keys_in(messages.ROOT / messages.LOCALE / "django.po") == before
