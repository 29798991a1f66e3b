"""Words, filters, counts, order and pages: each against what a plain reading of the rows says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict

from catalogue.models import Term
from registry.finding import hits
from registry.finding.vocabulary import keep_words
from registry.finding.words import Asked
from registry.models import Fiche, Status
from registry.search import PER_PAGE, Facet, Query, Results, first_sentences, found, search
from tests.registry.factories import DAY, a_fiche
from tests.requests_app.factories import PARIS

pytestmark = pytest.mark.django_db


def ask(address: str = "", on: date = DAY) -> Results:
    return search(Query.from_address(QueryDict(address)), on=on)


def facet(results: Results, code: str) -> Facet:
    return next(one for one in results.facets if one.code == code)


def titles(results: Results) -> list[str]:
    return [row.fiche.title for row in results.rows]


# --- words
@pytest.mark.parametrize("written", ["épilepsie", "epilepsie", "ÉPILEPSIES", "l’épilepsie", "épilep", "epileps"])
@pytest.mark.parametrize("typed", ["epilepsie", "épilepsie", "Épilepsies", "l'epilepsie"])
def test_accents_case_plural_and_article_do_not_matter(written: str, typed: str) -> None:
    if written in ("épilep", "epileps"):
        written, typed = "épilepsie", written
    a_fiche(lay_summary=f"Vivre avec {written} au quotidien.")
    a_fiche(lay_summary="Vivre avec un diabète.")
    assert ask(f"q={typed}").total == 1


def test_a_stop_word_with_an_accent_is_not_indexed_without_it() -> None:
    a_fiche(lay_summary="Une étude menée en été, à même le service.")
    assert ask("q=ete").total == 0
    assert ask("q=même").too_common
    assert ask("q=été").too_common
    assert not ask("q=étude").too_common


def test_every_field_of_the_public_core_is_searched() -> None:
    fiche = a_fiche(title="Titre rare", acronym="ZEBRE", body="CHU de Rennes\nCancérologie", real_number="T91858520191002")
    for words in ("rare", "zebre", "rennes", "cancerologie", fiche.number, "t91858520191002", "cohorte"):
        assert ask(f"q={words}").total == 1, words


def test_phrases_exclusions_and_alternatives() -> None:
    a_fiche(title="Cancer du sein")
    a_fiche(title="Cancer du poumon")
    for phrase in ('"cancer du sein"', "“cancer du sein”", "« cancer du sein »"):
        assert ask(f"q={phrase}").total == 1
    assert ask('q="sein du cancer"').total == 0
    assert ask("q=cancer -sein").total == 1
    assert ask("q=sein or poumon").total == 2
    assert ask("q=cancer sein").total == 1


@pytest.mark.parametrize(
    "asked",
    [
        "'soin' <2> 'courant'",
        "'courant' <2> 'soin'",
        "'parcour' <-> 'soin' | 'asthm'",
        "( 'parcour' | 'acce' ) <2> 'soin'",
        "'asthm' & 'acce' <2> 'soin'",
        "'soin' & !( 'acce' <2> 'soin' )",
        "'acce' <2> 'soin' <-> 'courant'",
        "'soin'",
    ],
)
def test_the_short_way_to_a_phrase_finds_what_reading_every_text_would(asked: str) -> None:
    for title, text in (
        ("Accès aux soins courants", "Asthme."),
        ("Soins", "L'accès aux soins courants et l'asthme."),
        ("Parcours soin", "Courants des soins, accès."),
        ("Soins sans accès", "Le parcours est celui de l'asthme."),
    ):
        a_fiche(title=title, body=text, lay_summary="Rien.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pos FROM registry_fichewords WHERE tsv @@ %s::tsquery ORDER BY pos", [asked])
        one_by_one = [pos for (pos,) in cursor.fetchall()]
        cursor.execute("SELECT pos FROM registry_fichesearch WHERE title_tsv @@ %s::tsquery ORDER BY pos", [asked])
        titled = [pos for (pos,) in cursor.fetchall()]
    everywhere, *in_title = hits._asked("registry_holding", Asked("%s::tsquery", (asked,)))
    assert sorted(everywhere) == one_by_one
    assert [sorted(places) for places in in_title] in ([], [titled])


def test_a_title_counts_more_than_a_summary_and_a_summary_more_than_the_rest() -> None:
    old, new = datetime(2020, 1, 1, tzinfo=PARIS), datetime(2026, 1, 1, tzinfo=PARIS)
    a_fiche(title="Corps", body="asthme", published_at=new)
    a_fiche(title="Résumé", lay_summary="Une étude de l'asthme.", published_at=new)
    a_fiche(title="Asthme", published_at=old)
    assert titles(ask("q=asthme")) == ["Asthme", "Résumé", "Corps"]


def test_among_very_many_hits_those_of_the_title_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.finding.orders.MOST_RANKED", 1)
    old, new = datetime(2020, 1, 1, tzinfo=PARIS), datetime(2026, 1, 1, tzinfo=PARIS)
    a_fiche(title="Récent", lay_summary="De l'asthme, encore l'asthme.", published_at=new)
    a_fiche(title="Asthme", published_at=old)
    assert titles(ask("q=asthme")) == ["Asthme", "Récent"]


def test_a_found_word_is_marked_and_everything_else_is_escaped() -> None:
    a_fiche(title="<script>alert(1)</script> asthme & toux", lay_summary='<img src=x onerror=alert(1)> L\'asthme "sévère".')
    row = ask("q=asthme").rows[0]
    assert row.title == "&lt;script&gt;alert(1)&lt;/script&gt; <mark>asthme</mark> &amp; toux"
    assert "<mark>asthme</mark>" in row.extract
    assert "<img" not in row.extract
    plain = ask().rows[0]
    assert "<script" not in plain.title
    assert "<img" not in plain.extract


@pytest.mark.parametrize(
    "text", ["'", '"', "a & | ! ( ) :*", "\\", "-", "or", "%00", "%FF", ":*", "a:*b", "<script>", "é" * 5000, "''''''", "x'; --"]
)
def test_no_text_is_an_error(text: str) -> None:
    a_fiche()
    assert ask(f"q={text}").total >= 0


def test_an_acronym_is_found_however_it_is_cut() -> None:
    a_fiche(acronym="DEEP.PISTE", title="Dépistage")
    a_fiche(acronym="E-CORE", title="Corticoïdes")
    for words in ("deep.piste", "deep piste", "DEEPPISTE", "deep-piste"):
        assert titles(ask(f"q={words}")) == ["Dépistage"], words
    for words in ("e-core", "ecore", "e core"):
        assert titles(ask(f"q={words}")) == ["Corticoïdes"], words


def test_words_that_the_parser_would_take_for_a_path_or_a_tag_are_found() -> None:
    a_fiche(lay_summary="Post-AVC/SCA chez les <75 ans> et/ou diabétiques.")
    for words in ("SCA", "diabétiques", "75 ans", "AVC/SCA", "post-avc"):
        assert ask(f"q={words}").total == 1, words


# --- other ways to say the same
@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("AVC", "Suites d'un accident vasculaire cérébral."),
        ("accidents vasculaires cérébraux", "Après un AVC."),
        ("l'AVC", "Attaque cérébrale."),
    ],
)
def test_an_abbreviation_and_what_it_stands_for_find_each_other(asked: str, written: str) -> None:
    a_fiche(lay_summary=written)
    a_fiche(lay_summary="Un accident de la route, vasculaire ou non.")
    assert ask(f"q={asked}").total == 1


@pytest.mark.parametrize("typed", ["epilespie", "épilepsi", "epillepsie", "pilepsie"])
def test_a_mistyped_word_is_read_as_the_nearest_one_and_said_so(typed: str) -> None:
    a_fiche(lay_summary="Vivre avec l'épilepsie.", domains=["neurology"])
    a_fiche(lay_summary="Vivre avec un diabète.")
    keep_words()
    results = ask(f"q={typed}&domain=neurology")
    assert results.total == 1
    assert results.instead in ("épilepsie", "")  # “épilepsi” is its beginning
    assert found(results.query, on=DAY).instead == results.instead


def test_a_word_far_from_all_others_finds_nothing() -> None:
    a_fiche(lay_summary="Vivre avec l'épilepsie.")
    keep_words()
    results = ask("q=licorne")
    assert (results.total, results.instead, results.loosely) == (0, "", False)


def test_a_question_is_searched_without_the_words_that_ask() -> None:
    a_fiche(lay_summary="Vivre avec l'épilepsie chez l'enfant.")
    results = ask("q=Quels projets utilisent mes données sur l'épilepsie chez l'enfant ?")
    assert (results.total, results.loosely) == (1, False)


def test_when_no_fiche_holds_all_the_words_those_that_hold_most_come_first() -> None:
    a_fiche(title="Asthme de l'enfant et pollution")
    a_fiche(title="Asthme")
    results = ask("q=asthme enfant pollens")
    assert results.loosely
    assert titles(results) == ["Asthme de l'enfant et pollution"]
    some = ask("q=asthme licorne")
    assert (some.total, some.loosely) == (2, True)


def test_a_quoted_phrase_is_never_read_otherwise() -> None:
    a_fiche(lay_summary="Vivre avec l'épilepsie.")
    keep_words()
    assert ask('q="epilespie"').total == 0


# --- filters
def test_counts_are_those_of_the_other_filters() -> None:
    a_fiche(domains=["oncology"], controller_type="public_body")
    a_fiche(domains=["oncology"], controller_type="other")
    a_fiche(domains=["cardiology"], controller_type="other")
    results = ask("domain=oncology&controller=other")
    counts = {facet.code: {value.code: value.count for value in facet.values} for facet in results.facets}
    assert results.total == 1
    assert counts["domain"] == {"oncology": 1, "cardiology": 1}
    assert counts["controller"]["other"] == 1
    assert {value.code for facet in results.facets for value in facet.values if value.chosen} == {"oncology", "other"}


def test_two_values_of_a_filter_widen_it() -> None:
    a_fiche(domains=["oncology"])
    a_fiche(domains=["cardiology", "oncology"])
    a_fiche(domains=["psychiatry"])
    assert ask("domain=cardiology&domain=oncology").total == 2


def test_a_status_depends_on_the_day() -> None:
    a_fiche(opened_on=DAY, ended_on=DAY + timedelta(days=10))
    for day, status in ((-1, Status.AUTHORISED), (0, Status.RUNNING), (9, Status.RUNNING), (10, Status.ENDED)):
        on = DAY + timedelta(days=day)
        results = ask(f"status={status.value}", on=on)
        assert [row.status for row in results.rows] == [status]
        assert Fiche.objects.get().status_on(on) == status


def test_an_unknown_value_is_left_out_and_named() -> None:
    a_fiche(domains=["oncology"])
    results = ask("domain=nonsense&objective=&domain=oncology&status=%00")
    assert results.total == 1
    assert results.ignored == ("nonsense", "\x00")


def test_a_value_that_only_fiches_still_hold_can_be_filtered() -> None:
    a_fiche(domains=["withdrawn_long_ago"])
    results = ask("domain=withdrawn_long_ago")
    assert (results.total, results.ignored) == (1, ())


def test_what_is_published_is_found_at_once() -> None:
    assert ask().total == 0
    a_fiche(domains=["oncology"])
    assert ask("domain=oncology").total == 1
    a_fiche(domains=["oncology"])
    assert ask("domain=oncology").total == 2


def test_a_search_without_result_says_what_the_filters_hide() -> None:
    a_fiche(domains=["oncology"], title="Asthme")
    a_fiche(domains=["cardiology"])
    results = ask("q=asthme&domain=cardiology")
    assert (results.total, results.unfiltered) == (0, 1)


def test_a_controller_is_one_however_its_name_is_written() -> None:
    for name in ("CHU de Rennes", "CHU DE RENNES", "Chu de Rennes"):
        a_fiche(controller_name=name)
    a_fiche(controller_name="Institut Curie")
    values = facet(ask(), "organisation").values
    assert [(value.code, value.count) for value in values] == [("chu-de-rennes", 3), ("institut-curie", 1)]
    assert ask("organisation=chu-de-rennes").total == 3


def test_a_long_filter_shows_its_most_frequent_values_and_finds_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.finding.facets.MOST_SHOWN", 2)
    for name, many in (("Alpha", 3), ("Beta", 2), ("Gamma", 1), ("Hôpital Delta", 1)):
        for _ in range(many):
            a_fiche(controller_name=name)
    shown = facet(ask("organisation=gamma"), "organisation")
    assert [(value.label, value.count) for value in shown.values] == [("Gamma", 1), ("Alpha", 3), ("Beta", 2)]
    assert (shown.hidden, shown.is_narrowable) == (2, True)
    narrowed = facet(ask("in-organisation=HOPITAL+del"), "organisation")
    assert [value.label for value in narrowed.values] == ["Hôpital Delta"]
    assert narrowed.hidden == 0


def test_years_are_those_of_the_authorisation_else_of_the_start() -> None:
    a_fiche(authorised_on=date(2019, 3, 1))
    a_fiche(origin="import", authorised_on=None, starts_on=date(2021, 1, 1))
    a_fiche(origin="import", authorised_on=None)
    assert [(value.code, value.count) for value in facet(ask(), "year").values] == [("2021", 1), ("2019", 1)]
    assert ask("year=2019&year=2021").total == 2
    assert ask("year=1800").ignored == ()
    assert ask("year=x").ignored == ("x",)


def test_results_are_published_missing_or_late() -> None:
    a_fiche(results_on=DAY, results_due_on=DAY - timedelta(days=9))
    a_fiche(results_due_on=DAY - timedelta(days=1))
    a_fiche(results_due_on=DAY)
    assert {value.code: value.count for value in facet(ask(), "results").values} == {"yes": 1, "no": 2, "overdue": 1}
    assert [row.overdue for row in ask("results=overdue").rows] == [True]


# --- order, pages, address
def test_orders() -> None:
    for day, title in ((1, "École"), (2, "zèbre"), (3, "abeille")):
        a_fiche(title=title, published_at=datetime(2026, 1, day, tzinfo=PARIS))
    assert titles(ask()) == ["abeille", "zèbre", "École"]
    assert titles(ask("sort=oldest")) == ["École", "zèbre", "abeille"]
    assert titles(ask("sort=title")) == ["abeille", "École", "zèbre"]
    assert ask("sort=nonsense").sort == ask("sort=relevance").sort == "recent"


@pytest.mark.parametrize(
    ("asked", "number"), [("abc", 1), ("0", 1), ("-3", 1), ("999999999", 2), ("9" * 5000, 1), ("", 1), ("2", 2), ("1e9", 1)]
)
def test_a_strange_page_number_gives_a_page(asked: str, number: int) -> None:
    for _ in range(PER_PAGE + 1):
        a_fiche()
    assert ask(f"page={asked}").page.number == number


def test_pages_hold_every_project_once() -> None:
    made = {a_fiche().pk for _ in range(PER_PAGE + 3)}
    shown = [row.fiche.pk for page in (1, 2) for row in ask(f"page={page}").rows]
    assert len(shown) == len(made)
    assert set(shown) == made


def test_the_address_holds_the_whole_search() -> None:
    query = Query.from_address(QueryDict("q=cancer du sein&domain=oncology&domain=cardiology&sort=title&page=4&strange=1"))
    assert query.address() == "?q=cancer+du+sein&domain=oncology&domain=cardiology&sort=title"
    assert query.address(without=("domain", "oncology")) == "?q=cancer+du+sein&domain=cardiology&sort=title"
    assert Query.from_address(QueryDict(query.address()[1:])) == Query(query.text, query.filters, query.sort)


def test_the_beginning_of_a_summary_stops_at_a_sentence() -> None:
    text = "Une première phrase assez longue pour dire de quoi il s'agit vraiment. Une deuxième."
    assert first_sentences(text) == "Une première phrase assez longue pour dire de quoi il s'agit vraiment."
    assert len(first_sentences("mot " * 200)) <= 260


def test_labels_are_those_of_the_vocabulary_in_the_language_of_the_reader() -> None:
    from django.utils.translation import override

    a_fiche(domains=["oncology"])
    term: Any = Term.objects.get(vocabulary="domain", code="oncology")
    for language, label in (("fr", term.label_fr), ("en", term.label_en)):
        with override(language):
            labels = {value.label for facet in ask().facets for value in facet.values}
        assert label in labels
