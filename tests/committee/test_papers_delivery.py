"""The papers as they come out of moves: made once by the outbox, told by a letter that holds a link, open to the right people only."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail as sent_mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from guardian.shortcuts import assign_perm

from accounts.models import User
from committee.documents.delivery import renew_agenda
from committee.models import Allocation, Examination, Paper, Report
from committee.queries.papers import readable_papers
from committee.services import papers
from committee.services.examining import recuse
from committee.services.sessions import Meeting, reschedule
from committee.services.signing import sign
from committee.states import Ground, PaperKind
from requests_app.models import Dossier
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_committee, a_member, a_session, an_examination, on_agenda
from tests.committee.test_papers import text_of
from tests.committee.votes import all_for, an_open_session, propose, signature_of, vote
from tests.needs import needs
from tests.requests_app.factories import a_dossier, cast, told
from ui.words import day_in_words
from workflow import outbox, silence
from workflow.models import Clock, OutboxMessage
from workflow.refusals import NotAllowed

pytestmark = [pytest.mark.django_db, needs("pango")]


def deliver() -> None:
    outbox.deliver_waiting(timezone.now)
    assert not OutboxMessage.objects.exclude(last_error="").exists()


def numbers(kind: str) -> list[str]:
    return list(Paper.objects.filter(kind=kind).order_by("pk").values_list("number", flat=True))


def a_report(examination: Examination, member: Any, filed: bool = True, **said: Any) -> Report:
    allocation = Allocation.objects.create(
        examination=examination, member=member, allocated_at=timezone.now() - timedelta(days=2), allocated_by=member.user
    )
    told = {"public_interest": "Il est majeur.", "proposal": "favourable", "recommendations": "Aucune."} | said
    sealed = {"filed_at": timezone.now(), "sha256": "0" * 64} if filed else {}
    return Report.objects.create(allocation=allocation, **told, **sealed)


def letters() -> list[Any]:
    return [letter for letter in sent_mail.outbox if "/comite/documents/" in letter.body]


# --- made by the moves -------------------------------------------------------------------------------
def test_convening_makes_the_convocation_and_the_agenda_once() -> None:
    a_committee(2)
    session = a_session()
    on_agenda(session, an_examination())
    session.convene(by=session.planned_by, at=timezone.now())
    assert not Paper.objects.exists()  # nothing is set inside the move
    deliver()
    deliver()
    assert len(numbers(PaperKind.CONVOCATION)) == len(numbers(PaperKind.AGENDA)) == 1
    assert Paper.objects.get(kind=PaperKind.AGENDA).made_by.is_system


def test_moving_a_convened_session_makes_its_convocation_and_agenda_anew_and_moving_a_planned_one_makes_none() -> None:
    a_committee(2)
    session, planned = a_session(), a_session(timezone.now() + timedelta(days=60))
    on_agenda(session, an_examination())
    session.convene(by=session.planned_by, at=timezone.now())
    deliver()
    later = session.starts_at + timedelta(days=7)
    for one in (session, planned):
        moved = Meeting(one.starts_at + timedelta(days=7), one.ends_at + timedelta(days=7))
        reschedule(one, moved, by=session.planned_by, at=timezone.now())
    deliver()
    assert len(numbers(PaperKind.CONVOCATION)) == len(numbers(PaperKind.AGENDA)) == 2
    last = Paper.objects.filter(kind=PaperKind.CONVOCATION).order_by("-pk")[0]
    assert last.session == session
    with override(settings.LANGUAGE_CODE):
        assert day_in_words(later) in json.dumps(last.source, ensure_ascii=False)


def test_an_agenda_made_again_gets_a_new_number_and_the_members_are_told_of_it() -> None:
    members = a_committee(2)
    session = a_session()
    on_agenda(session, an_examination())
    papers.make_agenda(session, by=session.planned_by, at=timezone.now())
    renew_agenda(session, by=session.planned_by)
    renew_agenda(session, by=session.planned_by)
    deliver()
    assert len(numbers(PaperKind.AGENDA)) == 2
    assert sorted(letter.to[0] for letter in letters()) == sorted(member.user.email for member in members)
    with pytest.raises(NotAllowed):
        renew_agenda(session, by=members[1].user if members[1].offices.count() == 0 else UserFactory())


def test_a_signed_opinion_becomes_a_paper_and_the_applicant_gets_a_link_to_it() -> None:
    members, people = a_committee(3), cast()
    item = an_open_session(members, [an_examination(people)])[0]
    propose(item, "recommendations", "Le besoin est démontré.", "Réduire la durée.")
    decision = vote(item, all_for(members))
    sent_mail.outbox.clear()
    sign(decision, by=members[0].user, at=timezone.now(), signed=signature_of(decision, members[0].user))
    deliver()
    paper = Paper.objects.get(kind=PaperKind.OPINION)
    assert paper.examination == item.examination
    written = letters()
    assert {letter.to[0] for letter in written} == {people["owner"].email, people["signatory"].email}
    assert all(paper.number in letter.body and not letter.attachments for letter in written)
    assert not any("besoin" in letter.body for letter in written)
    deliver()
    assert Paper.objects.filter(kind=PaperKind.OPINION).count() == 1


def test_an_opinion_transcribed_from_paper_gets_no_second_paper() -> None:
    examination = an_examination()
    examination.dossier.record_opinion(by=UserFactory(officer=True), at=timezone.now(), **told("record_opinion"))
    deliver()
    assert not Paper.objects.exists()


def test_silence_gives_an_attestation_that_names_the_day() -> None:
    people = cast()
    dossier = a_dossier(State.WITH_COMMITTEE, people, begun=timezone.now() - timedelta(days=90))
    silence.lapse_all(timezone.now())
    deliver()
    paper = Paper.objects.get(kind=PaperKind.ATTESTATION)
    assert paper.examination.dossier_id == dossier.pk
    with override(settings.LANGUAGE_CODE):
        assert day_in_words(Clock.objects.get(code="K-CES", subject_id=dossier.pk).due_on) in str(paper.source)
    assert {letter.to[0] for letter in letters()} == {people["owner"].email, people["signatory"].email}


# --- who may download what ---------------------------------------------------------------------------
@pytest.fixture
def committee() -> list[Any]:
    return a_committee(4)


def may_read(user: Any, paper: Paper) -> bool:
    answer = sign_in(Client(), user).get(reverse("committee:paper", args=[paper.number, "docx"])).status_code
    held = readable_papers(user, Paper.objects.filter(pk=paper.pk).for_reading())
    assert (answer == 200) == bool(held) and answer in (200, 404)
    return bool(held)


def test_a_report_is_blind_until_all_are_filed(committee: list[Any]) -> None:
    examination = an_examination()
    first = papers.make_report(a_report(examination, committee[2]), by=User.objects.system(), at=timezone.now())
    second = a_report(examination, committee[3], filed=False)
    assert may_read(committee[2].user, first)
    assert not any(may_read(member.user, first) for member in (committee[0], committee[1], committee[3]))
    Report.objects.filter(pk=second.pk).update(filed_at=timezone.now(), sha256="1" * 64)
    assert all(may_read(member.user, first) for member in committee)


def test_who_reads_which_paper_of_a_dossier(committee: list[Any]) -> None:
    people, system = cast(), User.objects.system()
    examination = an_examination(people)
    examination.single_because = "Un seul suffit."
    examination.save()
    report = papers.make_report(a_report(examination, committee[2]), by=system, at=timezone.now())
    attestation = papers.make_attestation(examination, by=system, at=timezone.now())
    stranger, administrator = UserFactory(), UserFactory(administrator=True)
    assert [may_read(people["owner"], one) for one in (report, attestation)] == [False, True]
    assert [may_read(people["officer"], one) for one in (report, attestation)] == [True, True]
    assert [may_read(committee[1].user, one) for one in (report, attestation)] == [True, True]
    assert not any(may_read(one, paper) for one in (stranger, administrator, people["cnil"]) for paper in (report, attestation))


def test_who_withdraws_loses_every_paper_of_the_dossier_at_once(committee: list[Any]) -> None:
    examination, system = an_examination(), User.objects.system()
    examination.single_because = "Un seul suffit."
    examination.save()
    member = committee[2]
    own = papers.make_report(a_report(examination, member), by=system, at=timezone.now())
    attestation = papers.make_attestation(examination, by=system, at=timezone.now())
    assert may_read(member.user, own) and may_read(member.user, attestation)
    recuse(examination.dossier, member, Ground.DECLARED, by=member.user, at=timezone.now(), words="J’y travaille.")
    assert not may_read(member.user, own) and not may_read(member.user, attestation)


def test_who_withdrew_gets_a_copy_of_the_session_s_papers_without_the_dossier(committee: list[Any]) -> None:
    session, member = a_session(), committee[3]
    items = [on_agenda(session, an_examination(title=title, acronym="")) for title in ("Asthme sévère", "Diabète de l’enfant")]
    paper = papers.make_agenda(session, by=session.planned_by, at=timezone.now())
    recuse(items[0].examination.dossier, member, Ground.DECLARED, by=member.user, at=timezone.now(), words="J’y travaille.")
    whole, own = papers.copy_for(paper, "docx", committee[2].user), papers.copy_for(paper, "docx", member.user)
    assert hashlib.sha256(whole).hexdigest() == paper.docx_sha256 != hashlib.sha256(own).hexdigest()
    said = text_of(own)
    assert "Diabète" in said and "Asthme" not in said and items[0].examination.dossier.reference not in said
    assert own == papers.copy_for(paper, "docx", member.user)
    assert b"Asthme" not in papers.copy_for(paper, "pdf", member.user)


def test_a_member_of_the_applicant_s_team_reads_no_deliberation_about_it(committee: list[Any]) -> None:
    session, member = a_session(), committee[3]
    item = on_agenda(session, an_examination(title="Asthme sévère", acronym=""))
    assign_perm("reader", member.user, item.examination.dossier)
    paper = papers.make_agenda(session, by=session.planned_by, at=timezone.now())
    assert "Asthme" not in text_of(papers.copy_for(paper, "docx", member.user))


def test_a_dossier_that_went_back_to_be_revised_stays_in_the_papers_of_those_who_sat(committee: list[Any]) -> None:
    session = a_session()
    dossier = on_agenda(session, an_examination(title="Asthme sévère", acronym="")).examination.dossier
    paper = papers.make_agenda(session, by=session.planned_by, at=timezone.now())
    recuse(dossier, committee[3], Ground.DECLARED, by=committee[3].user, at=timezone.now(), words="J’y travaille.")
    Dossier.objects.filter(pk=dossier.pk).update(sent_to_committee_at=None)
    assert "Asthme" in text_of(papers.copy_for(paper, "docx", committee[2].user))
    assert "Asthme" not in text_of(papers.copy_for(paper, "docx", committee[3].user))


def test_papers_of_a_session_are_for_those_who_sit_and_the_secretariat(committee: list[Any]) -> None:
    session = a_session()
    paper = papers.make_convocation(session, by=session.planned_by, at=timezone.now())
    assert may_read(committee[2].user, paper) and may_read(session.planned_by, paper)
    assert not any(may_read(one, paper) for one in (UserFactory(), UserFactory(cnil_liaison=True), a_member(quality="expert").user))
    assert Client().get(reverse("committee:paper", args=[paper.number, "pdf"])).status_code == 302


def test_asking_who_reads_many_papers_costs_no_more_than_one(committee: list[Any]) -> None:
    system, counted = User.objects.system(), []
    for place in range(3):
        examination = an_examination()
        papers.make_report(a_report(examination, committee[place]), by=system, at=timezone.now())
        counted.append(_queries(committee[0].user))
    assert len(set(counted)) == 1


def _queries(user: Any) -> int:
    with CaptureQueriesContext(connection) as caught:
        readable_papers(User.objects.get(pk=user.pk), Paper.objects.for_reading())
    return len(caught)
