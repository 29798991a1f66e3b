"""The vote on a dossier: quorum, withdrawals, proxies, rounds, the casting vote; and putting a dossier off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from committee.counting import OUT
from committee.models import Attendance, Ballot, Decision, Deliberation, InterestAnswer, Item, Member, Recusal
from committee.reference import rules_on
from committee.rules import quorum_of
from committee.services import deliberating
from committee.services.deliberating import defer, save_deliberation
from committee.services.examining import lift_recusal, recuse
from committee.services.interests import clear_doubt, declare
from committee.services.signing import sign
from committee.services.voting import take_vote, voices_of
from committee.states import Answer, Ending, Ground, Position, Presence
from requests_app.models import Dossier
from requests_app.states import State
from requests_app.transitions.base import Recorded
from tests.accounts.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.committee.factories import a_committee, a_member, a_session, an_examination, on_agenda, seat
from tests.committee.votes import all_for, an_open_session, poll, propose, signature_of, vote
from workflow import clocks
from workflow.models import JournalLine, Outcome
from workflow.refusals import NotAllowed, Refusal, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def members() -> list[Member]:
    return a_committee(5)


@pytest.fixture
def item(members: list[Member]) -> Item:
    found = an_open_session(members, [an_examination()])[0]
    propose(found)
    return found


def withdraw(item: Item, member: Member) -> Recusal:
    return recuse(item.examination.dossier, member, Ground.DECLARED, by=member.user, at=timezone.now(), words="J’y travaille.")


def as_now(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


# --- one round ---


def test_a_carried_proposal_ends_the_item_and_keeps_how_every_member_stood(item: Item, members: list[Member]) -> None:
    propose(item, "recommendations", "Le protocole est solide.", "– Préciser la durée.\n\n– Informer les personnes.")
    away, represented = members[3], members[4]
    Attendance.objects.filter(session=item.session, member=away).update(presence=Presence.EXCUSED)
    Attendance.objects.filter(session=item.session, member=represented).update(
        presence=Presence.REPRESENTED, represented_by=members[2], noted_at=timezone.now()
    )
    decision = vote(item, {members[0]: "for", members[1]: "abstention", members[2]: "against", represented: "for"})
    assert (decision.seats, decision.quorum, decision.counted) == (5, 3, 3)
    assert (decision.votes_for, decision.votes_against, decision.abstentions, decision.casting) == (2, 1, 1, "")
    assert (decision.carried, as_now(item).ending, as_now(item).ended_at) == (True, Ending.OPINION, decision.voted_at)
    stood = {ballot.member_id: (ballot.standing, ballot.position, ballot.cast_by_id) for ballot in decision.ballots.all()}
    assert stood[away.pk] == ("out", "", None)
    assert stood[represented.pk] == ("represented", "for", members[2].pk)
    assert list(decision.recommendations.values_list("words", flat=True)) == ["Préciser la durée.", "Informer les personnes."]


def test_a_vote_is_one_line_of_the_dossier_that_tells_no_count_and_one_of_the_session(item: Item, members: list[Member]) -> None:
    decision = vote(item, all_for(members))
    line = JournalLine.objects.get(subject_type="dossier", subject_id=item.examination.dossier_id, action="vote_opinion")
    assert line.facts == {"session": item.session_id, "decision": decision.pk, "round": 1}
    told = JournalLine.objects.get(subject_type="session", subject_id=item.session_id, action="take_vote").facts
    assert (told["for"], told["counted"], told["outcome"], told["carried"]) == (5, 5, "favourable", True)
    assert len(told["text_sha256"]) == 64


def test_a_proposal_that_is_not_carried_leaves_the_item_open_for_another_round(item: Item, members: list[Member]) -> None:
    propose(item, "unfavourable", "Le besoin n’est pas établi.")
    lost = vote(item, dict.fromkeys(members, "against"))
    assert (lost.carried, lost.recommendations.exists(), as_now(item).ending) == (False, False, "")
    propose(item, "reserved", "Sous réserve d’un complément.")
    assert (again := vote(item, all_for(members))).carried
    assert again.round == 2
    with pytest.raises(WrongState, match="dealt with"):
        vote(item, all_for(members))


@pytest.mark.parametrize(
    ("opinion", "reasons", "recommendations", "where"),
    [
        ("", "", "", "opinion"),
        ("tacit", "", "", "opinion"),
        ("reserved", " ", "", "reasons"),
        ("unfavourable", "", "", "reasons"),
        ("recommendations", "Motif.", " – ", "recommendations"),
        ("favourable", "", "Préciser la durée.", "recommendations"),
    ],
)
def test_what_is_put_to_the_vote_is_a_whole_opinion(
    item: Item, members: list[Member], opinion: str, reasons: str, recommendations: str, where: str
) -> None:
    propose(item, opinion, reasons, recommendations)
    with pytest.raises(RuleBroken) as refused:
        vote(item, all_for(members))
    assert [one.where for one in refused.value.broken] == [where]
    assert not Decision.objects.exists()


def test_no_vote_is_taken_before_the_session_is_open_nor_on_what_is_no_longer_before_the_committee(members: list[Member]) -> None:
    waiting = on_agenda(a_session(), an_examination())
    propose(waiting)
    with pytest.raises(WrongState, match="not open"):
        vote(waiting, {})
    [gone] = an_open_session(members, [an_examination()])
    propose(gone)
    owner = UserFactory()
    assign_perm("owner", owner, gone.examination.dossier)
    gone.examination.dossier.withdraw(by=owner, at=timezone.now(), act=Recorded(text="Abandon du projet."))
    with pytest.raises(WrongState, match="no longer before the committee"):
        vote(gone, all_for(members))


# --- quorum ---


def test_the_quorum_is_asked_of_each_vote_and_not_of_the_opening_only(item: Item, members: list[Member]) -> None:
    three = dict(zip(members, ["for", "for", "for", OUT, OUT], strict=True))
    two = dict(zip(members, ["for", "for", OUT, OUT, OUT], strict=True))
    with pytest.raises(RuleBroken, match=r"3 of 5 members must be present, 2 are"):
        vote(item, two)
    assert vote(item, three).counted == 3


def test_who_withdrew_does_not_count_for_the_quorum_of_that_dossier(item: Item, members: list[Member]) -> None:
    for member in members[2:]:
        withdraw(item, member)
    with pytest.raises(RuleBroken, match="quorum"):
        vote(item, all_for(members[:2]))
    assert not Ballot.objects.exists()


def test_a_proxy_votes_and_does_not_count_for_the_quorum(item: Item, members: list[Member]) -> None:
    for holder, absent in ((0, 3), (1, 4)):
        Attendance.objects.filter(session=item.session, member=members[absent]).update(
            presence=Presence.REPRESENTED, represented_by=members[holder]
        )
    decision = vote(item, all_for(members))
    assert (decision.counted, decision.votes_for) == (3, 5)


# --- withdrawals ---


def test_a_vote_that_is_said_for_somebody_who_withdrew_is_not_counted(item: Item, members: list[Member]) -> None:
    withdraw(item, members[4])
    decision = vote(item, dict.fromkeys(members, "against") | {members[0]: "for", members[1]: "for", members[2]: "for"})
    assert (decision.votes_for, decision.votes_against) == (3, 1)
    assert decision.ballots.get(member=members[4]).standing == "withdrawn"


def test_who_withdraws_while_the_page_is_open_makes_it_be_read_again(item: Item, members: list[Member]) -> None:
    read = poll(item, {member.pk: "for" for member in members}, timezone.now())
    withdraw(item, members[4])
    with pytest.raises(RuleBroken, match="Who may vote has changed"):
        take_vote(item, read, by=item.session.planned_by, at=timezone.now())


def standing_of(item: Item, member: Member) -> str:
    return next(voice.standing for voice in voices_of(as_now(item), timezone.now()) if voice.member == member.pk)


@pytest.mark.parametrize("side", ["controller", "body_in_charge", "team"])
def test_who_came_to_the_applicants_side_since_the_reception_has_no_vote_and_withdraws_as_it_is_taken(
    item: Item, members: list[Member], side: str
) -> None:
    late, dossier = members[4], item.examination.dossier
    assert standing_of(item, late) == "present"
    if side == "team":
        assign_perm("editor", late.user, dossier)
    else:
        body = dossier.content.controller if side == "controller" else OrganisationFactory()
        type(dossier.content).objects.filter(pk=dossier.content.pk).update(**{side: body})
        MembershipFactory(user=members[3].user, requested=True, organisation=body)
        MembershipFactory(user=late.user, organisation=body)
    assert (standing_of(item, late), standing_of(item, members[3])) == ("withdrawn", "present")
    decision = vote(item, all_for(members))
    assert (decision.votes_for, decision.counted, decision.ballots.get(member=late).standing) == (4, 4, "withdrawn")
    assert Recusal.objects.get(dossier=dossier).member == late


def test_an_interest_that_the_page_did_not_show_makes_it_be_read_again_and_the_withdrawal_stays(item: Item, members: list[Member]) -> None:
    laboratory = OrganisationFactory()
    content = item.examination.dossier.content
    type(content).objects.filter(pk=content.pk).update(laboratory=laboratory)
    MembershipFactory(user=members[4].user, organisation=laboratory)
    with pytest.raises(RuleBroken, match="Who may vote has changed"):
        vote(item, all_for(members))
    assert Recusal.objects.get().member == members[4]
    assert vote(item, all_for(members)).votes_for == 4


def test_nobody_votes_with_a_declared_link_before_the_president_decides_and_who_left_the_room_may_wait(
    item: Item, members: list[Member]
) -> None:
    doubt = declare(item.examination, members[4], answer=Answer.DOUBT, words="Un ancien collègue.", by=members[4].user, at=timezone.now())
    with pytest.raises(RuleBroken, match="Has declared a link") as refused:
        vote(item, all_for(members))
    assert [one.where for one in refused.value.broken] == [f"member_{members[4].pk}"]
    proposal = Deliberation.objects.get(item=item)
    propose(item, "unfavourable", "Motif.")
    assert not vote(item, dict.fromkeys(members, "against") | {members[4]: OUT}).carried
    propose(item, proposal.opinion)
    clear_doubt(doubt, words="Trop ancien.", by=members[0].user, at=timezone.now())
    assert vote(item, all_for(members)).votes_for == 5


def test_a_proxy_does_not_vote_for_somebody_whose_link_is_not_decided(item: Item, members: list[Member]) -> None:
    declare(item.examination, members[4], answer=Answer.DOUBT, words="Un lien.", by=members[4].user, at=timezone.now())
    row = Attendance.objects.filter(session=item.session, member=members[4])
    row.update(presence=Presence.REPRESENTED, represented_by=members[0])
    with pytest.raises(RuleBroken, match="Has declared a link"):
        vote(item, all_for(members))
    row.update(presence=Presence.EXCUSED, represented_by=None)
    assert vote(item, all_for(members[:4])).votes_for == 4


def test_a_text_that_changes_while_the_page_is_open_is_not_voted(item: Item, members: list[Member]) -> None:
    read = poll(item, {member.pk: "for" for member in members}, timezone.now())
    save_deliberation(item, {"notes": "", "reasons": "Autre texte."}, by=item.session.planned_by, at=timezone.now(), revision=1)
    with pytest.raises(RuleBroken, match="text of the opinion has changed"):
        take_vote(item, read, by=item.session.planned_by, at=timezone.now())


def test_a_president_who_withdrew_leads_no_vote_on_that_dossier(item: Item, members: list[Member]) -> None:
    withdraw(item, members[0])
    with pytest.raises(NotAllowed):
        vote(item, all_for(members[1:]), by=members[0].user)
    assert vote(item, all_for(members[1:]), by=members[1].user).carried


def test_members_who_do_not_lead_take_no_vote(item: Item, members: list[Member]) -> None:
    with pytest.raises(NotAllowed):
        vote(item, all_for(members), by=members[2].user)
    assert not JournalLine.objects.filter(action="vote_opinion").exists()


# --- the casting vote ---


def even(members: list[Member], chair: str = "for") -> dict[Member, str]:
    """Two against two, the chair's among them."""
    other = "against" if chair == "for" else "for"
    return dict(zip(members, [chair, chair, other, other, "abstention"], strict=True))


