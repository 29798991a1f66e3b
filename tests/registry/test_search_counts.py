"""Counts against a naive count, for any filters, after any publications and withdrawals; and what each process keeps between requests."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from registry.finding import bits, hits, loading
from registry.finding.index import Index
from registry.finding.words import asked_for
from registry.models import FacetSnapshot, Fiche, Status
from registry.publication import next_version, write
from registry.search import FACETS, Query, Results, search
from registry.tasks import keep_search_ready
from tests.registry.factories import DAY, a_fiche
from tests.requests_app.factories import PARIS  # noqa: F401

CODES = {
    "objective": ["diagnostics", "patient_care", "patient_safety"],
    "domain": ["oncology", "cardiology", "neurology"],
    "category": ["beneficiaries", "conditions"],
    "controller": ["a", "b"],
    "status": [status.value for status in Status],
    "database": ["base-principale", "bndmr"],
    "organisation": ["chu-de-rennes", "institut-curie", "inserm"],
    "year": ["2019", "2021", "2022"],
    "procedure": ["aut", "mr004"],
    "opinion": ["favourable", "reserved"],
    "matching": ["yes", "no"],
    "results": ["yes", "no", "overdue"],
}
NAMES = {"chu-de-rennes": "CHU de Rennes", "institut-curie": "Institut Curie", "inserm": "Inserm"}
WORDS = ["", "asthme", "toux", "asthme severe"]


def some_columns(chance: random.Random) -> dict[str, Any]:
    """What a fiche says, at random."""
    several = lambda name: [code for code in CODES[name] if chance.random() < 0.5]  # noqa: E731
    day = lambda: chance.choice([None, DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)])  # noqa: E731
    return {
        "title": chance.choice(["Asthme sévère", "Asthme", "Toux"]),
        "objectives": several("objective"),
        "domains": several("domain"),
        "data_categories": several("category"),
        "databases": several("database"),
        "controller_type": chance.choice(CODES["controller"]),
        "controller_name": NAMES[chance.choice(CODES["organisation"])],
        "authorised_on": date(int(chance.choice(CODES["year"])), 5, 1),
        "procedure": chance.choice(["", *CODES["procedure"]]),
        "opinion": chance.choice(["", *CODES["opinion"]]),
        "matching": chance.random() < 0.5,
        "opened_on": day(),
        "ended_on": day(),
        "results_on": day(),
        "results_due_on": day(),
    }


def values_of(fiche: Fiche) -> dict[str, set[str]]:
    """The values of a fiche in each filter, read from its own columns."""
    several = {"objective": fiche.objectives, "domain": fiche.domains, "category": fiche.data_categories, "database": fiche.databases}
    slug = next(code for code, name in NAMES.items() if name == fiche.controller_name)
    overdue = {"overdue"} if fiche.results_are_overdue_on(DAY) else set()
    return {name: set(codes) for name, codes in several.items()} | {
        "controller": {fiche.controller_type},
        "status": {fiche.status_on(DAY).value},
        "organisation": {slug},
        "year": {str(fiche.authorised_on.year)} if fiche.authorised_on else set(),
        "procedure": {fiche.procedure} - {""},
        "opinion": {fiche.opinion} - {""},
        "matching": {"yes" if fiche.matching else "no"},
        "results": {"no" if fiche.results_on is None else "yes"} | overdue,
    }


def changed_at_random(chance: random.Random) -> None:
    """A publication, a change, a withdrawal or a return, through the one door."""
    fiches = list(Fiche.objects.order_by("pos"))
    if not fiches or chance.random() < 0.3:
        a_fiche(origin="import", **some_columns(chance))
        return
    fiche = chance.choice(fiches)
    change = {"live": not fiche.live} if chance.random() < 0.4 else some_columns(chance)
    write(fiche, change, at=fiche.updated_at + timedelta(hours=1), because="test", reason="Retirée à la demande du responsable.")


def naive(query: Query) -> tuple[int, dict[str, dict[str, int]]]:
    """The whole number and the counts, by reading every fiche."""
    asked = [word for word in query.text.replace("severe", "sévère").split() if word]
    held = [values_of(one) for one in Fiche.objects.live() if all(word in one.title.lower() for word in asked)]

    def passing(but: str = "") -> list[dict[str, set[str]]]:
        chosen = {name: set(codes) for name, codes in query.filters.items() if name != but}
        return [values for values in held if all(values[name] & codes for name, codes in chosen.items())]

    counts = {}
    for facet in FACETS:
        among = passing(but=facet)
        counts[facet] = {code: count for code in CODES[facet] if (count := sum(code in values[facet] for values in among))}
    return len(passing()), counts


def seen(results: Results) -> tuple[int, dict[str, dict[str, int]]]:
    return results.total, {facet.code: {value.code: value.count for value in facet.values if value.count} for facet in results.facets}


QUERIES = st.builds(
    lambda filters, word: Query(word, {name: tuple(codes) for name, codes in filters.items()}),
    st.fixed_dictionaries({}, optional={name: st.lists(st.sampled_from(codes), unique=True, min_size=1) for name, codes in CODES.items()}),
    st.sampled_from(WORDS),
)


class AnyFilters(TestCase):
    """Counts stay true under any choice of filters and words."""

    @classmethod
    def setUpTestData(cls) -> None:
        chance = random.Random(5)
        for _ in range(40):
            a_fiche(origin="import", **some_columns(chance))
        for _ in range(40):
            changed_at_random(chance)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(query=QUERIES)
    def test_counts_equal_a_naive_count(self, query: Query) -> None:
        results = search(query, on=DAY)
        assert not results.loosely
        assert seen(results) == naive(query)


# --- what a process keeps
@pytest.fixture
def remembering(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that takes what this test writes for committed, and so brings its index up to date by what changed."""
    monkeypatch.setattr(loading, "STATE", "SELECT epoch, version, NULL FROM registry_registrystate")
    loading.forget()
    hits.forget()
    yield
    loading.forget()
    hits.forget()


