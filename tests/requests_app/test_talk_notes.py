"""The secretariat's notes: kept apart, found by the secretariat, and never shown to the applicant, at any door."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from requests_app.models import Dossier
from requests_app.policies import TEAM_ROLES, roles_on
from requests_app.searchable import AUDIENCES, EVERYBODY, INTERNAL, SOURCES, TALK
from requests_app.states import State
from requests_app.talk.models import Note
from requests_app.talk.services import write_message, write_note
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.requests_app.factories import a_dossier, a_draft
from workflow.models import AccessRead, JournalLine, OutboxMessage
from workflow.refusals import NotAllowed, RuleBroken

pytestmark = pytest.mark.django_db
SECRET = "Réserve du secrétariat, mot de passe-partout."


@pytest.fixture
def dossier(people: dict[str, Any]) -> Dossier:
    return a_dossier(State.INCOMPLETE, people)


@pytest.fixture
def note(dossier: Dossier, people: dict[str, Any]) -> Note:
    return write_note(dossier, SECRET, by=people["officer"], at=timezone.now(), about="lay_summary")


def notes(dossier: Dossier) -> str:
    return reverse("talk:notes", args=[dossier.reference])


def pages_of(dossier: Dossier) -> list[str]:
    """Every address that takes nothing but a dossier's reference, whichever room serves it."""
    found = []
    for namespace, (_prefix, resolver) in get_resolver().namespace_dict.items():
        for name in {key for key in resolver.reverse_dict if isinstance(key, str)}:
            for possibility, _pattern, _defaults, _converters in resolver.reverse_dict.getlist(name):
                if [params for _path, params in possibility] == [["reference"]]:
                    found.append(reverse(f"{namespace}:{name}", args=[dossier.reference]))
    return found


def test_the_secretariat_writes_and_reads_notes(client: Client, dossier: Dossier, people: dict[str, Any]) -> None:
    sign_in(client, people["officer"])
    assert client.post(notes(dossier), {"about": "title", "text": SECRET}).status_code == 302
    for reader in (people["head"], UserFactory(auditor=True)):
        assert SECRET in sign_in(client, reader).get(notes(dossier)).content.decode()
    assert AccessRead.objects.filter(page="notes").count() == 1
    assert client.post(notes(dossier), {"about": "dossier", "text": "Bonjour"}).status_code == 403


def test_an_empty_note_is_refused_and_what_was_chosen_stays(client: Client, dossier: Dossier, people: dict[str, Any]) -> None:
    answer = sign_in(client, people["officer"]).post(notes(dossier), {"about": "title", "text": " "})
    assert answer.status_code == 422
    assert re.search(r'value="title"\s+selected', answer.content.decode())
    with pytest.raises(RuleBroken):
        write_note(dossier, "Bonjour", by=people["officer"], at=timezone.now(), about="journal_head")


def test_a_note_cannot_be_rewritten(note: Note) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(text="Autre chose.")


@pytest.mark.parametrize("role", ["committee_president", "cnil_liaison", "cnam_agent", "dpo", "administrator"])
def test_other_roles_of_the_house_do_not_read_notes(client: Client, people: dict[str, Any], role: str) -> None:
    dossier = a_dossier(State.RUNNING, people)
    found = write_note(dossier, SECRET, by=people["officer"], at=timezone.now())
    sign_in(client, UserFactory(roles=[role]))
    assert client.get(notes(dossier)).status_code == 404
    assert client.get(reverse("talk:note", args=[dossier.reference, found.pk])).status_code == 404


