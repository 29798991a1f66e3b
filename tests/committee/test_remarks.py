"""Holders of catalogue databases have ten days to remark; what they say is read by the committee, not by the applicant."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from accounts.roles import Role
from catalogue.models import Database
from committee.models import Consultation, Examination, Remark, RemarkFile
from committee.services.consulting import file_remark
from committee.services.reminding import remind
from committee.tasks import tidy_papers
from files.states import ScanState
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, OrganisationFactory, RoleGrantFactory, UserFactory
from tests.committee.factories import a_committee, an_examination
from tests.requests_app.factories import cast
from tests.requests_app.test_talk import a_pdf
from workflow import clocks
from workflow.models import Clock, JournalLine, OutboxMessage, Outcome
from workflow.outbox import deliver_waiting
from workflow.periods import PARIS, expiry
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db


def an_agent(organisation: Organisation) -> Any:
    """Somebody who answers for the databases of an organisation."""
    agent = UserFactory(device=True)
    RoleGrantFactory(user=agent, role=Role.DATA_CONTROLLER_AGENT, organisation=organisation)
    return agent


def held_databases(*holders: Organisation | None) -> list[Database]:
    """Catalogue databases, each held by one of these."""
    found = list(Database.objects.filter(level="catalogue").order_by("pk")[: len(holders)])
    for database, holder in zip(found, holders, strict=True):
        database.holder = holder
        database.save()
    return found


def consulted(people: dict[str, Any] | None = None) -> tuple[Any, Consultation]:
    """An agent, and what they were consulted on."""
    holder = OrganisationFactory()
    agent = an_agent(holder)
    examination = an_examination(people, databases=held_databases(holder))
    return agent, Consultation.objects.get(examination=examination)


def test_each_catalogue_database_with_a_holder_is_consulted_for_the_legal_days() -> None:
    one, other = OrganisationFactory(), OrganisationFactory()
    agent, _other_agent = an_agent(one), an_agent(other)
    bases = [*held_databases(one, other, None), Database.objects.get(level="main")]
    examination = an_examination(databases=bases)
    rows = list(Consultation.objects.order_by("pk"))
    assert [row.database for row in rows] == bases[:2]
    clock = clocks.of(examination.dossier).get(code="K-DATA")
    assert {row.due_at for row in rows} == {expiry(clock.due_on)}
    assert (clock.due_on - rows[0].sent_at.astimezone(PARIS).date()).days == 10
    assert rows[0].last_day == clock.due_on
    assert JournalLine.objects.filter(action="consult_holder").count() == 2
    told = OutboxMessage.objects.filter(payload__about="consulted").values_list("payload__user", flat=True)
    assert agent.pk in told
    assert len(told) == 2


def test_a_dossier_without_a_catalogue_database_consults_nobody() -> None:
    an_examination()
    assert not Consultation.objects.exists()


def test_a_remark_is_filed_for_good_by_the_holder_only() -> None:
    agent, consultation = consulted()
    stranger = an_agent(OrganisationFactory())
    for somebody in (stranger, UserFactory(officer=True), UserFactory()):
        with pytest.raises(NotAllowed):
            file_remark(consultation, "Des mots.", by=somebody, at=timezone.now())
    with pytest.raises(RuleBroken):
        file_remark(consultation, "  ", by=agent, at=timezone.now())
    remark = file_remark(consultation, "La base ne couvre pas 2015.", by=agent, at=timezone.now())
    assert JournalLine.objects.get(action="file_remark").facts == {"consultation": consultation.pk}
    with pytest.raises(DatabaseError), transaction.atomic():
        Remark.objects.filter(pk=remark.pk).update(words="Autre")


def test_a_holder_of_one_database_does_not_speak_for_another() -> None:
    one, other = OrganisationFactory(), OrganisationFactory()
    agent = an_agent(one)
    an_examination(databases=held_databases(one, other))
    theirs = Consultation.objects.get(organisation=other)
    with pytest.raises(NotAllowed):
        file_remark(theirs, "Des mots.", by=agent, at=timezone.now())


def test_nothing_is_remarked_once_the_opinion_is_given() -> None:
    agent, consultation = consulted()
    Examination.objects.update(closed_at=timezone.now())
    with pytest.raises(WrongState):
        file_remark(consultation, "Trop tard.", by=agent, at=timezone.now())


def test_the_list_and_the_pages_are_for_the_agents_of_the_holder(client: Client) -> None:
    people = cast()
    agent, consultation = consulted(people)
    dossier = consultation.examination.dossier
    listed, page = reverse("committee:consultations"), reverse("committee:remarks", args=[dossier.reference])
    write = reverse("committee:remark", args=[dossier.reference, consultation.pk])
    sign_in(client, agent)
    assert dossier.reference in client.get(listed).content.decode()
    assert client.get(page).status_code == 200
    assert client.get(write).status_code == 200
    assert client.post(write, {"words": ""}).status_code == 422
    assert client.post(write, {"words": "REMARQUE-DU-DETENTEUR"}).status_code == 302
    assert "REMARQUE-DU-DETENTEUR" in client.get(page).content.decode()
    for somebody in (people["owner"], people["officer"], an_agent(OrganisationFactory()), UserFactory()):
        sign_in(client, somebody)
        assert client.get(write).status_code == 404
        assert client.get(page).status_code == 404


def test_the_committee_and_the_secretariat_read_remarks_and_the_applicant_does_not(client: Client) -> None:
    people = cast()
    agent, consultation = consulted(people)
    _president, member = a_committee(2)
    file_remark(consultation, "REMARQUE-DU-DETENTEUR", by=agent, at=timezone.now())
    dossier = consultation.examination.dossier
    tab = reverse("committee:dossier", args=[dossier.reference])
    for reader in (member.user, people["officer"]):
        assert "REMARQUE-DU-DETENTEUR" in sign_in(client, reader).get(tab).content.decode()
    sign_in(client, people["owner"])
    assert client.get(tab).status_code == 404
    for name in ("page", "content", "acts", "journal"):
        answer = client.get(reverse(f"dossiers:{name}", args=[dossier.reference]))
        assert answer.status_code == 200
        assert "REMARQUE" not in answer.content.decode()


def test_the_first_page_of_the_dossier_shows_the_holder_what_is_awaited(client: Client) -> None:
    agent, consultation = consulted()
    dossier = consultation.examination.dossier
    page, place = reverse("dossiers:page", args=[dossier.reference]), reverse("committee:remarks", args=[dossier.reference])
    sign_in(client, agent)
    assert client.get(page).content.decode().count(place) == 2  # the tab and the notice
    file_remark(consultation, "Rien à dire.", by=agent, at=timezone.now())
    assert client.get(page).content.decode().count(place) == 1


def test_holders_who_said_nothing_are_reminded_once_near_the_end() -> None:
    agent, consultation = consulted()
    remind(consultation.due_at - timedelta(days=3, seconds=1))
    assert not OutboxMessage.objects.filter(payload__about="consultation_due").exists()
    remind(consultation.due_at - timedelta(days=3))
    remind(consultation.due_at - timedelta(days=1))
    found = OutboxMessage.objects.get(payload__about="consultation_due")
    assert found.payload["user"] == agent.pk
    deliver_waiting(timezone.now)
    assert any(consultation.examination.dossier.reference in letter.subject for letter in mail.outbox if agent.email in letter.to)


def test_an_agent_of_the_applicants_own_organisation_is_not_consulted() -> None:
    holder = OrganisationFactory()
    agent = an_agent(holder)
    MembershipFactory(user=agent, organisation=holder)
    examination = an_examination(databases=held_databases(holder), controller=holder)
    consultation = Consultation.objects.get(examination=examination)
    assert not OutboxMessage.objects.filter(payload__about="consulted").exists()
    with pytest.raises(NotAllowed):
        file_remark(consultation, "Pour nous-mêmes.", by=agent, at=timezone.now())


def test_the_list_costs_the_same_for_one_consultation_and_for_four(client: Client, django_assert_max_num_queries: Any) -> None:
    agent, consultation = consulted()
    sign_in(client, agent)
    place = reverse("committee:consultations")
    client.get(place)
    with django_assert_max_num_queries(40) as few:
        client.get(place)
    for _more in range(3):
        an_examination(databases=[consultation.database])
    with django_assert_max_num_queries(len(few)):
        assert client.get(place).content.decode().count("work-list__item") >= 4


def test_the_period_of_the_holders_is_met_once_every_one_of_them_has_remarked() -> None:
    one, other = OrganisationFactory(), OrganisationFactory()
    agents = an_agent(one), an_agent(other)
    examination = an_examination(databases=held_databases(one, other, None))
    first, second = Consultation.objects.order_by("pk")
    at = timezone.now()
    file_remark(first, "Rien à dire.", by=agents[0], at=at)
    assert clocks.of(examination.dossier).get(code="K-DATA").outcome == Outcome.RUNNING
    file_remark(second, "Rien non plus.", by=agents[1], at=at)
    clock = clocks.of(examination.dossier).get(code="K-DATA")
    assert (clock.outcome, clock.ended_at) == (Outcome.MET, at)
    assert clocks.of(examination.dossier).get(code="K-CES").outcome == Outcome.RUNNING


def test_holders_who_kept_silent_make_nobody_late_before_the_sweep_and_after_it(client: Client) -> None:
    people = cast()
    _agent, consultation = consulted(people)
    dossier, president = consultation.examination.dossier, a_committee(1)[0]
    Clock.objects.filter(subject_id=dossier.pk, code="K-DATA").update(due_on=timezone.localdate() - timedelta(days=1))
    for reader in (president.user, people["owner"], people["officer"]):
        page = sign_in(client, reader).get(reverse("dossiers:page", args=[dossier.reference]), headers={"accept-language": "en"})
        assert "working day late" not in page.content.decode()
        assert "clock--late" not in page.content.decode()
    clocks.end(dossier, "K-DATA", timezone.now())
    assert clocks.of(dossier).get(code="K-DATA").outcome == Outcome.LAPSED


# --- files that come with a remark ---


def test_files_come_with_a_remark_and_are_read_by_the_committee_and_the_holder_and_nobody_else(client: Client, own_media: None) -> None:
    people = cast()
    agent, consultation = consulted(people)
    dossier, member = consultation.examination.dossier, a_committee(2)[1]
    sign_in(client, agent)
    place = reverse("committee:remark", args=[dossier.reference, consultation.pk])
    sent = client.post(place, {"words": "Voir la note.", "enclosed": [a_pdf("note.pdf"), a_pdf("table.pdf")]})
    assert sent.status_code == 302
    kept = list(RemarkFile.objects.order_by("pk"))
    assert [(one.name, one.remark.words) for one in kept] == [("note.pdf", "Voir la note."), ("table.pdf", "Voir la note.")]
    line = JournalLine.objects.get(action="file_remark", subject_id=dossier.pk)
    assert line.facts["files_sha256"] == [one.sha256 for one in kept]
    door = reverse("committee:remark_file", args=[dossier.reference, kept[0].pk])
    for page in ("committee:remarks", "committee:dossier"):
        reader = agent if page == "committee:remarks" else member.user
        assert door in sign_in(client, reader).get(reverse(page, args=[dossier.reference])).content.decode()
        answer = client.get(door)
        assert (answer.status_code, answer["Content-Disposition"]) == (200, 'attachment; filename="note.pdf"')
    other_agent = an_agent(OrganisationFactory())
    for person in (people["owner"], other_agent, UserFactory()):
        assert sign_in(client, person).get(door).status_code == 404


def test_another_holder_of_the_same_dossier_does_not_read_the_files_of_this_one(client: Client, own_media: None) -> None:
    one, other = OrganisationFactory(), OrganisationFactory()
    agents = an_agent(one), an_agent(other)
    examination = an_examination(databases=held_databases(one, other))
    first = Consultation.objects.get(examination=examination, organisation=one)
    kept = file_remark(first, "Voir la note.", by=agents[0], at=timezone.now(), uploads=[a_pdf()]).files.get()
    door = reverse("committee:remark_file", args=[examination.dossier.reference, kept.pk])
    assert sign_in(client, agents[0]).get(door).status_code == 200
    assert sign_in(client, agents[1]).get(door).status_code == 404


def test_a_file_in_quarantine_is_named_and_handed_over_to_nobody(client: Client, own_media: None, settings: Any) -> None:
    settings.CLAMD_SOCKET = "/nowhere/clamd.ctl"
    agent, consultation = consulted()
    kept = file_remark(consultation, "Voir la note.", by=agent, at=timezone.now(), uploads=[a_pdf("note.pdf")]).files.get()
    assert kept.scan_state == ScanState.WAITING
    assert OutboxMessage.objects.filter(kind="scan_file", payload__model="committee.remarkfile", payload__pk=kept.pk).exists()
    reference = consultation.examination.dossier.reference
    page = sign_in(client, agent).get(reverse("committee:remarks", args=[reference])).content.decode()
    door = reverse("committee:remark_file", args=[reference, kept.pk])
    assert ("note.pdf" in page, door in page) == (True, False)
    assert client.get(door).status_code == 409


def test_a_refused_file_or_too_many_keep_nothing_and_the_text_stays_in_the_form(client: Client, own_media: None, settings: Any) -> None:
    agent, consultation = consulted()
    sign_in(client, agent)
    place = reverse("committee:remark", args=[consultation.examination.dossier.reference, consultation.pk])
    program = SimpleUploadedFile("note.pdf", b"MZ" + bytes(200))
    for files in ([a_pdf(), program], [a_pdf(f"{n}.pdf") for n in range(6)]):
        refused = client.post(place, {"words": "Voir la note.", "enclosed": files})
        assert (refused.status_code, "Voir la note." in refused.content.decode()) == (422, True)
        assert "enclosed" in refused.context["form"].errors
    assert not Remark.objects.exists()
    with pytest.raises(NotAllowed):
        file_remark(consultation, "Non.", by=UserFactory(), at=timezone.now(), uploads=[a_pdf()])
    assert not [path for path in (Path(settings.MEDIA_ROOT) / "committee").rglob("*") if path.is_file()]


def test_the_nightly_sweep_keeps_the_files_of_remarks_and_deletes_what_no_row_knows(own_media: None) -> None:
    agent, consultation = consulted()
    kept = file_remark(consultation, "Voir la note.", by=agent, at=timezone.now(), uploads=[a_pdf()]).files.get()
    path, long_ago = Path(kept.file.path), (timezone.now() - timedelta(days=3)).timestamp()
    lost = path.with_name("lost.pdf")
    lost.write_bytes(b"%PDF")
    for one in (path, lost):
        os.utime(one, (long_ago, long_ago))
    tidy_papers()
    assert (path.exists(), lost.exists()) == (True, False)