@pytest.mark.parametrize(("said", "carried"), [("for", True), ("against", False)])
def test_even_votes_are_decided_by_the_president_as_the_president_voted(
    item: Item, members: list[Member], said: str, carried: bool
) -> None:
    with pytest.raises(RuleBroken, match=str(members[0])) as asked:
        vote(item, even(members, said))
    assert [one.where for one in asked.value.broken] == ["casting"]
    with pytest.raises(RuleBroken, match="what its holder has voted"):
        vote(item, even(members, said), casting="against" if said == "for" else "for")
    decision = vote(item, even(members, said), casting=said)
    assert (decision.casting, decision.carried) == (said, carried)


def test_a_president_who_abstained_chooses_and_nobody_casts_an_abstention(item: Item, members: list[Member]) -> None:
    said = dict.fromkeys(members, "abstention")
    with pytest.raises(RuleBroken):
        vote(item, said, casting="abstention")
    assert vote(item, said, casting="for").carried


def test_the_casting_vote_is_asked_for_on_a_tie_only(item: Item, members: list[Member]) -> None:
    decision = vote(item, all_for(members), casting="against")
    assert (decision.carried, decision.casting) == (True, "")


def test_when_the_chair_withdrew_who_stands_in_has_the_casting_vote_and_without_one_nothing_is_carried(
    item: Item, members: list[Member]
) -> None:
    withdraw(item, members[0])
    said = dict(zip(members[1:], ["for", "for", "against", "against"], strict=True))
    with pytest.raises(RuleBroken, match=str(members[1])):
        vote(item, said)
    decision = vote(item, said | {members[1]: OUT, members[2]: "for", members[3]: "against", members[4]: "abstention"})
    assert (decision.votes_for, decision.votes_against, decision.casting, decision.carried) == (1, 1, "", False)


