"""What the database itself holds of the committee, tried by breaking it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm

from committee.models import Ballot, Decision, Mandate
from committee.services.examining import lift_recusal, recuse
from committee.states import Ground
from requests_app.models import Dossier
from requests_app.policies import RAPPORTEUR, roles_on
from requests_app.transitions.base import Recorded
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_committee, a_member, a_session, an_examination, on_agenda

pytestmark = pytest.mark.django_db


def refused(make) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        make_now(make)
    return str(caught.value)


def test_nobody_sits_twice_at_once() -> None:
    member = a_member()
    mandate = member.mandates.get()
    again = {"member": member, "kind": "renewal", "recorded_at": timezone.now(), "recorded_by": member.user}
    overlapping = again | {"starts_on": mandate.ends_on - timedelta(days=1), "ends_on": mandate.ends_on + timedelta(days=100)}
    assert "mandate_one_at_a_time" in refused(lambda: Mandate.objects.create(**overlapping))
    Mandate.objects.create(**again, starts_on=mandate.ends_on, ends_on=mandate.ends_on + timedelta(days=100))


def make_now(make) -> None:
    make()
    connection.check_constraints()


def a_vote(item, **said) -> Decision:
    told = {"opinion": "favourable", "seats": 3, "quorum": 2, "counted": 2, "votes_for": 2, "votes_against": 0, "abstentions": 0}
    told |= {"carried": True, "voted_at": timezone.now(), "recorded_by": item.added_by, "salt": "0" * 32, "round": 1} | said
    return Decision.objects.create(item=item, **told)


def test_no_vote_is_kept_without_its_quorum_or_against_its_count() -> None:
    item = on_agenda(a_session(), an_examination())
    assert "decision_has_its_quorum" in refused(lambda: a_vote(item, counted=1))
    assert "decision_carried_by_its_votes" in refused(lambda: a_vote(item, votes_for=1, votes_against=1))
    assert "decision_carried_by_its_votes" in refused(lambda: a_vote(item, votes_for=1, votes_against=2))
    assert "decision_not_plainly_favourable_has_reasons" in refused(lambda: a_vote(item, opinion="reserved"))
    a_vote(item, votes_for=1, votes_against=1, casting="for")


def test_a_ballot_of_somebody_who_withdrew_cannot_be_kept() -> None:
    members, examination = a_committee(3), an_examination()
    item = on_agenda(a_session(), examination)
    recuse(examination.dossier, members[2], Ground.DECLARED, by=members[2].user, at=timezone.now(), words="J’y travaille.")
    decision = a_vote(item)
    Ballot.objects.create(decision=decision, member=members[0], standing="present", position="for")
    conflicted = {"decision": decision, "member": members[2], "standing": "present", "position": "for"}
    assert "who withdrew" in refused(lambda: Ballot.objects.create(**conflicted))
    by_proxy = {"decision": decision, "member": members[1], "standing": "represented", "position": "for", "cast_by": members[2]}
    assert "who withdrew" in refused(lambda: Ballot.objects.create(**by_proxy))


def test_who_withdraws_loses_the_dossier_at_once_and_gets_it_back_for_a_reason() -> None:
    president, member = a_committee(2)
    examination = an_examination()
    dossier = examination.dossier
    assert roles_on(member.user, dossier)
    recusal = recuse(dossier, member, Ground.DECLARED, by=member.user, at=timezone.now(), words="J’y travaille.")
    assert not roles_on(member.user, dossier)
    assert not Dossier.objects.visible_to(member.user).exists()
    lift_recusal(recusal, by=president.user, at=timezone.now(), because="Une erreur de nom.")
    assert Dossier.objects.visible_to(member.user).get() == dossier


def test_an_expert_sees_what_was_entrusted_to_them_only() -> None:
    expert, examination = a_member(quality="expert"), an_examination()
    assert not Dossier.objects.visible_to(expert.user).exists()
    assign_perm(RAPPORTEUR, expert.user, examination.dossier)
    assert Dossier.objects.visible_to(expert.user).get() == examination.dossier
    assert roles_on(expert.user, examination.dossier) == {"rapporteur", "external_expert"}


def test_an_opinion_closes_the_examination() -> None:
    examination = an_examination()
    examination.dossier.record_opinion(by=UserFactory(officer=True), at=timezone.now(), opinion="favourable", act=Recorded())
    examination.refresh_from_db()
    assert examination.closed_at


def test_a_withdrawal_closes_the_examination_and_strikes_the_dossier_from_the_agenda() -> None:
    owner = UserFactory()
    examination = an_examination()
    assign_perm("owner", owner, examination.dossier)
    item = on_agenda(a_session(), examination)
    examination.dossier.withdraw(by=owner, at=timezone.now(), act=Recorded(text="Financement perdu."))
    examination.refresh_from_db()
    item.refresh_from_db()
    assert examination.closed_at
    assert item.ending == "struck"
