"""The secretariat's questions on a dossier: kept from its beginning, saved section by section, required before filing, moved on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from questionnaires import drafting, services
from questionnaires.kinds import Kind
from questionnaires.models import Question, Questionnaire
from registry.models import Fiche
from requests_app.journal_words import told
from requests_app.models import Content, Dossier
from requests_app.questions import missing_answers, move_on, prospect_of, save_answers
from requests_app.services import change_procedure
from requests_app.slots import broken_conditions
from requests_app.states import Procedure, State
from requests_app.versions import restore_filed_version
from tests.accounts.factories import UserFactory
from tests.questionnaires.factories import a_question, a_questionnaire, publish, set_place
from tests.requests_app.factories import a_dossier, a_draft, make
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, WrongState

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture
def asked() -> Questionnaire:
    """Two pages: does it use AI, how if so; and how many persons."""
    first = [a_question("ai", Kind.YES_NO, public=True), a_question("how", Kind.LONG)]
    shown = a_questionnaire(first, [a_question("persons", Kind.WHOLE)], conditions={"how": {"all": [{"question": "ai", "is": True}]}})
    publish(shown)
    return shown


def reread(dossier: Dossier) -> Dossier:
    return Dossier.objects.select_related("content__questionnaire").get(pk=dossier.pk)


def save(dossier: Dossier, people: dict[str, Any], section: str = "s1", *, revision: int = 0, **answers: Any) -> Any:
    return save_answers(dossier, section, answers, by=people["owner"], at=NOW(), revision=revision)


def the_next_version(questionnaire: Questionnaire, *changes: Any) -> Any:
    for change in changes:
        services.change_draft(questionnaire, change, by=UserFactory(officer=True), at=NOW())
    return publish(questionnaire, NOW() - timedelta(minutes=1))


def test_a_dossier_gets_the_version_in_force_when_it_is_begun_and_keeps_it(asked: Questionnaire, people: dict[str, Any]) -> None:
    before = a_draft(people, at=NOW() - timedelta(days=480))
    first = a_draft(people)
    second = the_next_version(asked, lambda draft: drafting.without_question(draft, "how"))
    after = a_draft(people, at=NOW())
    other = a_draft(people, at=NOW(), procedure="mr004")
    held = [reread(one).content.questionnaire for one in (before, first, after, other)]
    assert [one and one.number for one in held] == [None, 1, second.number, None]


def test_answers_are_saved_section_by_section_with_their_revisions(asked: Questionnaire, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    assert save(dossier, people, ai=False).revision == 1
    assert save(dossier, people, "s2", persons=0).revision == 1
    assert Content.objects.get(pk=dossier.pk).answers == {"ai": False, "persons": 0}
    late = save(dossier, people, ai=True, how="Autrement")
    assert (late.conflict, late.theirs, late.revision) == (True, {"ai": False, "how": None}, 1)
    assert save(dossier, people, revision=1, ai=None).revision == 2
    assert Content.objects.get(pk=dossier.pk).answers == {"persons": 0}


def test_a_reader_and_a_frozen_dossier_change_no_answer(asked: Questionnaire, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    with pytest.raises(NotAllowed):
        save_answers(dossier, "s1", {"ai": True}, by=UserFactory(), at=NOW(), revision=0)
    filed = filed_with(people, ai=False, persons=12)
    with pytest.raises(WrongState):
        save(filed, people, revision=1, ai=True)
    assert Content.objects.get(pk=filed.pk).answers == {"ai": False, "persons": 12}


def filed_with(people: dict[str, Any], **answers: Any) -> Dossier:
    """A filed dossier with these answers."""
    dossier = a_draft(people)
    Content.objects.filter(pk=dossier.pk).update(answers=answers)
    dossier = reread(dossier)
    make(dossier, "submit", people, NOW() - timedelta(days=2))
    return reread(dossier)


def test_a_missing_answer_keeps_the_dossier_from_being_filed_and_says_where(asked: Questionnaire, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    address = f"/dossiers/{dossier.reference}/formulaire/questions/"
    assert [one.where for one in missing_answers(dossier)] == [f"{address}s1/#id_q_ai_0", f"{address}s2/#id_q_persons"]
    assert {one.where for one in missing_answers(dossier)} <= {one.where for one in broken_conditions(dossier)}
    save(dossier, people, ai=True)
    save(dossier, people, "s2", persons=12)
    assert [one.where for one in missing_answers(reread(dossier))] == [f"{address}s1/#id_q_how"]
    save(dossier, people, revision=1, ai=False)
    assert missing_answers(reread(dossier)) == []


def test_an_answer_that_its_question_does_not_take_keeps_it_too(asked: Questionnaire, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    Content.objects.filter(pk=dossier.pk).update(answers={"ai": "peut-être", "persons": 3})
    assert len(missing_answers(reread(dossier))) == 1


def test_a_filed_version_holds_the_answers_and_its_fingerprint_stays(asked: Questionnaire, people: dict[str, Any]) -> None:
    filed = filed_with(people, ai=False, persons=12)
    assert filed.versions.get().snapshot["answers"] == {"ai": False, "persons": 12}
    assert filed.content_is_as_filed()


def test_decimals_keep_the_fingerprint_through_the_database(people: dict[str, Any]) -> None:
    publish(a_questionnaire([a_question("rate", Kind.DECIMAL), a_question("other", Kind.DECIMAL)]))
    filed = filed_with(people, rate=12.0, other=0.000001)
    assert filed.content_is_as_filed()


# --- moving on ---------------------------------------------------------------------------------------------------------
def test_moving_on_keeps_sets_aside_and_brings_back(asked: Questionnaire, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    save(dossier, people, ai=True, how="Un réseau de neurones")
    second = the_next_version(asked, lambda draft: drafting.without_question(draft, "how"))
    report = move_on(dossier, by=people["owner"], at=NOW(), to=second.pk)
    content = Content.objects.get(pk=dossier.pk)
    assert (content.questionnaire, content.answers) == (second, {"ai": True})
    assert [one["value"] for one in content.answers_set_aside] == ["Un réseau de neurones"]
    assert report.kept == ["ai"]
    third = the_next_version(asked, lambda draft: drafting.with_question(draft, "s2", "how"))
    move_on(dossier, by=people["owner"], at=NOW(), to=third.pk)
    content = Content.objects.get(pk=dossier.pk)
    assert (content.answers, content.answers_set_aside) == ({"ai": True, "how": "Un réseau de neurones"}, [])


def test_a_page_opened_before_moving_on_meets_a_conflict(asked: Questionnaire, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    version = the_next_version(asked, lambda draft: drafting.without_question(draft, "how"))
    save_answers(dossier, "s1", {"ai": True}, by=people["owner"], at=NOW(), revision=0, page="mine")
    move_on(dossier, by=people["owner"], at=NOW(), to=version.pk)
    assert save_answers(dossier, "s1", {"ai": False}, by=people["owner"], at=NOW(), revision=1, page="mine").conflict


def test_nobody_moves_on_to_a_version_that_they_have_not_seen(asked: Questionnaire, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    seen = the_next_version(asked, lambda draft: drafting.without_question(draft, "how"))
    set_place(asked, "persons", required=False)
    the_next_version(asked)
    with pytest.raises(WrongState):
        move_on(dossier, by=people["owner"], at=NOW(), to=seen.pk)
    with pytest.raises(NotAllowed):
        move_on(dossier, by=UserFactory(), at=NOW(), to=seen.pk)


def test_a_frozen_dossier_is_offered_nothing_and_one_never_asked_only_as_a_draft(people: dict[str, Any]) -> None:
    draft, returned = a_draft(people, at=NOW() - timedelta(days=490)), a_dossier(State.INCOMPLETE, people)
    filed = a_dossier(State.SUBMITTED, people)
    publish(a_questionnaire([a_question("a")]), NOW() - timedelta(minutes=1))
    assert [prospect_of(one, NOW()) is not None for one in (draft, returned, filed)] == [True, False, False]


def test_a_questionnaire_that_the_procedure_no_longer_has_can_be_left(asked: Questionnaire, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    save(dossier, people, ai=False)
    asked.uses.all().delete()
    prospect = prospect_of(reread(dossier), NOW())
    assert prospect is not None and prospect.version is None
    move_on(dossier, by=people["owner"], at=NOW(), to=None)
    content = Content.objects.get(pk=dossier.pk)
    assert (content.questionnaire, content.answers, [one["value"] for one in content.answers_set_aside]) == (None, {}, [False])


def test_going_back_to_the_filed_version_gives_its_questions_and_answers_back(asked: Questionnaire, people: dict[str, Any]) -> None:
    dossier = filed_with(people, ai=False, persons=12)
    make(dossier, "ask_for_complement", people, NOW() - timedelta(days=1))
    version = the_next_version(asked, lambda draft: drafting.without_section(draft, "s2"))
    dossier = reread(dossier)
    move_on(dossier, by=people["owner"], at=NOW(), to=version.pk)
    before = Content.objects.get(pk=dossier.pk).revisions["questions-s2"]
    restore_filed_version(dossier, by=people["owner"], at=NOW())
    dossier = reread(dossier)
    assert (dossier.content.questionnaire.number, dossier.content.answers) == (1, {"ai": False, "persons": 12})
    assert dossier.content_is_as_filed()
    assert dossier.content.revisions["questions-s2"] == before + 1


# --- the registry ------------------------------------------------------------------------------------------------------
def test_public_answers_are_published_with_the_fiche_and_the_others_are_not(client: Any, people: dict[str, Any]) -> None:
    Question.objects.all().delete()
    shown = a_questionnaire([a_question("ai", Kind.YES_NO, public=True), a_question("secret")], optional=("ai", "secret"))
    publish(shown)
    dossier = a_dossier(State.SUBMITTED, people)
    Content.objects.filter(pk=dossier.pk).update(answers={"ai": True, "secret": "Ne pas publier"})
    dossier = reread(dossier)
    at = NOW() - timedelta(hours=5)
    make(dossier, "ask_for_complement", people, at)
    make(dossier, "resubmit", people, at)
    for move in ("declare_complete", "send_to_committee", "record_opinion", "seize_cnil", "authorise"):
        make(dossier, move, people, at)
    fiche = Fiche.objects.get(dossier=dossier)
    page = client.get(fiche.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert "What else does the project say?" in page and "Question ai?" in page
    assert "Ne pas publier" not in page + fiche.body
    assert "Question ai?" in fiche.body


def test_a_project_without_public_answers_has_no_such_chapter(client: Any) -> None:
    fiche = Fiche.objects.get(dossier=a_dossier(State.AUTHORISED))
    assert "answers" not in fiche.said
    assert "What else does the project say?" not in client.get(fiche.get_absolute_url(), headers={"accept-language": "en"}).content.decode()


# --- another procedure -------------------------------------------------------------------------------------------------
def test_another_procedure_brings_its_questions_and_loses_no_answer(asked: Questionnaire, people: dict[str, Any]) -> None:
    other = a_questionnaire([a_question("cohort", Kind.LONG)], targets=("mr004",))
    publish(other)
    dossier = a_draft(people)
    save(dossier, people, ai=True, how="Un réseau de neurones")
    report = change_procedure(dossier, "mr004", by=people["owner"], at=NOW())
    assert report is not None
    content = reread(dossier).content
    assert (content.questionnaire and content.questionnaire.questionnaire, content.answers) == (other, {})
    assert {one["question"] for one in content.answers_set_aside} == {"ai", "how"}
    assert "how" not in str(missing_answers(reread(dossier))) and len(missing_answers(reread(dossier))) == 1
    change_procedure(dossier, "aut", by=people["owner"], at=NOW())
    content = reread(dossier).content
    assert (content.answers, content.answers_set_aside) == ({"ai": True, "how": "Un réseau de neurones"}, [])


def test_a_change_of_procedure_is_journalled_and_the_same_procedure_is_no_change(people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    assert change_procedure(dossier, "aut", by=people["owner"], at=NOW()) is None
    assert not JournalLine.objects.exists()
    change_procedure(dossier, "mr007", by=people["owner"], at=NOW())
    line = JournalLine.objects.select_related("actor").get()
    assert (line.action, line.facts) == ("change_procedure", {"former_procedure": "aut", "procedure": "mr007"})
    details = told([line], frozenset())[0].details
    assert [str(Procedure(code).label) for code in ("aut", "mr007")] == [str(value) for _name, value in details]


def test_a_draft_that_holds_the_questions_of_its_new_procedure_keeps_its_version(asked: Questionnaire, people: dict[str, Any]) -> None:
    titles = {"title_fr": asked.title_fr, "title_en": asked.title_en}
    services.keep_settings(asked, **titles, targets=("aut", "mr007"), by=UserFactory(officer=True), at=NOW())
    dossier = a_draft(people)
    the_next_version(asked, lambda draft: drafting.without_question(draft, "how"))
    assert change_procedure(dossier, "mr007", by=people["owner"], at=NOW()) is None
    held = reread(dossier).content.questionnaire
    assert held is not None and held.number == 1