# --- who has declared nothing ---


def test_who_takes_part_without_having_declared_is_told_of_at_their_line_and_no_vote_is_taken(item: Item, members: list[Member]) -> None:
    InterestAnswer.objects.filter(member=members[2]).delete()
    with pytest.raises(RuleBroken, match="declared nothing") as refused:
        vote(item, all_for(members))
    assert [one.where for one in refused.value.broken] == [f"member_{members[2].pk}"]
    assert not Decision.objects.exists()
    assert vote(item, all_for(members) | {members[2]: OUT}).counted == 4


def test_what_a_member_declares_in_the_room_is_noted_with_who_noted_it_and_lets_them_vote(item: Item, members: list[Member]) -> None:
    InterestAnswer.objects.filter(member__in=members[2:4]).delete()
    said, now, officer = {one.pk: "for" for one in members}, timezone.now(), item.session.planned_by
    half = replace(poll(item, said, now), declared=frozenset([members[2].pk]))
    with pytest.raises(RuleBroken, match="declared nothing"):
        take_vote(item, half, by=officer, at=now)
    assert not InterestAnswer.objects.filter(member=members[2]).exists()
    assert take_vote(item, replace(half, declared=frozenset(said)), by=officer, at=now).votes_for == 5
    noted = InterestAnswer.objects.filter(noted_by__isnull=False).order_by("member")
    assert [(one.member, one.answer, one.at, one.noted_by) for one in noted] == [(one, "none", now, officer) for one in members[2:4]]
    line = JournalLine.objects.get(subject_type="dossier", action="note_interests")
    assert (line.actor_id, line.facts) == (officer.pk, {"members": [one.pk for one in members[2:4]], "answer": "none"})


