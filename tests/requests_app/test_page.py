"""The pages of a dossier: who sees them, what they say, and that they cost the same however long the story."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from requests_app.models import Dossier
from requests_app.services import assign, publish_results, remind, suspend
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.requests_app.factories import ROADS, a_dossier, cast, make
from workflow.models import AccessRead, JournalLine

pytestmark = pytest.mark.django_db

PARTS = ["page", "content", "acts", "journal"]


def page_of(client: Client, dossier: Dossier, part: str = "page"):
    return client.get(reverse(f"dossiers:{part}", args=[dossier.reference]), headers={"accept-language": "en"})


def buttons(body: str) -> set[str]:
    """The names of the moves to which the page leads."""
    tabs = {"contenu", "actes", "journal", "repertoire", "pieces", "exporter", "notes", "equipe", "echanges", "courriers", "redevances"}
    return set(re.findall(r"/dossiers/[\w-]+/(\w+)/\"", body)) - tabs


@pytest.mark.parametrize("state", ROADS)
def test_the_owner_and_the_officer_open_the_page_in_every_state(client: Client, state: str) -> None:
    people = cast()
    dossier = a_dossier(state, people)
    for role in ("owner", "officer") if dossier.journal_seq and state != State.DRAFT else ("owner",):
        answer = page_of(sign_in(client, people[role]), dossier)
        assert answer.status_code == 200
        assert answer.content.decode().count('class="fr-btn"') <= 1


@pytest.mark.parametrize("part", PARTS)
def test_a_stranger_learns_nothing_and_a_visitor_signs_in_first(client: Client, part: str) -> None:
    dossier = a_dossier(State.SUBMITTED)
    assert page_of(client, dossier, part).status_code == 302
    assert page_of(sign_in(client, UserFactory()), dossier, part).status_code == 404


def test_an_officer_does_not_see_the_dossier_of_their_own_organisation(client: Client) -> None:
    people = cast()
    dossier = a_dossier(State.SUBMITTED, people)
    MembershipFactory(user=people["officer"], organisation=dossier.content.controller)
    assert page_of(sign_in(client, people["officer"]), dossier).status_code == 404


def test_the_president_sees_a_dossier_once_it_was_sent_to_the_committee(client: Client) -> None:
    people = cast()
    before, after = a_dossier(State.COMPLETE, people), a_dossier(State.WITH_COMMITTEE, people)
    sign_in(client, people["president"])
    assert (page_of(client, before).status_code, page_of(client, after).status_code) == (404, 200)


def test_the_page_says_where_the_dossier_is_whose_turn_and_until_when(client: Client) -> None:
    people = cast()
    body = page_of(sign_in(client, people["officer"]), a_dossier(State.WITH_CNIL, people)).content.decode()
    assert 'aria-current="step"' in body
    assert "Whose turn it is: the CNIL." in body
    assert re.search(r"(due|was due) \w+day \d+ \w+ \d{4}", body)
    assert "If it keeps silent until its due day" in body


def test_the_expected_move_is_the_only_primary_button(client: Client) -> None:
    people = cast()
    body = page_of(sign_in(client, people["officer"]), a_dossier(State.SUBMITTED, people)).content.decode()
    assert re.findall(r'class="fr-btn" href="[^"]+/(\w+)/"', body) == ["completude"]
    assert buttons(body) >= {"completude", "take", "assign"}  # both moves of the secretariat start from the completeness check


def test_a_move_that_its_clock_would_refuse_is_not_offered(client: Client) -> None:
    people = cast()
    dossier = a_dossier(State.WITH_CNIL, people, begun=timezone.now() - timedelta(days=20))
    assert "confirm_tacit_authorisation" not in buttons(page_of(sign_in(client, people["head"]), dossier).content.decode())
    late = a_dossier(State.WITH_CNIL, people, begun=timezone.now() - timedelta(days=200))
    assert "confirm_tacit_authorisation" in buttons(page_of(client, late).content.decode())


def test_abandoning_is_offered_only_after_the_period_and_a_reminder(client: Client) -> None:
    people = cast()
    dossier = a_dossier(State.INCOMPLETE, people, begun=timezone.now() - timedelta(days=90))
    sign_in(client, people["officer"])
    assert "abandon" not in buttons(page_of(client, dossier).content.decode())
    remind(dossier, by=people["officer"], at=timezone.now())
    assert "abandon" in buttons(page_of(client, dossier).content.decode())


def test_who_only_reads_is_offered_nothing(client: Client) -> None:
    body = page_of(sign_in(client, UserFactory(auditor=True)), a_dossier(State.SUBMITTED)).content.decode()
    assert buttons(body) == set()
    assert "Nothing is expected of you at the moment." in body


def test_a_suspension_stands_on_top_of_every_part(client: Client) -> None:
    people = cast()
    dossier = a_dossier(State.RUNNING, people)
    suspend(dossier, by=people["officer"], at=timezone.now(), cause="security", reason="Jeton perdu.")
    sign_in(client, people["owner"])
    assert all("Jeton perdu." in page_of(client, dossier, part).content.decode() for part in PARTS)


def test_facts_that_were_made_up_for_the_demonstration_are_listed(client: Client) -> None:
    people = cast()
    dossier = a_dossier(State.SUBMITTED, people)
    Dossier.objects.filter(pk=dossier.pk).update(generated=["La date de dépôt est inventée."])
    assert "La date de dépôt est inventée." in page_of(sign_in(client, people["owner"]), dossier).content.decode()


def test_the_content_shows_sections_pieces_versions_and_results(client: Client) -> None:
    people = cast()
    dossier = a_dossier(State.ENDED, people)
    works = [{"title": "Une étude", "url": "https://example.org/etude"}]
    publish_results(dossier, by=people["owner"], at=timezone.now(), results="Moins d'hospitalisations.", publications=works)
    body = page_of(sign_in(client, people["officer"]), dossier, "content").content.decode()
    for words in ("Suivi des personnes épileptiques", "Version 1", "protocol.pdf", "https://example.org/etude"):
        assert words in body


def test_publications_are_named_whatever_their_source_called_them(client: Client) -> None:
    people = cast()
    dossier = a_dossier(State.ENDED, people)
    works = [{"ref": "Layton D., Corticoïdes", "venue": "Revue", "year": 2021}, {"title": "Une étude", "url": "https://example.org/etude"}]
    publish_results(dossier, by=people["owner"], at=timezone.now(), results="Moins d'hospitalisations.", publications=works)
    body = page_of(sign_in(client, people["officer"]), dossier, "content").content.decode()
    assert "<li>Layton D., Corticoïdes, Revue (2021)</li>" in body
    assert ">Une étude</a>" in body


@pytest.mark.parametrize(("role", "entry"), [("owner", "My dossiers"), ("officer", "Work-list")])
def test_the_menu_marks_the_list_from_which_the_reader_comes(client: Client, role: str, entry: str) -> None:
    people = cast()
    body = page_of(sign_in(client, people[role]), a_dossier(State.SUBMITTED, people)).content.decode()
    assert re.findall(r'fr-nav__link"[^>]*aria-current="page">([^<]+)', body) == [entry]


def test_acts_show_their_words_and_references(client: Client) -> None:
    people = cast()
    body = page_of(sign_in(client, people["owner"]), a_dossier(State.AUTHORISED, people), "acts").content.decode()
    assert "DR-2026-001" in body
    assert "Motif exposé en une phrase." in body
    assert "Opinion of the committee: Favourable" in body


def test_the_journal_tells_every_line_with_its_actor_and_role(client: Client) -> None:
    people = cast()
    dossier = a_dossier(State.OPINION_GIVEN, people)
    assign(dossier, officer=people["officer"], by=people["head"], at=timezone.now())
    body = page_of(sign_in(client, people["officer"]), dossier, "journal").content.decode()
    assert body.count("<tr>") == 1 + dossier.journal_seq
    for words in (
        "Dossier filed",
        "Signatory of the dossier",
        "Secretariat officer",
        people["signatory"].full_name,
        "Chain verified",
        "recorded on",
    ):
        assert words in body


def test_reading_the_journal_is_noted(client: Client) -> None:
    people = cast()
    dossier = a_dossier(State.SUBMITTED, people)
    page_of(sign_in(client, people["officer"]), dossier, "journal")
    assert AccessRead.objects.filter(reader=people["officer"], page="journal", subject_id=dossier.pk).count() == 1


@pytest.mark.parametrize("page", ["content", "acts"])
def test_reading_what_a_dossier_says_is_noted_outside_its_team(client: Client, page: str) -> None:
    people = cast()
    dossier = a_dossier(State.SUBMITTED, people)
    page_of(sign_in(client, people["owner"]), dossier, page)
    page_of(sign_in(client, people["officer"]), dossier, page)
    assert list(AccessRead.objects.values_list("page", "reader", "subject_id")) == [(page, people["officer"].pk, dossier.pk)]


def test_the_journal_is_closed_to_those_to_whom_the_table_does_not_open_it(client: Client) -> None:
    people = cast()
    dossier = a_dossier(State.WITH_COMMITTEE, people)
    sign_in(client, people["president"])
    assert page_of(client, dossier, "journal").status_code == 403
    assert "/journal/" not in page_of(client, dossier).content.decode()
    assert AccessRead.objects.count() == 0


def test_a_broken_chain_is_told_with_its_line(client: Client) -> None:
    people = cast()
    dossier = a_dossier(State.COMPLETE, people)
    Dossier.objects.filter(pk=dossier.pk).update(journal_head="f" * 64)
    body = page_of(sign_in(client, people["officer"]), dossier, "journal").content.decode()
    assert "it breaks at line 3" in body
    assert "Chain verified" not in body


@pytest.mark.parametrize("part", PARTS)
def test_a_long_story_costs_no_more_queries_than_a_short_one(client: Client, part: str, django_assert_max_num_queries) -> None:
    people = cast()
    dossier = a_dossier(State.INCOMPLETE, people, begun=timezone.now() - timedelta(days=10))
    assign(dossier, officer=people["officer"], by=people["head"], at=timezone.now() - timedelta(hours=2))
    sign_in(client, people["officer"])
    page_of(client, dossier, part)
    with django_assert_max_num_queries(24) as first:
        page_of(client, dossier, part)
    at = timezone.now() - timedelta(minutes=50)
    for number in range(5):
        make(dossier, "resubmit", people, at + timedelta(minutes=2 * number))
        make(dossier, "ask_for_complement", people, at + timedelta(minutes=2 * number + 1))
        assign(dossier, officer=people["officer"], by=people["head"], at=at + timedelta(minutes=2 * number + 1))
    assert JournalLine.objects.filter(subject_id=dossier.pk).count() >= 15
    with django_assert_max_num_queries(len(first) + (1 if part == "journal" else 0)):
        assert page_of(client, dossier, part).status_code == 200
