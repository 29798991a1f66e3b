"""The pages of questions in the applicant's form: saving, conflicts, what is no longer asked, moving on, and what others show of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from questionnaires import drafting, services
from questionnaires.kinds import Kind
from questionnaires.models import Questionnaire
from requests_app.models import Content, Dossier
from requests_app.questions import save_answers
from requests_app.talk.services import write_message
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.questionnaires.factories import a_question, a_questionnaire, publish
from tests.requests_app.factories import a_draft, cast, make
from tests.requests_app.filled_forms import repeated_ids, sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked() -> Questionnaire:
    first = [a_question("ai", Kind.YES_NO), a_question("how", Kind.LONG, max_words=5), a_question("tools", Kind.SEVERAL)]
    shown = a_questionnaire(
        first, [a_question("persons", Kind.WHOLE)], conditions={"how": {"all": [{"question": "ai", "is": True}]}}, optional=("tools",)
    )
    publish(shown)
    return shown


@pytest.fixture
def people(asked: Questionnaire) -> dict[str, Any]:
    return cast()


@pytest.fixture
def dossier(people: dict[str, Any]) -> Dossier:
    return a_draft(people)


@pytest.fixture
def owner(people: dict[str, Any]) -> Client:
    return sign_in(Client(headers={"accept-language": "en"}), people["owner"])


def page_of(dossier: Dossier, section: str = "s1") -> str:
    return reverse("dossiers:questions", args=[dossier.reference, section])


def autosave_of(dossier: Dossier, section: str = "s1") -> str:
    return reverse("dossiers:questions_autosave", args=[dossier.reference, section])


def answers_of(dossier: Dossier) -> dict[str, Any]:
    return Content.objects.get(pk=dossier.pk).answers


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def the_next_version(questionnaire: Questionnaire, *changes: Any) -> Any:
    for change in changes:
        services.change_draft(questionnaire, change, by=UserFactory(officer=True), at=timezone.now())
    return publish(questionnaire, timezone.now() - timedelta(minutes=1))


def test_a_page_of_questions_is_in_the_menu_and_says_what_is_missing(owner: Client, dossier: Dossier) -> None:
    page = owner.get(page_of(dossier))
    shown = text_of(page)
    assert "Questions of the secretariat" in shown and "Answer the question “Question ai?”." in shown
    assert "To be answered if “Question ai?” is “Yes”." in shown
    assert not repeated_ids(page)
    section = text_of(owner.get(reverse("dossiers:section", args=[dossier.reference, "project"])))
    assert "Questions of the secretariat" in section


def test_answers_are_saved_and_the_next_page_opens(owner: Client, dossier: Dossier) -> None:
    sent = sent_by(owner.get(page_of(dossier)), q_ai="yes", q_how="Un réseau", q_tools=["blue", "red"])
    assert owner.post(page_of(dossier), sent).url == page_of(dossier, "s2")
    assert answers_of(dossier) == {"ai": True, "how": "Un réseau", "tools": ["red", "blue"]}
    last = sent_by(owner.get(page_of(dossier, "s2")), q_persons="12")
    assert owner.post(page_of(dossier, "s2"), last).url == reverse("dossiers:pieces", args=[dossier.reference])
    page = owner.get(page_of(dossier))
    assert sent_by(page)["q_ai"] == ["yes"] and sent_by(page)["q_tools"] == ["red", "blue"]
    assert "Nothing is missing in this section" in text_of(page)


def test_a_refused_answer_keeps_its_text_and_the_others_are_saved(owner: Client, dossier: Dossier) -> None:
    sent = sent_by(owner.get(page_of(dossier)), q_ai="yes", q_how="un deux trois quatre cinq six")
    page = owner.post(page_of(dossier), sent)
    assert "un deux trois quatre cinq six" in text_of(page)
    assert answers_of(dossier) == {"ai": True}
    again = owner.post(autosave_of(dossier), sent)
    assert (again.status_code, "1 word too long" in text_of(again)) == (422, True)


def test_the_autosave_answers_with_the_parts_that_changed(owner: Client, dossier: Dossier) -> None:
    sent = sent_by(owner.get(page_of(dossier)), q_ai="no")
    answer = owner.post(autosave_of(dossier), sent)
    assert (answer.status_code, answers_of(dossier)) == (200, {"ai": False})
    assert 'id="id_revision"' in text_of(answer) and "Nothing is missing" in text_of(answer)


def test_two_people_in_one_page_of_questions_see_both_versions(owner: Client, dossier: Dossier) -> None:
    mine, theirs = sent_by(owner.get(page_of(dossier)), q_ai="no"), sent_by(owner.get(page_of(dossier)), q_ai="yes")
    owner.post(page_of(dossier), theirs)
    page = owner.post(page_of(dossier), mine)
    assert page.status_code == 409 and "changed elsewhere" in text_of(page)
    assert f"{page_of(dossier)}?saved" in text_of(page)
    assert owner.post(autosave_of(dossier), mine).status_code == 409
    settled = sent_by(page, take_q_ai="mine", stay="1")
    assert owner.post(page_of(dossier), settled).status_code == 302
    assert answers_of(dossier) == {"ai": False}


def test_what_was_typed_after_the_session_ended_is_put_back(owner: Client, dossier: Dossier, people: dict[str, Any]) -> None:
    sent = sent_by(owner.get(page_of(dossier)), q_ai="yes", q_how="À ne pas perdre")
    visitor = Client()
    assert visitor.post(page_of(dossier), sent).status_code == 302
    sign_in(visitor, people["owner"])
    assert "À ne pas perdre" in text_of(visitor.get(page_of(dossier)))


def test_text_for_a_question_that_left_meanwhile_stands_on_the_page(owner: Client, dossier: Dossier, asked: Questionnaire) -> None:
    sent = sent_by(owner.get(page_of(dossier)), q_ai="yes", q_how="Écrit avant")
    other = sent_by(owner.get(page_of(dossier, "s2")), q_persons="31415")
    the_next_version(asked, lambda draft: drafting.without_question(draft, "how"), lambda draft: drafting.without_section(draft, "s2"))
    changes = reverse("dossiers:questions_changes", args=[dossier.reference])
    owner.post(changes, sent_from(owner.get(changes)))
    page = owner.post(page_of(dossier), sent)
    assert page.status_code == 409 and "Écrit avant" in text_of(page)
    gone = owner.post(page_of(dossier, "s2"), other)
    assert gone.status_code == 409 and "31415" in text_of(gone)
    assert owner.post(autosave_of(dossier, "s2"), other).status_code == 409
    assert owner.get(page_of(dossier, "s2")).status_code == 404


def test_the_notice_leads_to_a_report_and_the_report_to_the_new_questions(owner: Client, dossier: Dossier, asked: Questionnaire) -> None:
    first = dossier.get_absolute_url()
    assert "changed its questions" not in text_of(owner.get(first))
    owner.post(page_of(dossier), sent_by(owner.get(page_of(dossier)), q_ai="yes", q_how="Un réseau"))
    new = a_question("more")
    the_next_version(asked, lambda draft: drafting.with_question(drafting.without_question(draft, "how"), "s1", new.code))
    assert "changed its questions" in text_of(owner.get(first))
    changes = reverse("dossiers:questions_changes", args=[dossier.reference])
    report = text_of(owner.get(changes))
    for said in ("Un réseau", "The question is no longer asked.", "Question more?", "Kept", "Question removed"):
        assert said in report
    assert owner.post(changes, sent_from(owner.get(changes))).status_code == 302
    assert "there is nothing to move on to" in text_of(owner.get(changes))
    assert "1 answer set aside" in text_of(owner.get(page_of(dossier)))
    assert answers_of(dossier) == {"ai": True}


def sent_from(page: Any) -> dict[str, Any]:
    return {"to": page.context["form"].initial["to"]}


def test_answers_are_read_in_the_content_the_preview_and_before_filing(owner: Client, dossier: Dossier) -> None:
    Content.objects.filter(pk=dossier.pk).update(answers={"ai": False, "how": "Sans objet", "persons": 1234})
    for name in ("content", "file", "preview"):
        shown = text_of(owner.get(reverse(f"dossiers:{name}", args=[dossier.reference])))
        assert "1,234" in shown and "Sans objet" not in shown, name


def test_a_filed_dossier_shows_its_answers_and_takes_no_more(owner: Client, dossier: Dossier, people: dict[str, Any]) -> None:
    sent = sent_by(owner.get(page_of(dossier)), q_ai="yes", q_how="Trop tard")
    Content.objects.filter(pk=dossier.pk).update(answers={"ai": False, "persons": 12})
    make(Dossier.objects.get(pk=dossier.pk), "submit", people, timezone.now())
    assert "can only be read" in text_of(owner.get(page_of(dossier)))
    page = owner.post(page_of(dossier), sent)
    assert page.status_code == 409 and "Trop tard" in text_of(page)
    assert answers_of(dossier) == {"ai": False, "persons": 12}


def test_a_stranger_finds_no_page_of_questions(dossier: Dossier, client: Client) -> None:
    sign_in(client, UserFactory())
    assert client.get(page_of(dossier)).status_code == 404
    assert client.post(autosave_of(dossier), {"q_ai": "yes"}).status_code == 404
    assert client.get(reverse("dossiers:questions_changes", args=[dossier.reference])).status_code == 404


def test_a_dossier_without_a_questionnaire_has_no_step(people: dict[str, Any], owner: Client) -> None:
    other = a_draft(people, procedure="mr004")
    assert "Questions of the secretariat" not in text_of(owner.get(reverse("dossiers:section", args=[other.reference, "project"])))
    assert owner.get(page_of(other)).status_code == 404


def test_a_page_costs_the_same_queries_whatever_the_number_of_questions(people: dict[str, Any], owner: Client, dossier: Dossier) -> None:
    rows = [a_question(f"many{number}", Kind.SEVERAL) for number in range(40)]
    publish(a_questionnaire(rows, targets=("mr007",)))
    many = a_draft(people, procedure="mr007")
    counts = []
    for one in (dossier, many):
        owner.get(page_of(one))
        with CaptureQueriesContext(connection) as queries:
            assert owner.get(page_of(one)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_question_has_its_own_exchange(people: dict[str, Any], dossier: Dossier, owner: Client) -> None:
    thread = reverse("talk:thread", args=[dossier.reference, "q_ai"])
    assert thread not in owner.get(page_of(dossier)).content.decode(), "a draft is not talked about"
    save_answers(dossier, "s1", {"ai": False}, by=people["owner"], at=timezone.now(), revision=0)
    save_answers(dossier, "s2", {"persons": 1}, by=people["owner"], at=timezone.now(), revision=0)
    make(dossier, "submit", people, timezone.now())
    make(dossier, "ask_for_complement", people, timezone.now())
    write_message(dossier, "q_ai", "Quel algorithme ?", by=people["officer"], at=timezone.now())
    body = owner.get(page_of(dossier)).content.decode()
    assert "1 message, 1 unread" in body
    assert reverse("talk:thread", args=[dossier.reference, "q_how"]) in body
    shown = owner.get(thread).content.decode()
    assert "Quel algorithme ?" in shown
    assert page_of(dossier) in shown


def test_the_pages_of_questions_say_who_else_is_there(people: dict[str, Any], dossier: Dossier, owner: Client) -> None:
    colleague = UserFactory(first_name="Lise", last_name="Roy")
    assign_perm("editor", colleague, dossier)
    asks = reverse("dossiers:questions_presence", args=[dossier.reference, "s1"])
    sign_in(Client(), colleague).get(page_of(dossier))
    assert f'data-asks="{asks}"' in owner.get(page_of(dossier)).content.decode()
    assert "Lise Roy" in owner.get(asks).content.decode()