def test_nobody_declares_in_session_for_who_is_represented_or_has_left_or_has_declared_a_link(item: Item, members: list[Member]) -> None:
    InterestAnswer.objects.filter(member__in=members[2:4]).delete()
    _proxy(item, members, 2, 1)
    InterestAnswer.objects.filter(member=members[4]).update(answer="doubt", words="Un lien.")
    now, everybody = timezone.now(), frozenset(one.pk for one in members)
    said = {one.pk: "for" for one in members} | {members[3].pk: OUT}
    with pytest.raises(RuleBroken) as refused:
        take_vote(item, replace(poll(item, said, now), declared=everybody), by=item.session.planned_by, at=now)
    assert {one.where for one in refused.value.broken} == {f"member_{members[2].pk}", f"member_{members[4].pk}"}
    said |= {members[2].pk: OUT, members[4].pk: OUT}
    with pytest.raises(RuleBroken):
        take_vote(item, replace(poll(item, said, now), declared=everybody), by=item.session.planned_by, at=now)  # no quorum: nothing stays
    assert not InterestAnswer.objects.filter(noted_by__isnull=False).exists()


# --- putting off ---


def test_a_dossier_is_put_off_to_a_later_session_for_a_reason_and_its_period_goes_on(item: Item) -> None:
    later, officer = a_session(), item.session.planned_by
    with pytest.raises(RuleBroken) as refused:
        defer(item, by=officer, at=timezone.now(), because=" ", to=later)
    assert refused.value.broken[0].where == "because"
    defer(item, by=officer, at=timezone.now(), because="Les réponses arrivent demain.", to=later)
    assert (as_now(item).ending, as_now(item).ending_reason) == (Ending.DEFERRED, "Les réponses arrivent demain.")
    assert later.items.get().examination == item.examination
    clock = clocks.of(item.examination.dossier).get(code="K-CES")
    assert (clock.outcome, clock.pauses.exists(), clock.extended_at) == (Outcome.RUNNING, False, None)
    assert JournalLine.objects.get(subject_type="dossier", action="defer").facts == {"session": item.session_id, "to": later.pk}


