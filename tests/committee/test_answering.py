"""After the opinion: the applicant answers each recommendation, and only then may the CNIL be seized."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from committee.models import Decision
from committee.services.answering import answer_recommendations, recommendations_of
from committee.services.papers import make_opinion
from requests_app.models import Dossier
from requests_app.services import state_wish
from requests_app.states import Opinion
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_session, an_examination, on_agenda
from tests.requests_app.factories import cast, make
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english", "english_pages")]
NOW = timezone.now


@pytest.fixture
def advised() -> tuple[Dossier, dict[str, Any]]:
    """A dossier with a signed opinion that recommends two things."""
    people = cast()
    examination = an_examination(people)
    item = on_agenda(a_session(), examination, by=people["officer"], ending="opinion", ended_at=NOW())
    counts = {"seats": 3, "quorum": 2, "counted": 3, "votes_for": 3, "votes_against": 0, "abstentions": 0, "carried": True}
    signed = {"voted_at": NOW(), "recorded_by": people["officer"], "signed_at": NOW(), "signed_by": people["president"]}
    decision = Decision.objects.create(
        item=item, round=1, opinion=Opinion.RECOMMENDATIONS, reasons="Sous réserve.", salt="0" * 32, **counts, **signed
    )
    for place, words in enumerate(("Réduire la profondeur d’historique.", "Publier le protocole."), start=1):
        decision.recommendations.create(position=place, words=words)
    dossier = Dossier.objects.get(pk=examination.dossier_id)
    make(dossier, "record_opinion", people, NOW() - timedelta(minutes=1), opinion=Opinion.RECOMMENDATIONS)
    return dossier, people


def test_the_cnil_is_not_seized_before_each_recommendation_has_its_answer(advised: tuple[Dossier, dict[str, Any]]) -> None:
    dossier, people = advised
    owner = people["owner"]
    with pytest.raises(RuleBroken, match="1, 2"):
        state_wish(dossier, by=owner, at=NOW())
    assert answer_recommendations(dossier, {1: ("followed", ""), 2: ("", "")}, by=owner, at=NOW()) == 1
    with pytest.raises(RuleBroken, match="first: 2"):
        state_wish(dossier, by=owner, at=NOW())
    answer_recommendations(dossier, {2: ("not_followed", "Le protocole est protégé.")}, by=owner, at=NOW())
    state_wish(dossier, by=owner, at=NOW())
    with pytest.raises(WrongState):
        answer_recommendations(dossier, {1: ("partly", "Cinq ans.")}, by=owner, at=NOW())


def test_an_answer_that_does_not_wholly_follow_says_why_and_nothing_is_kept_otherwise(advised: tuple[Dossier, dict[str, Any]]) -> None:
    dossier, people = advised
    with pytest.raises(RuleBroken):
        answer_recommendations(dossier, {1: ("followed", ""), 2: ("partly", "  ")}, by=people["owner"], at=NOW())
    assert not any(one.reply for one in recommendations_of(dossier))
    with pytest.raises(NotAllowed):
        answer_recommendations(dossier, {1: ("followed", "")}, by=people["officer"], at=NOW())


def test_the_journal_keeps_which_were_answered_and_not_a_word(advised: tuple[Dossier, dict[str, Any]]) -> None:
    dossier, people = advised
    answer_recommendations(dossier, {2: ("partly", "Mot secret.")}, by=people["owner"], at=NOW())
    line = JournalLine.objects.filter(subject_id=dossier.pk, action="answer_recommendation").get()
    assert line.facts == {"positions": [2]}
    answer_recommendations(dossier, {2: ("partly", "Mot secret.")}, by=people["owner"], at=NOW())
    assert JournalLine.objects.filter(subject_id=dossier.pk, action="answer_recommendation").count() == 1


def test_the_page_keeps_what_was_typed_and_names_the_fault_beside_its_field(
    advised: tuple[Dossier, dict[str, Any]], client: Client
) -> None:
    dossier, people = advised
    sign_in(client, people["owner"])
    address = reverse("committee:opinion", args=[dossier.reference])
    assert "Publier le protocole." in client.get(address).content.decode()
    empty = client.post(address, {"reply_1": "", "words_1": "", "reply_2": "", "words_2": ""}, follow=True).content.decode()
    assert ("Nothing is answered yet" in empty, "Your answers are kept." in empty) == (True, False)
    refused = client.post(address, {"reply_1": "partly", "words_1": "", "reply_2": "followed", "words_2": "Déposé en ligne."})
    assert refused.status_code == 422
    assert "words_1" in refused.context["form"].errors
    assert "Déposé en ligne." in refused.content.decode()
    kept = client.post(address, {"reply_1": "partly", "words_1": "Huit ans.", "reply_2": "followed", "words_2": ""})
    assert kept.status_code == 302
    assert [one.reply for one in recommendations_of(dossier)] == ["partly", "followed"]


def test_who_looks_on_reads_the_answers_and_a_stranger_finds_nothing(advised: tuple[Dossier, dict[str, Any]]) -> None:
    dossier, people = advised
    address = reverse("committee:opinion", args=[dossier.reference])
    officer = sign_in(Client(), people["officer"])
    assert 'name="reply_1"' not in officer.get(address).content.decode()
    assert sign_in(Client(), UserFactory()).get(address).status_code == 404


# --- what is offered, and what stays readable ---


def page_of(client: Client, who: Any, dossier: Dossier, name: str = "") -> str:
    """A page of the dossier as this person reads it: its first page, or the opinion."""
    address = reverse(name, args=[dossier.reference]) if name else dossier.get_absolute_url()
    return str(sign_in(client, who).get(address).content.decode())


def test_while_recommendations_await_their_answers_the_first_page_leads_there_and_not_to_the_cnil(
    advised: tuple[Dossier, dict[str, Any]], client: Client
) -> None:
    dossier, people = advised
    wish, opinion = (
        reverse(name, args=[dossier.reference, *more]) for name, more in (("dossiers:move", ["state_wish"]), ("committee:opinion", []))
    )
    page = page_of(client, people["owner"], dossier)
    assert (wish in page, f'class="fr-btn" href="{opinion}"' in page, "2 recommendations" in page) == (False, True, True)
    told = page_of(client, people["owner"], dossier, "committee:opinion")
    assert (wish in told, "Your ways on" in told) == (False, False)
    answer_recommendations(dossier, {1: ("followed", ""), 2: ("followed", "")}, by=people["owner"], at=NOW())
    assert f'class="fr-btn" href="{wish}"' in page_of(client, people["owner"], dossier)
    assert wish in page_of(client, people["owner"], dossier, "committee:opinion")


def test_once_the_cnil_is_asked_for_a_revised_version_is_kept_apart_and_the_message_says_what_happened(
    advised: tuple[Dossier, dict[str, Any]], client: Client
) -> None:
    dossier, people = advised
    answer_recommendations(dossier, {1: ("followed", ""), 2: ("followed", "")}, by=people["owner"], at=NOW())
    form = reverse("dossiers:form", args=[dossier.reference])
    assert "<details" not in page_of(client, people["owner"], dossier).partition("You can also")[2].partition(form)[0]
    sent = client.post(reverse("dossiers:move", args=[dossier.reference, "state_wish"]), follow=True).content.decode()
    assert "The applicant asks for the CNIL to be seized." in sent
    assert "<details" in sent.partition("You can also")[2].partition(form)[0]


def test_the_opinion_page_says_that_the_letter_is_being_made_until_it_stands(
    advised: tuple[Dossier, dict[str, Any]], client: Client
) -> None:
    dossier, people = advised
    said = "The letter of this opinion is being made"
    assert said in page_of(client, people["owner"], dossier, "committee:opinion")
    make_opinion(Decision.objects.get(), by=User.objects.system(), at=NOW())
    assert said not in page_of(client, people["owner"], dossier, "committee:opinion")


def test_after_a_revision_the_former_opinion_and_the_answers_stay_readable_to_the_team_and_can_no_longer_be_changed(
    advised: tuple[Dossier, dict[str, Any]], client: Client
) -> None:
    dossier, people = advised
    answer_recommendations(dossier, {1: ("partly", "Huit ans.")}, by=people["owner"], at=NOW())
    make(dossier, "revise", people, NOW())
    address = reverse("committee:opinion", args=[dossier.reference])
    assert address in page_of(client, people["owner"], dossier)
    page = page_of(client, people["owner"], dossier, "committee:opinion")
    for words in ("On a former version: favourable with recommendations", "Sous réserve.", "Publier le protocole.", "Huit ans."):
        assert words in page
    assert 'name="reply_1"' not in page
    assert sign_in(Client(), UserFactory()).get(address).status_code == 404


def test_once_with_the_cnil_the_opinion_page_offers_no_ways_on(advised: tuple[Dossier, dict[str, Any]], client: Client) -> None:
    dossier, people = advised
    answer_recommendations(dossier, {1: ("followed", ""), 2: ("followed", "")}, by=people["owner"], at=NOW())
    state_wish(dossier, by=people["owner"], at=NOW())
    make(dossier, "seize_cnil", people, NOW())
    page = page_of(client, people["owner"], dossier, "committee:opinion")
    assert ("Publier le protocole." in page, "Your ways on" in page) == (True, False)
