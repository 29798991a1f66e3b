"""Persons with access, presence in a section, the preview, the change of procedure and what is filled in beforehand."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import caches
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from requests_app.content import completed
from requests_app.models import Content, Dossier, DossierVersion
from requests_app.services import change_procedure
from requests_app.slots import CONDITIONS, REMARKS, Condition, Remark, Remarks
from requests_app.versions import restore_filed_version
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.requests_app.factories import SUMMARY, a_dossier, a_draft, cast
from tests.requests_app.filled_forms import repeated_ids, sent_by
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(client: Client) -> dict[str, Any]:
    caches["shared"].clear()
    found = cast()
    sign_in(client, found["owner"])
    client.cookies["django_language"] = "en"
    return found


def at(dossier: Dossier, name: str, *more: str) -> str:
    return reverse(f"dossiers:{name}", args=[dossier.reference, *more])


def listed(dossier: Dossier) -> list[dict[str, str]]:
    found: list[dict[str, str]] = Content.objects.get(pk=dossier.pk).people
    return found


def send(client: Client, dossier: Dossier, **typed: Any) -> HttpResponse:
    section = at(dossier, "section", "people")
    return client.post(section, sent_by(client.get(section), **typed))


# --- persons with access
def test_persons_are_added_one_by_one_without_a_script_and_taken_off(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people, filled=False)
    answer = send(client, dossier, **{"person-0-name": "Anne Lefort", "person-0-role": "Analyses", "add": "1"})
    assert answer.headers["Location"] == f"{at(dossier, 'section', 'people')}#people"
    send(client, dossier, **{"person-1-name": "Paul Nguyen", "person-1-organisation": "CHU"})
    assert [one["name"] for one in listed(dossier)] == ["Anne Lefort", "Paul Nguyen"]
    page = client.get(at(dossier, "section", "people"))
    assert not repeated_ids(page)
    assert "person-2-name" in sent_by(page)
    send(client, dossier, **{"person-0-remove": "on"})
    assert listed(dossier) == [{"name": "Paul Nguyen", "organisation": "CHU", "role": "", "profile": ""}]


def test_a_text_that_is_too_long_is_refused_beside_its_field_and_loses_nobody(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    page = send(client, dossier, **{"person-0-profile": "x" * 301, "person-0-role": "Statistics"})
    assert page.status_code == 200
    assert "x" * 301 in page.content.decode()
    assert listed(dossier)[0] | {"role": "Statistics"} == listed(dossier)[0]
    assert listed(dossier)[0]["profile"] == "Épidémiologiste"


def test_two_lists_of_persons_conflict_in_words(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    section = at(dossier, "section", "people")
    first, second = client.get(section), client.get(section)
    client.post(section, sent_by(second, **{"person-1-name": "Paul Nguyen"}))
    page = client.post(section, sent_by(first, **{"person-1-name": "Lise Roy"}))
    assert page.status_code == 409
    (difference,) = page.context["conflict"].differences
    assert "Lise Roy" in difference.mine and "Paul Nguyen" in difference.theirs


# --- presence
def test_who_writes_in_the_same_section_is_seen_and_nobody_else(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    colleague, elsewhere = UserFactory(first_name="Lise", last_name="Roy"), UserFactory(first_name="Jean", last_name="Petit")
    for person, code in ((colleague, "project"), (elsewhere, "calendar")):
        assign_perm("editor", person, dossier)
        sign_in(Client(), person).get(at(dossier, "section", code))
    page = client.get(at(dossier, "section", "project")).content.decode()
    assert "Lise Roy" in page
    assert "Jean Petit" not in page
    assert people["owner"].last_name not in page.split('id="presence"')[1].split("</div>")[0]
    caches["shared"].clear()
    typed = sent_by(client.get(at(dossier, "section", "project")))
    sign_in(Client(), colleague).get(at(dossier, "section", "project"))
    assert "Lise Roy" in client.post(at(dossier, "autosave", "project"), typed).content.decode()


def test_an_open_page_asks_again_who_is_there_and_its_own_reader_stays_so(client: Client, people: dict[str, Any]) -> None:
    dossier, colleague = a_draft(people), UserFactory(first_name="Lise", last_name="Roy")
    assign_perm("editor", colleague, dossier)
    asks = at(dossier, "presence", "project")
    assert f'data-asks="{asks}"' in client.get(at(dossier, "section", "project")).content.decode()
    caches["shared"].clear()
    assert client.get(asks).content.decode().strip() == ""
    theirs = sign_in(Client(), colleague)
    assert people["owner"].last_name in theirs.get(asks).content.decode()
    assert "Lise Roy" in client.get(asks).content.decode()
    assert "Lise Roy" not in client.get(at(dossier, "presence", "calendar")).content.decode()
    assert sign_in(Client(), UserFactory()).get(asks).status_code == 404


def test_a_reader_is_not_announced_as_writing(client: Client, people: dict[str, Any]) -> None:
    dossier, reader = a_draft(people), UserFactory(last_name="Lecteur")
    assign_perm("reader", reader, dossier)
    sign_in(Client(), reader).get(at(dossier, "section", "project"))
    assert "Lecteur" not in client.get(at(dossier, "section", "project")).content.decode()


# --- preview, remarks, conditions
def test_the_preview_shows_everything_and_belongs_to_the_team(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    page = client.get(at(dossier, "preview")).content.decode()
    for words in (SUMMARY[:12], "Anne Exemple", "Everything required is there.", "24 months", "Identifier of the professionals"):
        assert words in page, words
    sign_in(client, UserFactory())
    assert client.get(at(dossier, "preview")).status_code == 404


def test_remarks_stand_beside_their_field_in_the_form_and_in_the_content(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    said = {"title": [Remark("Shorten it", url="/talk/1")], "sources": [Remark("Fewer years")], "people": [Remark("Who else?")]}
    REMARKS.add(Remarks("test", 1, lambda request, subject: said))
    try:
        for name, code, words in (
            ("section", "project", "Shorten it"),
            ("section", "sources", "Fewer years"),
            ("section", "people", "Who else?"),
        ):
            assert client.get(at(dossier, name, code)).content.decode().count(words) == 1
        page = client.get(at(dossier, "content")).content.decode()
        assert all(page.count(words) == 1 for words in ("Shorten it", "Fewer years", "Who else?"))
    finally:
        REMARKS.remove("test")


def test_what_the_rooms_find_wanting_stands_among_what_is_missing(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    CONDITIONS.add(Condition("test", 1, lambda subject: [Broken("Give the protocol.", where="/somewhere/#protocol")]))
    try:
        page = client.get(at(dossier, "file")).content.decode()
        assert '<a href="/somewhere/#protocol">Give the protocol.</a>' in page
    finally:
        CONDITIONS.remove("test")


# --- procedure, filling in beforehand, older versions
def test_a_draft_takes_another_procedure_and_keeps_its_content(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    assert "Everything that you have written is kept" in client.get(at(dossier, "procedure")).content.decode()
    answer = client.post(at(dossier, "procedure"), {"procedure": "mr007"})
    assert answer.headers["Location"] == at(dossier, "form")
    fresh = Dossier.objects.get(pk=dossier.pk)
    assert (fresh.procedure, fresh.content.title) == ("mr007", dossier.content.title)


def test_nobody_else_and_nothing_filed_changes_its_procedure(client: Client, people: dict[str, Any]) -> None:
    editor, draft, filed = UserFactory(), a_draft(people), a_dossier("incomplete", people)
    assign_perm("editor", editor, draft)
    with pytest.raises(NotAllowed):
        change_procedure(draft, "du", by=editor, at=timezone.now())
    with pytest.raises(RuleBroken):
        change_procedure(draft, "nothing", by=people["owner"], at=timezone.now())
    with pytest.raises(WrongState):
        change_procedure(filed, "du", by=people["owner"], at=timezone.now())
    assert client.get(at(filed, "procedure")).status_code == 200


def test_a_version_filed_before_the_form_grew_is_as_filed_and_can_be_restored(people: dict[str, Any]) -> None:
    dossier = a_dossier("incomplete", people, study_lead="", procedure="mr004")
    version = dossier.versions.get()
    gone = ("history_years", "population_criteria", "variables", "identifiers", "professional_identifier", "professional_reasons")
    old = {name: value for name, value in version.snapshot.items() if name not in ("milestones", "study_lead", "answers")}
    old["sources"] = [{name: value for name, value in row.items() if name not in gone} for row in old["sources"]]
    version.delete()
    DossierVersion.objects.create(dossier=dossier, number=1, filed_at=timezone.now(), filed_by=people["owner"], snapshot=old, sha256="0")
    dossier.content.sources.update(professional_identifier=None)
    dossier.content.forget()
    assert dossier.content_is_as_filed()
    Content.objects.filter(pk=dossier.pk).update(milestones="Later", title="Changed")
    restore_filed_version(Dossier.objects.get(pk=dossier.pk), by=people["owner"], at=timezone.now())
    fresh = Dossier.objects.get(pk=dossier.pk)
    assert fresh.content.milestones == ""
    assert fresh.content.snapshot() == completed(old)