def test_a_dossier_is_not_put_off_to_a_session_that_was(item: Item) -> None:
    past = a_session(item.session.starts_at - timedelta(days=20))
    with pytest.raises(RuleBroken, match="yet to come"):
        defer(item, by=item.session.planned_by, at=timezone.now(), because="Plus tard.", to=past)
    assert as_now(item).ending == ""


# --- notes ---


def test_notes_are_saved_by_whom_leads_and_two_pages_do_not_overwrite_each_other(item: Item, members: list[Member]) -> None:
    Deliberation.objects.all().delete()
    officer, now = item.session.planned_by, timezone.now()
    first = save_deliberation(item, {"notes": "Un débat."}, by=officer, at=now, revision=0, page="a")
    assert (first.revision, first.conflict) == (1, False)
    same_page = save_deliberation(item, {"notes": "Un long débat."}, by=officer, at=now, revision=0, page="a")
    assert (same_page.revision, same_page.conflict) == (2, False)
    other = save_deliberation(item, {"notes": "Autre chose."}, by=members[0].user, at=now, revision=1, page="b")
    assert (other.conflict, other.revision, other.theirs) == (True, 2, {"notes": "Un long débat."})
    with pytest.raises(NotAllowed):
        save_deliberation(item, {"notes": "Moi aussi."}, by=members[3].user, at=now, revision=2)


