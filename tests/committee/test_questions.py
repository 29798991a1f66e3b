"""What the committee asks before its session: told to the team on the dossier, answered once, read with the papers."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committee.models import Examination, Question
from committee.services.asking import answer, ask
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_committee, an_examination
from tests.committee.reporting import allocated
from tests.requests_app.factories import cast
from workflow.models import JournalLine
from workflow.outbox import deliver_waiting
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db


def asked() -> tuple[dict[str, Any], Any, Question]:
    """The people of the dossier, the rapporteur who asked, and the question."""
    people = cast()
    _president, first, second = a_committee(3)
    one, _other = allocated(an_examination(people), first, second)
    question = ask(one.examination, "Pourquoi dix ans d’historique ?", by=first.user, at=timezone.now())
    return people, first, question


def test_a_question_is_put_in_the_committees_name_and_the_team_is_told_without_its_words() -> None:
    people, first, question = asked()
    deliver_waiting(timezone.now)
    letters = [letter for letter in mail.outbox if people["owner"].email in letter.to and "question" in letter.subject]
    assert letters
    assert all("historique" not in str(letter.message()) and str(first) not in letter.body for letter in letters)
    assert JournalLine.objects.get(action="ask_applicant").facts == {"question": question.pk}


def test_an_answer_is_given_once_by_those_who_write_for_the_applicant() -> None:
    people, first, question = asked()
    for somebody in (first.user, people["officer"], people["signatory"], UserFactory()):
        with pytest.raises(NotAllowed):
            answer(question, "Parce que.", by=somebody, at=timezone.now())
    with pytest.raises(RuleBroken):
        answer(question, " ", by=people["owner"], at=timezone.now())
    answer(question, "Le suivi le demande.", by=people["owner"], at=timezone.now())
    with pytest.raises(WrongState):
        answer(question, "Autrement.", by=people["owner"], at=timezone.now())
    assert Question.objects.get().answer == "Le suivi le demande."
    deliver_waiting(timezone.now)
    assert any(first.user.email in letter.to and question.examination.dossier.reference in letter.subject for letter in mail.outbox)


def test_nothing_is_asked_or_answered_once_the_opinion_is_given() -> None:
    people, first, question = asked()
    Examination.objects.update(closed_at=timezone.now())
    with pytest.raises(WrongState):
        answer(question, "Trop tard.", by=people["owner"], at=timezone.now())
    with pytest.raises(WrongState):
        ask(question.examination, "Encore ?", by=first.user, at=timezone.now())


def test_the_applicant_does_not_ask_themselves() -> None:
    people, _first, question = asked()
    with pytest.raises(NotAllowed):
        ask(question.examination, "Et nous ?", by=people["owner"], at=timezone.now())


def test_the_team_finds_the_question_on_its_dossier_and_its_list_and_answers(client: Client) -> None:
    people, first, question = asked()
    dossier = question.examination.dossier
    place, write = (
        reverse("committee:answers", args=[dossier.reference]),
        reverse("committee:answer", args=[dossier.reference, question.pk]),
    )
    sign_in(client, people["owner"])
    assert place in client.get(reverse("dossiers:page", args=[dossier.reference])).content.decode()
    assert place in client.get(reverse("dossiers:index")).content.decode()
    page = client.get(place).content.decode()
    assert "dix ans" in page
    assert str(first) not in page
    assert client.get(write).status_code == 200
    assert client.post(write, {"words": ""}).status_code == 422
    assert client.post(write, {"words": "REPONSE-DE-L-EQUIPE"}).status_code == 302
    assert "REPONSE-DE-L-EQUIPE" in client.get(place).content.decode()
    assert client.get(write).status_code == 404
    assert place not in client.get(reverse("dossiers:index")).content.decode()
    client.logout()
    tab = reverse("committee:dossier", args=[dossier.reference])
    assert "REPONSE-DE-L-EQUIPE" in sign_in(client, first.user).get(tab).content.decode()


def test_the_signatory_reads_the_question_and_does_not_answer(client: Client) -> None:
    people, _first, question = asked()
    dossier = question.examination.dossier
    sign_in(client, people["signatory"])
    assert client.get(reverse("committee:answers", args=[dossier.reference])).status_code == 200
    assert client.get(reverse("committee:answer", args=[dossier.reference, question.pk])).status_code == 404


def test_a_member_asks_from_the_committees_page(client: Client) -> None:
    examination = an_examination()
    _president, member = a_committee(2)
    sign_in(client, member.user)
    place = reverse("committee:ask", args=[examination.dossier.reference])
    assert place in client.get(reverse("committee:dossier", args=[examination.dossier.reference])).content.decode()
    assert client.get(place).status_code == 200
    assert client.post(place, {"words": " "}).status_code == 422
    assert client.post(place, {"words": "Quelle taille ?"}).status_code == 302
    assert Question.objects.get().asked_by == member.user
    sign_in(client, UserFactory())
    assert client.get(place).status_code == 404


def test_a_question_of_another_dossier_is_not_answered_from_ones_own(client: Client) -> None:
    people, _first, question = asked()
    mine = an_examination(people | {"owner": UserFactory()})
    sign_in(client, mine.dossier.created_by)
    assert client.get(reverse("committee:answer", args=[mine.dossier.reference, question.pk])).status_code == 404
    assert client.get(reverse("committee:answers", args=[question.examination.dossier.reference])).status_code == 404
