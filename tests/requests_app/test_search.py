"""Search: every text is found by those who may read it, at once after a change, and by nobody else."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests_app.desks import indexing, search
from requests_app.desks.models import IndexedText
from requests_app.models import Dossier
from requests_app.policies import may, roles_on
from requests_app.searchable import AUDIENCES, SOURCES, Found, Source
from requests_app.services import save_section
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.requests_app.factories import a_dossier, a_draft
from workflow.outbox import deliver_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def said() -> Any:
    """A source of the tests: what stands in this table is a text of a dossier, for an audience."""
    texts: dict[int, Found] = {}
    SOURCES.add(Source("test", 99, "Test", texts.get, lambda: sorted(texts), lambda reference, row: f"/{reference}/{row}", None))
    yield texts
    SOURCES.remove("test")


def index(kind: str = "dossier") -> None:
    list(indexing.rebuild(kind))


def found(user: Any, text: str, **query: Any) -> set[str]:
    asked = QueryDict(mutable=True)
    asked.update({"q": text})
    for name, value in query.items():
        asked.setlist(name, value if isinstance(value, list) else [value])
    return {row.dossier.reference for row in search.search(user, search.Asked.of(asked)).rows}


def page(client: Client, text: str, **query: Any):
    return client.get(reverse("work:search"), {"q": text, **query}, headers={"accept-language": "en"})


@pytest.mark.parametrize(
    "words", ["épileptiques", "EPILEPTIQUE", "épilep", '"personnes épileptiques"', "suivi -asthme", "episuivi or rien", "rien ou EPISUIVI"]
)
def test_words_are_found_whatever_their_accents_their_case_and_their_ending(people: dict, words: str) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    breath = dict.fromkeys(("lay_summary", "public_interest", "expected_benefits", "population", "aims"), "Le souffle des enfants. " * 12)
    a_dossier(State.SUBMITTED, people, title="Asthme", acronym="AIR", **breath)
    index()
    assert found(people["officer"], words) == {dossier.reference}


@pytest.mark.parametrize("words", ["'", "!!", "a & | b", "<script>", "\x00\x02", "(" * 50, "%s %d {words}", "x" * 900])
def test_no_word_is_an_error(client: Client, people: dict, words: str) -> None:
    a_dossier(State.SUBMITTED, people)
    index()
    assert page(sign_in(client, people["officer"]), words).status_code == 200


def test_organisations_and_databases_are_found_too(people: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    index()
    assert found(people["officer"], dossier.content.controller.name) == {dossier.reference}
    assert found(people["officer"], dossier.reference) == {dossier.reference}


def test_a_change_is_found_once_the_outbox_is_delivered(people: dict) -> None:
    draft = a_draft(people)
    deliver_waiting(timezone.now)
    revision = int(draft.content.revisions.get("project", 0))
    save_section(draft, "project", {"title": "Narcolepsie de l'adulte"}, by=people["owner"], at=timezone.now(), revision=revision)
    assert found(people["owner"], "narcolepsie") == set()
    deliver_waiting(timezone.now)
    assert found(people["owner"], "narcolepsie") == {draft.reference}
    assert found(people["officer"], "narcolepsie") == set()


def test_a_deleted_draft_leaves_no_word_behind(people: dict) -> None:
    draft = a_draft(people)
    index()
    Dossier.objects.filter(pk=draft.pk).delete()
    assert not IndexedText.objects.exists()


#: Who finds a text of which audience on a dossier that is with the committee.
MATRIX: dict[str, tuple[str, ...]] = {
    "owner": ("everybody", "talk", "fees", "bills"),
    "officer": ("everybody", "talk", "internal", "checking", "fees"),
    "head": ("everybody", "talk", "internal", "checking", "fees"),
    "president": ("everybody",),
    "cnil": (),
    "auditor": ("everybody", "talk", "internal", "fees", "bills"),
    "dpo": ("everybody", "talk"),
    "cnam_agent": (),
    "legal_officer": (),
    "administrator": (),
    "stranger": (),
    "colleague": (),
}


@pytest.mark.parametrize("person", MATRIX)
def test_nobody_finds_what_they_may_not_read(people: dict, said: dict, person: str) -> None:
    dossier = a_dossier(State.WITH_COMMITTEE, people)
    for row, audience in enumerate(sorted(AUDIENCES), start=1):
        said[row] = Found(dossier.pk, f"mot{audience}", audience)
    index("test")
    user = people.get(person) or UserFactory(roles=[person] if person in ("auditor", "dpo", "cnam_agent", "legal_officer") else [])
    if person == "administrator":
        user = UserFactory(administrator=True)
    if person == "colleague":  # an officer of the dossier's own organisation
        user = UserFactory(officer=True)
        MembershipFactory(user=user, organisation=dossier.content.controller)
    assert {audience for audience in AUDIENCES if found(user, f"mot{audience}")} == set(MATRIX[person])


@pytest.mark.parametrize("person", ["owner", "officer", "head", "president", "cnil", "own_officer", "own_member"])
def test_the_index_answers_as_the_roles_do(people: dict, said: dict, person: str) -> None:
    """For each state and audience: found exactly by those whose roles on the dossier belong to the audience."""
    dossiers = [a_dossier(state, people) for state in (State.SUBMITTED, State.WITH_CNIL, State.RUNNING)] + [a_draft(people)]
    user = people.get(person) or UserFactory(roles=["officer", "committee_president"])
    if person == "own_member":
        from guardian.shortcuts import assign_perm

        for dossier in dossiers:
            assign_perm("reader", user, dossier)
    if person == "own_officer":
        for dossier in dossiers[:2]:
            MembershipFactory(user=user, organisation=dossier.content.controller)
    for row, (dossier, audience) in enumerate(((one, audience) for one in dossiers for audience in sorted(AUDIENCES)), start=1):
        said[row] = Found(dossier.pk, f"mot{audience}", audience)
    index("test")
    for audience, roles in AUDIENCES.items():
        expected = {one.reference for one in dossiers if roles_on(user, Dossier.objects.get(pk=one.pk)) & roles}
        assert found(user, f"mot{audience}") == expected


def test_the_keys_of_a_team_are_those_of_its_dossiers_each_once(people: dict) -> None:
    from guardian.shortcuts import assign_perm

    mine, other = a_draft(people), a_dossier(State.SUBMITTED, people)
    reader = UserFactory()
    for role in ("reader", "owner"):
        assign_perm(role, reader, mine)
    assign_perm("recused", reader, other)  # a relation, and no place on the team
    assert Dossier.objects.team_keys(reader) == [mine.pk] == [one.pk for one in Dossier.objects.of_team(reader)]


def test_an_internal_note_is_neither_counted_nor_quoted_for_the_applicant(client: Client, people: dict, said: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    said[1] = Found(dossier.pk, "zèbre pour tous")
    said[2] = Found(dossier.pk, "zèbre en secret", "internal")
    index("test")
    body = page(sign_in(client, people["owner"]), "zebre").content.decode()
    assert "<mark>zèbre</mark> pour tous" in body
    assert "secret" not in body
    assert "Also found in" not in body
    assert "en secret" in page(sign_in(Client(), people["officer"]), "zebre").content.decode()


def test_a_text_whose_audience_has_narrowed_since_is_not_quoted(people: dict, said: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    said[1] = Found(dossier.pk, "zèbre")
    index("test")
    said[1] = Found(dossier.pk, "zèbre", "internal")
    asked = search.Asked("zebre")
    assert search.search(people["owner"], asked).rows[0].texts == []


def test_what_is_found_is_escaped_and_marked(client: Client, people: dict, said: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    said[1] = Found(dossier.pk, "<b>zèbre</b> \x02rayé\x03")
    index("test")
    body = page(sign_in(client, people["officer"]), "zebre").content.decode()
    assert "<mark>zèbre</mark>" in body
    assert "<b>" not in body
    assert "<mark>rayé" not in body


def test_kinds_are_filters_and_notes_are_not_offered_to_applicants(client: Client, people: dict, said: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    said[1] = Found(dossier.pk, "girafe")
    index("test")
    index()
    assert found(people["officer"], "girafe", kind="test") == {dossier.reference}
    assert found(people["officer"], "girafe", kind="dossier") == set()
    assert found(people["officer"], "girafe", kind="nonsense") == {dossier.reference}
    assert 'value="note"' in page(sign_in(client, people["officer"]), "x").content.decode()
    assert 'value="note"' not in page(sign_in(Client(), people["owner"]), "x").content.decode()


def test_pages_follow_by_key_and_miss_nothing(people: dict, said: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PER_PAGE", 2)
    dossiers = [a_draft(people) for _number in range(5)]
    for row, dossier in enumerate(dossiers, start=1):
        said[row] = Found(dossier.pk, "girafe")
    index("test")
    seen, asked = [], search.Asked("girafe")
    while asked is not None:
        results = search.search(people["owner"], asked)
        seen += [row.dossier.pk for row in results.rows]
        asked = search.Asked("girafe", before=results.after) if results.after else None
    assert seen == sorted((one.pk for one in dossiers), reverse=True)


def test_very_common_words_are_cut_and_the_page_says_so(client: Client, people: dict, said: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_FOUND", 2)
    for row in range(1, 5):
        said[row] = Found(a_dossier(State.SUBMITTED, people).pk, "girafe")
    index("test")
    body = page(sign_in(client, people["officer"]), "girafe").content.decode()
    assert "More than" in body
    assert "only the newest were counted" in body


def test_words_that_no_index_holds_are_told_from_words_that_are_not_found(client: Client, people: dict) -> None:
    sign_in(client, people["officer"])
    assert "too common to be searched" in page(client, "de la").content.decode()
    assert "No dossier that you may see" in page(client, "hippopotame").content.decode()


def test_ten_dossiers_cost_no_more_queries_than_two(client: Client, people: dict, said: dict, django_assert_max_num_queries) -> None:
    def fill(first: int, last: int) -> None:
        for row in range(first, last):
            said[row] = Found(a_dossier(State.SUBMITTED, people).pk, "girafe")
        index("test")
        index()

    fill(1, 3)
    sign_in(client, people["officer"])
    page(client, "girafe")
    with django_assert_max_num_queries(20) as few:
        page(client, "girafe")
    fill(3, 9)
    with django_assert_max_num_queries(len(few)):
        assert len(page(client, "girafe").context["found"].rows) == 8


def test_the_index_is_written_anew_from_where_it_was_stopped_and_forgets_what_is_gone(people: dict, said: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    said.update({row: Found(dossier.pk, "girafe") for row in range(1, 8)})
    steps = indexing.rebuild("test", per_batch=3)
    assert next(steps) == (3, 3)
    steps.close()
    assert IndexedText.objects.count() == 3
    assert list(indexing.rebuild("test", after=3, per_batch=3)) == [(6, 3), (7, 4)]
    assert IndexedText.objects.count() == 7
    del said[2], said[7]
    said[4] = Found(dossier.pk, "  ")
    list(indexing.rebuild("test", per_batch=2))
    assert sorted(IndexedText.objects.values_list("row", flat=True)) == [1, 3, 5, 6]


def test_the_command_knows_its_kinds(people: dict, capsys: pytest.CaptureFixture) -> None:
    a_dossier(State.SUBMITTED, people)
    call_command("rebuild_text_index", kind="dossier")
    assert "dossier: 1 texts indexed." in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("rebuild_text_index", kind="nonsense")


def test_a_visitor_signs_in_first(client: Client) -> None:
    assert page(client, "x").status_code == 302


def test_the_secretariat_reads_its_notes_where_the_matrix_says(people: dict) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    assert may(people["officer"], "read_notes", dossier)
    assert not may(people["owner"], "read_notes", dossier)