def test_once_voted_only_the_notes_go_on(item: Item, members: list[Member]) -> None:
    vote(item, all_for(members))
    officer, now = item.session.planned_by, timezone.now()
    save_deliberation(item, {"notes": "Ajout.", "opinion": "reserved"}, by=officer, at=now, revision=1)
    kept = Deliberation.objects.get(item=item)
    assert (kept.notes, kept.opinion) == ("Ajout.", "favourable")
    with pytest.raises(WrongState):
        save_deliberation(item, {"opinion": "reserved"}, by=officer, at=now, revision=2)


def test_a_vote_that_is_taken_while_the_notes_wait_for_its_lock_leaves_its_text_alone(
    item: Item, members: list[Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(_user: Any, _item: Item) -> bool:
        vote(item, all_for(members))
        return True

    monkeypatch.setattr(deliberating, "may_lead", meanwhile)
    said = {"notes": "Un débat.", "opinion": "reserved"}
    save_deliberation(item, said, by=item.session.planned_by, at=timezone.now(), revision=1)
    kept = Deliberation.objects.get(item=item)
    assert (kept.notes, kept.opinion, Decision.objects.get().opinion) == ("Un débat.", "favourable", "favourable")


# --- whatever happens ---

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("presence"), st.integers(0, 4), st.sampled_from([Presence.PRESENT, Presence.EXCUSED, Presence.ABSENT])),
        st.tuples(st.just("proxy"), st.integers(0, 4), st.integers(0, 4)),
        st.tuples(st.just("recuse"), st.integers(0, 4), st.none()),
        st.tuples(st.just("readmit"), st.integers(0, 4), st.none()),
        st.tuples(st.just("say_nothing"), st.integers(0, 4), st.none()),
        st.tuples(st.just("vote"), st.lists(st.sampled_from([OUT, "for", "against", "abstention"]), min_size=5, max_size=5), st.none()),
        st.tuples(st.just("sign"), st.integers(0, 1), st.none()),
    ),
    min_size=4,
    max_size=14,
)


def play(item: Item, members: list[Member], step: tuple[str, Any, Any]) -> None:
    """One thing that happens in the room; what is refused changes nothing."""
    what, who, how = step
    try:
        with transaction.atomic():
            STEP[what](item, members, who, how)
    except Refusal:
        pass


def _presence(item: Item, members: list[Member], who: int, presence: str) -> None:
    Attendance.objects.filter(session=item.session, member=members[who]).update(presence=presence, represented_by=None)


def _proxy(item: Item, members: list[Member], who: int, holder: int) -> None:
    if who != holder:
        row = Attendance.objects.filter(session=item.session, member=members[who])
        row.update(presence=Presence.REPRESENTED, represented_by=members[holder])


def _recuse(item: Item, members: list[Member], who: int, _how: None) -> None:
    withdraw(item, members[who])


def _readmit(item: Item, members: list[Member], who: int, _how: None) -> None:
    for recusal in Recusal.objects.filter(member=members[who], lifted_at=None):
        lift_recusal(recusal, by=members[0].user, at=timezone.now(), because="Une erreur.")


def _vote(item: Item, members: list[Member], said: list[str], _how: None) -> None:
    casting = {"for": "for", "against": "against"}.get(said[0], "for")
    vote(item, dict(zip(members, said, strict=True)), casting=casting)


def _sign(item: Item, members: list[Member], who: int, _how: None) -> None:
    for decision in Decision.objects.filter(signed_at=None):
        sign(decision, by=members[who].user, at=timezone.now(), signed=signature_of(decision, members[who].user))


def _say_nothing(item: Item, members: list[Member], who: int, _how: None) -> None:
    InterestAnswer.objects.filter(member=members[who]).delete()


STEP: dict[str, Any] = {"presence": _presence, "proxy": _proxy, "recuse": _recuse, "readmit": _readmit, "vote": _vote, "sign": _sign}
STEP |= {"say_nothing": _say_nothing}


