"""The demonstration's committee: made through the services, so that quorum, interests and journal hold; furnished once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.policies import roles_of
from committee.models import Allocation, Consultation, Decision, Member, Paper, Recommendation, Recusal, Session
from committee.reference import rules_on
from committee.services.declarations import stale_among
from committee.states import Ending, PaperKind, SessionState
from config.demo import committee
from config.demo.people import DOMAIN, make_people
from requests_app.models import Dossier
from requests_app.policies import roles_on
from requests_app.states import State
from tests.committee.factories import a_member
from workflow import journal
from workflow.models import JournalLine, OutboxMessage


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """The committee furnished twice, without the real projects; undone at the end."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            now = timezone.now()
            people = make_people(now)
            committee.furnish(people, now)
            lines = JournalLine.objects.count()
            committee.furnish(people, now)
            yield {"lines": lines}
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


def somebody(name: str) -> User:
    return User.objects.get(email=f"{name}@{DOMAIN}")


@pytest.mark.usefixtures("furnished")
class TestCommitteeOfTheDemonstration:
    """What a visitor of the demonstration may rely on."""

    def test_furnishing_twice_adds_nothing_and_writes_to_nobody(self, furnished: dict[str, int]) -> None:
        assert JournalLine.objects.count() == furnished["lines"]
        assert not OutboxMessage.objects.exists()
        assert list(journal.faults()) == []

    def test_fifteen_members_sit_and_one_declaration_is_stale(self) -> None:
        today = timezone.localdate()
        sitting = Member.objects.sitting(today)
        assert sitting.count() == 15
        assert Member.objects.experts().count() == 2
        assert len(stale_among(sitting, today)) == 1
        assert {"committee_president", "committee_member"} <= roles_of(somebody("presidente"))
        assert {"committee_delegate", "committee_member"} <= roles_of(somebody("deleguee"))
        assert "committee_member" in roles_of(somebody("membre"))
        assert not roles_of(somebody("regis.vaucoulet")) & {"committee_member"}

    def test_ten_sessions_to_come_are_published_far_ahead(self) -> None:
        now, figures = timezone.now(), rules_on(timezone.localdate())
        coming = Session.objects.public().filter(starts_at__gt=now)
        assert coming.count() >= figures.sessions_a_year
        assert (coming.latest("starts_at").starts_at - now).days > 30 * figures.calendar_months_ahead

    def test_the_session_that_was_held_has_its_votes_opinions_and_minutes(self) -> None:
        held = Session.objects.get(state=SessionState.HELD)
        assert sorted(held.items.values_list("ending", flat=True)) == [Ending.DEFERRED, Ending.OPINION, Ending.OPINION]
        for decision in Decision.objects.filter(item__session=held):
            assert decision.carried
            assert decision.signed_at is not None
            assert decision.counted >= decision.quorum
        withdrawn = Recusal.objects.get(dossier__content__acronym="ÉPIPARCOURS")
        assert roles_on(withdrawn.member.user, withdrawn.dossier) == frozenset()
        assert held.papers.filter(kind=PaperKind.MINUTES).exists()
        assert Paper.objects.filter(kind=PaperKind.OPINION).count() == 2

    def test_an_applicant_has_recommendations_left_to_answer(self) -> None:
        dossier = Dossier.objects.get(content__acronym="ÉPIPARCOURS")
        advised = Recommendation.objects.filter(decision__item__examination__dossier=dossier)
        assert (dossier.state, advised.exclude(reply="").count(), advised.filter(reply="").count()) == (State.OPINION_GIVEN, 1, 2)
        assert Dossier.objects.get(content__acronym="TÉLÉCARDIO").state == State.WITH_CNIL

    def test_one_session_is_convened_and_one_dossier_awaits_its_rapporteurs_and_its_holder(self) -> None:
        convened = Session.objects.get(state=SessionState.CONVENED)
        assert convened.items.pending().exists()
        new = Dossier.objects.get(content__acronym="STÉATORISQUE")
        assert not Allocation.objects.filter(examination__dossier=new).exists()
        consultation = Consultation.objects.get(examination__dossier=new)
        assert roles_on(somebody("responsable"), consultation.examination.dossier) == {"data_controller_agent"}

    def test_nothing_made_up_is_passed_off_as_real(self) -> None:
        for dossier in Dossier.objects.all():
            assert dossier.is_demonstration
            assert any("n’existe pas" in sentence for sentence in dossier.generated)


@pytest.mark.django_db
def test_a_site_with_a_committee_of_its_own_is_left_alone() -> None:
    member = a_member()
    committee.furnish({}, timezone.now())
    assert list(Member.objects.values_list("pk", flat=True)) == [member.pk]
    assert not Session.objects.exists()
