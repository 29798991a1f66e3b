"""What two people do at the same moment, and what an old copy of a dossier in memory must not decide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Database
from requests_app.models import Content, Dossier, Suspension
from requests_app.services import save_sources, suspend
from requests_app.states import State
from requests_app.versions import restore_filed_version
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.requests_app.factories import a_dossier, a_draft, make, signature, told
from workflow import outbox, silence
from workflow.models import Clock, JournalLine, OutboxMessage, Outcome, Task
from workflow.refusals import RuleBroken

pytestmark = pytest.mark.django_db


def test_what_is_filed_is_what_was_saved_last_and_not_what_was_read_before_the_lock(people: dict[str, Any]) -> None:
    dossier = Dossier.objects.for_page().get(pk=a_draft(people).pk)
    assert dossier.content.title
    Content.objects.filter(pk=dossier.pk).update(title="Le titre qu'un autre onglet vient d'enregistrer")
    dossier.submit(by=people["signatory"], at=timezone.now(), signed=signature(dossier, people["signatory"]), **told("submit"))
    assert dossier.versions.get().snapshot["title"] == "Le titre qu'un autre onglet vient d'enregistrer"
    assert dossier.content_is_as_filed()


def test_a_suspension_that_came_a_moment_before_keeps_the_gate_closed(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.IN_PREPARATION, people)
    assert not dossier.is_suspended
    now = timezone.now()
    suspend(Dossier.objects.get(pk=dossier.pk), by=people["officer"], at=now, cause=Suspension.Cause.BREACH, reason="Un écart constaté.")
    with pytest.raises(RuleBroken):
        make(dossier, "open_data", people, timezone.now())


def test_the_filed_version_is_restored_even_after_a_database_was_taken_out(people: dict[str, Any]) -> None:
    first, second = Database.objects.order_by("pk")[:2]
    dossier = a_dossier(State.OPINION_GIVEN, people, databases=[first, second])
    now = timezone.now()
    save_sources(dossier, [{"database": second}], by=people["owner"], at=now, revision=0)
    assert not dossier.content_is_as_filed()
    restore_filed_version(dossier, by=people["owner"], at=now)
    assert dossier.content_is_as_filed()


@pytest.mark.parametrize("move", ["refuse", "close_without_action"])
def test_a_decision_of_the_cnil_meets_its_period_and_does_not_just_stop_it(people: dict[str, Any], move: str) -> None:
    dossier = a_dossier(State.WITH_CNIL, people)
    make(dossier, move, people, timezone.now())
    assert Clock.objects.get(subject_id=dossier.pk, code="K-CNIL").outcome == Outcome.MET


def test_a_withdrawal_stops_every_clock(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_CNIL, people)
    make(dossier, "withdraw", people, timezone.now())
    assert Clock.objects.get(subject_id=dossier.pk, code="K-CNIL").outcome == Outcome.STOPPED


def test_a_reaction_tried_again_waits_for_whoever_moves_the_dossier(people: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = a_dossier(State.AUTHORISED, people)
    line = JournalLine.objects.filter(subject_id=dossier.pk, action="authorise").get()
    locked: list[int] = []
    monkeypatch.setattr("workflow.engine.lock_and_reread", lambda subject: locked.append(subject.pk))
    outbox.queue("reaction", "reaction:again", line=line.pk, number=0)
    outbox.deliver_waiting(lambda: timezone.now() + timedelta(seconds=1))
    assert dossier.pk in locked


def test_an_extension_learnt_of_late_withdraws_the_question_and_silence_speaks_again(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_CNIL, people, begun=timezone.now() - timedelta(days=100))
    clock = Clock.objects.get(subject_id=dossier.pk, code="K-CNIL")
    silence.lapse_all(clock.expires_at)
    assert Task.objects.filter(clock=clock, closed_at=None).exists()
    make(dossier, "cnil_extends", people, clock.started_at + timedelta(days=30))
    assert not Task.objects.filter(clock=clock).exists()
    clock.refresh_from_db()
    silence.lapse_all(clock.expires_at)
    assert Task.objects.get(clock=clock).due_on == clock.due_on


def test_a_clock_that_fails_does_not_keep_the_others_from_lapsing(people: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (a_dossier(State.INCOMPLETE, people) for _number in range(2))
    told, lapse = [], silence._speak

    def speak(subject: Any, clock: Clock) -> None:
        told.append(subject.pk)
        if len(told) == 1:
            raise LookupError("a rule is missing")
        lapse(subject, clock)

    monkeypatch.setattr(silence, "_speak", speak)
    assert silence.lapse_all(timezone.now() + timedelta(days=60)) == 1
    assert set(told) == {first.pk, second.pk}


def test_an_officer_is_not_told_of_a_period_of_a_dossier_of_their_own_organisation(people: dict[str, Any]) -> None:
    dossier = a_dossier(State.SUBMITTED, people)
    colleague = UserFactory(officer=True)
    MembershipFactory(user=colleague, organisation=dossier.content.controller)
    clock = Clock.objects.get(subject_id=dossier.pk, code="K-SEC")
    outbox.queue("clock_lapsed", "clock_lapsed:test", clock=clock.pk)
    outbox.deliver(OutboxMessage.objects.get(key="clock_lapsed:test").pk, timezone.now())
    told = set(OutboxMessage.objects.filter(kind="mail", key__startswith="mail:clock:").values_list("payload__user", flat=True))
    assert people["officer"].pk in told
    assert colleague.pk not in told


def test_a_suspension_does_not_end_before_it_begins(people: dict[str, Any]) -> None:
    dossier, now = a_dossier(State.AUTHORISED, people), timezone.now()
    with pytest.raises(RuleBroken):
        suspend(dossier, by=people["officer"], at=now, cause="breach", reason="Un écart.", until=(now - timedelta(days=3)).date())


@pytest.mark.parametrize(
    ("section", "typed"),
    [
        ("project", {"settled_revision": "²"}),
        ("identity", {"controller": "²"}),
        ("identity", {"controller_search": "a\0b", "find": "1"}),
        ("sources", {"source": "\0"}),
    ],
)
def test_what_no_browser_sends_is_no_error_of_ours(people: dict[str, Any], section: str, typed: dict[str, str]) -> None:
    dossier = a_draft(people)
    owner = sign_in(Client(), people["owner"])
    address = reverse("dossiers:section", args=[dossier.reference, section])
    assert owner.post(address, typed).status_code < 500


@pytest.mark.parametrize("name", ["work:index", "accounts:organisation_search"])
def test_a_search_for_a_null_character_is_no_error_of_ours(people: dict[str, Any], name: str) -> None:
    assert sign_in(Client(), people["officer"]).get(reverse(name), {"q": "a\0b"}).status_code == 200
