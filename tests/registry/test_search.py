"""Words, filters, counts, order and pages: each against what a plain reading of the rows says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalogue.models import Term
from registry.models import Fiche, Status
from registry.search import FACETS, PER_PAGE, Query, Results, first_sentences, search
from tests.registry.factories import DAY, a_fiche
from tests.requests_app.factories import PARIS

pytestmark = pytest.mark.django_db


def ask(address: str = "", on: date = DAY) -> Results:
    return search(Query.from_address(QueryDict(address)), on=on)


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


def test_a_title_counts_more_than_a_summary_and_a_summary_more_than_the_rest() -> None:
    old, new = datetime(2020, 1, 1, tzinfo=PARIS), datetime(2026, 1, 1, tzinfo=PARIS)
    a_fiche(title="Corps", body="asthme", published_at=new)
    a_fiche(title="Résumé", lay_summary="Une étude de l'asthme.", published_at=new)
    a_fiche(title="Asthme", published_at=old)
    assert titles(ask("q=asthme")) == ["Asthme", "Résumé", "Corps"]


def test_among_very_many_hits_those_of_the_title_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.search.MOST_RANKED", 1)
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


# --- counts against a naive count, for any filters
CODES = {
    "objective": ["diagnostics", "patient_care", "patient_safety"],
    "domain": ["oncology", "cardiology", "neurology"],
    "category": ["beneficiaries", "conditions"],
    "controller": ["a", "b"],
    "status": [status.value for status in Status],
    "database": ["base-principale", "bndmr"],
}


def values_of(fiche: Fiche) -> dict[str, set[str]]:
    several = {"objective": fiche.objectives, "domain": fiche.domains, "category": fiche.data_categories, "database": fiche.databases}
    return {name: set(codes) for name, codes in several.items()} | {
        "controller": {fiche.controller_type},
        "status": {fiche.status_on(DAY).value},
    }


class AnyFilters(TestCase):
    """Counts stay true under any choice of filters and words."""

    @classmethod
    def setUpTestData(cls) -> None:
        for number in range(40):
            pick = lambda codes, number=number: [code for place, code in enumerate(codes) if (number * 7 + place * 3) % 4 < 2]  # noqa: E731
            a_fiche(
                title="Asthme" if number % 3 else "Toux",
                objectives=pick(CODES["objective"]),
                domains=pick(CODES["domain"][::-1]),
                data_categories=pick(CODES["category"]),
                databases=pick(CODES["database"]),
                controller_type="ab"[number % 2],
                opened_on=DAY - timedelta(days=number) if number % 5 else None,
                ended_on=DAY if number % 4 == 0 else None,
            )

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        filters=st.fixed_dictionaries(
            {}, optional={name: st.lists(st.sampled_from(codes), unique=True, min_size=1) for name, codes in CODES.items()}
        ),
        word=st.sampled_from(["", "asthme"]),
    )
    def test_counts_equal_a_naive_count(self, filters: dict[str, list[str]], word: str) -> None:
        held = [(values_of(one), one.title) for one in Fiche.objects.all()]

        def passing(but: str = "") -> list[dict[str, set[str]]]:
            chosen = {name: set(codes) for name, codes in filters.items() if name != but}
            return [
                values for values, title in held if word in title.lower() and all(values[name] & codes for name, codes in chosen.items())
            ]

        results = search(Query(word, {name: tuple(codes) for name, codes in filters.items()}), on=DAY)
        assert results.total == len(passing())
        for facet in results.facets:
            among = passing(but=facet.code)
            assert {value.code: value.count for value in facet.values if value.count} == {
                code: count for code in CODES[facet.code] if (count := sum(code in values[facet.code] for values in among))
            }
        assert len(results.facets) == len(FACETS)


def test_labels_are_those_of_the_vocabulary_in_the_language_of_the_reader() -> None:
    from django.utils.translation import override

    a_fiche(domains=["oncology"])
    term: Any = Term.objects.get(vocabulary="domain", code="oncology")
    for language, label in (("fr", term.label_fr), ("en", term.label_en)):
        with override(language):
            labels = {value.label for facet in ask().facets for value in facet.values}
        assert label in labels