@pytest.mark.parametrize("role", sorted(TEAM_ROLES))
def test_nobody_of_the_team_finds_a_note_at_any_door(client: Client, dossier: Dossier, note: Note, role: str) -> None:
    member = UserFactory()
    assign_perm(role, member, dossier)
    sign_in(client, member)
    assert client.get(notes(dossier)).status_code == 404
    assert client.get(reverse("talk:note", args=[dossier.reference, note.pk])).status_code == 404
    assert client.post(notes(dossier), {"about": "dossier", "text": "Bonjour"}).status_code == 404
    doors = pages_of(dossier)
    assert len(doors) > 10
    for door in [*doors, reverse("dossiers:index"), reverse("dossiers:section", args=[dossier.reference, "project"])]:
        answer = client.get(door)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert SECRET not in body.decode(errors="ignore"), door
        assert f'href="{notes(dossier)}"' not in body.decode(errors="ignore"), door


def test_an_officer_who_joins_the_team_no_longer_sees_the_notes(
    client: Client, dossier: Dossier, note: Note, people: dict[str, Any]
) -> None:
    officer = people["officer"]
    assert sign_in(client, officer).get(notes(dossier)).status_code == 200
    assign_perm("reader", officer, dossier)
    assert roles_on(officer, dossier) == {"reader"}
    assert client.get(notes(dossier)).status_code == 404
    with pytest.raises(NotAllowed):
        write_note(dossier, "Bonjour", by=officer, at=timezone.now())


def test_an_officer_cannot_note_anything_on_a_draft(people: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed):
        write_note(a_draft(people), "Bonjour", by=people["officer"], at=timezone.now())


def test_a_note_leaves_no_line_in_the_journal_and_no_word_in_the_outbox(dossier: Dossier, people: dict[str, Any]) -> None:
    before = JournalLine.objects.filter(subject_id=dossier.pk).count()
    written = write_note(dossier, SECRET, by=people["officer"], at=timezone.now())
    assert JournalLine.objects.filter(subject_id=dossier.pk).count() == before
    assert SECRET not in json.dumps(list(OutboxMessage.objects.values_list("payload", flat=True)), ensure_ascii=False)
    assert OutboxMessage.objects.filter(kind="index_text", payload={"source": "note", "row": written.pk}).exists()


def test_search_keeps_notes_to_the_secretariat_and_messages_to_both_sides(dossier: Dossier, note: Note, people: dict[str, Any]) -> None:
    said = write_message(dossier, "", "Une question.", by=people["owner"], at=timezone.now())
    sources = {source.kind: source for source in SOURCES}
    read = {kind: sources[kind].read(row.pk) for kind, row in (("message", said), ("note", note))}
    assert {kind: (found.text, found.audience) for kind, found in read.items() if found} == {
        "message": ("Une question.", TALK),
        "note": (SECRET, INTERNAL),
    }
    assert list(sources["note"].keys()) == [note.pk]
    assert sources["message"].read(0) is None
    assert not AUDIENCES[INTERNAL] & TEAM_ROLES
    assert not AUDIENCES[TALK] & {"committee_member", "cnil_liaison", "cnam_agent"}
    assert AUDIENCES[EVERYBODY] >= AUDIENCES[TALK] >= AUDIENCES[INTERNAL]


def test_what_search_finds_is_opened_where_it_stands(client: Client, dossier: Dossier, note: Note, people: dict[str, Any]) -> None:
    said = write_message(dossier, "title", "Une question.", by=people["owner"], at=timezone.now())
    sources = {source.kind: source for source in SOURCES}
    sign_in(client, people["officer"])
    for kind, row in (("message", said), ("note", note)):
        answer = client.get(sources[kind].address(dossier.reference, row.pk), follow=True)
        assert answer.status_code == 200
        assert f'id="{kind}-{row.pk}"' in answer.content.decode()


def test_many_notes_cost_no_more_queries(
    client: Client, dossier: Dossier, note: Note, people: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    sign_in(client, people["officer"]).get(notes(dossier))
    with django_assert_max_num_queries(30) as few:
        client.get(notes(dossier))
    for _number in range(5):
        write_note(dossier, SECRET, by=people["officer"], at=timezone.now())
    with django_assert_max_num_queries(len(few)):
        client.get(notes(dossier))
