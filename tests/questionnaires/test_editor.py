"""The editor of the secretariat: who may, writing questions and questionnaires without a script, publishing, versions."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from questionnaires import drafting, services
from questionnaires.kinds import Kind
from questionnaires.models import Question, Questionnaire, Use, Version
from questionnaires.queries import current_version
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.questionnaires.factories import COLOURS, a_question, a_questionnaire, publish
from tests.requests_app.filled_forms import sent_by
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db
PAGES = ("index", "create", "bank", "new_question")
PAGES_OF_ONE = ("edit", "settings", "new_section", "preview", "publish", "versions")


@pytest.fixture
def editor() -> Client:
    return sign_in(Client(headers={"accept-language": "en"}), UserFactory(officer=True))


def at(name: str, *args: Any) -> str:
    return reverse(f"questionnaires:{name}", args=args)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def queries_of(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


# --- who ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("role", "status"), [("officer", 200), ("head", 200), ("administrator", 404), ("president", 404)])
def test_the_secretariat_alone_sees_the_editor(role: str, status: int) -> None:
    client = sign_in(Client(), UserFactory(**{role: True}))
    shown = a_questionnaire([a_question("a")])
    assert {client.get(at(page)).status_code for page in PAGES} == {status}
    assert {client.get(at(page, shown.code)).status_code for page in PAGES_OF_ONE} == {status}


def test_an_applicant_finds_nothing_and_a_visitor_is_asked_to_sign_in(client: Client) -> None:
    assert client.get(at("index")).status_code == 302
    assert sign_in(client, UserFactory()).get(at("index")).status_code == 404


def test_the_services_refuse_who_may_not() -> None:
    shown, stranger = a_questionnaire([a_question("a")]), UserFactory(auditor=True)
    now = timezone.now()
    for refused in (
        lambda: services.publish(shown, by=stranger, at=now),
        lambda: services.change_draft(shown, lambda draft: {}, by=stranger, at=now),
        lambda: services.keep_question(Question(label_fr="x"), by=stranger, at=now),
        lambda: services.begin_questionnaire(title_fr="x", title_en="", targets=[], by=stranger, at=now),
        lambda: services.keep_settings(shown, title_fr="x", title_en="", targets=[], by=stranger, at=now),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert Questionnaire.objects.get().draft == shown.draft


# --- the bank ----------------------------------------------------------------------------------------------------------
def test_a_question_is_written_with_its_choices_and_gets_a_code_for_life(editor: Client) -> None:
    page = editor.get(at("new_question"))
    rows = {"choices-0-fr": "Oui, déjà", "choices-0-en": "Yes", "choices-1-fr": "Pas encore", "choices-2-fr": "Oui déjà"}
    sent = sent_by(page, "question-form", label_fr="Comité d'éthique saisi ?", kind=Kind.ONE, **rows)
    assert editor.post(at("new_question"), sent).status_code == 302
    question = Question.objects.get()
    assert question.code == "comite_d_ethique_saisi"
    assert [choice["code"] for choice in question.choices] == ["oui_deja", "pas_encore", "oui_deja_2"]
    page = editor.get(at("question", question.code))
    sent = sent_by(
        page, "question-form", label_fr="Autrement dit", **{"choices-0-fr": "Oui, tout à fait", "choices-0-place": "9", "choices-1-fr": ""}
    )
    assert editor.post(at("question", question.code), sent).status_code == 302
    question.refresh_from_db()
    assert (question.code, question.label_fr) == ("comite_d_ethique_saisi", "Autrement dit")
    assert [(one["code"], one["fr"]) for one in question.choices] == [("oui_deja_2", "Oui déjà"), ("oui_deja", "Oui, tout à fait")]


def test_a_list_without_two_choices_is_refused_and_the_text_kept(editor: Client) -> None:
    sent = sent_by(
        editor.get(at("new_question")), "question-form", label_fr="Laquelle ?", kind=Kind.SEVERAL, **{"choices-0-fr": "Une seule"}
    )
    page = editor.post(at("new_question"), sent)
    assert "Give at least two choices" in text_of(page)
    assert "Une seule" in text_of(page)
    assert not Question.objects.exists()


def test_the_bank_is_searched_without_accents_and_filtered_by_kind(editor: Client) -> None:
    a_question("ethique", label_fr="Comité d'éthique ?")
    a_question("budget", Kind.WHOLE, label_fr="Budget ?")
    a_question("vieux", label_fr="Ancien ?", withdrawn=True)
    assert [one.code for one in editor.get(at("bank"), {"q": "ETHIQUE comite"}).context["page"]] == ["ethique"]
    assert [one.code for one in editor.get(at("bank"), {"kind": "whole"}).context["page"]] == ["budget"]
    assert [one.code for one in editor.get(at("bank"), {"withdrawn": "on"}).context["page"]] == ["vieux"]
    assert editor.get(at("bank"), {"kind": "nonsense", "page": "x"}).context["page"].paginator.count == 2


# --- the draft ---------------------------------------------------------------------------------------------------------
def test_a_questionnaire_is_written_from_nothing_to_its_publication_without_a_script(editor: Client) -> None:
    a_question("a", Kind.YES_NO)
    editor.post(at("create"), {"title_fr": "Mon questionnaire", "title_en": "Mine", "targets": ["aut"]})
    [begun] = Questionnaire.objects.all()
    assert (begun.code, begun.targets) == ("mon-questionnaire", ["aut"])
    editor.post(at("new_section", begun.code), {"title_fr": "Une", "title_en": "One"})
    assert editor.post(at("add", begun.code, "s1"), {"question": "a"}).url == at("place", begun.code, "a")
    page = editor.get(at("new_question"))
    new = sent_by(page, "question-form", label_fr="Laquelle ?", label_en="Which?", kind=Kind.SHORT)
    assert editor.post(at("new_question") + f"?for={begun.code}&section=s1", new).url == at("place", begun.code, "laquelle")
    editor.post(at("place", begun.code, "laquelle"), {"required": "on", "joint": "all", "test_0": "a|is|yes"})
    begun.refresh_from_db()
    assert begun.draft["sections"][0]["questions"][1] == {
        "question": "laquelle", "required": True, "condition": {"all": [{"question": "a", "is": True}]}
    }  # fmt: skip
    assert "2 questions" in text_of(editor.get(at("index")))
    assert editor.post(at("publish", begun.code)).url == at("versions", begun.code)
    version = Version.objects.get()
    assert [one["code"] for one in version.definition["sections"][0]["questions"]] == ["a", "laquelle"]
    assert current_version("aut", timezone.now()) == version
    assert current_version("mr004", timezone.now()) is None


def test_the_buttons_move_and_remove(editor: Client) -> None:
    shown = a_questionnaire([a_question("a"), a_question("b")], [a_question("c")])
    for act in ("question_up:b", "section_down:s1", "question_remove:a"):
        assert editor.post(at("arrange", shown.code), {"act": act}).status_code == 302
    shown.refresh_from_db()
    assert [(one["code"], [place["question"] for place in one["questions"]]) for one in shown.draft["sections"]] == [
        ("s2", ["c"]),
        ("s1", ["b"]),
    ]
    assert editor.post(at("arrange", shown.code), {"act": "explode:b"}).status_code == 404


def test_a_condition_on_a_number_takes_a_comma_and_refuses_a_word(editor: Client) -> None:
    shown = a_questionnaire([a_question("n", Kind.DECIMAL), a_question("d", Kind.DATE), a_question("b")])
    place = at("place", shown.code, "b")
    page = editor.post(place, {"joint": "any", "test_0": "n|at_least|", "value_0": "beaucoup"})
    assert "Write a number" in text_of(page)
    editor.post(place, {"joint": "any", "test_0": "n|at_least|", "value_0": "1 234,5", "test_1": "d|at_most|", "value_1": "2027-05-14"})
    shown.refresh_from_db()
    tests = shown.draft["sections"][0]["questions"][2]["condition"]["any"]
    assert tests == [{"question": "n", "at_least": 1234.5}, {"question": "d", "at_most": "2027-05-14"}]
    assert "1234.5" in text_of(editor.get(place))
    assert "Choose at least one condition" in text_of(editor.post(place, {"joint": "all"}))


def test_a_condition_asks_about_earlier_questions_only(editor: Client) -> None:
    shown = a_questionnaire([a_question("a", Kind.YES_NO), a_question("b"), a_question("c", Kind.YES_NO)])
    page = editor.post(at("place", shown.code, "b"), {"joint": "all", "test_0": "c|is|yes"})
    assert page.status_code == 200
    assert page.context["form"].errors["test_0"]


def test_two_editors_at_once_lose_nothing() -> None:
    shown = a_questionnaire([a_question("a"), a_question("b")])
    stale, by, now = Questionnaire.objects.get(), UserFactory(officer=True), timezone.now()
    services.change_draft(shown, lambda draft: drafting.without_question(draft, "a"), by=by, at=now)
    services.change_draft(stale, lambda draft: drafting.with_section_named(draft, "s1", {"fr": "Neuf", "en": "New"}, {}), by=by, at=now)
    [section] = Questionnaire.objects.get().draft["sections"]
    assert (section["title"]["fr"], [place["question"] for place in section["questions"]]) == ("Neuf", ["b"])


def test_one_questionnaire_is_asked_for_a_procedure(editor: Client) -> None:
    first = a_questionnaire([a_question("a")])
    page = editor.post(at("create"), {"title_fr": "Autre", "targets": ["aut"]})
    assert "detach it first" in text_of(page)
    with pytest.raises(IntegrityError), transaction.atomic():
        Use.objects.create(questionnaire=Questionnaire.objects.create(code="autre"), target="aut")
    editor.post(at("settings", first.code), {"title_fr": "Titre", "title_en": "Title", "targets": []})
    assert editor.post(at("create"), {"title_fr": "Autre", "targets": ["aut"]}).status_code == 302


# --- publication -------------------------------------------------------------------------------------------------------
def test_a_draft_with_a_fault_is_not_published_and_the_page_names_it(editor: Client) -> None:
    shown = a_questionnaire([a_question("a", label_en="")])
    page = text_of(editor.get(at("publish", shown.code)))
    assert "The question “Question a ?” is missing in English." in page
    assert "Publish this version" not in page
    assert editor.post(at("publish", shown.code)).status_code == 422
    assert not Version.objects.exists()


def test_a_version_is_frozen_and_published_once() -> None:
    version = publish(a_questionnaire([a_question("a")]))
    with pytest.raises(WrongState):
        publish(version.questionnaire)
    with pytest.raises(DatabaseError), transaction.atomic():
        Version.objects.update(number=7)


def test_a_question_changed_in_the_bank_waits_for_the_next_version(editor: Client) -> None:
    shown = a_questionnaire([a_question("a", Kind.ONE)])
    publish(shown)
    assert "it waits to be published" not in text_of(editor.get(at("edit", shown.code)))
    Question.objects.filter(code="a").update(choices=COLOURS[:2])
    assert Version.objects.get().definition["sections"][0]["questions"][0]["choices"] == COLOURS
    assert "it waits to be published" in text_of(editor.get(at("edit", shown.code)))
    assert "it waits to be published" in text_of(editor.get(at("index")))
    assert "Choices changed" in text_of(editor.get(at("publish", shown.code)))
    second = publish(shown)
    assert "Choices changed" in text_of(editor.get(at("version", shown.code, second.number)))
    assert "1 change" in text_of(editor.get(at("versions", shown.code)))
    assert editor.get(at("version", shown.code, 9)).status_code == 404


def test_a_choice_that_a_condition_names_cannot_leave_unseen() -> None:
    a_question("b")
    shown = a_questionnaire(
        [a_question("a", Kind.ONE), Question.objects.get(code="b")], conditions={"b": {"all": [{"question": "a", "is": "blue"}]}}
    )
    Question.objects.filter(code="a").update(choices=COLOURS[:2])
    with pytest.raises(RuleBroken) as refused:
        publish(shown)
    assert [one.where for one in refused.value.broken] == ["b"]


def test_the_preview_checks_answers_and_keeps_nothing(editor: Client) -> None:
    shown = a_questionnaire(
        [a_question("a", Kind.YES_NO), a_question("n", Kind.WHOLE)], conditions={"n": {"all": [{"question": "a", "is": True}]}}
    )
    address = at("preview", shown.code)
    assert "To be answered if “Question a?” is “Yes”." in text_of(editor.get(address))
    assert "nothing would keep" in text_of(editor.post(address, {"q_a": "no"}))
    assert "This question must be answered." in text_of(editor.post(address, {"q_a": "yes"}))
    assert "nothing would keep" in text_of(editor.post(address, {"q_a": "yes", "q_n": "12"}))


# --- size --------------------------------------------------------------------------------------------------------------
def large(count: int, targets: tuple[str, ...] = ()) -> Questionnaire:
    questions = Question.objects.bulk_create(
        Question(code=f"q{count}_{number}", kind=Kind.SHORT, label_fr=f"Q {number}", label_en=f"Q {number}") for number in range(count)
    )
    first = {"question": questions[0].code, "answered": True}
    places = [{"question": one.code, "required": True, "condition": first if number else {}} for number, one in enumerate(questions)]
    words = {"title": {"fr": "P", "en": "P"}, "help": {"fr": "", "en": ""}}
    sections = [{"code": f"s{start}", **words, "questions": places[start : start + 20]} for start in range(0, count, 20)]
    shown = Questionnaire.objects.create(code=f"grand-{count}", title_fr="Grand", title_en="Large", draft={"sections": sections})
    Use.objects.bulk_create(Use(questionnaire=shown, target=target) for target in targets)
    return shown


def test_two_hundred_questions_are_saved_and_published_in_less_than_a_second(editor: Client) -> None:
    shown, by = large(200), UserFactory(officer=True)
    services.change_draft(shown, lambda draft: draft, by=by, at=timezone.now())  # the roles of this person are read once
    began = time.process_time()
    with CaptureQueriesContext(connection) as queries:
        services.change_draft(shown, lambda draft: drafting.with_question_moved(draft, "q200_150", -1), by=by, at=timezone.now())
    assert time.process_time() - began < 1
    few = large(20, ("aut",))
    with CaptureQueriesContext(connection) as fewer:
        services.change_draft(few, lambda draft: drafting.with_question_moved(draft, "q20_5", -1), by=by, at=timezone.now())
    assert len(queries) == len(fewer)
    began = time.process_time()
    services.publish(shown, by=by, at=timezone.now())
    assert time.process_time() - began < 1


@pytest.mark.parametrize("page", ["edit", "preview", "publish", "versions", "place"])
def test_a_page_costs_the_same_queries_whatever_the_number_of_questions(editor: Client, page: str) -> None:
    few, many = large(3, ("aut",)), large(60)
    first = ("q3_1",) if page == "place" else ()
    other = ("q60_1",) if page == "place" else ()
    assert queries_of(editor, at(page, few.code, *first)) == queries_of(editor, at(page, many.code, *other))


def test_the_lists_cost_the_same_queries_whatever_their_length(editor: Client) -> None:
    large(3, ("aut",))
    before = [queries_of(editor, at(page)) for page in ("index", "bank")]
    large(50, ("mr004", "mr007"))
    publish(a_questionnaire([a_question("z")], targets=("du",)))
    assert [queries_of(editor, at(page)) for page in ("index", "bank")] == before
