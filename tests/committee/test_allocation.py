"""Who reports on a dossier: two rapporteurs or one with a reason, by their load, their delay and their interests."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.utils import timezone
from django.utils.translation import override

from accounts.models import RoleGrant
from catalogue.models import Term
from committee.allocation_rules import days_left, is_short
from committee.models import Allocation, Examination, Member
from committee.queries.candidates import loads_in_month, proposals_for
from committee.queries.dues import due_of, foreseen_session, roomy_session
from committee.reference import rules_on
from committee.services.allocating import allocate, take_back
from committee.services.examining import recuse
from committee.services.interests import declare
from committee.services.reporting import file_report, save_report
from committee.states import Answer, Ground
from requests_app.policies import roles_on
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.committee.factories import a_committee, a_member, a_session, an_examination, declare_interests, on_agenda
from tests.requests_app.factories import PARIS
from workflow.models import JournalLine, OutboxMessage
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db
REPORT = dict.fromkeys(("public_interest", "relevance", "method", "need", "ethics", "information"), "Rien à redire.")


def now() -> datetime:
    return timezone.now()


def refused(call: Any, *args: Any, **said: Any) -> str:
    with override("en"), pytest.raises(RuleBroken) as caught:
        call(*args, **said)
    return str(caught.value)


def give(examination: Examination, *members: Member, **said: Any) -> list[Allocation]:
    president = Member.objects.get(offices__office="president")
    return allocate(examination, members, by=president.user, at=said.pop("at", now()), **said)


def burden(member: Member, count: int, at: datetime) -> None:
    """So many dossiers allocated to somebody at an instant, as rows."""
    for _one in range(count):
        Allocation.objects.create(examination=an_examination(), member=member, allocated_at=at, allocated_by=member.user)


def test_a_dossier_goes_to_two_rapporteurs_who_are_told_and_journalled() -> None:
    president, first, second = a_committee(3)
    examination = an_examination()
    a_session()
    allocate(examination, [first, second], by=president.user, at=now())
    assert "rapporteur" in roles_on(first.user, examination.dossier)
    lines = JournalLine.objects.filter(action="allocate", subject_id=examination.dossier_id)
    assert sorted(line.facts["member"] for line in lines) == sorted([first.pk, second.pk])
    told = OutboxMessage.objects.filter(kind="mail", payload__about="allocated").values_list("payload__user", flat=True)
    assert sorted(told) == sorted([first.user_id, second.user_id])


def test_one_rapporteur_is_enough_for_a_reason_only() -> None:
    _president, member, second = a_committee(3)
    examination = an_examination()
    assert "second rapporteur" in refused(give, examination, member)
    assert "second rapporteur" in refused(give, examination, member, because="  ")
    give(examination, member, because="Une modification mineure d’un projet connu.")
    examination.refresh_from_db()
    assert examination.single_because
    give(examination, second)
    examination.refresh_from_db()
    assert examination.single_because == ""


def test_nobody_or_three_rapporteurs_are_refused() -> None:
    members = a_committee(4)
    examination = an_examination()
    assert "Choose who" in refused(give, examination)
    assert "At most 2" in refused(give, examination, *members[1:])
    give(examination, *members[1:3])
    assert "At most 2" in refused(give, examination, members[3])


def test_only_the_president_allocates() -> None:
    members = a_committee(3)
    examination = an_examination()
    for somebody in (members[1].user, members[2].user, UserFactory(officer=True)):
        with pytest.raises(NotAllowed):
            allocate(examination, members[1:], by=somebody, at=now())
    assert not Allocation.objects.exists()


def test_the_fourth_dossier_of_the_month_is_given_and_the_fifth_refused() -> None:
    _president, busy, free = a_committee(3)
    at = now()
    burden(busy, 3, at)
    give(an_examination(), busy, free, at=at)
    assert "the most is 4" in refused(give, an_examination(), busy, free, at=at)


def test_the_load_is_counted_by_calendar_months_of_paris() -> None:
    member = a_member()
    last_of_march = datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC)  # 23:59:59 in Paris, in summer time
    burden(member, 4, last_of_march)
    assert loads_in_month(last_of_march) == {member.pk: 4}
    assert loads_in_month(last_of_march + timedelta(seconds=1)) == {}
    assert loads_in_month(datetime(2026, 2, 28, 23, 0, tzinfo=UTC))[member.pk] == 4  # 1 March, 0:00 in Paris


def test_a_dossier_taken_back_no_longer_weighs() -> None:
    _president, member, other = a_committee(3)
    examination = an_examination()
    given, _second = give(examination, member, other)
    assert loads_in_month(now())[given.member_id] == 1
    take_back(given, by=Member.objects.get(offices__office="president").user, at=now(), because="Trop de dossiers.")
    assert given.member_id not in loads_in_month(now())


def test_fourteen_days_are_enough_and_thirteen_are_short() -> None:
    at = datetime(2026, 3, 20, 18, 0, tzinfo=PARIS)  # the clocks change within
    figures = rules_on(at.date())
    assert days_left(datetime(2026, 4, 3, 9, 0, tzinfo=PARIS), at) == 14
    assert not is_short(datetime(2026, 4, 3, 9, 0, tzinfo=PARIS), at, figures)
    assert is_short(datetime(2026, 4, 2, 23, 59, tzinfo=PARIS), at, figures)


def test_the_session_foreseen_is_the_first_that_leaves_two_weeks_within_the_legal_period() -> None:
    a_committee(1)
    examination = an_examination()
    at = now()
    near = a_session(at + timedelta(days=10))
    roomy = a_session(at + timedelta(days=18))
    assert foreseen_session(examination, at) == roomy
    roomy.delete()
    late = a_session(at + timedelta(days=60))  # after the month is over
    assert foreseen_session(examination, at) == near
    assert roomy_session(at) == late
    near.delete()
    a_session(at + timedelta(hours=71))  # its reports would be due already
    assert foreseen_session(examination, at) is None


def test_a_report_is_due_seventy_two_hours_before_the_session_wherever_the_dossier_goes() -> None:
    _president, first, second = a_committee(3)
    examination = an_examination()
    foreseen = a_session(now() + timedelta(days=20))
    given = give(examination, first, second)[0]
    assert given.due_at == foreseen.starts_at - timedelta(hours=72)
    later = a_session(now() + timedelta(days=27))
    on_agenda(later, examination)
    assert due_of(given, later) == later.starts_at - timedelta(hours=72)


def test_a_declaration_of_a_year_ago_holds_and_one_day_more_blocks() -> None:
    _president, member, other = a_committee(3)
    today = timezone.localdate(timezone=PARIS)
    member.declarations.all().delete()
    declare_interests(member, today - relativedelta(months=12))
    proposal = next(one for one in proposals_for(an_examination(), now()) if one.member == member)
    assert proposal.may_be_chosen
    member.declarations.update(made_on=today - relativedelta(months=12) - timedelta(days=1))
    assert "more than a year old" in refused(give, an_examination(), member, other)
    member.declarations.all().delete()
    assert "No public declaration" in refused(give, an_examination(), member, other)


def test_somebody_of_the_applicants_organisation_is_not_given_the_dossier() -> None:
    _president, member, other = a_committee(3)
    examination = an_examination()
    MembershipFactory(user=member.user, organisation=examination.dossier.content.controller)
    assert examination.dossier.content.controller.name in refused(give, examination, member, other)


def test_who_withdrew_or_declared_a_link_that_is_not_settled_is_not_given_the_dossier() -> None:
    _president, withdrawn, doubtful, other = a_committee(4)
    examination = an_examination()
    recuse(examination.dossier, withdrawn, Ground.DECLARED, by=withdrawn.user, at=now(), words="J’y travaille.")
    declare(examination, doubtful, answer=Answer.DOUBT, by=doubtful.user, at=now(), words="Un ancien élève.")
    assert "Withdrew" in refused(give, examination, withdrawn, other)
    assert "not decided yet" in refused(give, examination, doubtful, other)


def test_without_a_mandate_or_the_role_of_the_site_nobody_reports() -> None:
    _president, former, unknown, other = a_committee(4)
    former.mandates.update(ends_on=timezone.localdate())
    RoleGrant.objects.filter(user=unknown.user).update(ended_at=now(), ended_by=unknown.user)
    assert "No mandate runs" in refused(give, an_examination(), former, other)
    assert "account" in refused(give, an_examination(), unknown, other)


def test_everything_that_stands_against_the_choice_is_said_at_once() -> None:
    _president, one, other = a_committee(3)
    one.declarations.all().delete()
    other.mandates.update(ends_on=timezone.localdate())
    said = refused(give, an_examination(), one, other)
    assert "No public declaration" in said
    assert "No mandate runs" in said


def test_an_external_expert_of_the_list_reports_and_sees_that_dossier_alone() -> None:
    _president, member = a_committee(2)
    expert = a_member(quality="expert")
    examination, another = an_examination(), an_examination()
    give(examination, member, expert)
    assert "rapporteur" in roles_on(expert.user, examination.dossier)
    assert not roles_on(expert.user, another.dossier)


def test_proposals_put_expertise_first_then_the_lightest_load_and_say_why() -> None:
    _president, plain, busy, knowing = a_committee(4)
    knowing.keywords = "Épilepsie, intelligence artificielle"
    knowing.save()
    busy.domains.add(Term.objects.filter(vocabulary="domain").order_by("position", "pk").first())
    plain.domains.set(busy.domains.all())
    burden(busy, 1, now())
    found = proposals_for(an_examination(), now())
    names = [one.member for one in found]
    assert names[:3] == [plain, busy, knowing]
    assert found[2].candidate.keywords == ("Épilepsie",)
    assert [one.member for one in found if one.is_proposed] == [plain, busy]


def test_proposals_cost_the_same_for_three_members_and_for_nine(django_assert_max_num_queries: Any) -> None:
    a_committee(3)
    examination = an_examination()
    with django_assert_max_num_queries(25) as few:
        proposals_for(examination, now())
    for _more in range(6):
        a_member()
    with django_assert_max_num_queries(len(few)):
        proposals_for(examination, now())


def test_a_dossier_is_taken_back_for_a_reason_until_its_report_is_filed() -> None:
    president, member, other = a_committee(3)
    examination = an_examination()
    rows = {row.member_id: row for row in give(examination, member, other)}
    assert "Say why" in refused(take_back, rows[member.pk], by=president.user, at=now(), because=" ")
    take_back(rows[member.pk], by=president.user, at=now(), because="Empêchement.")
    assert "rapporteur" not in roles_on(member.user, examination.dossier)
    with pytest.raises(WrongState):
        take_back(rows[member.pk], by=president.user, at=now(), because="Encore.")
    declare(examination, other, answer=Answer.NONE, by=other.user, at=now())
    saved = save_report(rows[other.pk], REPORT | {"proposal": "favourable"}, by=other.user, at=now(), revision=0)
    file_report(rows[other.pk], by=other.user, at=now(), revision=saved.revision)
    with pytest.raises(WrongState):
        take_back(rows[other.pk], by=president.user, at=now(), because="Trop tard.")


def test_nothing_is_allocated_once_the_opinion_is_given() -> None:
    _president, one, other = a_committee(3)
    examination = an_examination()
    Examination.objects.filter(pk=examination.pk).update(closed_at=now())
    with pytest.raises(WrongState):
        give(examination, one, other)
