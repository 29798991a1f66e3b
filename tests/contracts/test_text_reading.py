"""A counterparty’s file: every changed clause is found, no word is lost in silence; what runs, fetches or hides something is refused."""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from contracts.text.difference import Change, changed_only
from contracts.text.docx import docx_of
from contracts.text.limits import Why
from contracts.text.reading import LARGEST, Reading, read_docx
from files.refused import FileRefused, Reason
from tests.contracts.texts import BY_KEY, document
from workflow.refusals import RuleBroken

SENT = document(translated=True)
Edit = Callable[[Any], None]


def answered(edit: Edit) -> Reading:
    """What is read of the file that was sent, once somebody has edited it."""
    file = docx.Document(io.BytesIO(docx_of(SENT)))
    edit(file)
    written = io.BytesIO()
    file.save(written)
    return read_docx(written.getvalue(), SENT, BY_KEY)


def paragraph(file: Any, words: str) -> Any:
    """The first paragraph that holds these words."""
    return next(one for one in file.paragraphs if words in one.text)


def replaced(words: str, by: str) -> Edit:
    """Somebody types other words over these."""

    def edit(file: Any) -> None:
        [run] = paragraph(file, words).runs
        run.text = run.text.replace(words, by)

    return edit


def test_a_file_sent_back_as_it_was_changes_nothing() -> None:
    found = answered(lambda _file: None)
    assert found.document.articles == SENT.articles
    assert not (found.trespasses or found.added_outside or found.gone_outside or changed_only(found.changes))


def test_a_changed_locked_clause_is_named_and_a_free_one_is_told() -> None:
    found = answered(replaced("Projet", "Programme"))
    assert [(one.code, one.why) for one in found.trespasses] == [("purpose", Why.LOCKED_CHANGED)]
    found = answered(replaced("Texte libre.", "Autre texte."))
    assert [one.code for one in changed_only(found.changes)] == ["ours"] and not found.trespasses


def test_a_parameter_is_read_from_the_words_and_its_bounds_hold() -> None:
    found = answered(replaced("6 mois", "9 mois"))
    assert found.document.article("term").parameters == {"months": "9"} and not found.trespasses  # type: ignore[union-attr]
    assert [one.why for one in answered(replaced("6 mois", "99 mois")).trespasses] == [Why.OUT_OF_BOUNDS]
    assert [one.why for one in answered(replaced("6 mois", "6 ans")).trespasses] == [Why.BEYOND_PARAMETERS]


def test_a_clause_that_was_taken_out_is_gone_and_named() -> None:
    def edit(file: Any) -> None:
        for words in ("Article 1 –", "Projet «", "Première finalité", "Seconde finalité"):
            found = paragraph(file, words)._p
            found.getparent().remove(found)

    found = answered(edit)
    assert [(one.code, one.kind) for one in changed_only(found.changes)] == [("purpose", Change.REMOVED)]
    assert [one.why for one in found.trespasses] == [Why.LOCKED_REMOVED]


def test_an_article_that_was_added_is_a_new_free_clause() -> None:
    def edit(file: Any) -> None:
        after = paragraph(file, "Article 4")
        after.insert_paragraph_before("Article 3 bis – Exclusivité", style="Heading 1")
        after.insert_paragraph_before("L’exclusivité est accordée.")

    found = answered(edit)
    [change] = [one for one in found.changes if one.kind is Change.ADDED]
    assert (change.article.title, change.article.version) == ("Article 3 bis – Exclusivité", 0)
    assert "L’exclusivité est accordée." in change.article.lines


def test_words_outside_of_the_articles_are_told_and_change_nothing() -> None:
    found = answered(replaced("CHU d’essai", "CHU de Babel"))
    assert found.document.parties == SENT.parties
    assert len(found.added_outside) == len(found.gone_outside) == 1 and "Babel" in found.added_outside[0]


def test_a_bookmark_that_comes_twice_loses_no_words() -> None:
    def edit(file: Any) -> None:
        body, first = file.element.body, paragraph(file, "Article 2")._p
        again = copy.deepcopy(first)
        last = paragraph(file, "deux")._p
        last.addnext(again)
        again.addnext(copy.deepcopy(paragraph(file, "6 mois")._p))
        assert len(body)

    found = answered(edit)
    said = [line for article in found.document.articles for line in article.lines] + list(found.added_outside)
    assert sum("6 mois" in line for line in said) == 2


def test_tracked_changes_count_as_accepted_and_hidden_words_are_shown() -> None:
    def edit(file: Any) -> None:
        found = paragraph(file, "Texte libre.")
        gone, come = OxmlElement("w:del"), OxmlElement("w:ins")
        [run] = found.runs
        found._p.append(gone)
        found._p.append(come)
        gone.append(run._r)
        for text in run._r.iter(qn("w:t")):
            text.tag = qn("w:delText")
        added = found.add_run("Texte caché.")
        added.font.hidden = True
        come.append(added._r)

    [change] = changed_only(answered(edit).changes)
    assert change.article.blocks[0].items == ("Texte caché.",)


def test_invisible_signs_of_the_file_do_not_reach_the_text() -> None:
    found = answered(replaced("Texte libre.", "Texte\u202e lib\u200bre."))
    assert found.document == answered(lambda _file: None).document


def test_another_document_is_refused_with_what_to_do() -> None:
    file, written = docx.Document(), io.BytesIO()
    file.add_paragraph("Bonjour")
    file.save(written)
    with pytest.raises(RuleBroken, match=r"(?i)file|fichier"):
        read_docx(written.getvalue(), SENT, BY_KEY)


def with_part(name: str, content: bytes, **replacing: bytes) -> bytes:
    """The file that was sent, with a part more, or with parts replaced by their end."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx_of(SENT))) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            if entry != name:
                target.writestr(entry, source.read(entry))
        target.writestr(name, content)
    return packed.getvalue()


RELATIONS = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="http://x/t.dotm" '
    b'TargetMode="External"/></Relationships>'
)
BAD: list[tuple[str, bytes, Reason]] = [
    ("word/vbaProject.bin", b"x", Reason.MACROS),
    ("word/_rels/settings.xml.rels", RELATIONS, Reason.FETCHES),
    ("word/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Reason.EMBEDDED),
    ("word/extra.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', Reason.ENTITIES),
    ("word/media/big.bin", bytes(60_000_000), Reason.BOMB),
    ("../../etc/cron.d/x", b"x", Reason.PATHS),
]


@pytest.mark.parametrize(("name", "content", "reason"), BAD, ids=[name for name, _content, _reason in BAD])
def test_a_file_that_runs_fetches_or_hides_something_is_refused(name: str, content: bytes, reason: Reason) -> None:
    with pytest.raises(FileRefused) as caught:
        read_docx(with_part(name, content), SENT, BY_KEY)
    assert caught.value.reason is reason


def test_a_file_that_is_no_file_or_too_large_is_refused() -> None:
    for content in (b"", b"%PDF-1.7", b"PK\x03\x04", docx_of(SENT)[:-30], bytes(LARGEST + 1)):
        with pytest.raises(FileRefused):
            read_docx(content, SENT, BY_KEY)