@pytest.mark.django_db
@pytest.mark.usefixtures("remembering")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_index_brought_up_to_date_counts_like_one_read_anew(seed: int) -> None:
    chance = random.Random(seed)
    queries = [Query(word, filters) for word in WORDS for filters in ({}, {"domain": ("oncology",)}, {"organisation": ("inserm",)})]
    for _round in range(12):
        for _change in range(chance.randint(1, 3)):
            changed_at_random(chance)
        results = search(chance.choice(queries), on=DAY)
        if not results.loosely:
            assert seen(results) == naive(results.query)
        kept = loading.current()
        loading.forget()
        same_index(kept, loading.current())
        loading._kept = kept


def same_index(one: Index, other: Index) -> None:
    words = max(one.words, other.words)
    assert np.array_equal(bits.longer(one.live, words), bits.longer(other.live, words))
    for number in {*one.sets, *other.sets}:
        sets = [bits.longer(index.sets.get(number, bits.empty(words)), words) for index in (one, other)]
        assert np.array_equal(*sets), number
    assert one.codes == other.codes


@pytest.mark.django_db
@pytest.mark.usefixtures("remembering")
def test_words_are_asked_for_once_and_mended_when_fiches_change() -> None:
    a_fiche(title="Asthme")
    other = a_fiche(title="Toux", origin="import")

    def asked() -> tuple[int, list[str]]:
        with CaptureQueriesContext(connection) as caught:
            total = bits.count(hits.holding(asked_for("asthme"), loading.current()))  # type: ignore[arg-type]
        return total, [query["sql"] for query in caught.captured_queries if "asthme" in query["sql"]]

    assert (asked()[0], len(asked()[1])) == (1, 0)
    write(other, {"title": "Asthme et toux"}, at=other.updated_at, because="test")
    total, queries = asked()
    assert total == 2
    assert ["registry_holding" in sql for sql in queries] == [False]
    write(other, {"live": False}, at=other.updated_at, because="test", reason="Retirée.")
    assert asked()[0] == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("remembering")
def test_a_process_starts_from_the_snapshot_and_what_changed_since() -> None:
    chance = random.Random(9)
    for _ in range(8):
        changed_at_random(chance)
    assert keep_search_ready()
    assert not keep_search_ready()
    changed_at_random(chance)
    loading.forget()
    with CaptureQueriesContext(connection) as caught:
        started = loading.current()
    assert not any("unnest(facets)" in query["sql"] for query in caught.captured_queries)
    FacetSnapshot.objects.all().delete()
    loading.forget()
    same_index(started, loading.current())


@pytest.mark.django_db
@pytest.mark.usefixtures("remembering")
def test_very_many_changes_are_read_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MOST_CHANGES", 2)
    loading.current()
    for _ in range(4):
        a_fiche()
    assert bits.count(loading.current().live) == 4


@pytest.mark.django_db
def test_what_a_transaction_wrote_and_lost_is_seen_by_itself_alone() -> None:
    from django.db import transaction

    with transaction.atomic():
        a_fiche(title="Asthme")
        assert search(Query("asthme"), on=DAY).total == 1
        transaction.set_rollback(True)
    next_version()
    assert search(Query("asthme"), on=DAY).total == 0


@pytest.mark.django_db
def test_a_withdrawn_fiche_leaves_nothing_to_be_found_by() -> None:
    fiche = a_fiche(title="Asthme rare", origin="import", domains=["oncology"])
    write(fiche, {"live": False}, at=fiche.updated_at, because="test", reason="Retirée.")
    results = search(Query.from_address(QueryDict("q=asthme")), on=DAY)
    assert results.total == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT live, facets, title_tsv::text FROM registry_fichesearch WHERE pos = %s", [fiche.pos])
        assert cursor.fetchone() == (False, [], "")
        cursor.execute("SELECT FROM registry_fichewords WHERE pos = %s", [fiche.pos])
        assert cursor.fetchone() is None


# --- sets
@given(places=st.lists(st.integers(0, 16_383), unique=True), start=st.integers(0, 60), many=st.integers(0, 50), newest=st.booleans())
def test_a_part_of_a_set_is_that_of_its_list(places: list[int], start: int, many: int, newest: bool) -> None:
    found = bits.of_places(np.array(places, np.int64), bits.STEP)
    assert bits.count(found) == len(places)
    assert list(bits.places(found)) == sorted(places)
    assert bits.part(found, start, start + many, newest_first=newest) == sorted(places, reverse=newest)[start : start + many]