class Undo(Exception):
    """Ends a savepoint."""


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_sequence_of_presences_recusals_proxies_and_votes_gives_an_opinion_without_quorum_or_with_a_conflicted_vote(
    item: Item, members: list[Member], steps: list[tuple[str, Any, Any]]
) -> None:
    try:
        with transaction.atomic():
            for step in steps:
                conflicted = set(Recusal.objects.filter(lifted_at=None).values_list("member", flat=True))
                conflicted |= {one.pk for one in members} - set(InterestAnswer.objects.values_list("member", flat=True))  # said nothing
                before = set(Decision.objects.values_list("pk", flat=True))
                play(item, members, step)
                for decision in Decision.objects.exclude(pk__in=before):
                    assert_is_lawful(decision, members, conflicted)
                assert_opinion_is_lawful(item)
            raise Undo
    except Undo:
        pass


def assert_is_lawful(decision: Decision, members: list[Member], conflicted: set[int]) -> None:
    """A vote that was kept has its quorum of people in the room, counts nobody in conflict, and adds up."""
    ballots = list(decision.ballots.all())
    there = [ballot for ballot in ballots if ballot.standing == "present"]
    figures = rules_on(decision.voted_at.date())
    assert len(ballots) == len(members) == decision.seats
    assert decision.quorum == quorum_of(len(members), figures)
    assert len(there) == decision.counted >= decision.quorum
    cast = [ballot for ballot in ballots if ballot.position]
    assert not {ballot.member_id for ballot in cast} & conflicted
    assert not {ballot.cast_by_id for ballot in cast} & conflicted
    assert {ballot.cast_by_id for ballot in cast if ballot.cast_by_id} <= {ballot.member_id for ballot in there}
    counts = [sum(ballot.position == position for ballot in ballots) for position in Position.values]
    assert counts == [decision.votes_for, decision.votes_against, decision.abstentions]


def assert_opinion_is_lawful(item: Item) -> None:
    """An opinion that the dossier has is that of a carried and signed vote, and nothing else gave it one."""
    dossier = Dossier.objects.get(pk=item.examination.dossier_id)
    signed = Decision.objects.filter(signed_at__isnull=False)
    if dossier.state == State.WITH_COMMITTEE:
        assert not signed.exists()
        return
    decision = signed.get()
    assert (dossier.opinion, decision.carried) == (decision.opinion, True)
    assert decision.votes_for > decision.votes_against or decision.casting == "for"


def test_the_steps_of_that_test_do_lead_to_opinions(item: Item, members: list[Member]) -> None:
    for step in [("recuse", 4, None), ("presence", 3, Presence.EXCUSED), ("proxy", 3, 1), ("vote", ["for"] * 5, None), ("sign", 0, None)]:
        play(item, members, step)
    assert Dossier.objects.get(pk=item.examination.dossier_id).opinion == "favourable"
    assert Decision.objects.get().votes_for == 4


def test_the_list_of_those_who_may_vote_costs_the_same_with_more_members(item: Item, django_assert_num_queries: Any) -> None:
    fresh = Item.objects.select_related("session", "examination").get(pk=item.pk)
    with django_assert_num_queries(3):
        voices_of(fresh, timezone.now())
    seat(item.session, a_committee_of_five_more())
    with django_assert_num_queries(3):
        assert len(voices_of(fresh, timezone.now())) == 10


def a_committee_of_five_more() -> list[Member]:
    return [a_member() for _one in range(5)]


def test_a_vote_that_was_taken_cannot_be_taken_back_on_the_session(item: Item, members: list[Member]) -> None:
    vote(item, all_for(members))
    with pytest.raises(WrongState):
        defer(item, by=item.session.planned_by, at=timezone.now(), because="Finalement non.")
    assert as_now(item).ending == Ending.OPINION
