"""Who sits, from which day to which; what they do beside; and the roles of the site, which come and go with it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm

from accounts.models import RoleGrant, User
from accounts.policies import forget, roles_of
from accounts.services import end_role
from committee.models import Allocation, Mandate, Member
from committee.reference import rules_on
from committee.services.access import roles_due, settle_roles
from committee.services.declarations import record_declaration
from committee.services.mandates import end_mandate, record_mandate, term_from
from committee.services.members import add_member, end_office, name_to_office, update_member
from committee.states import MandateKind, Office, Quality
from committee.tasks import settle_members
from requests_app.models import Dossier
from requests_app.policies import RAPPORTEUR
from tests.accounts.factories import UserFactory
from tests.accounts.mailbox import deliver_all
from tests.committee.factories import a_member, a_session, an_examination, on_agenda
from tests.requests_app.factories import PARIS
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def head() -> User:
    return UserFactory(head=True)


def on_day(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


def somebody(head: User, quality: str = Quality.HEALTH, **said: Any) -> Member:
    return add_member(user=UserFactory(), quality=quality, by=head, at=timezone.now(), **said)


def appointed(head: User, starts_on: date, kind: str = MandateKind.FIRST, member: Member | None = None, **said: Any) -> Mandate:
    return record_mandate(member or somebody(head), kind=kind, starts_on=starts_on, by=head, at=timezone.now(), **said)


def held(member: Member) -> set[str]:
    return set(roles_of(User.objects.get(pk=member.user_id))) - {"applicant"}


def sentence_of(refused: Any) -> str:
    return " ".join(str(broken.sentence) for broken in refused.value.broken)


TODAY = timezone.localdate()


# --- a mandate ---


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2026, 3, 1), date(2031, 3, 1)),
        (date(2028, 2, 28), date(2033, 2, 28)),
        (date(2028, 2, 29), date(2033, 3, 1)),  # its last day is 28 February: five whole years, and no day less
    ],
)
def test_a_mandate_lasts_five_years(starts_on: date, ends_on: date) -> None:
    assert term_from(starts_on, rules_on(starts_on)) == ends_on


def test_the_end_of_a_mandate_follows_from_its_beginning(head: User) -> None:
    mandate = appointed(head, date(2025, 9, 1), order="Arrêté du 20 août 2025")
    assert (mandate.ends_on, mandate.order) == (date(2030, 9, 1), "Arrêté du 20 août 2025")


def test_a_member_sits_to_the_last_day_and_no_longer_on_the_day_it_ends(head: User) -> None:
    mandate = appointed(head, date(2022, 3, 1))
    assert [mandate.member in Member.objects.sitting(day) for day in (date(2022, 2, 28), date(2022, 3, 1))] == [False, True]
    assert [mandate.member in Member.objects.sitting(day) for day in (date(2027, 2, 28), date(2027, 3, 1))] == [True, False]


def test_a_mandate_is_renewed_once(head: User) -> None:
    first = appointed(head, date(2012, 1, 1))
    member = first.member
    second = appointed(head, first.ends_on, MandateKind.RENEWAL, member)
    assert second.ends_on == date(2022, 1, 1)
    with pytest.raises(RuleBroken) as refused:
        appointed(head, second.ends_on, MandateKind.RENEWAL, member)
    assert "had 2 in a row" in sentence_of(refused)
    with pytest.raises(RuleBroken):
        appointed(head, second.ends_on, MandateKind.FIRST, member)
    with pytest.raises(RuleBroken):  # a day short of a whole term of absence
        appointed(head, date(2026, 12, 31), MandateKind.FIRST, member)
    assert appointed(head, date(2027, 1, 1), MandateKind.FIRST, member).ends_on == date(2032, 1, 1)


def test_what_is_no_renewal_is_not_called_so_nor_the_reverse(head: User) -> None:
    with pytest.raises(RuleBroken, match="no mandate to renew"):
        appointed(head, TODAY, MandateKind.RENEWAL)
    mandate = appointed(head, TODAY - timedelta(days=1000))
    with pytest.raises(RuleBroken, match="record a renewal"):
        appointed(head, mandate.ends_on, MandateKind.FIRST, mandate.member)


def test_two_mandates_of_one_person_touch_and_never_overlap(head: User) -> None:
    mandate = appointed(head, TODAY - timedelta(days=1000))
    with pytest.raises(RuleBroken, match="already"):
        appointed(head, mandate.ends_on - timedelta(days=1), MandateKind.RENEWAL, mandate.member)
    assert appointed(head, mandate.ends_on, MandateKind.RENEWAL, mandate.member).starts_on == mandate.ends_on


def test_a_replacement_sits_for_what_is_left_of_the_term(head: User) -> None:
    mandate = appointed(head, TODAY - timedelta(days=700))
    term = mandate.ends_on
    with pytest.raises(RuleBroken, match="end their mandate first"):
        appointed(head, TODAY, MandateKind.REPLACEMENT, replaces=mandate.member)
    leaves = TODAY + timedelta(days=10)
    end_mandate(mandate, on=leaves, by=head, at=timezone.now())
    with pytest.raises(RuleBroken):  # the day before, the seat is still taken
        appointed(head, leaves - timedelta(days=1), MandateKind.REPLACEMENT, replaces=mandate.member)
    with pytest.raises(RuleBroken):  # on the day on which the term is over, nothing is left of it
        appointed(head, term, MandateKind.REPLACEMENT, replaces=mandate.member)
    newcomer = appointed(head, leaves, MandateKind.REPLACEMENT, replaces=mandate.member)
    assert (newcomer.starts_on, newcomer.ends_on, newcomer.replaces) == (leaves, term, mandate.member)
    with pytest.raises(RuleBroken, match="replaced already"):
        appointed(head, leaves, MandateKind.REPLACEMENT, replaces=mandate.member)


def test_a_replacement_who_leaves_is_replaced_to_the_end_of_the_same_term(head: User) -> None:
    mandate = appointed(head, TODAY - timedelta(days=700))
    term = mandate.ends_on
    end_mandate(mandate, on=TODAY + timedelta(days=1), by=head, at=timezone.now())
    second = appointed(head, TODAY + timedelta(days=1), MandateKind.REPLACEMENT, replaces=mandate.member)
    end_mandate(second, on=TODAY + timedelta(days=30), by=head, at=timezone.now())
    third = appointed(head, TODAY + timedelta(days=30), MandateKind.REPLACEMENT, replaces=second.member)
    assert third.ends_on == term


def test_the_rest_of_somebody_elses_term_does_not_count_as_a_mandate_of_ones_own(head: User) -> None:
    mandate = appointed(head, date(2015, 1, 1))
    Mandate.objects.filter(pk=mandate.pk).update(
        ends_on=date(2018, 1, 1), term_ends_on=date(2020, 1, 1), cut_short_at=timezone.now(), cut_short_by=head
    )
    taken = appointed(head, date(2018, 1, 1), MandateKind.REPLACEMENT, replaces=mandate.member)
    first = appointed(head, taken.ends_on, MandateKind.FIRST, taken.member)
    assert appointed(head, first.ends_on, MandateKind.RENEWAL, taken.member).ends_on == date(2030, 1, 1)


def test_a_mandate_is_cut_short_within_its_days_and_once(head: User) -> None:
    mandate = appointed(head, TODAY - timedelta(days=700))
    for day in (mandate.starts_on, mandate.ends_on):
        with pytest.raises(RuleBroken, match="within the mandate"):
            end_mandate(mandate, on=day, by=head, at=timezone.now())
    end_mandate(mandate, on=TODAY + timedelta(days=3), by=head, at=timezone.now())
    with pytest.raises(WrongState):
        end_mandate(mandate, on=TODAY + timedelta(days=2), by=head, at=timezone.now())
    mandate.refresh_from_db()
    assert mandate.term_ends_on > mandate.ends_on
    with pytest.raises(DatabaseError, match="mandate_cut_short_before_its_term"), transaction.atomic():
        Mandate.objects.filter(pk=mandate.pk).update(term_ends_on=mandate.ends_on)


def test_a_mandate_does_not_end_before_a_vote_in_which_the_member_took_part(head: User) -> None:
    from tests.committee.test_invariants import a_vote

    mandate = appointed(head, TODAY - timedelta(days=700))
    decision = a_vote(on_agenda(a_session(), an_examination()), voted_at=on_day(TODAY - timedelta(days=5), 0))
    decision.ballots.create(member=mandate.member, standing="present", position="for")
    with pytest.raises(RuleBroken, match="voted"):
        end_mandate(mandate, on=TODAY - timedelta(days=5), by=head, at=timezone.now())
    end_mandate(mandate, on=TODAY - timedelta(days=4), by=head, at=timezone.now())
    assert held(mandate.member) == set()


# --- the roles that follow ---


def test_the_role_comes_with_the_mandate_and_goes_on_the_day_it_ends(head: User) -> None:
    member = somebody(head)
    assert held(member) == set()
    mandate = appointed(head, TODAY - timedelta(days=3), member=member)
    assert held(member) == {"committee_member"}
    assert not settle_roles(member, at=on_day(mandate.ends_on - timedelta(days=1), 23))
    assert held(member) == {"committee_member"}
    assert roles_due(member, on_day(mandate.ends_on, 0)) == frozenset()
    member.mandates.update(ends_on=TODAY)
    assert settle_roles(member, at=timezone.now())
    assert held(member) == set()
    assert RoleGrant.objects.get(user=member.user).ended_by == User.objects.system()


def test_the_worker_gives_and_takes_back_what_the_calendar_brings(head: User) -> None:
    coming = appointed(head, TODAY + timedelta(days=1))
    leaving = a_member()
    assert settle_members() == 0
    Mandate.objects.filter(pk=coming.pk).update(starts_on=TODAY)
    leaving.mandates.update(ends_on=TODAY)
    assert settle_members() == 2
    assert (held(coming.member), held(leaving)) == ({"committee_member"}, set())
    assert settle_members() == 0


def test_an_office_gives_its_role_and_ends_with_the_mandate(head: User) -> None:
    mandate = appointed(head, TODAY - timedelta(days=30))
    office = name_to_office(mandate.member, office=Office.PRESIDENT, by=head, at=timezone.now())
    assert held(mandate.member) == {"committee_member", "committee_president"}
    mandate.member.mandates.update(ends_on=TODAY)
    settle_roles(mandate.member, at=timezone.now())
    office.refresh_from_db()
    assert office.ended_at
    assert held(mandate.member) == set()


def test_the_president_names_delegates_and_ends_it(head: User) -> None:
    president, member = a_member(Office.PRESIDENT), a_member()
    with pytest.raises(NotAllowed):
        name_to_office(member, office=Office.DELEGATE, by=head, at=timezone.now())
    with pytest.raises(NotAllowed):
        name_to_office(member, office=Office.VICE_PRESIDENT, by=president.user, at=timezone.now())
    office = name_to_office(member, office=Office.DELEGATE, by=president.user, at=timezone.now())
    assert held(member) == {"committee_member", "committee_delegate"}
    end_office(office, by=president.user, at=timezone.now())
    assert held(member) == {"committee_member"}
    with pytest.raises(WrongState):
        end_office(office, by=president.user, at=timezone.now())


def test_an_office_is_for_a_member_in_mandate_who_holds_no_other_and_there_is_one_president(head: User) -> None:
    president, member, gone = a_member(Office.PRESIDENT), a_member(), a_member()
    gone.mandates.update(ends_on=TODAY)
    for one, office, why in (
        (member, Office.PRESIDENT, "has a president"),
        (president, Office.VICE_PRESIDENT, "holds an office already"),
        (gone, Office.VICE_PRESIDENT, "in mandate"),
    ):
        with pytest.raises(RuleBroken, match=why):
            name_to_office(one, office=office, by=head, at=timezone.now())


def test_an_expert_of_the_list_has_the_role_and_no_mandate(head: User) -> None:
    expert = somebody(head, Quality.EXPERT, keywords="génomique, cancer")
    assert held(expert) == {"external_expert"}
    assert expert.keyword_list == ["génomique", "cancer"]
    with pytest.raises(RuleBroken):
        appointed(head, TODAY, member=expert)
    update_member(expert, by=head, at=timezone.now(), domains=[], active=False)
    assert held(expert) == set()


def test_who_sits_does_not_become_an_expert(head: User) -> None:
    member = appointed(head, TODAY).member
    with pytest.raises(RuleBroken, match="does not sit"):
        update_member(member, by=head, at=timezone.now(), domains=[], quality=Quality.EXPERT)


def test_roles_that_do_not_come_from_the_committee_stay(head: User) -> None:
    member = appointed(
        head, TODAY - timedelta(days=30), member=add_member(user=UserFactory(officer=True), quality="health", by=head, at=timezone.now())
    ).member
    member.mandates.update(ends_on=TODAY)
    settle_roles(member, at=timezone.now())
    assert held(member) == {"officer"}


def test_what_a_rapporteur_has_not_filed_is_free_again_when_the_mandate_ends(head: User) -> None:
    member, examination = a_member(), an_examination()
    allocation = Allocation.objects.create(examination=examination, member=member, allocated_at=timezone.now(), allocated_by=head)
    assign_perm(RAPPORTEUR, member.user, examination.dossier)
    member.mandates.update(ends_on=TODAY)
    settle_members()
    allocation.refresh_from_db()
    assert allocation.ended_at
    line = JournalLine.objects.filter(subject_id=examination.dossier_id).latest("seq")
    assert (line.action, line.facts) == ("end_allocation", {"member": member.pk, "allocation": allocation.pk})
    forget(member.user)
    assert not Dossier.objects.visible_to(member.user).exists()


# --- who keeps the list ---


def test_the_head_of_the_secretariat_keeps_the_list_and_an_officer_does_not(head: User) -> None:
    for person in (UserFactory(officer=True), UserFactory(president=True), UserFactory()):
        with pytest.raises(NotAllowed):
            somebody(person)
    member = somebody(head)
    with pytest.raises(NotAllowed):
        record_mandate(member, kind="first", starts_on=TODAY, by=UserFactory(officer=True), at=timezone.now())


def test_nobody_enters_themselves_nor_an_address_that_was_never_confirmed_nor_twice(head: User) -> None:
    again = somebody(head).user
    for user, why in ((head, "themselves"), (UserFactory(email_verified_at=None), "not confirmed"), (again, "already")):
        with pytest.raises(RuleBroken, match=why):
            add_member(user=user, quality="health", by=head, at=timezone.now())


def test_a_newcomer_is_told_of_the_role_by_letter(head: User) -> None:
    mandate = appointed(head, TODAY)
    assert [letter.to for letter in deliver_all()] == [[mandate.member.user.email]]


def test_a_role_that_follows_from_a_mandate_is_not_ended_by_hand(head: User) -> None:
    member, administrator = somebody(head), UserFactory(administrator=True)
    appointed(head, TODAY - timedelta(days=9), member=member)
    grant = member.user.role_grants.live().get()
    with pytest.raises(RuleBroken, match="come and go with the mandates"):
        end_role(grant=grant, by=administrator, at=timezone.now())
    member.mandates.update(ends_on=TODAY)
    assert end_role(grant=grant, by=administrator, at=timezone.now()).ended_by == administrator


# --- what the journal keeps ---


def lines(member: Member) -> list[tuple[str, int, dict[str, Any]]]:
    found = JournalLine.objects.filter(subject_type="member", subject_id=member.pk).order_by("seq")
    return [(line.action, line.actor_id, line.facts) for line in found]


def test_every_change_of_a_member_stands_in_the_sealed_journal_with_who_and_what(head: User) -> None:
    member, system = somebody(head, profession="Médecin"), User.objects.system()
    mandate = appointed(head, TODAY - timedelta(days=10), member=member)
    held_office = name_to_office(member, office=Office.VICE_PRESIDENT, by=head, at=timezone.now())
    end_office(held_office, by=head, at=timezone.now())
    update_member(member, by=head, at=timezone.now(), domains=[], quality=Quality.RESEARCH, profession="Médecine", keywords="")
    end_mandate(mandate, on=TODAY - timedelta(days=1), by=head, at=timezone.now())
    mandate.refresh_from_db()
    written = lines(member)
    assert [(action, who) for action, who, _facts in written] == [
        ("enter_member", head.pk),
        ("record_mandate", head.pk),
        ("settle_access", system.pk),
        ("name_to_office", head.pk),
        ("settle_access", system.pk),
        ("end_office", head.pk),
        ("settle_access", system.pk),
        ("change_member", head.pk),
        ("end_mandate", head.pk),
        ("settle_access", system.pk),
    ]
    assert written[1][2]["ends_on"] == str(mandate.term_ends_on)
    assert written[2][2] == {"given": ["committee_member"], "taken": []}
    assert written[7][2] == {"changed": ["quality", "profession"], "quality": "research"}
    assert written[8][2] == {"mandate": mandate.pk, "ends_on": str(mandate.ends_on), "term_ends_on": str(mandate.term_ends_on)}
    assert "Médecin" not in str(written)
    call_command("verify_journal", stdout=StringIO())


def test_what_changes_nothing_and_what_is_refused_leave_no_line(head: User) -> None:
    member = somebody(head)
    before = lines(member)
    update_member(member, by=head, at=timezone.now(), domains=[], quality=member.quality)
    with pytest.raises(NotAllowed):
        update_member(member, by=UserFactory(officer=True), at=timezone.now(), domains=[], profession="Autre")
    with pytest.raises(RuleBroken):
        name_to_office(member, office=Office.PRESIDENT, by=head, at=timezone.now())
    assert lines(member) == before


def test_the_worker_that_ends_an_office_with_its_mandate_says_so(head: User) -> None:
    member = somebody(head)
    appointed(head, TODAY - timedelta(days=5), member=member)
    name_to_office(member, office=Office.PRESIDENT, by=head, at=timezone.now())
    member.mandates.update(ends_on=TODAY)
    settle_roles(member, at=timezone.now())
    assert [(action, facts) for action, _who, facts in lines(member)][-2:] == [
        ("end_office", {"office": "president"}),
        ("settle_access", {"given": [], "taken": ["committee_member", "committee_president"]}),
    ]


def test_a_declaration_is_traced_for_who_makes_it_and_for_who_records_it(head: User) -> None:
    member = somebody(head)
    for by in (member.user, head):
        record_declaration(member, made_on=TODAY, address="", nothing_to_declare=True, links=[], by=by, at=timezone.now())
    assert [(action, who) for action, who, _facts in lines(member)][-2:] == [
        ("record_declaration", member.user_id),
        ("record_declaration", head.pk),
    ]
