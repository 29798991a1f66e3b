"""The committee and two people at the same moment, against the real database: a vote and a withdrawal, two presidents at work."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from committee.models import Allocation, Decision, Recusal
from committee.services.allocating import allocate
from committee.services.examining import recuse
from committee.states import Ground
from tests.committee.factories import a_committee, an_examination
from tests.committee.votes import all_for, an_open_session, propose, vote
from tests.racing import meanwhile
from workflow.refusals import RuleBroken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_english")]


def test_a_vote_that_waits_for_a_withdrawal_is_refused_and_counts_nobody_who_withdrew() -> None:
    members = a_committee(3)
    [item] = an_open_session(members, [an_examination()])
    propose(item)
    gone: Any = members[2]
    with meanwhile(lambda: vote(item, all_for(members))) as answers:
        recuse(item.examination.dossier, gone, Ground.DECLARED, by=gone.user, at=timezone.now(), words="J’y travaille.")
    assert isinstance(answers[0], RuleBroken)
    assert "Who may vote has changed" in str(answers[0])
    assert not Decision.objects.exists()


def test_a_withdrawal_that_waits_for_a_vote_comes_after_it_and_takes_no_ballot_from_it() -> None:
    members = a_committee(3)
    [item] = an_open_session(members, [an_examination()])
    propose(item)
    gone: Any = members[2]
    said = {"by": gone.user, "at": timezone.now(), "words": "J’y travaille."}
    with meanwhile(lambda: recuse(item.examination.dossier, gone, Ground.DECLARED, **said)) as answers:
        decision = vote(item, all_for(members))
    assert isinstance(answers[0], Recusal)
    assert (decision.votes_for, decision.ballots.get(member=gone).position) == (3, "for")  # `signing` refuses it: somebody withdrew since


def test_president_and_delegate_who_allocate_at_once_do_not_load_anybody_beyond_the_month() -> None:
    president, second, busy, free, other = a_committee(5)
    first_one, second_one, at = an_examination(), an_examination(), timezone.now()
    recuse(second_one.dossier, president, Ground.DECLARED, by=president.user, at=at, words="J’y travaille.")  # the delegate stands in
    for _one in range(3):
        Allocation.objects.create(examination=an_examination(), member=busy, allocated_at=at, allocated_by=busy.user)
    with meanwhile(lambda: allocate(second_one, [busy, other], by=second.user, at=timezone.now())) as answers:
        allocate(first_one, [busy, free], by=president.user, at=timezone.now())
    assert "the most is 4" in str(answers[0])
    assert Allocation.objects.filter(member=busy).count() == 4
    assert not second_one.allocations.exists()
