"""The signature of an opinion, which gives it; and where an opinion may come from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from committee.counting import OUT
from committee.models import Attendance, Decision, Item, Member, OfficeHeld, Recusal
from committee.queries.agenda import ready
from committee.queries.votes import to_sign
from committee.services.agenda import put_on_agenda
from committee.services.deliberating import defer
from committee.services.examining import lift_recusal, recuse
from committee.services.signing import READ, fingerprint_of, opinion_to_sign, sign
from committee.states import Ending, Ground, Office, Presence
from requests_app.models import Dossier
from requests_app.signatures import Signature
from requests_app.states import State
from requests_app.transitions.base import Recorded
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_committee, a_member, a_session, an_examination, on_agenda, seat
from tests.committee.votes import all_declare, all_for, an_open_session, propose, signature_of, vote
from workflow import clocks
from workflow.models import JournalLine, Outcome
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english", "english_pages")]


@pytest.fixture
def members() -> list[Member]:
    return a_committee(3)


@pytest.fixture
def item(members: list[Member]) -> Item:
    return an_open_session(members, [an_examination()])[0]


@pytest.fixture
def decision(item: Item, members: list[Member]) -> Decision:
    propose(item, "recommendations", "Le protocole est solide.", "Préciser la durée.\nInformer les personnes.")
    return vote(item, all_for(members))


def dossier_of(decision: Decision) -> Dossier:
    return Dossier.objects.get(pk=decision.item.examination.dossier_id)


def signed_by(decision: Decision, member: Member, at: Any = None) -> JournalLine:
    return sign(decision, by=member.user, at=at or timezone.now(), signed=signature_of(decision, member.user))


def test_signing_gives_the_opinion_with_its_words_and_ends_the_period(decision: Decision, members: list[Member]) -> None:
    assert opinion_to_sign(dossier_of(decision)) == decision
    line = signed_by(decision, members[0])
    dossier = dossier_of(decision)
    assert (line.action, dossier.state, dossier.opinion, dossier.opinion_at) == (
        "record_opinion",
        State.OPINION_GIVEN,
        "recommendations",
        line.at,
    )
    act = dossier.acts.get(action="record_opinion")
    assert act.text == "Le protocole est solide.\n1. Préciser la durée.\n2. Informer les personnes."
    assert (act.reference, act.recorded_by) == (decision.item.session.reference, members[0].user)
    decision.refresh_from_db()
    assert (decision.signed_at, decision.signed_by, decision.signed_as) == (line.at, members[0].user, "president")
    assert clocks.of(dossier).get(code="K-CES").outcome == Outcome.MET
    noted = JournalLine.objects.get(action="sign_opinion").facts
    assert noted == {"decision": decision.pk, "second_factor": TOTPDevice.objects.get(user=members[0].user).persistent_id}
    assert opinion_to_sign(dossier) is None


def test_the_delegate_signs_in_the_presidents_name(decision: Decision, members: list[Member]) -> None:
    signed_by(decision, members[1])
    decision.refresh_from_db()
    assert decision.signed_as == Office.DELEGATE


def test_neither_a_member_nor_the_secretariat_signs(decision: Decision, members: list[Member]) -> None:
    for person in (members[2].user, UserFactory(officer=True)):
        with pytest.raises(NotAllowed):
            sign(decision, by=person, at=timezone.now(), signed=signature_of(decision, person))
    assert dossier_of(decision).state == State.WITH_COMMITTEE


def test_who_holds_the_role_without_the_office_does_not_sign(decision: Decision, members: list[Member]) -> None:
    OfficeHeld.objects.filter(office=Office.DELEGATE).update(ended_at=timezone.now() - timedelta(days=1))
    with pytest.raises(RuleBroken, match="delegate whom the president named"):
        signed_by(decision, members[1])
    vice = a_member(Office.VICE_PRESIDENT)
    with pytest.raises(RuleBroken, match="delegate whom the president named"):
        signed_by(decision, vice)


@pytest.mark.parametrize("device", ["", "nothing", "otp_totp.totpdevice/999999", "of somebody else", "not confirmed"])
def test_an_opinion_is_signed_with_ones_own_second_factor(decision: Decision, members: list[Member], device: str) -> None:
    if device == "of somebody else":
        device = TOTPDevice.objects.get(user=members[1].user).persistent_id
    if device == "not confirmed":
        device = TOTPDevice.objects.create(user=members[0].user, confirmed=False).persistent_id
    for signed in (Signature(device, {READ: fingerprint_of(decision)}), None):
        with pytest.raises(RuleBroken, match="second factor"):
            sign(decision, by=members[0].user, at=timezone.now(), signed=signed)
    assert (dossier_of(decision).state, JournalLine.objects.filter(action="sign_opinion").count()) == (State.WITH_COMMITTEE, 0)


def test_what_is_signed_is_what_was_read(decision: Decision, members: list[Member]) -> None:
    read = signature_of(decision, members[0].user)
    decision.recommendations.filter(position=1).update(words="Autre chose.")
    with pytest.raises(RuleBroken, match="not the one that you read"):
        sign(decision, by=members[0].user, at=timezone.now(), signed=read)


def withdraw(item: Item, member: Member) -> Recusal:
    return recuse(item.examination.dossier, member, Ground.DECLARED, by=member.user, at=timezone.now(), words="Un lien.")


def test_a_president_who_withdrew_does_not_sign_and_the_delegate_does(item: Item, members: list[Member]) -> None:
    withdraw(item, members[0])
    propose(item)
    decision = vote(item, all_for(members[1:]))
    with pytest.raises(NotAllowed):
        signed_by(decision, members[0])
    signed_by(decision, members[1])
    assert dossier_of(decision).opinion == "favourable"


@pytest.mark.parametrize("who", [0, 2, 3])
def test_a_vote_of_somebody_who_withdrew_since_is_not_signed_and_is_taken_again_in_a_later_session(
    item: Item, members: list[Member], who: int
) -> None:
    absent = a_member()
    members = [*members, absent, a_member()]
    seat(item.session, members[3:])
    all_declare([item], members[3:], at=timezone.now())
    propose(item)
    if who == 3:  # their voice was cast by the member beside them
        Attendance.objects.filter(session=item.session, member=absent).update(
            presence=Presence.REPRESENTED, represented_by=members[4], noted_at=timezone.now()
        )
    decision = vote(item, all_for(members))
    gone = withdraw(item, members[who])
    with pytest.raises(RuleBroken, match=f"{members[who]} voted, and has withdrawn") as refused:
        signed_by(decision, members[1])
    assert (len(refused.value.broken), dossier_of(decision).state) == (1, State.WITH_COMMITTEE)
    assert [one.examination for one in ready(item.session.planned_by, timezone.now())] == [item.examination]
    later = a_session(timezone.now() + timedelta(minutes=1))
    [again] = put_on_agenda(later, [item.examination], by=later.planned_by, at=timezone.now())
    seat(later, members)
    later.convene(by=later.planned_by, at=timezone.now())
    later.open_session(by=later.planned_by, at=timezone.now(), chair=members[1])
    propose(again, "reserved", "Motif.")
    second = vote(again, all_for(one for one in members if one != members[who]))
    assert opinion_to_sign(dossier_of(second)) == second
    signed_by(second, members[1])
    assert (dossier_of(second).opinion, gone.lifted_at) == ("reserved", None)


def test_a_voted_opinion_waits_for_its_signature_and_for_no_session(item: Item, members: list[Member]) -> None:
    propose(item)
    assert vote(item, all_for(members)).carried
    assert ready(item.session.planned_by, timezone.now()) == []


def test_who_withdrew_without_having_voted_and_who_was_let_back_in_do_not_keep_the_opinion_from_its_signature(
    item: Item, members: list[Member]
) -> None:
    members = [*members, a_member(), a_member()]
    seat(item.session, members[3:])
    all_declare([item], members[3:], at=timezone.now())
    propose(item)
    decision = vote(item, all_for(members) | {members[3]: OUT})
    withdraw(item, members[3])
    lift_recusal(withdraw(item, members[4]), by=members[0].user, at=timezone.now(), because="Une erreur.")
    signed_by(decision, members[1])
    assert dossier_of(decision).opinion == "favourable"


def test_where_the_president_withdrew_and_no_delegate_is_named_the_vice_president_signs(
    item: Item, members: list[Member], client: Client
) -> None:
    vice = a_member(Office.VICE_PRESIDENT)
    OfficeHeld.objects.filter(office=Office.DELEGATE).update(ended_at=timezone.now())
    propose(item)
    decision = vote(item, all_for(members[1:]) | {members[0]: OUT, vice: OUT})
    assert to_sign(vice.user, timezone.now()) == []
    page = reverse("committee:item", args=[item.session.reference, item.pk])
    assert "Read and sign the opinion" not in sign_in(client, vice.user).get(page).content.decode()
    withdraw(item, members[0])
    assert to_sign(vice.user, timezone.now()) == [decision]
    shown = client.get(page).content.decode()
    assert "No president takes part in this dossier." in shown
    assert f"{vice} (vice-president)" in shown
    assert "Read and sign the opinion" in shown
    signed_by(decision, vice)
    decision.refresh_from_db()
    assert (decision.signed_as, dossier_of(decision).opinion) == (Office.VICE_PRESIDENT, "favourable")


def test_an_opinion_is_signed_once(decision: Decision, members: list[Member]) -> None:
    signed_by(decision, members[0])
    with pytest.raises(WrongState, match="signed already"):
        signed_by(decision, members[1])


def test_a_proposal_that_was_not_carried_is_not_signed(item: Item, members: list[Member]) -> None:
    propose(item)
    lost = vote(item, dict.fromkeys(members, "against"))
    with pytest.raises(RuleBroken, match="carried"):
        signed_by(lost, members[0])
    assert opinion_to_sign(dossier_of(lost)) is None


def test_an_opinion_may_be_signed_after_the_session_while_the_period_runs(decision: Decision, members: list[Member]) -> None:
    session = decision.item.session
    session.close_session(by=session.planned_by, at=timezone.now())
    signed_by(decision, members[0])
    assert dossier_of(decision).state == State.OPINION_GIVEN


def test_a_vote_of_a_former_examination_gives_no_opinion_on_the_revised_dossier(decision: Decision, members: list[Member]) -> None:
    examination = decision.item.examination
    examination.closed_at = timezone.now()
    examination.save(update_fields=["closed_at"])
    with pytest.raises(RuleBroken, match="present examination"):
        signed_by(decision, members[0])
    assert opinion_to_sign(dossier_of(decision)) is None


def test_what_was_voted_is_frozen(decision: Decision, members: list[Member]) -> None:
    for change in ({"opinion": "favourable"}, {"votes_for": 1}, {"carried": False}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(**change)


# --- where an opinion may come from ---


def transcribe(dossier: Dossier) -> None:
    officer = UserFactory(officer=True)
    Dossier.objects.get(pk=dossier.pk).record_opinion(by=officer, at=timezone.now(), opinion="favourable", act=Recorded())


def test_a_dossier_received_before_the_first_day_may_be_transcribed_from_paper(settings: Any) -> None:
    dossier = an_examination().dossier
    settings.COMMITTEE_FROM = timezone.localdate()
    assert dossier.sent_to_committee_at.date() < settings.COMMITTEE_FROM
    transcribe(dossier)
    assert Dossier.objects.get(pk=dossier.pk).opinion == "favourable"


def test_from_the_first_day_on_an_opinion_comes_from_a_signed_vote_only(settings: Any, decision: Decision, members: list[Member]) -> None:
    settings.COMMITTEE_FROM = date(2020, 1, 1)
    for dossier in (an_examination().dossier, decision.item.examination.dossier):
        with pytest.raises(RuleBroken, match="vote of a session"):
            transcribe(dossier)
    signed_by(decision, members[0])
    assert dossier_of(decision).opinion == "recommendations"


@pytest.mark.parametrize("first", [None, date(2100, 1, 1)])
def test_a_dossier_that_stands_on_an_agenda_is_never_transcribed(settings: Any, first: date | None) -> None:
    settings.COMMITTEE_FROM = first
    item = on_agenda(a_session(), an_examination())
    with pytest.raises(RuleBroken, match="vote of a session"):
        transcribe(item.examination.dossier)
    Item.objects.filter(pk=item.pk).update(ending=Ending.STRUCK, ended_at=timezone.now())
    transcribe(item.examination.dossier)


def test_a_dossier_that_was_put_off_awaits_its_vote(item: Item) -> None:
    defer(item, by=item.session.planned_by, at=timezone.now(), because="Un expert manque.")
    with pytest.raises(RuleBroken, match="vote of a session"):
        transcribe(item.examination.dossier)
