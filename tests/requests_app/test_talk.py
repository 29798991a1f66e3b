"""Exchanges between applicant and secretariat: who writes and reads, what is unread for whom, what is journalled, what is told by mail."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm
from pypdf import PdfWriter

from requests_app.models import Attachment, Dossier
from requests_app.policies import EDITOR, READER, SIGNATORY
from requests_app.services import assign
from requests_app.states import State
from requests_app.talk.models import LONGEST_TEXT, Announcement, Enclosure, Message, Thread
from requests_app.talk.queries import unread_for
from requests_app.talk.services import close_thread, mark_read, write_message
from requests_app.talk.tasks import sweep_orphan_enclosures
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.accounts.mailbox import deliver_all, paths_in
from tests.requests_app.factories import a_dossier, a_draft
from workflow.models import AccessRead, JournalLine, OutboxMessage
from workflow.refusals import NotAllowed, RuleBroken, WrongState
from workflow.seals import text_digest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_pages", "own_media")]
LATER = timedelta(minutes=6)
#: Roles of the house that see the dossier of a running project but not what is said about it.
OTHERS = ("committee_president", "cnil_liaison", "cnam_agent")


@pytest.fixture
def dossier(people: dict[str, Any]) -> Dossier:
    return a_dossier(State.SUBMITTED, people)


def say(dossier: Dossier, by: Any, text: str = "Une question.", about: str = "", **more: Any) -> Message:
    return write_message(dossier, about, text, by=by, at=timezone.now(), **more)


def address(dossier: Dossier, about: str = "dossier", page: str = "thread") -> str:
    return reverse(f"talk:{page}", args=[dossier.reference, about])


def a_pdf(name: str = "reponse.pdf") -> SimpleUploadedFile:
    held, writer = BytesIO(), PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(held)
    return SimpleUploadedFile(name, held.getvalue(), content_type="application/pdf")


# --- who ---


def test_both_sides_write_in_one_thread_for_each_subject(dossier: Dossier, people: dict[str, Any]) -> None:
    first = say(dossier, people["owner"])
    second = say(dossier, people["officer"], "Une réponse.")
    other = say(dossier, people["officer"], "Et ceci ?", "lay_summary")
    assert (first.side, second.side) == ("applicant", "secretariat")
    assert first.thread == second.thread != other.thread
    assert Thread.objects.filter(dossier=dossier).count() == 2


@pytest.mark.parametrize(("role", "status"), [(EDITOR, 302), (SIGNATORY, 302), (READER, 403)])
def test_the_team_writes_but_its_readers(client: Client, dossier: Dossier, role: str, status: int) -> None:
    member = UserFactory()
    assign_perm(role, member, dossier)
    sign_in(client, member)
    assert client.get(reverse("talk:index", args=[dossier.reference])).status_code == 200
    say(dossier, dossier.created_by)
    assert client.get(address(dossier)).status_code == 200
    assert client.post(address(dossier), {"text": "Bonjour"}).status_code == status


@pytest.mark.parametrize(("role", "status"), [("auditor", 200), ("dpo", 200), *((role, 404) for role in OTHERS)])
def test_only_who_may_read_the_exchanges_finds_them(client: Client, people: dict[str, Any], role: str, status: int) -> None:
    dossier = a_dossier(State.RUNNING, people)
    message = say(dossier, people["owner"], uploads=[a_pdf()])
    sign_in(client, UserFactory(roles=[role]))
    page = client.get(dossier.get_absolute_url())
    assert page.status_code == 200
    assert (reverse("talk:index", args=[dossier.reference]) in page.content.decode()) == (status == 200)
    doors = [reverse("talk:index", args=[dossier.reference]), address(dossier)]
    doors.append(reverse("talk:enclosure", args=[dossier.reference, message.enclosures.get().pk]))
    assert {client.get(door).status_code for door in doors} == {status}
    assert client.post(address(dossier), {"text": "Bonjour"}).status_code == (403 if status == 200 else 404)
    assert AccessRead.objects.filter(page="talk").exists() == (status == 200)


def test_a_stranger_and_an_officer_of_the_same_organisation_learn_nothing(client: Client, dossier: Dossier, people: dict[str, Any]) -> None:
    say(dossier, people["owner"])
    MembershipFactory(user=people["officer"], organisation=dossier.content.controller)
    for person in (UserFactory(), people["officer"]):
        sign_in(client, person)
        assert client.get(address(dossier)).status_code == 404
        assert client.post(address(dossier), {"text": "Bonjour"}).status_code == 404


def test_a_draft_is_not_talked_about_and_its_page_says_whom_to_ask(client: Client, people: dict[str, Any], settings: Any) -> None:
    draft = a_draft(people)
    with pytest.raises(WrongState):
        say(draft, people["owner"])
    sign_in(client, people["owner"])
    assert settings.OPERATOR_CONTACT in client.get(reverse("talk:index", args=[draft.reference])).content.decode()
    assert client.get(address(draft)).status_code == 404


# --- what ---


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (LONGEST_TEXT + 1)])
def test_an_empty_or_endless_text_is_refused(dossier: Dossier, people: dict[str, Any], text: str) -> None:
    with pytest.raises(RuleBroken):
        say(dossier, people["owner"], text)
    assert not Thread.objects.exists()


def test_what_is_no_subject_of_the_dossier_is_not_talked_about(client: Client, dossier: Dossier, people: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken):
        say(dossier, people["owner"], about="journal_head")
    assert client.get(address(dossier, "journal_head")).status_code == 302
    assert sign_in(client, people["owner"]).get(address(dossier, "journal_head")).status_code == 404


def test_a_message_cannot_be_rewritten_and_a_thread_is_alone_on_its_subject(dossier: Dossier, people: dict[str, Any]) -> None:
    message = say(dossier, people["owner"])
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(text="Autre chose.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Thread.objects.create(dossier=dossier, opened_at=timezone.now(), opened_by=people["owner"])


def test_a_refused_file_keeps_the_text_and_sends_nothing(client: Client, dossier: Dossier, people: dict[str, Any]) -> None:
    program = SimpleUploadedFile("reponse.pdf", b"MZ" + bytes(200))
    answer = sign_in(client, people["owner"]).post(address(dossier), {"text": "Voici la réponse.", "file": [a_pdf(), program]})
    assert answer.status_code == 422
    assert "Voici la réponse." in answer.content.decode()
    assert not Message.objects.exists()
    assert not Enclosure.objects.exists()


def test_files_enclosed_are_handed_over_to_both_sides_and_are_no_pieces_of_the_dossier(
    client: Client, dossier: Dossier, people: dict[str, Any]
) -> None:
    sent = {"text": "Voici.", "file": [a_pdf("un.pdf"), a_pdf("deux.pdf")]}
    assert sign_in(client, people["officer"]).post(address(dossier), sent).status_code == 302
    assert [one.name for one in Enclosure.objects.order_by("pk")] == ["un.pdf", "deux.pdf"]
    answer = sign_in(client, people["owner"]).get(reverse("talk:enclosure", args=[dossier.reference, Enclosure.objects.latest("pk").pk]))
    assert (answer.status_code, answer["Content-Disposition"]) == (200, 'attachment; filename="deux.pdf"')
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert not Attachment.objects.filter(dossier=dossier, name__in=["un.pdf", "deux.pdf"]).exists()


def test_a_file_in_quarantine_is_handed_over_to_nobody(client: Client, dossier: Dossier, people: dict[str, Any], settings: Any) -> None:
    settings.CLAMD_SOCKET = "/nowhere/clamd.ctl"
    enclosed = say(dossier, people["officer"], uploads=[a_pdf()]).enclosures.get()
    assert OutboxMessage.objects.filter(kind="scan_file", payload__pk=enclosed.pk).exists()
    sign_in(client, people["owner"])
    assert client.get(reverse("talk:enclosure", args=[dossier.reference, enclosed.pk])).status_code == 409
    assert "In quarantine" in client.get(address(dossier)).content.decode()


def test_a_failed_message_leaves_no_file_behind(dossier: Dossier, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        say(dossier, UserFactory(), uploads=[a_pdf()])
    with pytest.raises(RuleBroken):  # the journal refuses what comes before the last move, once the file is kept
        write_message(dossier, "", "Trop tôt.", by=dossier.created_by, at=dossier.moved_at - timedelta(days=1), uploads=[a_pdf()])
    assert not [path for path in (tmp_path / "messages").rglob("*") if path.is_file()]


def test_a_file_that_no_message_knows_is_swept_once_it_is_a_day_old(dossier: Dossier, people: dict[str, Any], tmp_path: Path) -> None:
    kept = Path(say(dossier, people["owner"], uploads=[a_pdf()]).enclosures.get().file.path)
    lost = kept.with_name("lost.pdf")
    lost.write_bytes(b"%PDF-")
    assert sweep_orphan_enclosures() == 0
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert sweep_orphan_enclosures() == 1
    assert kept.exists()


def test_what_was_typed_survives_the_end_of_the_session(client: Client, dossier: Dossier, people: dict[str, Any]) -> None:
    page = sign_in(client, people["owner"]).get(address(dossier)).content.decode()
    mark = re.search(r'name="author" value="([^"]+)"', page)
    assert mark
    del client.cookies["sessionid"]
    answer = client.post(address(dossier), {"text": "Une longue question.", "author": mark[1]})
    assert answer.status_code == 302
    assert not Message.objects.exists()
    kept = client.session["requests_app.typed"]
    sign_in(client, people["owner"])
    session = client.session
    session["requests_app.typed"] = kept
    session.save()
    assert "Une longue question." in client.get(address(dossier)).content.decode()
    assert "Une longue question." not in client.get(address(dossier, "title")).content.decode()
    client.post(address(dossier), {"text": "Une longue question."})
    assert client.get(address(dossier)).content.decode().count("Une longue question.") == 1


# --- journal ---


def test_the_journal_keeps_ids_and_a_salted_hash_but_not_a_word(dossier: Dossier, people: dict[str, Any]) -> None:
    message = say(dossier, people["owner"], "Une question sur l'épilepsie.")
    close_thread(message.thread, by=people["officer"], at=timezone.now())
    lines = JournalLine.objects.filter(subject_id=dossier.pk).order_by("seq")
    assert [line.action for line in lines][-3:] == ["open_thread", "write_message", "close_thread"]
    facts = lines[len(lines) - 2].facts
    assert facts["text_sha256"] == text_digest(message.salt, "Une question sur l'épilepsie.")
    assert "épilepsie" not in json.dumps([line.facts for line in lines], ensure_ascii=False)


def test_a_message_does_not_hold_the_procedure_back(client: Client, dossier: Dossier, people: dict[str, Any]) -> None:
    say(dossier, people["owner"])
    dossier.declare_complete(by=people["officer"], at=timezone.now() - timedelta(hours=1))
    assert dossier.state == State.COMPLETE


def test_a_closed_thread_is_opened_again_by_the_next_message(client: Client, dossier: Dossier, people: dict[str, Any]) -> None:
    say(dossier, people["owner"])
    sign_in(client, people["officer"])
    assert client.post(address(dossier, page="close")).status_code == 302
    assert client.post(address(dossier, page="close")).status_code == 409
    assert "the question is settled" in client.get(address(dossier)).content.decode()
    say(dossier, people["owner"], "Encore un mot.")
    assert Thread.objects.get().closed_at is None


# --- unread ---


def test_what_the_other_side_wrote_is_unread_until_read_or_answered(client: Client, dossier: Dossier, people: dict[str, Any]) -> None:
    owner, officer = people["owner"], people["officer"]
    say(dossier, owner)
    say(dossier, owner, "Et encore.")
    assert unread_for(owner, [dossier.pk]) == {}
    assert unread_for(officer, [dossier.pk]) == {dossier.pk: 2}
    assert unread_for(people["head"], [dossier.pk]) == {dossier.pk: 2}
    assert "2 messages await you." in sign_in(client, officer).get(dossier.get_absolute_url()).content.decode()
    client.get(address(dossier))
    assert unread_for(officer, [dossier.pk]) == {}
    say(dossier, officer, "Voici.")
    assert unread_for(people["head"], [dossier.pk]) == {}, "the secretariat has answered"
    assert unread_for(owner, [dossier.pk]) == {dossier.pk: 1}
    assert unread_for(people["president"], [dossier.pk]) == {}


def test_a_page_opened_before_does_not_make_read_messages_unread(dossier: Dossier, people: dict[str, Any]) -> None:
    first, second = say(dossier, people["owner"]), say(dossier, people["owner"])
    for message in (second, first):
        mark_read(message.thread, message.pk, by=people["officer"], at=timezone.now())
    assert unread_for(people["officer"], [dossier.pk]) == {}


def test_beside_a_field_stands_its_exchange_or_the_way_to_begin_one(client: Client, people: dict[str, Any]) -> None:
    dossier = a_dossier(State.INCOMPLETE, people)
    say(dossier, people["officer"], about="lay_summary")
    body = sign_in(client, people["owner"]).get(reverse("dossiers:section", args=[dossier.reference, "project"])).content.decode()
    assert "1 message, 1 unread" in body
    assert address(dossier, "lay_summary") in body
    assert address(dossier, "title") in body


def test_the_card_of_my_dossiers_says_that_a_message_waits(client: Client, dossier: Dossier, people: dict[str, Any]) -> None:
    say(dossier, people["officer"])
    assert "1 message awaits you." in sign_in(client, people["owner"]).get(reverse("dossiers:index")).content.decode()


# --- mail ---


def announced() -> list[Any]:
    """The mails about new messages, once their time has come."""
    with time_machine.travel(timezone.now() + LATER):
        return [letter for letter in deliver_all() if "message" in letter.subject]


def test_ten_messages_make_one_mail_without_a_word_of_them(dossier: Dossier, people: dict[str, Any]) -> None:
    deliver_all()
    for number in range(5):
        say(dossier, people["officer"], f"Secret {number}.")
        say(dossier, people["officer"], f"Secret {number}.", "lay_summary")
    assert not [letter for letter in deliver_all() if "message" in letter.subject], "it waits for what may follow"
    letters = announced()
    told = {address for letter in letters for address in letter.to}
    assert told == {people["owner"].email, people["signatory"].email}
    letter = next(one for one in letters if one.to == [people["owner"].email])
    assert "10" in letter.subject
    assert "Secret" not in str(letter.body) + str(letter.alternatives)
    assert address(dossier, "lay_summary", "reply") in paths_in(letter)
    assert not announced()
    say(dossier, people["officer"], "Plus tard.")
    assert announced()


def test_who_has_read_everything_meanwhile_is_not_written_to(client: Client, dossier: Dossier, people: dict[str, Any]) -> None:
    say(dossier, people["officer"])
    sign_in(client, people["owner"]).get(address(dossier))
    assert {one for letter in announced() for one in letter.to} == {people["signatory"].email}
    assert Announcement.objects.get().sent_at is not None


def test_the_officer_in_charge_is_told_or_all_officers_while_none_is(dossier: Dossier, people: dict[str, Any]) -> None:
    colleague = UserFactory(officer=True)
    say(dossier, people["owner"])
    assert {one for letter in announced() for one in letter.to} >= {colleague.email, people["officer"].email}
    assign(dossier, officer=people["officer"], by=people["head"], at=timezone.now())
    say(dossier, people["owner"])
    assert {one for letter in announced() for one in letter.to} == {people["officer"].email}


def test_the_link_of_the_mail_leads_after_signing_in_to_the_reply_box(client: Client, dossier: Dossier, people: dict[str, Any]) -> None:
    say(dossier, people["officer"])
    link = address(dossier, page="reply")
    answer = client.get(link)
    assert answer.status_code == 302
    assert f"next={link}" in answer["Location"]
    body = sign_in(client, people["owner"]).get(link).content.decode()
    assert "autofocus" in body
    assert client.post(link, {"text": "Voici la réponse."}).status_code == 302


# --- cost ---


def test_more_messages_and_threads_cost_no_more_queries(
    client: Client, dossier: Dossier, people: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    owner, officer = people["owner"], people["officer"]
    say(dossier, owner, uploads=[a_pdf()])
    sign_in(client, officer)
    places = [dossier.get_absolute_url(), reverse("talk:index", args=[dossier.reference]), address(dossier)]
    costs = {}
    for place in places:
        client.get(place)  # now and then a page writes what it read
        with django_assert_max_num_queries(40) as few:
            client.get(place)
        costs[place] = len(few)
    for about in ("", "title", "lay_summary", "section:sources"):
        say(dossier, owner, about=about, uploads=[a_pdf()])
    for place, cost in costs.items():
        client.get(place)
        with django_assert_max_num_queries(cost):
            client.get(place)


def test_unread_counts_cost_one_query_for_any_number_of_dossiers(people: dict[str, Any], django_assert_num_queries: Any) -> None:
    dossiers = [a_dossier(State.SUBMITTED, people) for _number in range(3)]
    for dossier in dossiers:
        say(dossier, people["owner"])
    keys = [dossier.pk for dossier in dossiers]
    assert unread_for(people["officer"], keys) == dict.fromkeys(keys, 1), "the roles are remembered from here on"
    with django_assert_num_queries(1):
        assert unread_for(people["officer"], keys) == dict.fromkeys(keys, 1)
