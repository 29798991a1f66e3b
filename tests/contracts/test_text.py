"""The text of a convention: put together from clauses and facts, written and read, compared; hostile words stay words."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.clauses.findings import findings_of_clause
from contracts.text import difference as diff
from contracts.text.assemble import assemble
from contracts.text.bodies import blocks_of, body_of, faults_in
from contracts.text.clauses import ClauseText, Text, clause_content, read_clause, read_template, template_content
from contracts.text.clean import clean, is_shown
from contracts.text.document import Article, Block, BlockKind, Document, Negotiable, PartyText, numbered, read, with_article, write
from contracts.text.docx import docx_of
from contracts.text.errors import BadDocument, BadValue, MissingFacts
from contracts.text.facts import FACTS as REGISTERED
from contracts.text.html import html_of
from contracts.text.limits import Why, parameters_said, trespasses
from contracts.text.parts import parts_of
from contracts.text.values import Type, checked, kept, read_kept, read_said, said
from contracts.text.words import letters, words_of_docx, words_of_html
from fees.tariff.facts import FACTS as TARIFF
from tests.contracts.texts import BY_KEY, CLAUSES, FACTS, HOSTILE, PARTIES, TEMPLATE, document, order

SIGNS = st.text(alphabet=st.characters(), max_size=60)
WORDS = SIGNS.map(clean).filter(bool)
BLOCKS = st.lists(
    st.one_of(
        st.builds(Block, st.just(BlockKind.PARAGRAPH), WORDS.map(lambda one: (one,))),
        st.builds(Block, st.sampled_from([BlockKind.LIST, BlockKind.NUMBERED]), st.lists(WORDS, min_size=1, max_size=3).map(tuple)),
    ),
    min_size=1,
    max_size=4,
).map(tuple)
ARTICLES = st.lists(
    st.builds(
        Article,
        code=st.sampled_from("abcdefgh"),
        version=st.integers(0, 9),
        number=st.just(0),
        title=WORDS,
        negotiable=st.sampled_from(Negotiable),
        blocks=BLOCKS,
        parameters=st.dictionaries(st.sampled_from("xyz"), WORDS, max_size=2),
    ),
    max_size=5,
    unique_by=lambda one: one.code,
).map(lambda found: numbered(tuple(found)))
DOCUMENTS = st.builds(
    Document,
    kind=st.just("provision"),
    number=WORDS,
    language=st.sampled_from(["fr", "en"]),
    title=WORDS,
    parties=st.lists(st.builds(PartyText, st.just("P1"), WORDS, st.just(("holder",)), address=SIGNS.map(clean)), max_size=2).map(tuple),
    articles=ARTICLES,
    facts=st.dictionaries(WORDS, WORDS, max_size=2),
)


# ---- clean words


@given(SIGNS)
def test_cleaning_twice_changes_nothing_more_and_leaves_nothing_invisible(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert all(is_shown(sign) for sign in once)


def test_what_makes_an_amount_read_differently_is_taken_away() -> None:
    assert clean("1 000\u202e00 €\u202c a\u200bb\u2066c\ufeff\u00ad") == "1 00000 € abc"
    assert clean("e\u0301" + "\u0301" * 50).count("\u0301") <= 3
    assert clean("  deux\n\nlignes\u2028ici ") == "deux lignes ici"
    assert clean("1\u202f000\u00a0€") == "1\u202f000\u00a0€"


# ---- written and read


@given(DOCUMENTS)
@settings(max_examples=60)
def test_what_is_written_is_read_back_the_same(found: Document) -> None:
    assert read(write(found)) == found


@given(BLOCKS)
def test_a_body_says_its_blocks(blocks: tuple[Block, ...]) -> None:
    assert blocks_of(body_of(blocks)) == blocks


def test_only_the_canonical_text_is_read() -> None:
    text = write(document())
    said = json.loads(text)
    for change in (
        lambda one: one.update(schema=2),
        lambda one: one.update(more="x"),
        lambda one: one.pop("title"),
        lambda one: one.update(title="caché\u200b"),
        lambda one: one["articles"][0].update(negotiable="perhaps"),
        lambda one: one["articles"].append(one["articles"][0]),
        lambda one: one["articles"][0]["blocks"].append({"p": ["a"]}),
        lambda one: one["articles"][0]["blocks"].append({"html": "a"}),
        lambda one: one["annexes"][0]["rows"].append(["one cell"]),
    ):
        broken = json.loads(text)
        change(broken)
        with pytest.raises(BadDocument):
            read(json.dumps(broken, separators=(",", ":"), sort_keys=True, ensure_ascii=False))
    with pytest.raises(BadDocument, match="canonical"):
        read(json.dumps(said, indent=1))


def test_clauses_and_templates_are_read_back_the_same() -> None:
    for clause in CLAUSES:
        assert read_clause(clause.code, clause.number, clause_content(clause)) == clause
    assert read_template(TEMPLATE.code, TEMPLATE.number, TEMPLATE.kind, template_content(TEMPLATE)) == TEMPLATE


# ---- values


def test_values_are_said_as_each_language_says_them() -> None:
    assert said(Decimal("12345.60"), Type.AMOUNT, "fr") == "12\u202f345,60\u00a0€"
    assert said(Decimal("12345.60"), Type.AMOUNT, "en") == "€12,345.60"
    assert said(date(2026, 9, 1), Type.DAY, "fr") == "1er\u00a0septembre\u00a02026"
    assert said(("a", "b", "c"), Type.LIST, "fr") == "a, b et c"
    assert said(True, Type.YES_NO, "en") == "yes"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Type.AMOUNT, Decimal("1234567.05")),
        (Type.INTEGER, Decimal(1200)),
        (Type.DAY, date(2027, 2, 1)),
        (Type.YES_NO, False),
        (Type.TEXT, "x"),
    ],
)
def test_a_value_is_kept_and_read_back_from_what_it_says(kind: Type, value: Any) -> None:
    assert read_kept("x", kind, kept(value)) == value
    for language in ("fr", "en"):
        assert read_said("x", kind, said(value, kind, language), language) == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *((Type.AMOUNT, 1.5), (Type.AMOUNT, Decimal("0.001")), (Type.AMOUNT, Decimal("NaN")), (Type.INTEGER, True), (Type.INTEGER, -1)),
        *((Type.DAY, "2026-01-01"), (Type.TEXT, 3), (Type.LIST, "abc"), (Type.YES_NO, 1)),
    ],
)
def test_a_value_of_another_type_is_refused(kind: Type, value: Any) -> None:
    with pytest.raises(BadValue):
        checked("x", kind, value)


def test_no_fact_bears_the_name_of_a_fact_of_the_tariffs() -> None:
    assert not set(REGISTERED) & set(TARIFF)


# ---- put together


def test_clauses_stand_by_their_conditions_with_their_facts_in_place() -> None:
    made = document()
    assert [one.code for one in made.articles] == ["purpose", "term", "fees", "ours"]
    assert made.article("purpose").blocks[1].items == ("Première finalité.", "Seconde finalité.")  # type: ignore[union-attr]
    assert made.article("fees").blocks[0].items == ("Le prix est de 12\u202f345,60\u00a0€.",)  # type: ignore[union-attr]
    assert made.article("term").parameters == {"months": "6"}  # type: ignore[union-attr]
    assert [one.code for one in document(facts=FACTS | {"quote.is_due": False}).articles] == ["purpose", "term", "ours"]
    assert made.facts["parties.holders"] == '["CHU d’essai"]'


def test_a_missing_fact_is_an_error_that_names_it_and_never_a_blank() -> None:
    without = {code: value for code, value in FACTS.items() if code not in ("term.from", "dossier.title")}
    with pytest.raises(MissingFacts) as caught:
        document(facts=without | {"dossier.purpose": " \u200b "})
    assert set(caught.value.missing) == {("purpose", "dossier.title"), ("purpose", "dossier.purpose"), ("term", "term.from")}
    with pytest.raises(MissingFacts) as caught:
        document(facts={code: value for code, value in FACTS.items() if code != "quote.is_due"})
    assert caught.value.missing == (("fees", "quote.is_due"),)


def test_parameters_are_chosen_within_their_bounds() -> None:
    assert "9 mois" in document(chosen={"term": {"months": 9}}).article("term").blocks[0].items[0]  # type: ignore[union-attr]
    for chosen in ({"months": 13}, {"months": "0"}, {"weeks": 1}, {"months": "x"}):
        with pytest.raises(BadValue):
            document(chosen={"term": chosen})


def test_the_other_language_goes_along_for_information_until_an_article_changes() -> None:
    made = document(translated=True)
    assert made.translation and made.translation.articles[1].blocks[0].items == ("It lasts 6 months from 1\u00a0September\u00a02026.",)
    changed = with_article(made, dataclasses.replace(made.articles[3], title="Autre"))
    assert changed.translation and [one.code for one in changed.translation.articles] == ["purpose", "term", "fees"]
    assert read(write(changed)) == changed


def test_an_article_that_changed_says_in_the_other_language_that_it_is_to_be_translated_again() -> None:
    made = document(translated=True)
    changed = with_article(made, dataclasses.replace(made.articles[3], title="Autre"))
    said = [part.text for part in parts_of(changed)]
    assert "Article 4: translation to be made again" in said
    assert not any("made again" in text for text in (part.text for part in parts_of(made)))


@pytest.mark.parametrize(
    ("words", "meant"),
    [("[[dossier.titel]]", "dossier.title"), ("[[ dossier.title ]]", "dossier.title"), ("[[a", ""), ("b]]", ""), ("[[parameter.x]]", "")],
)
def test_a_placeholder_that_nobody_knows_is_found_before_anything_is_saved(words: str, meant: str) -> None:
    [fault] = faults_in(f"avant {words} après", BY_KEY["purpose", 1].known())
    assert fault.meant == meant
    clause = dataclasses.replace(BY_KEY["ours", 1], body=Text(words, "x"))
    assert [found.where for found in findings_of_clause(clause) if found.blocks] == ["body_fr"]


# ---- hostile words


@pytest.mark.parametrize("words", HOSTILE)
def test_words_of_a_fact_or_a_party_stay_words(words: str) -> None:
    told = {"dossier.title": words, "dossier.purpose": words}
    party = dataclasses.replace(PARTIES[1], name=words, address=words)
    quiet = document()
    made = document(facts=FACTS | told, parties=(PARTIES[0], party))
    assert read(write(made)) == made
    # as many articles and blocks as ever; nothing of it became a clause, a list or a fact
    assert [(one.code, one.title) for one in made.articles] == [(one.code, one.title) for one in quiet.articles]
    assert made.article("purpose").blocks[0].items == (f"Projet «\u00a0{clean(words)}\u00a0».",)  # type: ignore[union-attr]
    markup = html_of(made)
    assert markup.count("<section") == html_of(quiet).count("<section")
    for tag in ("<script", "<img", "<style", "<link", "<iframe", "<w:", "<!"):
        assert tag not in markup
    file = docx_of(made)
    assert words_of_docx(file) == words_of_html(markup)
    with zipfile.ZipFile(io.BytesIO(file)) as archive, zipfile.ZipFile(io.BytesIO(docx_of(quiet))) as calm:
        found, expected = (one.read("word/document.xml").decode() for one in (archive, calm))
        more = len(blocks_of(words.replace("\x00", ""))) if "\n\n" in words else 1
        assert found.count("<w:bookmarkStart") == expected.count("<w:bookmarkStart")
        assert abs(found.count("<w:p>") + found.count("<w:p ") - expected.count("<w:p>") - expected.count("<w:p ")) <= 1 + more


def test_a_parameter_in_words_stays_words_too() -> None:
    court = dataclasses.replace(BY_KEY["term", 2].parameters[0], code="court", type=Type.TEXT, default="", minimum="", maximum="")
    clause = ClauseText("court", 1, Text("Juge"), Text("Le [[parameter.court]]."), Negotiable.PARAMETERS, parameters=(court,))
    template = dataclasses.replace(TEMPLATE, entries=(dataclasses.replace(TEMPLATE.entries[0], code="court"),))
    for words in HOSTILE:
        made = assemble(template, {("court", 1): clause}, order(chosen={"court": {"court": words}}))
        assert made.articles[0].blocks == (Block(BlockKind.PARAGRAPH, (f"Le {clean(words)}.",)),)


# ---- files


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_word_processor_file_says_the_words_of_the_page(language: str) -> None:
    made = document(language=language, translated=True)
    assert words_of_docx(docx_of(made)) == words_of_html(html_of(made))


def test_the_same_text_gives_the_same_bytes_and_names_nobody_as_its_author() -> None:
    first = docx_of(document())
    [section] = docx.Document(io.BytesIO(first)).sections
    assert (section.page_width.mm, section.page_height.mm) == (pytest.approx(210, abs=0.1), pytest.approx(297, abs=0.1))
    assert docx_of(document()) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        about = archive.read("docProps/core.xml").decode()
    assert "python-docx" not in about and "<dc:creator></dc:creator>" in about.replace("<dc:creator/>", "<dc:creator></dc:creator>")


@pytest.mark.parametrize("words", HOSTILE)
def test_the_pages_set_from_it_say_the_same_letters_and_fetch_nothing(words: str) -> None:
    weasyprint = pytest.importorskip("weasyprint")
    from contracts.text.words import words_of_pdf
    from files.printing import _engine

    made = document(facts=FACTS | {"dossier.title": words}, annexes=())
    _weasyprint, fetcher = _engine()
    page = f"<!DOCTYPE html><html lang=fr><title>x</title><style>@page{{size:A4}}li{{list-style:none}}</style>{html_of(made)}</html>"
    pdf = weasyprint.HTML(string=page, base_url="paper:", url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1")
    assert b"root:" not in pdf and b"/EmbeddedFile" not in pdf
    shown = letters(words_of_pdf(pdf))
    assert "Article2–Durée" in shown and "CLAUSEINJECTÉE" not in shown.replace(letters(clean(words).split()), "")


# ---- differences


@given(ARTICLES, ARTICLES)
@settings(max_examples=60)
def test_the_difference_applied_to_a_text_gives_the_other(old: tuple[Article, ...], new: tuple[Article, ...]) -> None:
    before, after = (dataclasses.replace(document(), articles=articles) for articles in (old, new))
    changes = diff.difference(before, after)
    assert {one.code for one in changes} == {one.code for one in (*old, *new)}
    assert [one.after for one in changes if one.after] == list(new)
    for change in changes:
        deleted = [text for line in change.lines if (text := diff.text_before(line.runs))]
        inserted = [text for line in change.lines if (text := diff.text_after(line.runs))]
        assert deleted == (list(change.before.lines) if change.before else [])
        assert inserted == (list(change.after.lines) if change.after else [])
        assert (change.kind is diff.Change.SAME) == (
            change.before is not None and change.after is not None and _words(change.before) == _words(change.after)
        )
    assert not diff.changed_only(diff.difference(before, before))


def _words(article: Article) -> Any:
    return article.title, article.blocks, article.parameters


def test_a_clause_that_changed_place_is_moved_and_the_others_are_not() -> None:
    made = document()
    one, two, three, four = made.articles
    changes = diff.difference(made, dataclasses.replace(made, articles=(four, one, two, three)))
    assert [change.code for change in changes if change.moved] == ["ours"]
    assert all(change.kind is diff.Change.SAME for change in changes)


def test_of_lines_in_one_place_what_goes_stands_before_what_comes() -> None:
    before, after = [("p", "Alpha bravo charlie"), ("p", "Un deux trois")], [("p", "Entièrement autre"), ("p", "Encore nouveau")]
    found = [line.runs[0].kind for line in diff.lines_between(before, after)]
    assert found == [diff.Word.DELETED, diff.Word.DELETED, diff.Word.INSERTED, diff.Word.INSERTED]


def test_a_changed_parameter_is_told_with_its_values() -> None:
    changes = diff.difference(document(), document(chosen={"term": {"months": 9}}))
    [change] = diff.changed_only(changes)
    assert change.parameters == (diff.ParameterChange("months", "6", "9"),)
    [line] = [line for line in change.lines if line.is_changed]
    assert [run.text for run in line.runs if run.kind is not diff.Word.SAME] == ["6", "9"]


# ---- how far a change may go


def _with(code: str, *blocks: Block) -> Document:
    made = document()
    articles = (dataclasses.replace(one, blocks=blocks) if one.code == code else one for one in made.articles)
    return dataclasses.replace(made, articles=tuple(articles))


def paragraph(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, (text,))


@pytest.mark.parametrize(
    ("code", "text", "why"),
    [
        ("purpose", "Autre objet.", Why.LOCKED_CHANGED),
        ("term", "La convention dure toujours.", Why.BEYOND_PARAMETERS),
        ("term", "La convention dure 9 mois dès le 1er\u00a0octobre\u00a02026.", Why.BEYOND_PARAMETERS),
        ("term", "La convention dure 13 mois dès le 1er\u00a0septembre\u00a02026.", Why.OUT_OF_BOUNDS),
        ("term", "La convention dure 9 mois dès le 1er\u00a0septembre\u00a02026.", None),
        ("ours", "N’importe quoi.", None),
    ],
)
def test_a_clause_changes_as_far_as_it_may_and_the_others_are_named(code: str, text: str, why: Why | None) -> None:
    found = trespasses(document(), _with(code, paragraph(text)), BY_KEY)
    assert [(one.code, one.why) for one in found] == ([(code, why)] if why else [])


def test_a_locked_clause_that_is_gone_is_named() -> None:
    made = document()
    found = trespasses(made, dataclasses.replace(made, articles=made.articles[1:]), BY_KEY)
    assert [(one.code, one.why) for one in found] == [("purpose", Why.LOCKED_REMOVED)]


def test_the_parameters_that_a_text_says_are_read_from_it() -> None:
    made = document(language="en", chosen={"term": {"months": 11}})
    article = made.article("term")
    assert article and parameters_said(BY_KEY["term", 2], article, made) == {"months": Decimal(11)}
