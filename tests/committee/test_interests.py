"""Interests: the public declaration and its year, what the site finds by itself, what members declare, and what is decided on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.policies import forget
from committee.models import Examination, InterestAnswer, InterestDeclaration, Member, OfficeHeld, Recusal
from committee.services.conflicts import conflicts, conflicts_of, resemblances
from committee.services.declarations import Link, is_stale, last_made, record_declaration, remind, stale_among
from committee.services.examining import open_missing, recuse
from committee.services.interests import clear_doubt, declare, invite_to_withdraw, judged_by, let_back, pending_doubts, recuse_conflicted
from committee.services.likeness import says
from committee.services.mandates import record_mandate
from committee.services.members import add_member, name_to_office
from committee.services.standing_in import presides_over, stand_ins, undecidable
from committee.states import Answer, Ground, Office, Quality
from committee.tasks import find_conflicts, settle_members
from requests_app.models import Dossier
from requests_app.policies import roles_on
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.accounts.mailbox import deliver_all
from tests.committee.factories import a_committee, a_member, an_examination, declare_interests
from tests.requests_app.factories import a_dossier, cast, make
from workflow.models import JournalLine, OutboxMessage
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english", "english_pages")]


@pytest.fixture
def president() -> Member:
    return a_member(Office.PRESIDENT)


TODAY = timezone.localdate()


def of(organisation: Organisation, **said: Any) -> Member:
    """A member who acts for an organisation."""
    member = a_member(**said)
    MembershipFactory(user=member.user, organisation=organisation)
    return member


def linked(member: Member, name: str, organisation: Organisation | None = None) -> InterestDeclaration:
    """A declaration with one link, recorded by the member."""
    link = Link(name=name, kind="advice", since_year=2021, until_year=2022, organisation=organisation)
    told: dict[str, Any] = {"made_on": TODAY, "address": "https://dpi.exemple.fr/1", "nothing_to_declare": False, "links": [link]}
    return record_declaration(member, **told, by=member.user, at=timezone.now())


def sees(member: Member, dossier: Dossier) -> bool:
    user = User.objects.get(pk=member.user_id)
    visible = Dossier.objects.visible_to(user).filter(pk=dossier.pk).exists()
    assert visible is bool(roles_on(user, dossier))
    return visible


def said_in(letter: Any) -> str:
    return f"{letter.subject} {letter.body}"


# --- the public declaration ---


@pytest.mark.parametrize(
    ("made_on", "last_day"),
    [(date(2025, 3, 10), date(2026, 3, 10)), (date(2024, 2, 29), date(2025, 2, 28))],
)
def test_a_declaration_holds_to_the_same_day_of_the_next_year_and_not_a_day_longer(made_on: date, last_day: date) -> None:
    assert not is_stale(made_on, last_day)
    assert is_stale(made_on, last_day + timedelta(days=1))
    assert is_stale(None, last_day)


def test_who_is_not_up_to_date_is_told_in_one_query() -> None:
    good, old, without = a_member(), a_member(), a_member()
    old.declarations.update(made_on=TODAY.replace(year=TODAY.year - 1) - timedelta(days=1))
    without.declarations.all().delete()
    with CaptureQueriesContext(connection) as queries:
        assert stale_among([good, old, without], TODAY) == {old.pk, without.pk}
    assert len(queries) == 1


def test_the_last_declaration_counts() -> None:
    member = a_member()
    declare_interests(member, TODAY - timedelta(days=500))
    assert last_made([member]) == {member.pk: TODAY - timedelta(days=30)}
    with pytest.raises(RuleBroken, match="later declaration"):
        record_declaration(
            member,
            made_on=TODAY - timedelta(days=31),
            address="https://dpi.exemple.fr/1",
            nothing_to_declare=True,
            links=[],
            by=member.user,
            at=timezone.now(),
        )


@pytest.mark.parametrize(("nothing", "links"), [(True, [Link("Labo", "advice", 2020)]), (False, [])])
def test_a_declaration_says_either_which_interests_or_that_there_are_none(nothing: bool, links: list[Link]) -> None:
    member = a_member()
    told: dict[str, Any] = {"made_on": TODAY, "address": "", "nothing_to_declare": nothing, "links": links}
    with pytest.raises(RuleBroken):
        record_declaration(member, **told, by=member.user, at=timezone.now())
    with pytest.raises(RuleBroken, match="future"):
        record_declaration(
            member, made_on=TODAY + timedelta(days=1), address="", nothing_to_declare=True, links=[], by=member.user, at=timezone.now()
        )


def test_a_member_declares_for_themselves_and_the_secretariat_for_them_nobody_else() -> None:
    member, other = a_member(), a_member()
    told: dict[str, Any] = {"made_on": TODAY, "address": "", "nothing_to_declare": True, "links": []}
    with pytest.raises(NotAllowed):
        record_declaration(member, **told, by=other.user, at=timezone.now())
    record_declaration(member, **told, by=UserFactory(head=True), at=timezone.now())
    assert last_made([member])[member.pk] == TODAY


def test_a_member_is_reminded_before_the_year_is_over_and_again_once_it_is_each_once() -> None:
    member, far, without = a_member(), a_member(), a_member()
    without.declarations.all().delete()
    now = timezone.now()
    anniversary = timezone.localdate(now)
    member.declarations.update(made_on=anniversary.replace(year=anniversary.year - 1) + timedelta(days=30))
    far.declarations.update(made_on=anniversary.replace(year=anniversary.year - 1) + timedelta(days=31))
    assert remind(now) == 2
    assert remind(now) == 2
    assert sorted(letter.to[0] for letter in deliver_all()) == sorted([member.user.email, without.user.email])
    later = now + timedelta(days=31)
    assert remind(later) == 3
    letters = deliver_all()
    assert {letter.to[0] for letter in letters} == {member.user.email, far.user.email}
    assert f"/comite/membres/{member.pk}/declaration/" in str([letter.body for letter in letters])


# --- what the site finds by itself ---


def test_whoever_acts_for_an_organisation_of_the_project_is_out_before_they_can_open_it() -> None:
    controller, laboratory, sponsor, elsewhere = (OrganisationFactory() for _four in range(4))
    colleague, analyst, payer, stranger = of(controller), of(laboratory), of(sponsor), of(elsewhere)
    examination = an_examination(controller=controller, laboratory=laboratory, sponsor=sponsor)
    dossier = examination.dossier
    grounds = dict(Recusal.objects.filter(dossier=dossier).values_list("member", "ground"))
    assert grounds == {colleague.pk: Ground.ORGANISATION, analyst.pk: Ground.ORGANISATION, payer.pk: Ground.FUNDER}
    assert [sees(one, dossier) for one in (colleague, analyst, payer, stranger)] == [False, False, False, True]
    lines = JournalLine.objects.filter(subject_id=dossier.pk, action="recuse")
    assert {(line.actor_role, line.facts["member"]) for line in lines} == {("system", pk) for pk in grounds}
    assert controller.name not in str(list(lines.values()))
    assert Recusal.objects.get(member=colleague).words == controller.name


def test_whoever_is_on_the_team_or_works_where_the_team_works_is_out() -> None:
    partner = OrganisationFactory()
    inside, beside = a_member(), of(partner)
    people = cast() | {"owner": inside.user}
    MembershipFactory(user=people["signatory"], organisation=partner)
    dossier = an_examination(people).dossier
    assert [(one.ground, one.body) for one in conflicts(inside, dossier)] == [(Ground.TEAM, "")]
    assert [(one.ground, one.body) for one in conflicts(beside, dossier)] == [(Ground.ORGANISATION, partner.name)]
    assert Recusal.objects.filter(dossier=dossier).count() == 2


def test_the_operators_own_project_is_no_exception_for_a_member_of_the_operator() -> None:
    operator = Organisation.objects.filter(is_operator=True).first() or OrganisationFactory(is_operator=True)
    member = of(operator)
    dossier = an_examination(controller=operator).dossier
    assert not sees(member, dossier)
    assert Recusal.objects.get(dossier=dossier).member == member


@pytest.mark.parametrize(
    ("funding", "found"),
    [
        ("Financé par l’Institut Pasteur-Exemple, appel 2025.", True),
        ("FINANCEMENT : institut  pasteur exemple", True),
        ("Financé par l’Institut Pasteur-Exemplaire.", False),
        ("", False),
    ],
)
def test_a_funder_is_recognised_by_its_whole_name(funding: str, found: bool) -> None:
    member = of(OrganisationFactory(name="Institut Pasteur Exemple", short_name="IPE"))
    assert bool(conflicts(member, an_examination(funding=funding).dossier)) is found


def test_a_short_name_is_a_word_like_another() -> None:
    assert not says("Une IPE de passage", "IPE")
    assert says("Avec l’appui de l’Inserm.", "INSERM")


def test_a_declared_link_counts_by_its_row_and_by_its_name_even_when_it_is_over() -> None:
    sponsor = OrganisationFactory(name="Laboratoires Exémple SA", short_name="")
    by_row, by_name, other = a_member(), a_member(), a_member()
    linked(by_row, "Exemple", sponsor)
    linked(by_name, "laboratoires exemple s.a.")
    linked(other, "Laboratoires Autres SA")
    assert not says("laboratoires exemple s a", "laboratoires exemple sa")
    linked(by_name, "laboratoires exemple SA")
    dossier = an_examination(sponsor=sponsor).dossier
    assert set(Recusal.objects.filter(dossier=dossier).values_list("member", "ground")) == {
        (by_row.pk, Ground.LINK),
        (by_name.pk, Ground.LINK),
    }
    assert sees(other, dossier)


def test_a_link_of_a_former_declaration_no_longer_counts() -> None:
    member, sponsor = a_member(), OrganisationFactory()
    linked(member, sponsor.name, sponsor)
    declare_interests(member, TODAY)
    assert conflicts(member, an_examination(sponsor=sponsor).dossier) == []


def test_a_link_declared_while_the_dossier_is_examined_takes_effect_at_once() -> None:
    sponsor = OrganisationFactory()
    member, examination = a_member(), an_examination(sponsor=sponsor)
    assert sees(member, examination.dossier)
    linked(member, sponsor.name)
    assert not sees(member, examination.dossier)


def test_whoever_comes_in_is_out_of_what_concerns_them_at_once() -> None:
    controller, head = OrganisationFactory(), UserFactory(head=True)
    examination = an_examination(controller=controller)
    member = add_member(user=UserFactory(), quality=Quality.HEALTH, by=head, at=timezone.now())
    MembershipFactory(user=member.user, organisation=controller)
    record_mandate(member, kind="first", starts_on=TODAY, by=head, at=timezone.now())
    assert Recusal.objects.get().member == member
    assert not sees(member, examination.dossier)


def test_a_new_employer_is_found_by_the_worker_and_what_was_judged_is_let_be(president: Member) -> None:
    controller = OrganisationFactory()
    member, examination = a_member(), an_examination(controller=controller)
    MembershipFactory(user=member.user, organisation=controller)
    assert find_conflicts() == 1
    assert find_conflicts() == 0
    member.user.memberships.update(state="ended", ended_at=timezone.now())
    let_back(Recusal.objects.get(), because="Le contrat n’a pas pris effet.", by=president.user, at=timezone.now())
    assert conflicts(member, examination.dossier) == []
    assert find_conflicts() == 0


def test_a_dossier_that_comes_back_finds_those_who_withdrew_still_out() -> None:
    controller = OrganisationFactory()
    of(controller)
    people = cast()
    dossier = a_dossier("with_committee", people, controller=controller)
    make(dossier, "record_opinion", people, timezone.now() - timedelta(hours=3))
    make(dossier, "revise", people, timezone.now() - timedelta(hours=2))
    make(dossier, "declare_complete", people, timezone.now() - timedelta(hours=1))
    make(dossier, "send_to_committee", people, timezone.now())
    assert Examination.objects.filter(dossier=dossier).count() == 2
    assert Recusal.objects.filter(dossier=dossier).count() == 1


def test_an_expert_of_the_list_is_concerned_too() -> None:
    controller = OrganisationFactory()
    expert = of(controller, quality=Quality.EXPERT)
    assert an_examination(controller=controller).dossier.recusals.get().member == expert


def test_a_namesake_is_pointed_out_and_not_shut_out() -> None:
    member = a_member(user=UserFactory(first_name="Anne", last_name="Exemple", roles=["committee_member"]))
    dossier = an_examination().dossier  # whose study is led by Anne Exemple
    assert resemblances(member, dossier) == ["Anne Exemple"]
    assert conflicts(member, dossier) == []
    assert resemblances(a_member(), dossier) == []


def test_finding_conflicts_costs_as_many_queries_for_two_as_for_ten_members() -> None:
    dossier = an_examination().dossier
    counts = []
    for number in (2, 8):
        for _more in range(number):
            linked(of(OrganisationFactory()), "Un organisme")
        with CaptureQueriesContext(connection) as queries:
            conflicts_of(Member.objects.all().select_related("user"), Dossier.objects.get(pk=dossier.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_nothing_is_done_twice_for_one_dossier() -> None:
    controller = OrganisationFactory()
    of(controller)
    dossier = an_examination(controller=controller).dossier
    assert recuse_conflicted(dossier, timezone.now()) == 0


# --- what members declare on a dossier ---


def answered(examination: Examination, member: Member, answer: str, words: str = "Un lien.") -> InterestAnswer:
    return declare(examination, member, answer=answer, words=words, by=member.user, at=timezone.now())


def test_a_member_without_interest_says_so_and_goes_on() -> None:
    member, examination = a_member(), an_examination()
    answered(examination, member, Answer.NONE, "")
    assert sees(member, examination.dossier)
    line = JournalLine.objects.filter(subject_id=examination.dossier_id).latest("seq")
    assert (line.action, line.facts) == ("declare_interest", {"member": member.pk, "answer": "none"})


def test_a_member_with_an_interest_is_out_at_once_with_one_line_and_their_words_sealed() -> None:
    member, examination = a_member(), an_examination()
    before = JournalLine.objects.filter(subject_id=examination.dossier_id).count()
    answered(examination, member, Answer.CONFLICT, "Mon épouse dirige l’étude.")
    assert not sees(member, examination.dossier)
    lines = JournalLine.objects.filter(subject_id=examination.dossier_id).order_by("seq")[before:]
    assert [line.action for line in lines] == ["declare_interest"]
    assert "épouse" not in str(lines[0].facts)
    assert len(lines[0].facts["text_sha256"]) == 64


@pytest.mark.parametrize("answer", [Answer.DOUBT, Answer.CONFLICT])
def test_a_link_is_said_in_words(answer: str) -> None:
    member, examination = a_member(), an_examination()
    with pytest.raises(RuleBroken, match="which link"):
        answered(examination, member, answer, " ")
    assert not InterestAnswer.objects.exists()


def test_nobody_declares_for_somebody_else_nor_after_the_opinion() -> None:
    member, other, people = a_member(), a_member(), cast()
    examination = an_examination(people)
    with pytest.raises(NotAllowed):
        declare(examination, member, answer=Answer.NONE, by=other.user, at=timezone.now())
    make(examination.dossier, "record_opinion", people, timezone.now())
    with pytest.raises(WrongState):
        answered(examination, member, Answer.NONE)


def test_a_doubt_waits_for_the_president_who_is_told_and_clears_it_with_a_reason(president: Member) -> None:
    member, examination = a_member(), an_examination()
    deliver_all()
    doubt = answered(examination, member, Answer.DOUBT, "J’ai enseigné dans ce service il y a dix ans.")
    (letter,) = deliver_all()
    assert letter.to == [president.user.email]
    assert "enseigné" not in said_in(letter)
    with pytest.raises(RuleBroken, match="president decides"):  # one's own doubt is not taken back by oneself
        answered(examination, member, Answer.NONE, "")
    with pytest.raises(RuleBroken, match="why"):
        clear_doubt(doubt, words=" ", by=president.user, at=timezone.now())
    clear_doubt(doubt, words="Un lien ancien et sans suite.", by=president.user, at=timezone.now())
    assert not pending_doubts(examination).exists()
    assert sees(member, examination.dossier)
    assert [letter.to for letter in deliver_all()] == [[member.user.email]]
    with pytest.raises(WrongState):
        clear_doubt(doubt, words="Encore.", by=president.user, at=timezone.now())


def test_the_president_asks_somebody_to_withdraw_and_that_settles_the_doubt(president: Member) -> None:
    member, examination = a_member(), an_examination()
    answered(examination, member, Answer.DOUBT)
    deliver_all()
    with pytest.raises(RuleBroken):
        invite_to_withdraw(examination, member, words="", by=president.user, at=timezone.now())
    assert pending_doubts(examination).count() == 1
    invite_to_withdraw(examination, member, words="Le lien est récent.", by=president.user, at=timezone.now())
    assert not sees(member, examination.dossier)
    assert not pending_doubts(examination).exists()
    (letter,) = deliver_all()
    assert letter.to == [member.user.email]
    assert examination.dossier.title not in said_in(letter)
    assert "/dossiers/" not in said_in(letter)


def test_who_withdraws_themselves_leaves_no_doubt_to_decide(president: Member) -> None:
    member, examination = a_member(), an_examination()
    doubt = answered(examination, member, Answer.DOUBT)
    answered(examination, member, Answer.CONFLICT)
    assert not pending_doubts(examination).exists()
    with pytest.raises(WrongState):
        clear_doubt(doubt, words="Trop tard.", by=president.user, at=timezone.now())


def test_the_president_decides_on_the_others_the_delegate_on_the_president_nobody_on_themselves(president: Member) -> None:
    delegate, member, examination = a_member(Office.DELEGATE), a_member(), an_examination()
    deliver_all()
    mine, theirs = answered(examination, president, Answer.DOUBT), answered(examination, member, Answer.DOUBT)
    assert {letter.to[0] for letter in deliver_all()} == {delegate.user.email, president.user.email}
    for doubt, by in ((mine, president), (theirs, delegate), (theirs, member), (theirs, a_member())):
        with pytest.raises(NotAllowed):
            clear_doubt(doubt, words="Rien de grave.", by=by.user, at=timezone.now())
    clear_doubt(mine, words="Rien de grave.", by=delegate.user, at=timezone.now())
    clear_doubt(theirs, words="Rien de grave.", by=president.user, at=timezone.now())
    assert not pending_doubts(examination).exists()


def test_a_president_who_withdrew_decides_nothing_on_that_dossier(president: Member) -> None:
    member, examination = a_member(), an_examination()
    doubt = answered(examination, member, Answer.DOUBT)
    answered(examination, president, Answer.CONFLICT)
    with pytest.raises(NotAllowed):
        clear_doubt(doubt, words="Rien de grave.", by=president.user, at=timezone.now())


def test_nobody_lets_themselves_back_in(president: Member) -> None:
    delegate, examination = a_member(Office.DELEGATE), an_examination()
    answered(examination, president, Answer.CONFLICT)
    recusal = Recusal.objects.get()
    with pytest.raises(NotAllowed):
        let_back(recusal, because="Une erreur.", by=president.user, at=timezone.now())
    let_back(recusal, because="Une erreur de nom.", by=delegate.user, at=timezone.now())
    assert sees(president, examination.dossier)


def test_the_delegate_stands_in_where_the_president_withdrew_and_nowhere_else() -> None:
    president, delegate, member = a_committee(3)
    examination, other = an_examination(), an_examination()
    assert not presides_over(delegate.user, examination.dossier)
    recuse(examination.dossier, president, Ground.DECLARED, by=president.user, at=timezone.now(), words="J’y travaille.")
    assert presides_over(delegate.user, examination.dossier)
    assert not presides_over(delegate.user, other.dossier)
    assert judged_by(delegate.user, [member], examination.dossier) == {member.pk}
    assert judged_by(delegate.user, [member], other.dossier) == frozenset()
    declare(examination, member, answer=Answer.DOUBT, by=member.user, at=timezone.now(), words="Un ancien collègue.")
    written_to = OutboxMessage.objects.filter(payload__template="mail/committee_doubt").values_list("payload__user", flat=True)
    assert list(written_to) == [delegate.user_id]


def test_a_dossier_over_which_nobody_presides_says_what_is_to_be_done_until_somebody_stands_in(client: Client) -> None:
    president, member = a_member(Office.PRESIDENT), a_member()
    officer = UserFactory(officer=True)
    examination, _other = an_examination(), an_examination()
    page = reverse("committee:dossier", args=[examination.dossier.reference])
    assert (undecidable(), "In the president’s stead" in sign_in(client, officer).get(page).content.decode()) == (frozenset(), False)
    recuse(examination.dossier, president, Ground.DECLARED, by=president.user, at=timezone.now(), words="J’y travaille.")
    assert undecidable() == {examination.dossier_id}
    assert "nobody stands in" in client.get(page).content.decode()
    assert "nobody stands in" in client.get(reverse("committee:rapporteurs", args=[examination.dossier.reference])).content.decode()
    for person in (officer, president.user):
        told = sign_in(client, person).get(reverse("committee:home")).content.decode()
        assert "Nobody presides over 1 dossier before the committee" in told
    assert examination.dossier.reference not in told
    assert "Nobody presides" not in sign_in(client, member.user).get(reverse("committee:home")).content.decode()
    name_to_office(member, office=Office.VICE_PRESIDENT, by=UserFactory(head=True), at=timezone.now())
    forget(member.user)
    assert (undecidable(), [one.member for one in stand_ins(examination.dossier)]) == (frozenset(), [member])
    told = sign_in(client, officer).get(page).content.decode()
    assert f"{member} (vice-president)" in told
    assert "nobody stands in" not in told


def test_the_secretariat_is_written_to_once_each_time_nobody_presides_over_a_dossier() -> None:
    president, vice = a_member(Office.PRESIDENT), a_member(Office.VICE_PRESIDENT)
    head = UserFactory(head=True)
    examination, _other = an_examination(), an_examination()
    dossier = examination.dossier
    letters = OutboxMessage.objects.filter(payload__about="unpresided").order_by("payload__user")
    recuse(dossier, president, Ground.DECLARED, by=president.user, at=timezone.now(), words="J’y travaille.")
    assert not letters.exists()
    settle_members()
    assert not letters.exists()
    recuse(dossier, vice, Ground.DECLARED, by=vice.user, at=timezone.now(), words="J’y travaille.")
    told = list(letters.values_list("payload__user", "payload__dossier"))
    assert (head.pk, dossier.pk) in told
    assert {of for _reader, of in told} == {dossier.pk}
    count = len(told)
    settle_members()
    assert letters.all().count() == count
    deputy = a_member(Office.DELEGATE)
    settle_members()
    OfficeHeld.objects.filter(member=deputy).update(ended_at=timezone.now())
    forget(deputy.user)
    settle_members()
    assert letters.all().count() == 2 * count


def test_the_letter_says_what_waits_and_leads_to_the_dossier() -> None:
    president, head = a_member(Office.PRESIDENT), UserFactory(head=True, language="en")
    dossier = an_examination().dossier
    recuse(dossier, president, Ground.DECLARED, by=president.user, at=timezone.now(), words="J’y travaille.")
    letter = next(one for one in deliver_all() if one.to == [head.email] and "nobody presides" in one.subject)
    assert reverse("committee:dossier", args=[dossier.reference]) in letter.body
    assert "J’y travaille" not in letter.body


def test_the_vice_president_stands_in_before_a_delegate_and_who_withdrew_too_does_not() -> None:
    a_member(Office.PRESIDENT)
    delegate, vice = a_member(Office.DELEGATE), a_member(Office.VICE_PRESIDENT)
    examination = an_examination()
    assert [one.member for one in stand_ins(examination.dossier)] == [vice, delegate]
    recuse(examination.dossier, vice, Ground.DECLARED, by=vice.user, at=timezone.now(), words="J’y travaille.")
    assert [one.member for one in stand_ins(examination.dossier)] == [delegate]


def test_who_still_acts_for_the_applicant_is_not_let_back() -> None:
    president, member = a_committee(2)
    examination = an_examination()
    MembershipFactory(user=member.user, organisation=examination.dossier.content.controller)
    recusal = recuse(examination.dossier, member, Ground.ORGANISATION, by=User.objects.system(), at=timezone.now())
    with pytest.raises(RuleBroken, match="applicant’s side"):
        let_back(recusal, because="Une erreur.", by=president.user, at=timezone.now())


def test_a_dossier_that_was_with_the_committee_before_gets_its_examination() -> None:
    examination = an_examination()
    received = examination.dossier.sent_to_committee_at
    examination.delete()
    assert open_missing() == 1
    assert Examination.objects.get(dossier=examination.dossier_id).received_at == received
    assert open_missing() == 0
